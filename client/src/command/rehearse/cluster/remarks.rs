//! What people should know about an answer, beside the state that follows from it.

use kfp_operator_sim::{
    CustomResource, Operation, Reply, Settled, Status, StepResult, consequence,
};
use kfp_provider_api::domain::ResourceId;

use super::entry::Entry;

/// What the answer to a request means for the resource.
pub(super) fn remarks(
    operation: Operation,
    before: &Status,
    settled: &Settled,
    result: &StepResult,
    reply: &Reply,
    well: bool,
) -> Vec<String> {
    let mut remarks = Vec::new();
    match result {
        StepResult::Unreadable(reason) => remarks.push(reason.to_string()),
        StepResult::Failed(reason) => remarks.push(reason.to_string()),
        StepResult::Output(_) => {}
    }
    let after = &settled.steady;
    if !well || (operation == Operation::Update && after.id != before.id) {
        remarks.push(consequence(operation, before, settled));
    }
    if let Reply::Answer(answer) = reply
        && well
        && !(200..300).contains(&answer.status)
    {
        remarks.push(format!(
            "status {} counts as a success: the operator looks at no status but 501",
            answer.status
        ));
    }
    if let Some(Err(error)) = Some(&after.id)
        .filter(|id| !id.is_empty())
        .map(|id| id.parse::<ResourceId>())
    {
        remarks.push(format!(
            "the operator's shell may change the id before the next request: {error}"
        ));
    }
    remarks
}

/// What it means that a request did not even leave.
pub(super) fn unsent(operation: Operation) -> Vec<String> {
    let kept = match operation {
        Operation::Create => "nothing was made at the provider",
        Operation::Update | Operation::Delete => "what is at the provider is as it was",
    };
    vec![format!(
        "no connection came about, so {kept}; the operator does not send the request again by itself"
    )]
}

/// A defect of the operator that surprises providers.
pub(super) fn empty_parameter(entry: &Entry) -> Option<String> {
    let CustomResource::Run(run) = &entry.resource else {
        return None;
    };
    let parameters = run.spec.resolve(&run.status.dependencies).ok()?;
    let empty = parameters.iter().any(|parameter| parameter.name.is_empty());
    empty.then(|| {
        "an optional parameter is not resolved, and arrives as one with an empty name".to_owned()
    })
}
