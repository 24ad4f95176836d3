//! What a client method returns.

use serde_json::Value;

use super::errors::can_unify;
use super::reply::{Payload, Reply};
use crate::names::pascal;
use crate::spec::{At, Spec, Status, typed_schema};

/// What a client method returns, where one type for all successes or all errors does not do.
pub(crate) struct Outcome {
    pub(crate) success: Side,
    pub(crate) failure: Side,
}

/// The successes or the errors of an operation.
pub(crate) enum Side {
    /// All of them carry the same.
    Same(Payload),
    /// An enumeration of this name, with a variant per response.
    Several(String),
}

/// What the client's method returns, unless progenitor's own way will do: one type for all
/// successes, one for all errors, each JSON or nothing, each status by its number.
pub(super) fn outcome(
    spec: &Spec<'_>,
    id: &str,
    replies: &[Reply],
    declared: &[(Status, At<'_>)],
) -> Option<Outcome> {
    let (failures, successes): (Vec<&Reply>, Vec<&Reply>) =
        replies.iter().partition(|reply| reply.status.is_error());
    let plain = |reply: &&Reply| {
        let code = match reply.status {
            Status::One(code) => code,
            Status::Class(_) => return false,
        };
        let json =
            matches!(&reply.payload, Payload::Json { media, .. } if media == "application/json");
        (reply.payload == Payload::Nothing || json) && !(300..400).contains(&code)
    };
    let native = replies.iter().all(|reply| plain(&reply))
        && same(&successes)
        && (same(&failures) || unifiable(spec, declared));
    if native {
        return None;
    }
    let side = |replies: &[&Reply], suffix: &str| match replies.first() {
        None => Side::Same(Payload::Nothing),
        Some(first) if same(replies) => Side::Same(first.payload.clone()),
        Some(_) => Side::Several(format!("{}{suffix}", pascal(id))),
    };
    Some(Outcome {
        success: side(&successes, "Success"),
        failure: side(&failures, "Failure"),
    })
}

fn same(replies: &[&Reply]) -> bool {
    replies
        .windows(2)
        .all(|pair| pair[0].payload.same_kind(&pair[1].payload))
}

/// Whether the errors are objects that fit into one with the members of all.
fn unifiable(spec: &Spec<'_>, declared: &[(Status, At<'_>)]) -> bool {
    let errors = declared.iter().filter(|(status, _)| status.is_error());
    let bodies: Option<Vec<&Value>> = errors
        .map(|(_, at)| Some(spec.follow(typed_schema(at)?)?.value))
        .collect();
    bodies.is_some_and(|bodies| can_unify(&bodies))
}
