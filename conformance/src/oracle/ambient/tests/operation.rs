//! The checks of what an operation has to answer.

use super::*;
use crate::catalogue::ids;

#[test]
fn bad_input_is_refused_without_falling_over() {
    let id = ids::ROBUST_NO_5XX_ON_BAD_INPUT;
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
        ids::CREATE_201_STATUS,
        ids::CREATE_201_ID_NON_EMPTY,
        ids::CREATE_201_NO_PROVIDER_ERROR,
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
        let finding = found(&exchange, known, ids::CREATE_201_STATUS).expect("judged");
        assert_eq!(finding.outcome, outcome, "{status} {body}: {finding:?}");
    }
}

#[test]
fn a_create_that_failed_says_why_and_leaves_nothing() {
    let of = |intent, body: &str| answer(create(intent), 400, body);
    let (error, ghost) = (
        ids::CREATE_ERROR_PROVIDER_ERROR,
        ids::CREATE_ERROR_NO_ID_IF_NOTHING_CREATED,
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
        ids::CREATE_ID_SHELL_SAFE,
        ids::CREATE_ID_NOT_DOT_SEGMENT,
        ids::CREATE_ID_NO_EDGE_WHITESPACE,
        ids::CREATE_ID_LENGTH,
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
        ids::UPDATE_200_STATUS,
        ids::UPDATE_200_ID_NON_EMPTY,
        ids::UPDATE_200_NO_PROVIDER_ERROR,
    );
    let (text, echo) = (
        ids::UPDATE_ERROR_PROVIDER_ERROR,
        ids::UPDATE_ERROR_ECHOES_ID,
    );
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
        ids::DELETE_STATUS_DOCUMENTED,
        ids::DELETE_200_STATUS,
        ids::DELETE_200_BODY_OBJECT,
        ids::DELETE_200_ID_EMPTY,
        ids::DELETE_200_NO_PROVIDER_ERROR,
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
