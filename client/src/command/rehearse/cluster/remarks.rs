//! What people should know about an answer, beside the state that follows from it.

use kfp_operator_sim::json::Json;
use kfp_operator_sim::{
    Change, Operation, Parameters, Reply, Settled, Status, StepResult, consequence,
};
use kfp_provider_domain::ResourceId;

use crate::command::rehearse::templates::Templates;

/// What was seen of an answer, and where it leads.
pub(super) struct Seen<'a> {
    pub(super) operation: Operation,
    pub(super) before: &'a Status,
    pub(super) settled: &'a Settled,
    pub(super) result: &'a StepResult,
    pub(super) reply: &'a Reply,
    pub(super) well: bool,
}

/// What the answer to a request means for the resource.
pub(super) fn remarks(seen: &Seen<'_>, templates: Templates) -> Vec<String> {
    let Seen {
        operation,
        before,
        settled,
        result,
        reply,
        well,
    } = *seen;
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
        let status = answer.status;
        remarks.push(match templates {
            Templates::Chart => format!(
                "status {status} counts as a success: the operator looks at no status but 501"
            ),
            Templates::Kit => {
                format!("status {status} counts as a success: what is not there is deleted")
            }
        });
    }
    if let (Templates::Chart, Some(Err(error))) = (
        templates,
        Some(&after.id)
            .filter(|id| !id.is_empty())
            .map(|id| id.parse::<ResourceId>()),
    ) {
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

/// What Argo put in the place of what was written.
pub(super) fn changes(arrived: &Parameters) -> Vec<String> {
    const APART: &str = "(hint: write { { apart)";
    let random = |tag: &str| {
        tag.replace("workflow.namespace", "")
            .contains("workflow.name")
    };
    let one = |Change { tag, value }: &Change| match value {
        Some(value) if random(tag) => format!(
            "Argo replaces {tag}: {value:?} arrives, with an end that is random in a cluster {APART}"
        ),
        Some(value) => format!("Argo replaces {tag}: {value:?} arrives {APART}"),
        None if tag.starts_with("{{=") => format!(
            "Argo evaluates {tag}, and what arrives cannot be foretold; if it cannot be evaluated, the workflow fails {APART}"
        ),
        None => format!("Argo replaces {tag}, and what arrives cannot be foretold {APART}"),
    };
    let mut remarks: Vec<_> = arrived.changes.iter().map(one).collect();
    let definition = &arrived.definition;
    if !remarks.is_empty() && !definition.is_empty() && Json::parse(definition.as_bytes()).is_err()
    {
        remarks.push(
            "the definition is not JSON any more, and the provider cannot read it".to_owned(),
        );
    }
    remarks
}
