//! Each check on canned answers: what it passes, what it does not, and where it has nothing to say.

use std::time::Duration;

use super::*;
use crate::oracle::{Endpoint, Envelope};
use crate::outcome::{Lenses, Outcome};
use crate::wire::{Body, Response, WireFailure};

use Intent::{Debatable, Invalid, Open, Synthetic, Valid};
use Outcome::{Fail, Pass, Skip, Tolerated, Unverified, Warn};

/// A status that is declared, a body that is valid.
const KNOWN: Known<'_> = Known {
    status: true,
    statuses: "200, 500",
    violation: None,
    supplied: true,
};

fn create(intent: Intent) -> Class {
    Class::Create(intent)
}

fn update(intent: Intent) -> Class {
    Class::Update("a".to_owned(), intent)
}

fn delete(intent: Intent) -> Class {
    Class::Delete("a".to_owned(), intent)
}

fn exchange(class: Class, result: Result<Response, WireFailure>) -> Exchange {
    let body = result.as_ref().map_or(&[][..], |response| &response.body);
    Exchange {
        seq: 1,
        class,
        envelope: Envelope::of(body),
        lens: Lenses::default(),
        after: None,
        total: Duration::from_millis(5),
        result,
    }
}

/// An answer in order.
fn answer(class: Class, status: u16, body: impl AsRef<[u8]>) -> Exchange {
    let body = body.as_ref().to_vec();
    let response = Response {
        status,
        version: 1,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        framing: Body::Length(body.len()),
        body,
        extra: Vec::new(),
        closed: false,
        interim: Vec::new(),
    };
    exchange(class, Ok(response))
}

/// The same with something else about it.
fn with(mut exchange: Exchange, change: impl FnOnce(&mut Response)) -> Exchange {
    change(exchange.result.as_mut().expect("an answer"));
    exchange
}

fn with_header(exchange: Exchange, name: &str, value: &str) -> Exchange {
    with(exchange, |response| {
        response.headers.retain(|(known, _)| known != name);
        response.headers.push((name.to_owned(), value.to_owned()));
    })
}

fn lasting(mut exchange: Exchange, total: Duration) -> Exchange {
    exchange.total = total;
    exchange
}

#[track_caller]
fn found(exchange: &Exchange, known: Known<'_>, id: &str) -> Option<Finding> {
    let mut findings = judge(exchange, known, Limits::default()).into_iter();
    let finding = findings.find_map(|(of, finding)| (of == id).then_some(finding));
    let again = findings.any(|(of, _)| of == id);
    assert!(!again, "{id} is judged twice");
    finding
}

