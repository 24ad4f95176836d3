//! The declared responses of an operation.

use super::parameter::ParameterKind;
use super::status::status_name;
use crate::names::{pascal, snake};
use crate::schema::kind::reference;
use crate::spec::{At, Media, Status, content};

/// A declared response.
pub(crate) struct Reply {
    pub(crate) status: Status,
    pub(crate) variant: String,
    pub(crate) description: String,
    pub(crate) payload: Payload,
    pub(crate) headers: Vec<Header>,
}

/// What a response carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Payload {
    Nothing,
    /// JSON of this type, under this media type.
    Json {
        rust: String,
        media: String,
    },
    Text {
        media: String,
    },
    Bytes {
        media: String,
    },
}

/// A header of a response.
pub(crate) struct Header {
    pub(crate) name: String,
    pub(crate) field: String,
    pub(crate) description: String,
    pub(crate) kind: ParameterKind,
    pub(crate) required: bool,
}

impl Payload {
    fn of(response: &At<'_>) -> Self {
        let Some((name, media, at)) = content(response) else {
            return Self::Nothing;
        };
        let media_type = name.to_owned();
        match media {
            Media::Json => {
                at.value
                    .get("schema")
                    .and_then(reference)
                    .map_or(Self::Nothing, |rust| Self::Json {
                        rust,
                        media: media_type,
                    })
            }
            Media::Text => Self::Text { media: media_type },
            Media::Form | Media::Bytes => Self::Bytes { media: media_type },
        }
    }

    /// The type of the body, if it has one of the document.
    pub(crate) fn rust(&self) -> Option<&str> {
        match self {
            Self::Json { rust, .. } => Some(rust),
            _ => None,
        }
    }

    /// Whether a client reads both in the same way.
    pub(super) fn same_kind(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Json { rust: one, .. }, Self::Json { rust: two, .. }) => one == two,
            (Self::Text { .. }, Self::Text { .. }) | (Self::Bytes { .. }, Self::Bytes { .. }) => {
                true
            }
            _ => self == other,
        }
    }
}

pub(super) fn reply(status: Status, at: &At<'_>) -> Option<Reply> {
    let variant = match status {
        Status::One(code) => pascal(&status_name(code)?.to_lowercase()),
        Status::Class(2) => "Success".to_owned(),
        Status::Class(4) => "ClientError".to_owned(),
        Status::Class(_) => "ServerError".to_owned(),
    };
    Some(Reply {
        status,
        variant,
        description: at.text("description").unwrap_or_default().trim().to_owned(),
        payload: Payload::of(at),
        headers: at.members("headers").into_iter().map(header).collect(),
    })
}

fn header((name, at): (&str, At<'_>)) -> Header {
    Header {
        name: name.to_ascii_lowercase(),
        field: snake(name),
        description: at.text("description").unwrap_or_default().trim().to_owned(),
        kind: at
            .value
            .get("schema")
            .map_or(ParameterKind::Text, ParameterKind::of),
        required: at.flag("required"),
    }
}
