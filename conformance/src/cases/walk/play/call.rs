//! A request of a walk, and what its answer says about ids.

use kfp_operator_sim::{ResourceKind, State as End};

use crate::oracle::exchange::{Class, Exchange};
use crate::stimuli::model::history::Effect;
use crate::stimuli::model::script::Action;
use crate::wire::Request;

/// One request about to be sent.
pub(super) struct Call {
    pub(super) action: Action,
    pub(super) name: usize,
    /// The id that it is about; empty for creates.
    pub(super) id: String,
    pub(super) kind: ResourceKind,
    pub(super) request: Request,
    pub(super) class: Class,
}

pub(super) fn verb(call: &Call) -> String {
    match call.action {
        Action::Create => "create".to_owned(),
        Action::Again => "create again".to_owned(),
        Action::Update => format!("update {:?} of", call.id),
        Action::Delete => format!("delete {:?} of", call.id),
        Action::DeleteFormer => format!("delete the former id {:?} of", call.id),
        Action::DeleteElsewhere => {
            format!("delete {} {:?}, the id of", call.kind.as_str(), call.id)
        }
    }
}

/// An answer with which the operator would go on.
pub(super) fn usable(answer: &Exchange) -> bool {
    answer.accepted() && answer.operator_id().is_some() && answer.provider_error().is_none()
}

/// What an answer says about ids.
pub(super) fn effects(call: &Call, answer: &Exchange, alone: bool) -> Vec<(String, Effect)> {
    let new = answer.operator_id().unwrap_or_default();
    match call.action {
        Action::Create | Action::Again if usable(answer) => vec![(new, Effect::Born(call.name))],
        Action::Update if usable(answer) && new == call.id => {
            vec![(new, Effect::Kept(call.name))]
        }
        Action::Update if usable(answer) => vec![
            (call.id.clone(), Effect::Left),
            (new, Effect::Born(call.name)),
        ],
        Action::Update | Action::Delete => vec![(call.id.clone(), effect(answer, alone))],
        // These are about ids that nothing is known of; what they must not do shows later.
        Action::Create | Action::Again | Action::DeleteFormer | Action::DeleteElsewhere => {
            Vec::new()
        }
    }
}

/// What the answer to an update that was not accepted, or to a deletion, says.
pub(super) fn effect(answer: &Exchange, alone: bool) -> Effect {
    let deleted = answer
        .after
        .as_ref()
        .is_some_and(|after| after.state == End::Deleted);
    match answer.status() {
        None => Effect::Unknown,
        Some(404) => Effect::Missed,
        _ if deleted => Effect::Removed,
        // Where somebody else is at work on the same id, a conflict told in words is fair.
        Some(400 | 409 | 422) if !alone && answer.provider_error().is_some() => Effect::Declined,
        _ => Effect::Failed,
    }
}

/// Whether no resource of another type can have this id: it names this run, or is long enough to
/// be random.
pub(crate) fn is_unique(id: &str, run: &str) -> bool {
    const RANDOM: usize = 16;
    id.contains(run) || id.len() >= RANDOM
}