type Row = (&'static str, Exchange, Option<Outcome>);

#[track_caller]
fn check(rows: Vec<Row>) {
    for (id, exchange, outcome) in rows {
        let finding = found(&exchange, KNOWN, id);
        assert_eq!(
            finding.as_ref().map(|finding| finding.outcome),
            outcome,
            "{id} {:?} {}: {finding:?}",
            exchange.class,
            exchange.describe()
        );
    }
}

/// What was there, as the report says it.
#[track_caller]
fn told(exchange: &Exchange, id: &str) -> String {
    found(exchange, KNOWN, id).expect(id).actual
}

#[test]
fn limits_scale_and_are_what_the_contract_says() {
    let times = |effort, full| {
        Limits {
            effort,
            ..Limits::default()
        }
        .times(full)
    };
    assert_eq!(
        (times(100, 7), times(25, 9), times(1, 1), times(0, 9)),
        (7, 3, 1, 1)
    );
    assert_eq!((OUTPUT_LIMIT, MESSAGE_LIMIT), (262_144, 32_768));
}

#[test]
fn only_what_the_operator_would_send_is_judged() {
    let table = [
        (create(Valid), true),
        (create(Open), true),
        (update(Synthetic), false),
        (delete(Synthetic), false),
        (Class::Health(Endpoint::Livez), false),
        (Class::Other, false),
    ];
    for (class, judged) in table {
        let findings = judge(&answer(class.clone(), 200, "{}"), KNOWN, Limits::default());
        assert_eq!(!findings.is_empty(), judged, "{class:?}");
    }
}

#[test]
fn answers_have_to_come_in_time() {
    let limits = Limits::default();
    let moment = Duration::from_nanos(1);
    let after = |total| lasting(answer(delete(Valid), 200, "{}"), total);
    let never = WireFailure::Timeout(Duration::from_secs(1));
    check(vec![
        ("transport.deadline", after(limits.warn_after), Some(Pass)),
        (
            "transport.deadline",
            after(limits.warn_after + moment),
            Some(Warn),
        ),
        ("transport.deadline", after(limits.fail_after), Some(Warn)),
        (
            "transport.deadline",
            after(limits.fail_after + moment),
            Some(Fail),
        ),
        (
            "transport.deadline",
            exchange(delete(Valid), Err(never)),
            Some(Fail),
        ),
    ]);
}

#[test]
fn answers_that_did_not_come_say_nothing_of_their_form() {
    let cut = || WireFailure::Misframed {
        what: "two lengths".to_owned(),
        partial: b"{".to_vec(),
    };
    let none = || WireFailure::ClosedBeforeHead(0);
    check(vec![
        (
            "transport.body-complete",
            exchange(create(Valid), Err(cut())),
            Some(Fail),
        ),
        (
            "transport.body-complete",
            exchange(create(Valid), Err(none())),
            None,
        ),
        (
            "response.json-object",
            exchange(create(Valid), Err(none())),
            Some(Fail),
        ),
        (
            "transport.no-redirect",
            exchange(create(Valid), Err(none())),
            None,
        ),
        (
            "robust.no-5xx-on-bad-input",
            exchange(create(Invalid), Err(none())),
            None,
        ),
    ]);
}

#[test]
fn the_end_of_an_answer_is_where_it_says() {
    let framed = |framing, extra: &'static [u8]| {
        with(answer(delete(Valid), 200, "{}"), |response| {
            response.framing = framing;
            response.extra = extra.to_vec();
        })
    };
    let both = with_header(framed(Body::Chunked, b""), "Content-Length", "2");
    let id = "transport.body-complete";
    check(vec![
        (id, framed(Body::None, b""), Some(Pass)),
        (id, framed(Body::Length(2), b""), Some(Pass)),
        (id, framed(Body::Chunked, b""), Some(Pass)),
        (id, framed(Body::UntilClose, b""), Some(Pass)),
        (id, framed(Body::None, b"{}"), Some(Fail)),
        (id, framed(Body::Length(2), b"x"), Some(Fail)),
        (id, framed(Body::Chunked, b"xy"), Some(Fail)),
        (id, both, Some(Warn)),
    ]);
    let table = [
        (Body::None, "1 bytes after a 200, which has no body: \"x\""),
        (Body::Length(2), "Content-Length 2, but 1 bytes more: \"x\""),
        (Body::Chunked, "1 bytes after the end of the answer: \"x\""),
    ];
    for (framing, text) in table {
        assert_eq!(told(&framed(framing, b"x"), id), text);
    }
}

