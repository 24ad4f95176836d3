//! Operations, with everything that they take and answer; references to parameters, bodies and responses are followed.

use serde_json::Value;

use super::content::Body;
use super::parameter::{Location, Parameter, parameters};
use super::placed::Placed;
use super::reader::{Part, Read, missing};
use super::response::{Response, responses};
use super::schema::Schema;
use crate::error::Place;
use crate::spec::Status;

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
            tags: part.each("tags", Part::text)?,
            security: security(part)?,
            unsupported: unsupported
                .filter_map(|key| Some((key, part.get(key)?.at())))
                .collect(),
            parameters: parameters(item, part)?,
            body: part.optional("requestBody", Body::read)?,
            responses: responses(&part.required("responses")?)?,
            on_refusal: part.extension("x-on-refusal"),
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
