//! What every answer has to look like.

use crate::catalogue::ids;
use kfp_operator_sim::json::Json;

use super::{Findings, Known, MESSAGE_LIMIT, OUTPUT_LIMIT};
use crate::base::outcome::Finding;
use crate::oracle::exchange::{Class, Exchange};

/// Area C: the form of an answer.
pub(super) fn envelope(exchange: &Exchange, known: Known<'_>) -> Findings {
    let envelope = &exchange.envelope;
    let Some(response) = exchange.response() else {
        return vec![(
            ids::RESPONSE_JSON_OBJECT,
            Finding::fail(exchange.describe()),
        )];
    };
    let mut findings = Vec::new();
    let is_object = envelope.object().is_some();
    let shape = match &envelope.problem {
        Some(problem) if response.body.is_empty() => {
            format!("{} with an empty body ({problem})", response.status)
        }
        Some(_) => format!("{} is no JSON", exchange.describe()),
        None if is_object => exchange.describe(),
        None => format!("{} is {}", exchange.describe(), envelope.shape()),
    };
    findings.push((ids::RESPONSE_JSON_OBJECT, Finding::when(is_object, shape)));

    let media = response.header("content-type");
    let is_json = media.is_some_and(|value| {
        value
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .eq_ignore_ascii_case("application/json")
    });
    let media = media.map_or("no Content-Type".to_owned(), |value| {
        format!("Content-Type: {value}")
    });
    findings.push((
        ids::RESPONSE_CONTENT_TYPE_JSON,
        Finding::when(is_json, media),
    ));

    let status = match (known.status, response.status) {
        (true, status) => Finding::pass(status.to_string()),
        (false, 501) if !matches!(exchange.class, Class::Delete(..)) => {
            Finding::tolerated("501, which the operator knows but the document does not")
        }
        (false, status) => Finding::fail(status.to_string()),
    };
    findings.push((
        ids::RESPONSE_STATUS_DOCUMENTED,
        status.expected(format!("one of {}", known.statuses)),
    ));
    findings.push((
        ids::RESPONSE_SCHEMA,
        match known.violation {
            _ if !is_object => Finding::prerequisite("the body is no JSON object"),
            _ if !known.status => Finding::prerequisite("the status is not in the document"),
            None => Finding::pass("valid"),
            Some(violation) => Finding::fail(violation),
        },
    ));
    findings.extend(bytes(exchange));
    if is_object {
        findings.extend(members(exchange));
    }
    findings
}

pub(super) fn bytes(exchange: &Exchange) -> Findings {
    let envelope = &exchange.envelope;
    let length = exchange
        .response()
        .map_or(0, |response| response.body.len());
    let encoding = match (envelope.bom, envelope.utf8) {
        (true, _) => Finding::fail("starts with a byte order mark"),
        (_, false) => Finding::fail("is not UTF-8"),
        _ => Finding::pass("UTF-8 without byte order mark"),
    };
    let trailing = match &envelope.trailing {
        _ if envelope.value.is_none() => Finding::prerequisite("the body is no JSON"),
        None => Finding::pass("nothing after the value"),
        Some(range) => Finding::fail(format!("{} bytes after the JSON value", range.len())),
    };
    vec![
        (ids::RESPONSE_UTF8_NO_BOM, encoding),
        (ids::RESPONSE_NO_TRAILING_BYTES, trailing),
        (
            ids::RESPONSE_SIZE_LIMIT,
            Finding::when(length < OUTPUT_LIMIT, format!("{length} bytes")),
        ),
    ]
}

/// The members of the object.
fn members(exchange: &Exchange) -> Findings {
    let envelope = &exchange.envelope;
    let string = |name: &str| match envelope.member(name) {
        None => Finding::pass("absent"),
        Some(Json::String(_) | Json::Null) => Finding::pass("a string"),
        Some(other) => Finding::fail(format!("{name} is {}", describe_json(other))),
    };
    let mut findings = vec![
        (ids::RESPONSE_ID_IS_STRING, string("id")),
        (
            ids::RESPONSE_PROVIDER_ERROR_IS_STRING,
            string("providerError"),
        ),
    ];
    let odd = envelope.odd_keys();
    let keys = if odd.is_empty() {
        Finding::pass("as in the document")
    } else {
        Finding::warn(odd.join(", "))
    };
    findings.push((ids::RESPONSE_EXACT_KEY_CASE, keys));
    let error = envelope.text("providerError").unwrap_or_default();
    let characters = error.chars().count();
    let length = Finding::when(
        characters <= MESSAGE_LIMIT,
        format!("{characters} characters"),
    );
    findings.push((ids::RESPONSE_PROVIDER_ERROR_LENGTH, length));
    if !exchange.accepted() && !error.trim().is_empty() {
        findings.push((ids::RESPONSE_ERROR_NOT_EMPTY_MESSAGE, readable(error)));
    }
    findings.push((ids::RESPONSE_NO_LEAK, leak(error)));
    findings
}

fn describe_json(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object",
    }
}

/// An error that only says that it is one helps nobody.
fn readable(error: &str) -> Finding {
    let words = error
        .split_whitespace()
        .filter(|word| word.chars().any(char::is_alphabetic))
        .count();
    if words >= 2 {
        Finding::pass(crate::base::text::excerpt(error.as_bytes()))
    } else {
        Finding::warn(format!("{error:?} does not say what is wrong"))
    }
}

/// What traces and secrets contain.
pub(crate) const MARKS: &[&str] = &[
    "Traceback (most recent call last)",
    "goroutine ",
    "\tat ",
    "stack backtrace:",
    "panicked at",
    "BEGIN PRIVATE KEY",
    "BEGIN RSA PRIVATE KEY",
    "eyJhbGciOi",
    "AKIA",
    "ghp_",
    "PATH=/",
];

/// Traces and secrets that have no place in an answer.
fn leak(error: &str) -> Finding {
    match MARKS.iter().find(|mark| error.contains(**mark)) {
        None => Finding::pass("no trace, no secret"),
        Some(mark) => Finding::warn(format!("the text contains {mark:?}")),
    }
}
