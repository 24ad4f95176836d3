//! One operation, with everything that it takes and answers.

use super::body::{Body, Choice, lower_body};
use super::outcome::{Outcome, outcome};
use super::parameter::{self, Parameter, ParameterKind, Place};
use super::refusal::RefusalKind;
use super::reply::{Reply, reply};
use crate::spec::{Operation as Source, Spec, Status};

/// One operation.
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) summary: String,
    pub(crate) description: String,
    pub(crate) deprecated: bool,
    pub(crate) tags: Vec<String>,
    /// Those in the path first, in the order of the path.
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    pub(crate) replies: Vec<Reply>,
    pub(crate) refusals: Vec<(RefusalKind, u16)>,
    /// The types that progenitor's method cannot return; `None` if it does as it is.
    pub(crate) outcome: Option<Outcome>,
}

pub(super) fn operation(
    spec: &Spec<'_>,
    source: &Source<'_>,
    choices: &mut Vec<Choice>,
) -> Operation {
    let parameters = parameter::all(spec, source);
    let body = spec
        .body(source)
        .and_then(|body| lower_body(&body, &parameters, choices));
    let sources = spec.replies(source);
    let replies: Vec<Reply> = sources
        .iter()
        .filter_map(|(status, at)| reply(*status, at))
        .collect();
    let declared: Vec<Status> = replies.iter().map(|reply| reply.status).collect();
    let within = |place: Place| {
        parameters
            .iter()
            .filter(move |parameter| parameter.place == place)
    };
    let typed_path = within(Place::Path).any(|parameter| parameter.kind != ParameterKind::Text);
    let query = within(Place::Query).next().is_some();
    let header = within(Place::Header).next().is_some();
    let refusals = RefusalKind::ALL
        .into_iter()
        .filter(|kind| kind.applies(typed_path, query, header, body.is_some()))
        .filter_map(|kind| Some((kind, kind.status(&source.at, &declared)?)))
        .collect();
    let text = |key: &str| source.at.text(key).unwrap_or_default().trim().to_owned();
    let id = text("operationId");
    Operation {
        method: source.method.to_uppercase(),
        path: source.path.to_owned(),
        summary: text("summary"),
        description: text("description"),
        deprecated: source.at.flag("deprecated"),
        tags: source
            .at
            .items("tags")
            .iter()
            .filter_map(|tag| Some(tag.value.as_str()?.to_owned()))
            .collect(),
        parameters,
        body,
        refusals,
        outcome: outcome(spec, &id, &replies, &sources),
        replies,
        id,
    }
}
