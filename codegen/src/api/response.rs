//! Responses of operations.

use super::content::{Content, content};
use super::reader::{Part, Read};
use super::schema::Schema;
use crate::error::Place;
use crate::spec::Media;

pub(crate) struct Response {
    pub(crate) at: Place,
    /// What the document has it under: a number, a range, or `default`.
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) headers: Vec<Header>,
    /// `None` where the document says nothing of content.
    pub(crate) content: Option<Vec<Content>>,
}

pub(crate) struct Header {
    /// Where the response names it.
    pub(crate) named_at: Place,
    /// Where it is described, which a reference may put elsewhere.
    pub(crate) at: Place,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) required: bool,
    pub(crate) explode: Option<bool>,
    pub(crate) schema: Option<Schema>,
}

pub(super) fn responses(part: &Part<'_>) -> Read<Vec<Response>> {
    let members = part.members()?.into_iter();
    let responses = members.filter(|(name, _)| !name.starts_with("x-"));
    responses
        .map(|(name, part)| Response::read(name, &part.followed()?))
        .collect()
}

impl Response {
    fn read(name: &str, part: &Part<'_>) -> Read<Self> {
        let headers = match part.get("headers") {
            Some(headers) => headers.members()?,
            None => Vec::new(),
        };
        let headers = headers.iter().map(|(name, part)| Header::read(name, part));
        Ok(Self {
            at: part.at(),
            name: name.to_owned(),
            description: part.required("description")?.text()?,
            headers: headers.collect::<Read<_>>()?,
            content: part.optional("content", content)?,
        })
    }

    /// The content and what it is. The checks leave one at most.
    pub(crate) fn content(&self) -> Option<(&Content, Media)> {
        self.content.as_ref()?.first()?.known()
    }

    pub(crate) fn typed_schema(&self) -> Option<&Schema> {
        self.content.as_ref()?.first()?.typed_schema()
    }
}

impl Header {
    fn read(name: &str, part: &Part<'_>) -> Read<Self> {
        let named_at = part.at();
        let part = part.followed()?;
        Ok(Self {
            named_at,
            at: part.at(),
            name: name.to_owned(),
            description: part.optional("description", Part::text)?,
            required: part.is_on("required")?,
            explode: part.optional("explode", Part::flag)?,
            schema: part.optional("schema", Schema::read)?,
        })
    }
}
