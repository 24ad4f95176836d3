//! Which answers a rule concerns.

use crate::mock::answer::{Answer, Event, Flaw, Operation};

pub(super) fn any(_: &Answer) -> bool {
    true
}

pub(super) fn probe(answer: &Answer) -> bool {
    livez(answer) || readyz(answer)
}

pub(super) fn livez(answer: &Answer) -> bool {
    answer.operation == Operation::Livez
}

pub(super) fn readyz(answer: &Answer) -> bool {
    answer.operation == Operation::Readyz
}

pub(super) fn resource(answer: &Answer) -> bool {
    matches!(
        answer.operation,
        Operation::Create | Operation::Update | Operation::Delete
    )
}

pub(super) fn created(answer: &Answer) -> bool {
    matches!(answer.event, Event::Created { .. })
}

pub(super) fn repeated(answer: &Answer) -> bool {
    answer.event == Event::Created { again: true }
}

pub(super) fn updated(answer: &Answer) -> bool {
    matches!(answer.event, Event::Updated { .. })
}

pub(super) fn updated_run(answer: &Answer) -> bool {
    updated(answer) && answer.kind == "run"
}

pub(super) fn unchanged(answer: &Answer) -> bool {
    answer.event == Event::Updated { unchanged: true }
}

pub(super) fn deleted(answer: &Answer) -> bool {
    answer.event == Event::Deleted
}

pub(super) fn succeeded(answer: &Answer) -> bool {
    created(answer) || updated(answer) || deleted(answer)
}

pub(super) fn refused(answer: &Answer) -> bool {
    matches!(answer.event, Event::Refused(_))
}

pub(super) fn refused_create(answer: &Answer) -> bool {
    // What is said of an unknown pipeline has a requirement and a fault of its own.
    refused(answer) && answer.operation == Operation::Create && !unknown_pipeline(answer)
}

pub(super) fn malformed(answer: &Answer) -> bool {
    answer.event == Event::Refused(Flaw::Malformed)
}

pub(super) fn malformed_create(answer: &Answer) -> bool {
    malformed(answer) && answer.operation == Operation::Create
}

pub(super) fn unknown_pipeline(answer: &Answer) -> bool {
    answer.event == Event::Refused(Flaw::UnknownPipeline)
}

pub(super) fn unwanted(answer: &Answer) -> bool {
    answer.event == Event::Refused(Flaw::Unwanted)
}

pub(super) fn failed_update(answer: &Answer) -> bool {
    answer.operation == Operation::Update && answer.status >= 400
}

pub(super) fn failed_with_text(answer: &Answer) -> bool {
    refused(answer) || updated_nothing(answer)
}

pub(super) fn not_there(answer: &Answer) -> bool {
    matches!(answer.event, Event::NotThere { .. })
}

pub(super) fn updated_nothing(answer: &Answer) -> bool {
    not_there(answer) && answer.operation == Operation::Update
}

pub(super) fn updated_former(answer: &Answer) -> bool {
    answer.operation == Operation::Update && answer.event == Event::NotThere { once: true }
}

pub(super) fn deleted_nothing(answer: &Answer) -> bool {
    not_there(answer) && answer.operation == Operation::Delete
}

pub(super) fn deleted_former(answer: &Answer) -> bool {
    answer.operation == Operation::Delete && answer.event == Event::NotThere { once: true }
}

pub(super) fn deleted_never_issued(answer: &Answer) -> bool {
    answer.operation == Operation::Delete && answer.event == Event::NotThere { once: false }
}
