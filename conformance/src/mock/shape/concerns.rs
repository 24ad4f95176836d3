//! Which answers a rule concerns.

use crate::mock::answer::{Answer, Event, Flaw, Operation};

pub(in crate::mock) fn any(_: &Answer) -> bool {
    true
}

pub(in crate::mock) fn probe(answer: &Answer) -> bool {
    livez(answer) || readyz(answer)
}

pub(in crate::mock) fn livez(answer: &Answer) -> bool {
    answer.operation == Operation::Livez
}

pub(in crate::mock) fn readyz(answer: &Answer) -> bool {
    answer.operation == Operation::Readyz
}

pub(in crate::mock) fn resource(answer: &Answer) -> bool {
    matches!(
        answer.operation,
        Operation::Create | Operation::Update | Operation::Delete
    )
}

pub(in crate::mock) fn created(answer: &Answer) -> bool {
    matches!(answer.event, Event::Created { .. })
}

pub(in crate::mock) fn repeated(answer: &Answer) -> bool {
    answer.event == Event::Created { again: true }
}

pub(in crate::mock) fn updated(answer: &Answer) -> bool {
    matches!(answer.event, Event::Updated { .. })
}

pub(in crate::mock) fn updated_run(answer: &Answer) -> bool {
    updated(answer) && answer.kind == "run"
}

pub(in crate::mock) fn unchanged(answer: &Answer) -> bool {
    answer.event == Event::Updated { unchanged: true }
}

pub(in crate::mock) fn deleted(answer: &Answer) -> bool {
    answer.event == Event::Deleted
}

pub(in crate::mock) fn succeeded(answer: &Answer) -> bool {
    created(answer) || updated(answer) || deleted(answer)
}

pub(in crate::mock) fn refused(answer: &Answer) -> bool {
    matches!(answer.event, Event::Refused(_))
}

pub(in crate::mock) fn refused_create(answer: &Answer) -> bool {
    // What is said of an unknown pipeline has a requirement and a fault of its own.
    refused(answer) && answer.operation == Operation::Create && !unknown_pipeline(answer)
}

pub(in crate::mock) fn malformed(answer: &Answer) -> bool {
    answer.event == Event::Refused(Flaw::Malformed)
}

pub(in crate::mock) fn malformed_create(answer: &Answer) -> bool {
    malformed(answer) && answer.operation == Operation::Create
}

pub(in crate::mock) fn unknown_pipeline(answer: &Answer) -> bool {
    answer.event == Event::Refused(Flaw::UnknownPipeline)
}

pub(in crate::mock) fn broken_down(answer: &Answer) -> bool {
    answer.event == Event::Refused(Flaw::Unwanted)
}

pub(in crate::mock) fn failed_update(answer: &Answer) -> bool {
    answer.operation == Operation::Update && answer.status >= 400
}

pub(in crate::mock) fn failed_with_text(answer: &Answer) -> bool {
    refused(answer) || updated_nothing(answer)
}

pub(in crate::mock) fn not_there(answer: &Answer) -> bool {
    matches!(answer.event, Event::NotThere { .. })
}

pub(in crate::mock) fn updated_nothing(answer: &Answer) -> bool {
    not_there(answer) && answer.operation == Operation::Update
}

pub(in crate::mock) fn updated_former(answer: &Answer) -> bool {
    answer.operation == Operation::Update && answer.event == Event::NotThere { once: true }
}

pub(in crate::mock) fn deleted_nothing(answer: &Answer) -> bool {
    not_there(answer) && answer.operation == Operation::Delete
}

pub(in crate::mock) fn deleted_former(answer: &Answer) -> bool {
    answer.operation == Operation::Delete && answer.event == Event::NotThere { once: true }
}

pub(in crate::mock) fn deleted_never_issued(answer: &Answer) -> bool {
    answer.operation == Operation::Delete && answer.event == Event::NotThere { once: false }
}
