//! Faults and variants in the form of an answer that is otherwise right.

mod change;
mod concerns;

use std::time::Duration;

use super::answer::{Answer, Content, Event, Mangle, quote};
use super::behaviour::Switches;
use super::{Fault, Variant};
use change::{
    EARLY_HINTS, GZIPPED, TRACE, conflict, no_content, not_implemented, null_members, probe_text,
    set_error,
};
use concerns::*;

/// What is switched on, which answers it concerns, and what becomes of them.
type Rule<Switch> = (Switch, fn(&Answer) -> bool, fn(&mut Answer));

const WRONG: &[Rule<Fault>] = &[
    // Probes.
    (Fault::LivezOk, livez, |a| probe_text(a, 200)),
    (Fault::LivezDown, livez, |a| a.status = 503),
    (Fault::LivezBody, livez, |a| a.wire.extra = b"alive"),
    (Fault::ReadyzOk, readyz, |a| probe_text(a, 200)),
    (Fault::ReadyzError, readyz, |a| a.status = 500),
    (Fault::ReadyzDown, readyz, |a| a.status = 503),
    // Transport.
    (Fault::UpgradeRequired, livez, |a| a.status = 426),
    (Fault::GzipLabel, resource, |a| {
        a.headers.push(("Content-Encoding", "gzip".to_owned()))
    }),
    (Fault::WrongContentLength, deleted_former, |a| {
        a.wire.withheld = 1
    }),
    (Fault::ExtraBytes, refused_create, |a| {
        a.wire.extra = b"\r\n"
    }),
    (Fault::LateBytes, refused_create, |a| a.wire.late = b"\r\n"),
    (Fault::ShortLength, deleted_former, |a| {
        a.wire.mangle = Some(Mangle::ShortLength)
    }),
    (Fault::TwoLengths, deleted_former, |a| {
        a.wire.mangle = Some(Mangle::TwoLengths)
    }),
    (Fault::LengthBesideChunks, refused_create, |a| {
        a.wire.mangle = Some(Mangle::ChunksAndLength)
    }),
    (Fault::EndlessChunks, deleted_former, |a| {
        a.wire.mangle = Some(Mangle::EndlessChunks)
    }),
    (Fault::BadChunkSize, deleted_former, |a| {
        a.wire.mangle = Some(Mangle::ChunkSize)
    }),
    (Fault::ResetInBody, deleted_former, |a| {
        a.wire.mangle = Some(Mangle::Reset)
    }),
    (Fault::CodedChunks, refused_create, |a| {
        a.wire.mangle = Some(Mangle::CodedChunks)
    }),
    (Fault::GzipBody, deleted_former, |a| {
        a.headers.push(("Content-Encoding", "gzip".to_owned()));
        a.content = Content::Text(GZIPPED.to_vec());
    }),
    (Fault::BodyAfterNoContent, deleted_nothing, |a| {
        no_content(a);
        a.wire.extra = b"{}";
    }),
    (Fault::ClosesAfterRefusal, refused, |a| {
        a.wire.close_silently = true
    }),
    (Fault::NeverAnswers, deleted_former, |a| {
        a.wire.delay = Duration::from_secs(300)
    }),
    (Fault::ClosesSilently, any, |a| a.wire.close_silently = true),
    (Fault::IgnoresClose, any, |a| a.wire.ignore_close = true),
    // The form of answers.
    (Fault::TextPlain, resource, |a| {
        a.media = Some("text/plain; charset=utf-8")
    }),
    (Fault::NoContentType, resource, |a| a.media = None),
    (Fault::HtmlErrorPage, refused_create, Answer::show_page),
    (Fault::EmptyErrorBody, refused_create, |a| {
        a.content = Content::Nothing
    }),
    (Fault::UndeclaredStatus, deleted_nothing, |a| a.status = 418),
    (Fault::ConflictOnRepeat, repeated, conflict),
    (Fault::SchemaViolation, deleted_nothing, null_members),
    (Fault::NumericId, repeated, |a| a.set("id", b"7".to_vec())),
    (Fault::ObjectProviderError, refused_create, |a| {
        set_error(a, br#"{"message":"wrong body"}"#)
    }),
    (Fault::Bom, refused_create, |a| {
        a.wire.before = b"\xEF\xBB\xBF"
    }),
    (Fault::BrokenUtf8, refused_create, |a| {
        set_error(a, b"\"the body is \xFF wrong\"")
    }),
    (Fault::TrailingBytes, refused_create, |a| {
        a.wire.after = b"done"
    }),
    (Fault::GiantAnswer, refused_create, |a| {
        a.set("request", quote(&"x".repeat(300 * 1024)))
    }),
    (Fault::HugeMessage, refused_create, |a| {
        set_error(a, &quote(&"wrong ".repeat(6_667)))
    }),
    (Fault::MisspeltId, repeated, |a| a.rename("id", "ID")),
    (Fault::MisspeltError, refused_create, |a| {
        a.rename("providerError", "ProviderError")
    }),
    (Fault::SnakeCaseError, refused_create, |a| {
        a.rename("providerError", "provider_error")
    }),
    (Fault::DuplicateKeys, refused_create, |a| {
        a.add("providerError", quote("wrong body"))
    }),
    (Fault::WordlessError, refused_create, |a| {
        set_error(a, br#""error""#)
    }),
    (Fault::StackTrace, refused_create, |a| set_error(a, TRACE)),
    // Creates.
    (Fault::WrongCreateStatus, created, |a| a.status = 200),
    (Fault::MissingId, repeated, |a| a.remove("id")),
    (Fault::EmptyId, repeated, |a| a.set("id", quote(""))),
    (Fault::CreateWarning, repeated, |a| {
        set_error(a, br#""the name is taken""#)
    }),
    (Fault::ErrorWithoutText, refused_create, |a| {
        a.remove("providerError")
    }),
    (Fault::GhostId, refused_create, |a| {
        a.set("id", quote("ghost"))
    }),
    (Fault::RepeatHangsUp, repeated, |a| a.wire.hang_up = true),
    (Fault::UnnamedPipeline, unknown_pipeline, |a| {
        set_error(a, br#""it is not there""#)
    }),
    (Fault::UnicodeRefused, unwanted, |a| {
        a.remove("providerError")
    }),
    (Fault::MalformedUnprocessable, malformed_create, |a| {
        a.status = 422
    }),
    // Updates.
    (Fault::RunPutEmpty, updated_run, |a| a.remove("id")),
    (Fault::PutCreated, updated, |a| a.status = 201),
    (Fault::PutMissingId, unchanged, |a| a.remove("id")),
    (Fault::PutWarning, unchanged, |a| {
        set_error(a, br#""nothing has changed""#)
    }),
    (Fault::PutUnknownId, updated, |a| a.set("id", quote("gone"))),
    (Fault::PutUnknownUnprocessable, updated_nothing, |a| {
        a.status = 422
    }),
    (Fault::UnknownIdError, updated_nothing, |a| a.status = 500),
    (Fault::PutErrorWithoutId, failed_update, |a| a.remove("id")),
    (Fault::PutErrorWrongId, failed_update, |a| {
        a.set("id", quote("another"))
    }),
    (Fault::PutErrorEncodedId, failed_update, |a| {
        a.set(
            "id",
            quote(&a.asked.as_ref().map_or(String::new(), |id| id.raw.clone())),
        );
    }),
    (Fault::PutErrorWithoutText, failed_update, |a| {
        a.remove("providerError")
    }),
    (
        Fault::PutNotImplemented,
        |a| updated(a) && a.kind == "runschedule",
        not_implemented,
    ),
    (Fault::PutAfterDeleteError, updated_former, |a| {
        a.status = 500
    }),
    // Deletes.
    (Fault::DeleteAccepted, deleted, |a| a.status = 202),
    (Fault::DeleteNoContent, deleted, no_content),
    (Fault::DeleteNull, deleted, |a| {
        a.content = Content::Text(b"null".to_vec())
    }),
    (Fault::DeleteEchoesId, deleted, |a| {
        a.set(
            "id",
            quote(
                a.asked
                    .as_ref()
                    .and_then(|id| id.text.as_deref())
                    .unwrap_or_default(),
            ),
        );
    }),
    (Fault::DeleteWarning, deleted, |a| {
        set_error(a, br#""remains were left""#)
    }),
    (Fault::DeleteUnknownError, deleted_never_issued, |a| {
        set_error(a, br#""it is not there""#)
    }),
    (Fault::DeleteUnknownBadRequest, deleted_nothing, |a| {
        a.status = 400
    }),
    (Fault::RepeatedDeleteError, deleted_former, |a| {
        set_error(a, br#""it is gone""#)
    }),
    (Fault::DeleteNotImplemented, deleted_nothing, |a| {
        a.status = 501
    }),
    (
        Fault::ActiveRunKept,
        |a| deleted(a) && a.kind == "run",
        |a| {
            a.status = 500;
            set_error(a, br#""the run is active""#);
        },
    ),
    // Abuse.
    (Fault::BadInputError, malformed, |a| a.status = 500),
    (
        Fault::UnknownPathError,
        |a| a.event == Event::NoRoute,
        |a| a.status = 500,
    ),
    (
        Fault::WrongMethodOk,
        |a| a.event == Event::WrongMethod,
        |a| {
            *a = Answer::object(Event::WrongMethod, 200);
        },
    ),
];

const ODD: &[Rule<Variant>] = &[
    (Variant::OldHttpVersion, any, |a| a.wire.old_version = true),
    (Variant::RunPutNotImplemented, updated_run, not_implemented),
    (Variant::DeleteUnknownOk, deleted_nothing, |a| {
        a.status = 200
    }),
    (Variant::EmptyErrorMember, created, |a| {
        set_error(a, br#""""#)
    }),
    (Variant::CharsetParameter, resource, |a| {
        a.media = Some("application/json; charset=utf-8")
    }),
    (Variant::PrettyJson, resource, |a| a.wire.pretty = true),
    (Variant::ExtraMembers, succeeded, |a| {
        a.set("links", br#"{"self":["a",1,null]}"#.to_vec())
    }),
    (Variant::ExtraErrorMembers, failed_with_text, |a| {
        a.set("code", b"4711".to_vec())
    }),
    (Variant::EarlyHints, any, |a| a.wire.interim = EARLY_HINTS),
    (Variant::UnaskedContinue, any, |a| {
        a.wire.interim = b"HTTP/1.1 100 Continue\r\n\r\n"
    }),
    (Variant::FoldedHeader, any, |a| {
        a.headers.push(("X-Trace", "one,\r\n two".to_owned()))
    }),
    (Variant::OddHeaders, any, |a| {
        let many = (0..300).map(|n| ("X-Trace", n.to_string()));
        a.headers.extend(many);
        a.headers.push(("X-End", "1\r\nwhat is this".to_owned()));
    }),
    (Variant::Delayed, any, |a| {
        a.wire.delay = Duration::from_millis(20)
    }),
];

/// Applies what is switched on.
pub(super) fn shape(switches: Switches<'_>, answer: &mut Answer) {
    apply(ODD, |variant| switches.odd(variant), answer);
    apply(WRONG, |fault| switches.wrong(fault), answer);
    if switches.wrong(Fault::SlowProbe) && probe(answer) {
        answer.wire.delay = switches.delay();
    }
}

fn apply<S: Copy>(rules: &[Rule<S>], is_on: impl Fn(S) -> bool, answer: &mut Answer) {
    for (switch, concerns, change) in rules {
        if is_on(*switch) && concerns(answer) {
            change(answer);
        }
    }
}
