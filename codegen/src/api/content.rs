//! Bodies of requests, and what requests and responses carry.

use serde_json::Value;

use super::placed::Placed;
use super::reader::{Part, Read};
use super::schema::Schema;
use crate::error::Place;
use crate::spec::{BODY_BY_PARAMETER, Media};

pub(crate) struct Body {
    pub(crate) at: Place,
    pub(crate) description: Option<String>,
    pub(crate) required: bool,
    pub(crate) content: Vec<Content>,
}

/// A body under one media type.
pub(crate) struct Content {
    pub(crate) at: Place,
    /// The media type as it is written.
    pub(crate) name: String,
    /// What it is; `None` for several parts in one, and for what leaves the kind open.
    pub(crate) media: Option<Media>,
    pub(crate) schema: Option<Schema>,
    pub(crate) encoding: Option<Place>,
    pub(crate) by_parameter: Option<ByParameter>,
}

/// How a path parameter chooses between the forms of a body.
pub(crate) struct ByParameter {
    pub(crate) at: Place,
    pub(crate) parameter: Option<String>,
    /// The values of the parameter, each with the reference that it chooses.
    pub(crate) mapping: Vec<(String, Placed<Value>)>,
}

impl Body {
    pub(super) fn read(part: &Part<'_>) -> Read<Self> {
        let part = part.followed()?;
        Ok(Self {
            at: part.at(),
            description: part.optional("description", Part::text)?,
            required: part.is_on("required")?,
            content: content(&part.required("content")?)?,
        })
    }

    /// The content and what it is. The checks leave one.
    pub(crate) fn content(&self) -> Option<(&Content, Media)> {
        self.content.first()?.known()
    }
}

pub(super) fn content(part: &Part<'_>) -> Read<Vec<Content>> {
    let members = part.members()?.into_iter();
    members
        .map(|(name, part)| Content::read(name, &part))
        .collect()
}

impl Content {
    fn read(name: &str, part: &Part<'_>) -> Read<Self> {
        Ok(Self {
            at: part.at(),
            name: name.to_owned(),
            media: Media::of(name),
            schema: part.optional("schema", Schema::read)?,
            encoding: part.get("encoding").map(|part| part.at()),
            by_parameter: part.get(BODY_BY_PARAMETER).map(|part| ByParameter {
                at: part.at(),
                parameter: part.get("parameter").and_then(|name| name.text().ok()),
                mapping: part.extension("mapping"),
            }),
        })
    }

    pub(super) fn known(&self) -> Option<(&Self, Media)> {
        Some((self, self.media?))
    }

    /// The schema of content that is a typed value.
    pub(super) fn typed_schema(&self) -> Option<&Schema> {
        let typed = matches!(self.media?, Media::Json | Media::Form);
        self.schema.as_ref().filter(|_| typed)
    }
}
