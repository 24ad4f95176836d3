//! Requests that are wrong in their content, their type or their framing.

use kfp_provider_server::{Limits, Settings};
use kfp_testing::{Answer, Connection, Service, body};
use serde_json::Value;

use crate::scripted::Scripted;

pub(crate) fn service(limits: Limits) -> Service {
    let settings = Settings {
        limits,
        ..Settings::ephemeral()
    };
    Service::with(settings, Scripted::default())
}

/// The head of a create, up to and including these lines.
pub(crate) fn head(lines: &str) -> Vec<u8> {
    format!("POST /resource/experiment HTTP/1.1\r\nHost: x\r\n{lines}\r\n").into_bytes()
}

pub(crate) const JSON: &str = "Content-Type: application/json\r\n";

pub(crate) fn error_text(answer: &Answer) -> String {
    let said = answer.json();
    assert_eq!(answer.header("content-type"), Some("application/json"));
    said["providerError"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

pub(crate) fn alive(service: &Service) {
    assert_eq!(service.send("GET", "/livez", "").status, 204);
}

#[test]
fn one_json_value_of_the_right_type_and_nothing_else() {
    let service = service(Limits::default());
    let good = body("experiment", "ns/ok");
    let bomb = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let ignored = |text: &str| good.replace('{', &format!("{{\"unknown\":{text},"));
    let mut latin1 = ignored("\"?\"").into_bytes();
    let at = latin1
        .iter()
        .position(|byte| *byte == b'?')
        .expect("a mark");
    latin1[at] = 0xe9;
    let json = "application/json";
    let table: [(&str, &str, Vec<u8>, u16, &str); 17] = [
        ("as it should be", json, good.clone().into(), 201, ""),
        (
            "a parameter",
            "application/json; charset=UTF-8",
            good.clone().into(),
            201,
            "",
        ),
        (
            "another charset",
            "application/json; charset=utf-16",
            good.clone().into(),
            400,
            "utf-8",
        ),
        (
            "another type",
            "text/plain",
            good.clone().into(),
            400,
            "application/json",
        ),
        (
            "a relative",
            "application/merge-patch+json",
            good.clone().into(),
            400,
            "application/json",
        ),
        (
            "a form",
            "application/x-www-form-urlencoded",
            good.clone().into(),
            400,
            "application/json",
        ),
        (
            "two types",
            "application/json\r\nContent-Type: text/plain",
            good.clone().into(),
            400,
            "exactly one",
        ),
        (
            "trailing text",
            json,
            format!("{good} x").into(),
            400,
            "trailing",
        ),
        (
            "trailing brace",
            json,
            format!("{good}}}").into(),
            400,
            "trailing",
        ),
        (
            "trailing NUL",
            json,
            format!("{good}\0").into(),
            400,
            "trailing",
        ),
        ("not UTF-8, where nobody looks", json, latin1, 400, "UTF-8"),
        (
            "UTF-16",
            json,
            good.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            400,
            "not valid JSON",
        ),
        (
            "a surrogate",
            json,
            good.replace("ns/ok", "\\udc00").into(),
            400,
            "not valid JSON",
        ),
        ("a bomb", json, bomb(200_000).into(), 422, "does not fit"),
        (
            "a bomb without end",
            json,
            "[{\"a\":".repeat(200_000).into(),
            400,
            "not valid JSON",
        ),
        (
            "a bomb for a name",
            json,
            good.replace("\"ns/ok\"", &bomb(100_000)).into(),
            422,
            "does not fit",
        ),
        (
            "a bomb where nobody looks",
            json,
            ignored(&bomb(200_000)).into(),
            201,
            "",
        ),
    ];
    let mut connection = Connection::open(service.address());
    for (row, content_type, sent, status, text) in &table {
        for (method, target) in [
            ("POST", "/resource/experiment"),
            ("PUT", "/resource/experiment/ok%2F%25"),
        ] {
            let head = format!(
                "{method} {target} HTTP/1.1\r\nHost: x\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
                sent.len()
            );
            connection.send(head.as_bytes());
            connection.send(sent);
            let answer = connection.answer();
            let status = if (*status, method) == (201, "PUT") {
                200
            } else {
                *status
            };
            assert_eq!(answer.status, status, "{row}, {method}: {}", answer.text());
            if status >= 400 {
                assert!(
                    error_text(&answer).contains(text),
                    "{row}, {method}: {}",
                    answer.text()
                );
                let id = answer
                    .json()
                    .get("id")
                    .and_then(Value::as_str)
                    .map(str::to_owned);
                assert_eq!(
                    id.as_deref(),
                    (method == "PUT").then_some("ok/%"),
                    "{row}, {method}"
                );
            }
            if answer.header("connection") == Some("close") {
                connection = Connection::open(service.address());
            }
        }
    }
    let mut connection = Connection::open(service.address());
    connection.send(&head(&format!("Content-Length: {}\r\n", good.len())));
    connection.send(good.as_bytes());
    let answer = connection.answer();
    assert_eq!(answer.status, 400, "no content type: {}", answer.text());
    assert!(error_text(&answer).contains("application/json"));
}

/// Where two readers could disagree about the end of a request, nothing after it on the connection is read.
#[test]
fn framing_that_can_be_read_in_two_ways() {
    let service = service(Limits::default());
    let good = body("experiment", "ns/ok");
    let length = good.len();
    let chunked = format!("{length:x}\r\n{good}\r\n0\r\n\r\n");
    let smuggled = "DELETE /resource/experiment/ok HTTP/1.1\r\nHost: x\r\n\r\n";
    let te = "Transfer-Encoding: chunked\r\n";
    let cl = format!("Content-Length: {length}\r\n");
    // What our own guard answers has a body; what the HTTP library refuses has none.
    let table = [
        (
            "two lengths",
            format!("{cl}Content-Length: 1\r\n"),
            good.clone(),
            400,
        ),
        (
            "two lengths in one",
            format!("Content-Length: {length}, 1\r\n"),
            good.clone(),
            400,
        ),
        (
            "a signed length",
            format!("Content-Length: +{length}\r\n"),
            good.clone(),
            400,
        ),
        (
            "a negative length",
            "Content-Length: -1\r\n".to_owned(),
            good.clone(),
            400,
        ),
        (
            "a hexadecimal length",
            "Content-Length: 0x10\r\n".to_owned(),
            good.clone(),
            400,
        ),
        (
            "no length at all",
            "Content-Length:\r\n".to_owned(),
            good.clone(),
            400,
        ),
        (
            "too long to count",
            "Content-Length: 99999999999999999999\r\n".to_owned(),
            good.clone(),
            400,
        ),
        (
            "a blank before the colon",
            format!("Content-Length : {length}\r\n"),
            good.clone(),
            400,
        ),
        (
            "length and chunks",
            format!("{cl}{te}"),
            chunked.clone(),
            201,
        ),
        (
            "chunks and length",
            format!("{te}{cl}"),
            chunked.clone(),
            201,
        ),
        (
            "chunks and a wrong length",
            format!("Content-Length: 3\r\n{te}"),
            chunked.clone(),
            201,
        ),
        (
            "an unknown coding",
            "Transfer-Encoding: xchunked\r\n".to_owned(),
            chunked.clone(),
            400,
        ),
        (
            "chunked, but not last",
            "Transfer-Encoding: chunked, identity\r\n".to_owned(),
            chunked.clone(),
            400,
        ),
        (
            "not a chunk size",
            te.to_owned(),
            format!("zz\r\n{good}\r\n0\r\n\r\n"),
            400,
        ),
        (
            "an endless chunk size",
            te.to_owned(),
            format!("{}\r\n{good}", "F".repeat(17)),
            400,
        ),
        (
            "a chunk that is longer",
            te.to_owned(),
            format!("1\r\n{good}\r\n0\r\n\r\n"),
            400,
        ),
    ];
    for (row, lines, sent, status) in table {
        let mut connection = Connection::open(service.address());
        let mut bytes = head(&format!("{JSON}{lines}"));
        bytes.extend_from_slice(sent.as_bytes());
        bytes.extend_from_slice(smuggled.as_bytes());
        connection.send(&bytes);
        let answer = connection.answer();
        assert_eq!(answer.status, status, "{row}: {}", answer.text());
        assert!(
            connection.try_answer().is_none(),
            "{row}: a second request was seen"
        );
    }
    // Equal lengths are one length.
    let mut connection = Connection::open(service.address());
    connection.send(&head(&format!("{JSON}{cl}{cl}")));
    connection.send(good.as_bytes());
    assert_eq!(connection.answer().status, 201);
    alive(&service);
}
