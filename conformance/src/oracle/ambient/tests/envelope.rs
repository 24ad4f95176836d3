//! The checks of the form of answers.

use super::*;
use crate::catalogue::ids;

#[test]
fn an_answer_is_one_object_in_json() {
    let of = |body: &str| answer(create(Valid), 201, body);
    let id = ids::RESPONSE_JSON_OBJECT;
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
    let id = ids::RESPONSE_CONTENT_TYPE_JSON;
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
    let (status, schema) = (ids::RESPONSE_STATUS_DOCUMENTED, ids::RESPONSE_SCHEMA);
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
        ids::RESPONSE_UTF8_NO_BOM,
        ids::RESPONSE_NO_TRAILING_BYTES,
        ids::RESPONSE_SIZE_LIMIT,
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
        ids::RESPONSE_ID_IS_STRING,
        ids::RESPONSE_PROVIDER_ERROR_IS_STRING,
        ids::RESPONSE_EXACT_KEY_CASE,
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
        ids::RESPONSE_PROVIDER_ERROR_LENGTH,
        ids::RESPONSE_ERROR_NOT_EMPTY_MESSAGE,
        ids::RESPONSE_NO_LEAK,
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
