//! What is legal, although few providers do it.

use std::time::Duration;

use super::effect::Effect::{self, Id, Shape};
use super::naming::named;
use super::shape::change::*;
use super::shape::concerns::*;

/// A legal oddity.
#[derive(Clone, Copy, Debug)]
pub struct VariantSpec {
    /// The name by which it is switched on.
    pub name: &'static str,
    /// What the provider does, in one sentence.
    pub what: &'static str,
    /// Where it acts and what it does there, if it is not asked for by its name.
    pub(super) effects: &'static [Effect],
}

named! {
    /// An unusual behaviour that has to stay green.
    Variant, "variant";
    /// All variants.
    VARIANTS: VariantSpec;

    // Ids.
    SlashedIds "ids-with-slashes" "Ids contain slashes and colons."
        => Id(|seed| format!("projects/a:b/{}", seed.plain()));
    LongIds "ids-of-900-bytes" "Ids have 900 bytes."
        => Id(|seed| seed.padded(900));
    MovingIds "ids-that-change" "Every update answers with a new id, the former is forgotten.";

    // Answers that are allowed beside the best one.
    DeleteUnknownOk "delete-unknown-200" "DELETE of something that is not there answers 200 {}."
        => Shape(deleted_nothing, |a| a.status = 200);
    Upsert "upsert" "An update of an unknown id creates the resource under that id.";
    EmptyErrorMember "empty-provider-error" "Successful creates carry an empty providerError."
        => Shape(created, |a| set_error(a, br#""""#));
    RunPutNotImplemented "run-put-501" "An update of a run answers 501 with id and text."
        => Shape(updated_run, not_implemented);
    LateRunFailure "unknown-pipeline-accepted" "A run of an unknown pipeline is accepted.";
    WordyRefusals "schedule-window-refused-in-words"
        "A schedule with a start is refused with 422 and a text.";

    PipelinesOnly "pipelines-only"
        "All types but pipelines are refused: creates and updates with 422 and a text, deletes with 200 {}.";

    // Outages.
    QueuesInOutage "queues-in-outage"
        "While the backend is down, everything but readiness is accepted and carried out later.";
    HalfCreatedNamed "half-created-with-id"
        "A create while the backend is down leaves something behind and tells its id.";
    FailedDeleteDoneLater "failed-delete-done-later"
        "A delete while the backend is down fails, and is carried out when it can be.";

    // The form of answers.
    CharsetParameter "charset-parameter" "The Content-Type has a charset parameter."
        => Shape(resource, |a| { a.media = Some("application/json; charset=utf-8") });
    PrettyJson "pretty-json" "Answers are indented and end in a newline."
        => Shape(resource, |a| a.wire.pretty = true);
    ExtraMembers "extra-members" "Successful answers have members of their own."
        => Shape(succeeded, |a| a.set("links", br#"{"self":["a",1,null]}"#.to_vec()));
    ExtraErrorMembers "extra-error-members" "Error answers have members of their own."
        => Shape(failed_with_text, |a| a.set("code", b"4711".to_vec()));

    // HTTP.
    OldHttpVersion "http-1.0-status-line" "Answers are marked HTTP/1.0."
        => Shape(any, |a| a.wire.old_version = true);
    Chunked "chunked" "Answers come in chunks.";
    ChunkExtensions "chunk-extensions" "Answers come in chunks with extensions and a trailer.";
    UntilClose "until-close" "Answers end with the connection, without a length.";
    ConnectionClose "connection-close" "The connection is closed after each answer, which says so.";
    LowerCaseHeaders "lower-case-headers" "Header names are in lower case.";
    EarlyHints "early-hints" "A 103 comes before each answer."
        => Shape(any, |a| a.wire.interim = EARLY_HINTS);
    UnaskedContinue "unasked-continue" "A 100 Continue comes before each answer."
        => Shape(any, |a| a.wire.interim = b"HTTP/1.1 100 Continue\r\n\r\n");
    FoldedHeader "folded-header" "A header goes on in the next line, as it was allowed once."
        => Shape(any, |a| a.headers.push(("X-Trace", "one,\r\n two".to_owned())));
    OddHeaders "odd-headers" "There are hundreds of headers, and a line that is none."
        => Shape(any, add_headers);
    SlowDrip "slow-drip" "Answers come byte by byte.";
    Delayed "delayed-answers" "Every answer takes a moment."
        => Shape(any, |a| a.wire.delay = Duration::from_millis(20));
    ExpectationFailed "expectation-failed" "A request that expects 100 Continue is answered 417.";
    ExpectIgnored "expect-ignored" "No 100 Continue is sent, the body is awaited regardless.";

    // Events.
    EventByConfiguration "event-by-configuration"
        "Events of runs that have a run configuration name only that.";
    EventEmptyConfiguration "event-empty-configuration"
        "Where a run has no run configuration, events have an empty string.";
    EventExtraMembers "event-extra-members" "Events have members of their own.";
    EventFractions "event-fractions" "Times in events have fractions of seconds.";
    EventNullComponents "event-null-components"
        "The components are null where no artifact was declared.";
    EventUntimed "event-untimed" "The times in events are null.";
}
