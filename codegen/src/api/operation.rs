//! Operations, with everything that they take and answer; references to parameters, bodies and responses are followed.

use serde_json::Value;

use super::placed::Placed;
use super::reader::{Part, Read, missing};
use super::schema::Schema;
use crate::error::Place;
use crate::spec::{BODY_BY_PARAMETER, Media, Status};

/// One operation: a method on a path.
pub(crate) struct Operation {
    pub(crate) at: Place,
    pub(crate) path: String,
    pub(crate) method: &'static str,
    pub(crate) id: Option<Placed<String>>,
    pub(crate) summary: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) deprecated: bool,
    pub(crate) tags: Vec<String>,
    /// Where it asks for some security.
    pub(crate) security: Option<Place>,
    /// Parts that generated code would not act on, by name.
    pub(crate) unsupported: Vec<(&'static str, Place)>,
    /// Its own parameters, and those of its path.
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    pub(crate) responses: Vec<Response>,
    /// The statuses of refusals, by their kind.
    pub(crate) on_refusal: Vec<(String, Placed<Value>)>,
}

/// Where a parameter is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Path,
    Query,
    Header,
    Other(String),
}

pub(crate) struct Parameter {
    pub(crate) at: Place,
    pub(crate) name: String,
    pub(crate) location: Location,
    pub(crate) description: Option<String>,
    pub(crate) required: bool,
    pub(crate) style: Option<String>,
    pub(crate) explode: Option<bool>,
    pub(crate) allow_reserved: bool,
    pub(crate) allow_empty_value: bool,
    pub(crate) schema: Option<Schema>,
}

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

/// Parts of an operation that generated code would not act on.
const UNSUPPORTED: [&str; 4] = [
    "callbacks",
    "servers",
    "x-dropshot-websocket",
    "x-dropshot-pagination",
];

impl Operation {
    pub(super) fn read(
        path: &str,
        method: &'static str,
        item: &Part<'_>,
        part: &Part<'_>,
    ) -> Read<Self> {
        let unsupported = UNSUPPORTED.into_iter();
        Ok(Self {
            at: part.at(),
            path: path.to_owned(),
            method,
            id: part.placed("operationId", Part::text)?,
            summary: part.optional("summary", Part::text)?,
            description: part.optional("description", Part::text)?,
            deprecated: part.is_on("deprecated")?,
            tags: each(part, "tags", Part::text)?,
            security: security(part)?,
            unsupported: unsupported
                .filter_map(|key| Some((key, part.get(key)?.at())))
                .collect(),
            parameters: parameters(item, part)?,
            body: part.optional("requestBody", Body::read)?,
            responses: responses(&part.required("responses")?)?,
            on_refusal: extension(part, "x-on-refusal"),
        })
    }

    pub(crate) fn parameters_in(&self, location: Location) -> impl Iterator<Item = &Parameter> {
        let parameters = self.parameters.iter();
        parameters.filter(move |parameter| parameter.location == location)
    }

    /// The responses by what they cover, the most specific first. `default` stands for the errors that are not declared
    /// otherwise.
    pub(crate) fn replies(&self) -> Vec<(Status, &Response)> {
        let known = self.responses.iter();
        let mut replies: Vec<(Status, &Response)> = known
            .filter_map(|response| Some((Status::read(&response.name)?, response)))
            .collect();
        let rest = self
            .responses
            .iter()
            .find(|response| response.name == "default");
        for class in [4, 5].map(Status::Class) {
            if let Some(response) = rest
                && !replies.iter().any(|(known, _)| *known == class)
            {
                replies.push((class, response));
            }
        }
        replies.sort_by_key(|(status, _)| *status);
        replies
    }

    /// The id, which the checks have asked for.
    pub(crate) fn id(&self) -> Read<&str> {
        let id = self.id.as_ref().map(|id| id.as_str());
        id.ok_or_else(|| missing(&self.at, "an operation with an id"))
    }

    /// Every schema of the operation that is not inside of another.
    pub(crate) fn schemas_mut(&mut self) -> Vec<&mut Schema> {
        let parameters = self.parameters.iter_mut();
        let mut schemas: Vec<&mut Schema> =
            parameters.filter_map(|it| it.schema.as_mut()).collect();
        let bodies = self.body.iter_mut().flat_map(|body| &mut body.content);
        schemas.extend(bodies.filter_map(|content| content.schema.as_mut()));
        for response in &mut self.responses {
            let headers = response.headers.iter_mut();
            schemas.extend(headers.filter_map(|header| header.schema.as_mut()));
            let content = response.content.iter_mut().flatten();
            schemas.extend(content.filter_map(|content| content.schema.as_mut()));
        }
        schemas
    }

    pub(crate) fn statuses(&self) -> Vec<Status> {
        self.replies()
            .into_iter()
            .map(|(status, _)| status)
            .collect()
    }
}

/// Where a part asks for some security.
pub(super) fn security(part: &Part<'_>) -> Read<Option<Place>> {
    let Some(security) = part.get("security") else {
        return Ok(None);
    };
    Ok((!security.items()?.is_empty()).then(|| security.at()))
}

/// The items of a list that may be left out.
fn each<'a, T>(part: &Part<'a>, key: &str, read: impl Fn(&Part<'a>) -> Read<T>) -> Read<Vec<T>> {
    match part.get(key) {
        Some(list) => list.items()?.iter().map(read).collect(),
        None => Ok(Vec::new()),
    }
}

/// The members of an extension, whose form nothing has checked.
fn extension(part: &Part<'_>, key: &str) -> Vec<(String, Placed<Value>)> {
    let members = part.get(key).and_then(|part| part.members().ok());
    let members = members.into_iter().flatten();
    members
        .map(|(name, part)| (name.to_owned(), Placed::new(part.at(), part.value.clone())))
        .collect()
}

fn parameters(item: &Part<'_>, operation: &Part<'_>) -> Read<Vec<Parameter>> {
    let read = |part: &Part<'_>| Parameter::read(&part.followed()?);
    let mut all = each(operation, "parameters", read)?;
    for shared in each(item, "parameters", read)? {
        let same = |own: &Parameter| own.name == shared.name && own.location == shared.location;
        if !all.iter().any(same) {
            all.push(shared);
        }
    }
    Ok(all)
}

impl Parameter {
    fn read(part: &Part<'_>) -> Read<Self> {
        Ok(Self {
            at: part.at(),
            name: part.required("name")?.text()?,
            location: match part.required("in")?.text()?.as_str() {
                "path" => Location::Path,
                "query" => Location::Query,
                "header" => Location::Header,
                other => Location::Other(other.to_owned()),
            },
            description: part.optional("description", Part::text)?,
            required: part.is_on("required")?,
            style: part.optional("style", Part::text)?,
            explode: part.optional("explode", Part::flag)?,
            allow_reserved: part.is_on("allowReserved")?,
            allow_empty_value: part.is_on("allowEmptyValue")?,
            schema: part.optional("schema", Schema::read)?,
        })
    }
}

impl Body {
    fn read(part: &Part<'_>) -> Read<Self> {
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

fn content(part: &Part<'_>) -> Read<Vec<Content>> {
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
                mapping: extension(&part, "mapping"),
            }),
        })
    }

    fn known(&self) -> Option<(&Self, Media)> {
        Some((self, self.media?))
    }

    /// The schema of content that is a typed value.
    fn typed_schema(&self) -> Option<&Schema> {
        let typed = matches!(self.media?, Media::Json | Media::Form);
        self.schema.as_ref().filter(|_| typed)
    }
}

fn responses(part: &Part<'_>) -> Read<Vec<Response>> {
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
