//! `--compat`: what the operator's own steps would leave.

use super::{CREATE, DELETE, UPDATE, play, row, with};
use crate::provider::{Answer, json, typed};

#[test]
fn compat_leaves_what_curl_leaves() {
    let rows = [
        row(
            "as it is",
            vec![json(500, "{ \"id\" : 7 }\n")],
            with(CREATE, "--compat"),
            0,
            Some("{ \"id\" : 7 }\n"),
            "",
        ),
        row(
            "empty",
            vec![json(204, "")],
            with(DELETE, "--compat"),
            0,
            Some(""),
            "",
        ),
        row(
            "page",
            vec![typed(502, "text/html", "<html>")],
            with(UPDATE, "--compat"),
            0,
            Some("<html>"),
            "",
        ),
        row(
            "501",
            vec![json(501, r#"{"providerError":"x"}"#)],
            with(UPDATE, "--compat"),
            1,
            Some(r#"{"providerError":"x"}"#),
            "",
        ),
        row(
            "503 once",
            vec![json(503, "a"), json(200, "b")],
            with(UPDATE, "--compat"),
            0,
            Some("a"),
            "",
        ),
        row(
            "half",
            vec![Answer::Bytes(
                "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{\"id\":".to_owned(),
            )],
            with(CREATE, "--compat"),
            0,
            Some("{\"id\":"),
            "",
        ),
        row(
            "reset",
            vec![Answer::Reset],
            with(CREATE, "--compat"),
            0,
            None,
            "no answer",
        ),
        row(
            "nobody there",
            vec![Answer::Hang],
            "create --type run --body DIR/body.json --url ABSENT --output DIR/out.json --compat",
            0,
            None,
            "no answer",
        ),
        row(
            "hang",
            vec![Answer::Hang],
            with(CREATE, "--compat --deadline 200ms"),
            1,
            None,
            "no answer within 200ms",
        ),
    ];
    for row in rows {
        play(&row);
    }
}
