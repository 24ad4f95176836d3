//! What to do first: what is wrong, by cause, the worst for the cluster first.
//!
//! One wrong answer often breaks several requirements, and one requirement fails for several types.
//! Results that fail on the same answer, or on the same requirement, have one cause.

use std::collections::BTreeMap;

use kfp_operator_sim::ResourceKind;
use serde::Serialize;

use super::json::Exchanges;
use crate::judge::{Judged, Judgement};
use crate::outcome::{Lens, Outcome};
use crate::record::ExchangeRecord;

/// What a cause does to resources in the cluster, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Effect {
    /// Stays in Deleting: only a person can release it.
    Stuck,
    /// The operator forgets the id: orphans and duplicates.
    Forgotten,
    /// Ends in Failed, and is not tried again until it is changed.
    Failed,
    /// Violates what the operator relies on, without an end state of its own.
    Operator,
    /// Only clients of the document notice.
    Clients,
    /// A SHOULD.
    Advice,
}

impl Effect {
    /// In a few words, for a list.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Stuck => "resources stay in Deleting for ever",
            Self::Forgotten => "ids are lost: orphans and duplicates",
            Self::Failed => "resources end in Failed",
            Self::Operator => "the operator is misled",
            Self::Clients => "clients of the document are misled",
            Self::Advice => "less robust than it should be",
        }
    }
}

/// Something to mend.
#[derive(Debug, Serialize)]
pub(super) struct Cause {
    /// Index of the result that says most.
    pub(super) lead: usize,
    /// Indices of all results of this cause, the leading one among them.
    pub(super) results: Vec<usize>,
    pub(super) effect: Effect,
    /// [`Effect::label`].
    pub(super) label: &'static str,
    /// Types concerned.
    pub(super) types: Vec<ResourceKind>,
    /// How to help resources that are already in trouble.
    pub(super) steps: Vec<Step>,
}

/// Something to do by hand.
#[derive(Debug, Serialize)]
pub(super) struct Step {
    pub(super) text: &'static str,
    /// A command for it; words in capitals are for the reader to replace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) command: Option<String>,
}

/// Whether a result is something to mend.
pub(super) fn is_wrong(judged: &Judged) -> bool {
    matches!(
        judged.outcome,
        Outcome::Fail | Outcome::Flaky | Outcome::Warn
    )
}

/// All causes, the worst first.
pub(super) fn causes(judgement: &Judgement<'_>, exchanges: &Exchanges<'_>) -> Vec<Cause> {
    let results = &judgement.results;
    let mut causes: Vec<Cause> = groups(results)
        .into_iter()
        .map(|group| cause(results, &group, exchanges))
        .collect();
    causes.sort_by_key(|cause| {
        let level = results[cause.lead].requirement.level;
        (cause.effect, !level.is_must(), cause.lead)
    });
    causes
}

/// Indices of wrong results, those of one cause together.
fn groups(results: &[Judged]) -> Vec<Vec<usize>> {
    let mut group_of: BTreeMap<usize, usize> = BTreeMap::new();
    let mut by_requirement: BTreeMap<&str, usize> = BTreeMap::new();
    let mut by_answer: BTreeMap<u64, usize> = BTreeMap::new();
    for (at, judged) in results.iter().enumerate().filter(|(_, j)| is_wrong(j)) {
        let same = by_requirement.get(judged.requirement.id.as_str()).copied();
        let shared = judged.evidence.iter().filter_map(|seq| by_answer.get(seq));
        let mut joined: Vec<usize> = shared.copied().chain(same).collect();
        joined.push(at);
        let root = joined.iter().copied().min().unwrap_or(at);
        for group in group_of.values_mut().filter(|group| joined.contains(group)) {
            *group = root;
        }
        for known in by_requirement.values_mut().chain(by_answer.values_mut()) {
            if joined.contains(known) {
                *known = root;
            }
        }
        group_of.insert(at, root);
        by_requirement.insert(&judged.requirement.id, root);
        by_answer.extend(judged.evidence.iter().map(|seq| (*seq, root)));
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, root) in group_of {
        groups.entry(root).or_default().push(at);
    }
    groups.into_values().collect()
}

