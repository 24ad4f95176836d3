//! What an end state means, in words for reports.

use crate::kind::Operation;
use crate::state::{Settled, State, Status};

/// What it means for the user of the operator that an operation left a resource as it did: one or two sentences
/// without a full stop at the end.
pub fn consequence(operation: Operation, before: &Status, after: &Settled) -> String {
    let Settled { instant, steady } = after;
    match (operation, steady.state) {
        (Operation::Create, State::Succeeded) => {
            format!("the resource is in Succeeded with id {:?}", steady.id)
        }
        (Operation::Create, State::Failed) => failed_creation(steady),
        (Operation::Update, State::Succeeded) => updated(before, steady),
        (Operation::Update, State::Failed) => failed_update(before, steady),
        (Operation::Delete, State::Deleted) => {
            "the resource is gone: its finalizer is released".to_owned()
        }
        (Operation::Delete, State::Deleting) if !instant.message.is_empty() => {
            failed_deletion(before, after)
        }
        (_, state) => format!(
            "the resource stays in {state:?} forever: the message is longer than a status can hold, so no status is written"
        ),
    }
}

fn failed_creation(status: &Status) -> String {
    let (id, message) = (&status.id, excerpt(&status.message));
    if id.is_empty() {
        format!(
            "the resource is in Failed ({message}) and no id is known: whatever exists at the provider is lost, \
             the next change creates again and a deletion sends nothing"
        )
    } else {
        format!(
            "the resource is in Failed ({message}) with id {id:?}: the next change updates it and a deletion deletes it"
        )
    }
}

fn updated(before: &Status, status: &Status) -> String {
    if before.id == status.id {
        format!("the resource is in Succeeded and keeps id {:?}", status.id)
    } else {
        format!(
            "the resource is in Succeeded with id {:?}: the operator forgets id {:?}",
            status.id, before.id
        )
    }
}

fn failed_update(before: &Status, status: &Status) -> String {
    let (id, message) = (&status.id, excerpt(&status.message));
    if id.is_empty() {
        format!(
            "the resource is in Failed ({message}) and the operator forgets id {:?}: the next change creates a second \
             resource, and a deletion sends nothing and leaves the first behind",
            before.id
        )
    } else if *id == before.id {
        format!(
            "the resource is in Failed ({message}) and keeps id {id:?}: the next change updates it"
        )
    } else {
        format!(
            "the resource is in Failed ({message}) with id {id:?}: the operator forgets id {:?}",
            before.id
        )
    }
}

fn failed_deletion(before: &Status, Settled { instant, steady }: &Settled) -> String {
    let forgotten = if steady.id == before.id {
        String::new()
    } else {
        format!(", and the operator forgets id {:?}", before.id)
    };
    format!(
        "the resource stays in Deleting forever ({}): no second DELETE is sent and its finalizer is never released{forgotten}",
        excerpt(&instant.message)
    )
}

fn excerpt(message: &str) -> String {
    const SHOWN: usize = 200;
    match message.char_indices().nth(SHOWN) {
        None => message.to_owned(),
        Some((end, _)) => format!("{}…", &message[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::settle;
    use crate::step::{Answer, StepResult};
    use Operation::{Create, Delete, Update};

    #[test]
    fn words() {
        let long = format!(r#"{{"providerError":"{}"}}"#, "x".repeat(40_000));
        let table = [
            (Create, r#"{"id":"n"}"#, "is in Succeeded with id \"n\""),
            (
                Create,
                "{}",
                "is in Failed (id was empty) and no id is known",
            ),
            (
                Create,
                r#"{"id":"n","providerError":"e"}"#,
                "is in Failed (e) with id \"n\": the next change updates it",
            ),
            (
                Create,
                &long,
                "stays in Creating forever: the message is longer",
            ),
            (Update, r#"{"id":"old"}"#, "keeps id \"old\""),
            (
                Update,
                r#"{"id":"n"}"#,
                "with id \"n\": the operator forgets id \"old\"",
            ),
            (
                Update,
                r#"{"providerError":"e"}"#,
                "forgets id \"old\": the next change creates a second resource",
            ),
            (
                Update,
                r#"{"id":"old","providerError":"e"}"#,
                "is in Failed (e) and keeps id \"old\"",
            ),
            (
                Update,
                r#"{"id":"n","providerError":"e"}"#,
                "with id \"n\": the operator forgets id \"old\"",
            ),
            (Delete, "{}", "is gone: its finalizer is released"),
            (
                Delete,
                "",
                "stays in Deleting forever (could not retrieve workflow output)",
            ),
            (
                Delete,
                r#"{"providerError":"e"}"#,
                "never released, and the operator forgets id \"old\"",
            ),
            (
                Delete,
                r#"{"id":"old"}"#,
                "stays in Deleting forever (id should be empty): no second DELETE is sent",
            ),
            (
                Delete,
                &long,
                "stays in Deleting forever: the message is longer",
            ),
        ];
        for (operation, body, expected) in table {
            let before = if operation == Create {
                Status::default()
            } else {
                Status::succeeded("old")
            };
            let step = StepResult::from(&Answer {
                status: 200,
                body: body.as_bytes().to_vec(),
            });
            let words = consequence(operation, &before, &settle(operation, &before, &step));
            assert!(words.contains(expected), "{operation} {body}: {words}");
        }
    }
}
