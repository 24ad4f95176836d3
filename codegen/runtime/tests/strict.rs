//! JSON is read more strictly than by serde, and what is wrong with it is said with its place.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use openapi_codegen_runtime::json::{self, Unreadable};

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only whether it can be read matters")]
struct Book {
    title: String,
    #[serde(default)]
    kind: Option<Kind>,
    #[serde(default)]
    tags: Vec<BTreeMap<String, u8>>,
    #[serde(default)]
    raw: Option<Box<RawValue>>,
    #[serde(default)]
    next: Option<Box<Book>>,
    #[serde(default)]
    pair: Option<(u8, u8)>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Novel,
}

fn read(text: &str) -> Result<Book, Unreadable> {
    json::read(text.as_bytes())
}

#[test]
fn good_values_are_read() {
    let deep = format!(
        r#"{{"title": "x", "raw": {}1{}}}"#,
        "[".repeat(500),
        "]".repeat(500)
    );
    let table = [
        r#"{"title": "x"}"#,
        r#" {"title": "x", "kind": "novel", "tags": [{"a": 1, "b": 2}, {}], "pair": [1, 2]} "#,
        r#"{"title": "x", "kind": null, "raw": {"a": 1, "a": 2}, "unknown": {"b": [1e999]}}"#,
        r#"{"title": "x", "next": {"title": "\u00e4", "next": {"title": ""}}}"#,
        &deep,
    ];
    for text in table {
        assert!(read(text).is_ok(), "{text}: {:?}", read(text));
    }
}

#[test]
fn wrong_values_are_named_by_their_path() {
    let table = [
        (r#"[]"#, "$: invalid type: sequence, expected struct Book"),
        (r#"{}"#, "$: missing field `title`"),
        (
            r#"{"title": "x", "tags": [{}, {"a b": -1}]}"#,
            "$.tags[1][\"a b\"]: invalid value: integer `-1`, expected u8",
        ),
        (
            r#"{"title": "x", "tags": [{"a": 1, "a": 1}]}"#,
            "$.tags[0]: the key \"a\" is there twice",
        ),
        (
            r#"{"title": "x", "kind": {"novel": null}}"#,
            "$.kind: invalid type: map, expected enum Kind",
        ),
        (
            r#"{"title": "x", "kind": "poem"}"#,
            "$.kind: unknown variant `poem`, expected `novel`",
        ),
        (
            r#"{"title": "x", "next": ["y"]}"#,
            "$.next: invalid type: sequence, expected struct Book",
        ),
        (
            r#"{"title": "x", "next": {"title": 7}}"#,
            "$.next.title: invalid type: integer `7`, expected a string",
        ),
    ];
    for (text, message) in table {
        match read(text) {
            Err(Unreadable::Wrong(found)) => {
                assert_eq!(found, message, "{text}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn a_key_comes_once_however_many_there_are_and_however_it_is_written() {
    let keys = |count: u8| {
        (0..count)
            .map(|n| format!(r#""k{n}": {n}"#))
            .collect::<Vec<_>>()
    };
    let tags =
        |members: &[String]| format!(r#"{{"title": "", "tags": [{{{}}}]}}"#, members.join(", "));
    for count in [0, 1, 15, 16, 17, 18, 200] {
        let mut members = keys(count);
        assert!(read(&tags(&members)).is_ok(), "{count} keys");
        for again in [0, count / 2, count.saturating_sub(1)] {
            members.push(format!(r#""\u006b{again}": 0"#));
            let text = tags(&members);
            let expected = format!("$.tags[0]: the key \"k{again}\" is there twice");
            match read(&text) {
                Ok(_) if count == 0 => {}
                Err(Unreadable::Wrong(found)) => assert_eq!(found, expected, "{text}"),
                other => panic!("{text}: {other:?}"),
            }
            members.pop();
        }
    }
}

#[test]
fn what_is_not_json_is_malformed_even_after_a_wrong_value() {
    let table = [
        "",
        "{",
        r#"{"title": 7"#,
        r#"{"title": 7} x"#,
        r#"{"title": "x"} {}"#,
        r#"{"title": "\ud800"}"#,
        "{\"title\": \"\n\"}",
    ];
    for text in table {
        assert!(
            matches!(read(text), Err(Unreadable::Malformed(_))),
            "{text}: {:?}",
            read(text)
        );
    }
    assert!(matches!(
        json::read::<Book>(b"{\"x\": \"\xff\"}"),
        Err(Unreadable::Malformed(_))
    ));
}
