//! One operation, with everything that it takes and answers.

use super::body::{Body, Choice, body};
use super::outcome::{Outcome, outcome};
use super::parameter::{self, Parameter, ParameterKind, Place};
use super::refusal::RefusalKind;
use super::reply::{Reply, reply};
use crate::api::{Operation as Source, Read, Schemas};
use crate::spec::Status;

/// One operation.
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) summary: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) deprecated: bool,
    pub(crate) tags: Vec<String>,
    /// Those in the path first, in the order of the path.
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    pub(crate) replies: Vec<Reply>,
    pub(crate) refusals: Vec<(RefusalKind, u16)>,
    /// The types that progenitor's method cannot return; `None` if it does as it is.
    pub(crate) outcome: Option<Outcome>,
    /// The component that stands for all errors in progenitor's method, where the document declares several.
    pub(crate) error: Option<String>,
}

pub(super) fn operation(
    schemas: &Schemas,
    source: &Source,
    choices: &mut Vec<Choice>,
) -> Read<Operation> {
    let id = source.id()?.trim().to_owned();
    let parameters = parameter::all(schemas, source)?;
    let body = match &source.body {
        Some(source) => Some(body(source, &parameters, choices)?),
        None => None,
    };
    let replies = source.replies().into_iter();
    let replies = replies
        .map(|(status, source)| reply(status, source))
        .collect::<Read<Vec<Reply>>>()?;
    let declared: Vec<Status> = replies.iter().map(|reply| reply.status).collect();
    let has = |place: Place| parameters.iter().any(|parameter| parameter.place == place);
    let typed = |parameter: &Parameter| {
        parameter.place == Place::Path && parameter.kind != ParameterKind::Text
    };
    let typed_path = parameters.iter().any(typed);
    let (query, header) = (has(Place::Query), has(Place::Header));
    let refusals = RefusalKind::ALL
        .into_iter()
        .filter(|kind| kind.applies(typed_path, query, header, body.is_some()))
        .filter_map(|kind| Some((kind, kind.status(&source.on_refusal, &declared)?)))
        .collect();
    Ok(Operation {
        method: source.method.to_uppercase(),
        path: source.path.clone(),
        summary: source.summary.clone(),
        description: source.description.clone(),
        deprecated: source.deprecated,
        tags: source.tags.clone(),
        parameters,
        body,
        refusals,
        outcome: outcome(schemas, &id, &replies),
        replies,
        error: None,
        id,
    })
}