#[test]
fn curl_follows_nothing_and_unpacks_nothing() {
    let plain = || answer(update(Valid), 200, r#"{"id":"a"}"#);
    let coded = |name, value| with_header(plain(), name, value);
    let codings = "transport.no-unrequested-encoding";
    check(vec![
        ("transport.no-redirect", plain(), Some(Pass)),
        (
            "transport.no-redirect",
            answer(update(Valid), 299, ""),
            Some(Pass),
        ),
        (
            "transport.no-redirect",
            answer(update(Valid), 300, ""),
            Some(Fail),
        ),
        (
            "transport.no-redirect",
            answer(update(Valid), 399, ""),
            Some(Fail),
        ),
        (
            "transport.no-redirect",
            answer(update(Valid), 400, ""),
            Some(Pass),
        ),
        (codings, plain(), Some(Pass)),
        (codings, coded("content-encoding", "gzip"), Some(Fail)),
        (codings, coded("Content-Encoding", "Identity"), Some(Pass)),
        (codings, coded("Content-Encoding", ""), Some(Pass)),
        (codings, coded("Transfer-Encoding", "Chunked"), Some(Pass)),
        (
            codings,
            coded("Transfer-Encoding", "gzip, chunked"),
            Some(Fail),
        ),
        // The name of a transfer coding is none of a content coding.
        (codings, coded("Content-Encoding", "chunked"), Some(Fail)),
    ]);
}

#[test]
fn valid_requests_need_no_credentials_and_no_other_headers() {
    let mut rows = Vec::new();
    for (status, auth, accept) in [
        (401, Fail, Pass),
        (403, Fail, Pass),
        (407, Fail, Pass),
        (406, Pass, Fail),
        (415, Pass, Fail),
        (201, Pass, Pass),
    ] {
        rows.push((
            "transport.no-auth",
            answer(create(Valid), status, "{}"),
            Some(auth),
        ));
        rows.push((
            "transport.accept-star",
            answer(create(Valid), status, "{}"),
            Some(accept),
        ));
        rows.push((
            "transport.no-auth",
            answer(create(Invalid), status, "{}"),
            None,
        ));
        rows.push((
            "transport.accept-star",
            answer(create(Debatable), status, "{}"),
            None,
        ));
    }
    check(rows);
}

#[test]
fn an_answer_is_one_object_in_json() {
    let of = |body: &str| answer(create(Valid), 201, body);
    let id = "response.json-object";
    check(vec![
        (id, of("{}"), Some(Pass)),
        (id, of("[]"), Some(Fail)),
        (id, of(""), Some(Fail)),
        (id, of("<html>"), Some(Fail)),
    ]);
    assert_eq!(told(&of("{}"), id), "201 {}");
    assert_eq!(told(&of("[]"), id), "201 [] is an array");
    assert_eq!(told(&of("<html>"), id), "201 <html> is no JSON");
    assert_eq!(told(&of(""), id), "201 with an empty body (no JSON value)");
}

#[test]
fn an_answer_says_that_it_is_json() {
    let of = |media: &str| with_header(answer(create(Valid), 201, "{}"), "Content-Type", media);
    let none = with(answer(create(Valid), 201, "{}"), |response| {
        response.headers.clear();
    });
    let id = "response.content-type-json";
    check(vec![
        (id, of("application/json"), Some(Pass)),
        (id, of("Application/JSON ; charset=utf-8"), Some(Pass)),
        (id, of("application/json-seq"), Some(Fail)),
        (id, of("text/plain; charset=utf-8"), Some(Fail)),
        (id, none, Some(Fail)),
    ]);
}

#[test]
fn status_and_schema_are_those_of_the_document() {
    let unknown = Known {
        status: false,
        ..KNOWN
    };
    let wrong = Known {
        violation: Some("/id: 7 is not a string"),
        ..KNOWN
    };
    let (status, schema) = ("response.status-documented", "response.schema");
    let object = |class, code| answer(class, code, "{}");
    let table = [
        (status, object(create(Valid), 201), KNOWN, Pass),
        (status, object(create(Valid), 418), unknown, Fail),
        (status, object(create(Valid), 501), unknown, Tolerated),
        (status, object(update(Valid), 501), unknown, Tolerated),
        (status, object(delete(Valid), 501), unknown, Fail),
        (status, object(delete(Valid), 501), KNOWN, Pass),
        (schema, object(create(Valid), 201), KNOWN, Pass),
        (schema, object(create(Valid), 201), wrong, Fail),
        (schema, object(create(Valid), 418), unknown, Skip),
        (schema, answer(create(Valid), 201, "[]"), wrong, Skip),
    ];
    for (id, exchange, known, outcome) in table {
        let finding = found(&exchange, known, id).expect(id);
        assert_eq!(finding.outcome, outcome, "{id}: {finding:?}");
    }
    let finding = found(&object(create(Valid), 418), unknown, status).expect(status);
    assert_eq!(finding.expected.as_deref(), Some("one of 200, 500"));
    let finding = found(&object(create(Valid), 201), wrong, schema).expect(schema);
    assert_eq!(finding.actual, "/id: 7 is not a string");
}

#[test]
fn bytes_that_go_would_stumble_over_are_seen() {
    let of = |body: &[u8]| answer(create(Valid), 201, body);
    let (text, after, size) = (
        "response.utf8-no-bom",
        "response.no-trailing-bytes",
        "response.size-limit",
    );
    let long = |length: usize| of(&vec![b' '; length]);
    check(vec![
        (text, of(b"{}"), Some(Pass)),
        (text, of(b"\xEF\xBB\xBF{}"), Some(Fail)),
        (text, of(b"{\"id\":\"\xFF\"}"), Some(Fail)),
        (after, of(b"{} \r\n"), Some(Pass)),
        (after, of(b"{}done"), Some(Fail)),
        (after, of(b"<html>"), Some(Skip)),
        (size, long(OUTPUT_LIMIT - 1), Some(Pass)),
        (size, long(OUTPUT_LIMIT), Some(Fail)),
    ]);
    assert_eq!(
        told(&of(b"\xEF\xBB\xBF{}"), text),
        "starts with a byte order mark"
    );
    assert_eq!(told(&of(b"{}done"), after), "4 bytes after the JSON value");
}

#[test]
fn members_are_strings_with_the_names_of_the_document() {
    let of = |body: &str| answer(create(Invalid), 400, body);
    let (id, error, keys) = (
        "response.id-is-string",
        "response.provider-error-is-string",
        "response.exact-key-case",
    );
    check(vec![
        (id, of("{}"), Some(Pass)),
        (id, of(r#"{"id":"a"}"#), Some(Pass)),
        (id, of(r#"{"id":null}"#), Some(Pass)),
        (id, of(r#"{"id":7}"#), Some(Fail)),
        (id, of("[]"), None),
        (error, of(r#"{"providerError":"a"}"#), Some(Pass)),
        (error, of(r#"{"providerError":{}}"#), Some(Fail)),
        (keys, of(r#"{"id":"a","providerError":"b"}"#), Some(Pass)),
        (keys, of(r#"{"ID":"a"}"#), Some(Warn)),
    ]);
    let words = [
        ("true", "a boolean"),
        ("7", "a number"),
        ("[]", "an array"),
        ("{}", "an object"),
    ];
    for (value, word) in words {
        let answer = of(&format!(r#"{{"id":{value}}}"#));
        assert_eq!(told(&answer, id), format!("id is {word}"));
    }
}

#[test]
fn error_texts_are_short_and_readable_and_leak_nothing() {
    let of = |text: &str| {
        let body = serde_json::json!({ "providerError": text }).to_string();
        answer(create(Invalid), 400, body)
    };
    let accepted = answer(create(Valid), 201, r#"{"providerError":"x"}"#);
    let (length, readable, leak) = (
        "response.provider-error-length",
        "response.error-not-empty-message",
        "response.no-leak",
    );
    let mut rows = vec![
        (length, of(&"é".repeat(MESSAGE_LIMIT)), Some(Pass)),
        (length, of(&"é".repeat(MESSAGE_LIMIT + 1)), Some(Fail)),
        (readable, of("no name"), Some(Pass)),
        (readable, of("error"), Some(Warn)),
        (readable, of("error 42"), Some(Warn)),
        (readable, of(" "), None),
        (readable, answer(create(Invalid), 400, "{}"), None),
        (readable, accepted, None),
        (leak, of("no name"), Some(Pass)),
        (leak, answer(create(Valid), 201, "{}"), Some(Pass)),
    ];
    rows.extend(MARKS.iter().map(|mark| (leak, of(mark), Some(Warn))));
    check(rows);
}

#[test]
fn bad_input_is_refused_without_falling_over() {
    let id = "robust.no-5xx-on-bad-input";
    check(vec![
        (id, answer(create(Invalid), 499, "{}"), Some(Pass)),
        (id, answer(create(Invalid), 500, "{}"), Some(Fail)),
        (id, answer(update(Invalid), 599, "{}"), Some(Fail)),
        (id, answer(update(Invalid), 501, "{}"), Some(Pass)),
        (id, answer(create(Valid), 500, "{}"), None),
        (id, answer(create(Debatable), 500, "{}"), None),
    ]);
}

#[test]
fn creates_answer_201_with_an_id() {
    let refusal = r#"{"providerError":"no such image"}"#;
    let created = |body: &str| answer(create(Valid), 201, body);
    let (status, id, error) = (
        "create.201.status",
        "create.201.id-non-empty",
        "create.201.no-provider-error",
    );
    check(vec![
        (status, created(r#"{"id":"a"}"#), Some(Pass)),
        (status, answer(create(Valid), 200, "{}"), Some(Fail)),
        (status, answer(create(Valid), 422, refusal), Some(Fail)),
        (status, answer(create(Debatable), 422, refusal), None),
        (status, answer(create(Debatable), 200, "{}"), Some(Fail)),
        (status, answer(create(Invalid), 201, "{}"), Some(Pass)),
        (id, created(r#"{"id":"a"}"#), Some(Pass)),
        (id, created(r#"{"id":""}"#), Some(Fail)),
        (id, created(r#"{"id":null}"#), Some(Fail)),
        (id, created("{}"), Some(Fail)),
        (id, created(r#"{"id":7}"#), Some(Skip)),
        (id, created("[]"), Some(Skip)),
        (id, answer(create(Valid), 500, "{}"), None),
        (error, created(r#"{"id":"a"}"#), Some(Pass)),
        (error, created(r#"{"providerError":null}"#), Some(Tolerated)),
        (error, created(r#"{"providerError":""}"#), Some(Tolerated)),
        (error, created(r#"{"providerError":"x"}"#), Some(Fail)),
        (error, answer(create(Valid), 500, refusal), None),
    ]);
    assert_eq!(told(&created("{}"), id), "201 {}: no id");
}

#[test]
fn a_refusal_that_says_why_is_no_failure_of_a_body_nobody_supplied() {
    let ours = Known {
        supplied: false,
        ..KNOWN
    };
    let refusal = r#"{"providerError":"no such image"}"#;
    let table = [
        (422, refusal, ours, Unverified),
        (422, refusal, KNOWN, Fail),
        (422, "{}", ours, Fail),
        (500, refusal, ours, Fail),
        (201, "{}", ours, Pass),
    ];
    for (status, body, known, outcome) in table {
        let exchange = answer(create(Valid), status, body);
        let finding = found(&exchange, known, "create.201.status").expect("judged");
        assert_eq!(finding.outcome, outcome, "{status} {body}: {finding:?}");
    }
}

#[test]
fn a_create_that_failed_says_why_and_leaves_nothing() {
    let of = |intent, body: &str| answer(create(intent), 400, body);
    let (error, ghost) = (
        "create.error.provider-error",
        "create.error.no-id-if-nothing-created",
    );
    check(vec![
        (error, of(Invalid, r#"{"providerError":"x"}"#), Some(Pass)),
        (error, of(Invalid, "{}"), Some(Fail)),
        (error, of(Invalid, r#"{"providerError":" "}"#), Some(Fail)),
        (error, of(Invalid, r#"{"providerError":null}"#), Some(Fail)),
        (error, of(Invalid, r#"{"providerError":7}"#), Some(Skip)),
        (error, of(Invalid, "[]"), None),
        (error, answer(create(Valid), 201, "{}"), None),
        (ghost, of(Invalid, "{}"), Some(Pass)),
        (ghost, of(Invalid, r#"{"id":"a"}"#), Some(Fail)),
        (ghost, of(Open, r#"{"id":"a"}"#), None),
    ]);
}

#[test]
fn ids_survive_the_shell_of_the_operator() {
    let of = |id: &str| {
        let body = serde_json::json!({ "id": id }).to_string();
        answer(create(Valid), 201, body)
    };
    let (safe, dots, blanks, length) = (
        "create.id.shell-safe",
        "create.id.not-dot-segment",
        "create.id.no-edge-whitespace",
        "create.id.length",
    );
    let mut rows = vec![
        (safe, of("a/b:c@d e{f}"), Some(Pass)),
        (safe, of("-nn"), Some(Pass)),
        (safe, of(""), None),
        (dots, of("..."), Some(Pass)),
        (dots, of("."), Some(Fail)),
        (dots, of(".."), Some(Fail)),
        (blanks, of("a b"), Some(Pass)),
        (blanks, of(" a"), Some(Fail)),
        (blanks, of("a\n"), Some(Fail)),
        (length, of(&"a".repeat(1_024)), Some(Pass)),
        (length, of(&"a".repeat(1_025)), Some(Warn)),
        // Three bytes for each: it is the encoded length that counts.
        (length, of(&" ".repeat(342)), Some(Warn)),
    ];
    for id in [
        "a\"b", "$a", "a`", "a\\b", "a\u{7f}", "a\tb", "{{a", "-n", "-e", "-ne", "-en",
    ] {
        rows.push((safe, of(id), Some(Fail)));
    }
    check(rows);
}

#[test]
fn updates_answer_200_with_an_id_and_errors_with_the_same() {
    let refused = |body: &str| answer(update(Invalid), 422, body);
    let (status, id, error) = (
        "update.200.status",
        "update.200.id-non-empty",
        "update.200.no-provider-error",
    );
    let (text, echo) = ("update.error.provider-error", "update.error.echoes-id");
    check(vec![
        (status, answer(update(Valid), 200, "{}"), Some(Pass)),
        (status, answer(update(Valid), 201, "{}"), Some(Fail)),
        (status, answer(update(Valid), 422, "{}"), Some(Fail)),
        (status, answer(update(Invalid), 422, "{}"), None),
        (status, answer(update(Debatable), 201, "{}"), Some(Fail)),
        (id, answer(update(Valid), 200, r#"{"id":"b"}"#), Some(Pass)),
        (id, answer(update(Valid), 200, "{}"), Some(Fail)),
        (id, refused("{}"), None),
        (error, answer(update(Valid), 200, "{}"), Some(Pass)),
        (
            error,
            answer(update(Valid), 200, r#"{"providerError":"x"}"#),
            Some(Fail),
        ),
        (text, refused(r#"{"providerError":"x"}"#), Some(Pass)),
        (text, refused("{}"), Some(Fail)),
        (text, answer(update(Valid), 200, "{}"), None),
        (echo, refused(r#"{"id":"a"}"#), Some(Pass)),
        (echo, refused(r#"{"id":"b"}"#), Some(Fail)),
        (echo, refused("{}"), Some(Fail)),
        (echo, refused("[]"), None),
    ]);
}

#[test]
fn deletes_answer_200_with_nothing_in_it() {
    let deleted = |body: &str| answer(delete(Valid), 200, body);
    let (any, status, body, id, error) = (
        "delete.status-documented",
        "delete.200.status",
        "delete.200.body-object",
        "delete.200.id-empty",
        "delete.200.no-provider-error",
    );
    check(vec![
        (any, deleted("{}"), Some(Pass)),
        (any, answer(delete(Open), 404, "{}"), Some(Pass)),
        (any, answer(delete(Open), 500, "{}"), Some(Pass)),
        (any, answer(delete(Open), 204, ""), Some(Fail)),
        (status, deleted("{}"), Some(Pass)),
        (status, answer(delete(Valid), 202, "{}"), Some(Fail)),
        (status, answer(delete(Open), 404, "{}"), None),
        (body, deleted("{}"), Some(Pass)),
        (body, deleted("null"), Some(Fail)),
        (body, answer(delete(Valid), 500, "null"), None),
        (body, answer(delete(Open), 200, "null"), None),
        (id, deleted("{}"), Some(Pass)),
        (id, deleted(r#"{"id":""}"#), Some(Tolerated)),
        (id, deleted(r#"{"id":"a"}"#), Some(Fail)),
        (id, deleted("[]"), None),
        (error, deleted("{}"), Some(Pass)),
        (error, deleted(r#"{"providerError":"x"}"#), Some(Fail)),
    ]);
}