fn cause(results: &[Judged], group: &[usize], exchanges: &Exchanges<'_>) -> Cause {
    let rank = |at: &usize| {
        let effect = effect(&results[*at], exchanges);
        (effect, !results[*at].requirement.level.is_must(), *at)
    };
    let lead = group.iter().copied().min_by_key(rank).unwrap_or_default();
    let effect = effect(&results[lead], exchanges);
    let mut types: Vec<ResourceKind> = group.iter().filter_map(|at| results[*at].kind).collect();
    types.sort();
    types.dedup();
    Cause {
        lead,
        results: group.to_vec(),
        effect,
        label: effect.label(),
        steps: steps(effect, types.first().copied()),
        types,
    }
}

/// What a result means for resources, from the state in which its evidence leaves them.
fn effect(judged: &Judged, exchanges: &Exchanges<'_>) -> Effect {
    let level = judged.requirement.level;
    // Of an answer that is wrong in several ways, the end state belongs to the finding about it.
    if !level.operator() {
        return if level.spec() {
            Effect::Clients
        } else {
            Effect::Advice
        };
    }
    // Where the operator is content, its end state is the one to reach.
    if judged.lens.operator != Lens::Fail {
        return Effect::Operator;
    }
    let shown = judged.evidence.iter().filter_map(|seq| exchanges.get(seq));
    let states = shown.filter_map(|exchange| state_effect(exchange));
    states.min().unwrap_or(Effect::Operator)
}

fn state_effect(exchange: &ExchangeRecord) -> Option<Effect> {
    let told = exchange.operator_state.as_deref()?;
    let state = told.split([' ', ',']).next().unwrap_or_default();
    let has_id = told.contains(", id ");
    let created = exchange.response.as_ref().map(|response| response.status);
    let accepted = created.is_some_and(|status| (200..300).contains(&status));
    match (exchange.request.method.as_str(), state) {
        ("DELETE", "Deleting") => Some(Effect::Stuck),
        ("PUT", "Failed") if !has_id => Some(Effect::Forgotten),
        ("POST", "Failed") if accepted && !has_id => Some(Effect::Forgotten),
        (_, "Failed") => Some(Effect::Failed),
        _ => None,
    }
}

/// What helps resources that are already in trouble. The provider has to be mended first.
fn steps(effect: Effect, kind: Option<ResourceKind>) -> Vec<Step> {
    let kind = kind.unwrap_or(ResourceKind::Pipeline);
    let resource = format!("{}s.pipelines.kubeflow.org", kind.as_str());
    let step = |text, command| Step { text, command };
    let list = |state: &str| {
        Some(format!(
            "kubectl get {resource} --all-namespaces -o custom-columns='\
             NAMESPACE:.metadata.namespace,NAME:.metadata.name,\
             STATE:.status.conditions[0].reason,ID:.status.provider.id,\
             DELETED:.metadata.deletionTimestamp' | grep -E 'STATE|{state}'"
        ))
    };
    match effect {
        Effect::Stuck => vec![
            step("See which resources are stuck.", list("Deleting")),
            step(
                "Remove what they stand for from the orchestrator, if it is still there. The operator sends no second DELETE.",
                Some(format!(
                    "curl --request DELETE 'PROVIDER-URL/resource/{}/ID'",
                    kind.as_str()
                )),
            ),
            step(
                "Release the finalizer. The test keeps any other finalizer safe: if one stands first, use its place instead of 0.",
                Some(format!(
                    "kubectl patch {resource} NAME --namespace NAMESPACE --type json --patch '[\
                     {{\"op\":\"test\",\"path\":\"/metadata/finalizers/0\",\"value\":\"finalizer.pipelines.kubeflow.org\"}},\
                     {{\"op\":\"remove\",\"path\":\"/metadata/finalizers/0\"}}]'"
                )),
            ),
        ],
        Effect::Forgotten => vec![
            step("See which resources have no id.", list("Failed")),
            step(
                "Find the id in the orchestrator and write it back, so that the next change updates instead of creating once more.",
                Some(format!(
                    "kubectl patch {resource} NAME --namespace NAMESPACE --subresource status --type merge \
                     --patch '{{\"status\":{{\"provider\":{{\"id\":\"ID\"}}}}}}'"
                )),
            ),
            step(
                "Delete duplicates in the orchestrator by hand: the operator does not know them.",
                None,
            ),
        ],
        Effect::Failed => vec![
            step("See which resources have failed.", list("Failed")),
            step(
                "Change something in their spec: the operator never tries an unchanged one again.",
                None,
            ),
        ],
        Effect::Operator | Effect::Clients | Effect::Advice => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
