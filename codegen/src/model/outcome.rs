//! What a client method returns.

use super::errors::can_unify;
use super::reply::{Payload, Reply};
use crate::api::{Schema, Schemas};
use crate::names::pascal;
use crate::spec::Status;

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
pub(super) fn outcome(schemas: &Schemas, id: &str, replies: &[Reply]) -> Option<Outcome> {
    let (failures, successes): (Vec<&Reply>, Vec<&Reply>) =
        replies.iter().partition(|reply| reply.status.is_error());
    let plain = |reply: &Reply| {
        let code = match reply.status {
            Status::One(code) => code,
            Status::Class(_) => return false,
        };
        let json =
            matches!(&reply.payload, Payload::Json { media, .. } if media == "application/json");
        (reply.payload == Payload::Nothing || json) && !(300..400).contains(&code)
    };
    let native = replies.iter().all(plain)
        && same(&successes)
        && (same(&failures) || unifiable(schemas, &failures));
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
fn unifiable(schemas: &Schemas, failures: &[&Reply]) -> bool {
    let schema = |reply: &&Reply| match &reply.payload {
        Payload::Json { component, .. } => schemas.follow(schemas.get(component)?),
        _ => None,
    };
    let bodies: Option<Vec<&Schema>> = failures.iter().map(schema).collect();
    bodies.is_some_and(|bodies| can_unify(&bodies))
}
