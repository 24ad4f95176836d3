//! What a finding does to resources in the cluster.

use serde::Serialize;

use crate::base::outcome::Lens;
use crate::journal::record::ExchangeRecord;
use crate::journal::record::Exchanges;
use crate::judge::Judged;

/// What a cause does to resources in the cluster, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Effect {
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
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Stuck => "resources stay in Deleting forever",
            Self::Forgotten => "ids are lost: orphans and duplicates",
            Self::Failed => "resources end in Failed",
            Self::Operator => "the operator is misled",
            Self::Clients => "clients of the document are misled",
            Self::Advice => "less robust than it should be",
        }
    }
}

/// What a result means for resources, from the state in which its evidence leaves them.
pub(super) fn effect(judged: &Judged, exchanges: &Exchanges<'_>) -> Effect {
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
