//! The declared responses of an operation.

use super::parameter::ParameterKind;
use super::status::status_name;
use crate::api::{Content, Header as Source, Read, Response, missing};
use crate::names::{pascal, snake};
use crate::spec::{Media, Status};

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
    /// JSON of a component, by its name and its Rust type, under this media type.
    Json {
        component: String,
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
    pub(crate) description: Option<String>,
    pub(crate) kind: ParameterKind,
    pub(crate) required: bool,
}

impl Payload {
    fn of(content: &Content, kind: Media) -> Read<Self> {
        let media = content.name.clone();
        Ok(match kind {
            Media::Json => {
                let component = content
                    .schema
                    .as_ref()
                    .and_then(|schema| schema.component());
                let component =
                    component.ok_or_else(|| missing(&content.at, "content of a named schema"))?;
                Self::Json {
                    component: component.to_owned(),
                    rust: pascal(component),
                    media,
                }
            }
            Media::Text => Self::Text { media },
            Media::Form | Media::Bytes => Self::Bytes { media },
        })
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

pub(super) fn reply(status: Status, source: &Response) -> Read<Reply> {
    let variant = match status {
        Status::One(code) => {
            let name = status_name(code);
            let name = name.ok_or_else(|| missing(&source.at, "a response of a known status"))?;
            pascal(&name.to_lowercase())
        }
        Status::Class(2) => "Success".to_owned(),
        Status::Class(4) => "ClientError".to_owned(),
        Status::Class(_) => "ServerError".to_owned(),
    };
    let payload = match source.content() {
        Some((content, media)) => Payload::of(content, media)?,
        None => Payload::Nothing,
    };
    let headers = source.headers.iter();
    Ok(Reply {
        status,
        variant,
        description: source.description.trim().to_owned(),
        payload,
        headers: headers.map(header).collect::<Read<_>>()?,
    })
}

fn header(source: &Source) -> Read<Header> {
    let schema = source.schema.as_ref();
    let schema = schema.ok_or_else(|| missing(&source.at, "a header with a schema"))?;
    Ok(Header {
        name: source.name.to_ascii_lowercase(),
        field: snake(&source.name),
        description: source.description.clone(),
        kind: ParameterKind::of(schema),
        required: source.required,
    })
}
