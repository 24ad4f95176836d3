//! What is sent, and how often.

use std::time::{Duration, Instant};

use super::{BODY, CREATE, DELETE, UPDATE, play, row, with};
use crate::provider::json;

/// The request line, the headers that matter, and the body.
fn essence(request: &str) -> String {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let first = lines.next().unwrap();
    let kept = [
        "content-type:",
        "content-length:",
        "transfer-encoding:",
        "authorization:",
    ];
    let mut headers: Vec<_> = lines
        .map(str::to_ascii_lowercase)
        .filter(|line| kept.iter().any(|name| line.starts_with(name)))
        .collect();
    headers.sort();
    format!("{first}|{}|{body}", headers.join("|"))
}

#[test]
fn requests_are_those_of_curl() {
    let ok = || vec![json(200, r#"{"id":"x"}"#)];
    let json_headers =
        |length: usize| format!("content-length: {length}|content-type: application/json");
    let rows = [
        (CREATE, format!("POST /resource/run HTTP/1.1|{}|{BODY}", json_headers(BODY.len()))),
        (UPDATE, format!("PUT /resource/run/old HTTP/1.1|{}|{BODY}", json_headers(BODY.len()))),
        (DELETE, "DELETE /resource/run/old HTTP/1.1||".to_owned()),
        (
            "delete --type experiment --id=a/b%25\"$x`\\'(*)~\u{20ac} --url http://URL/base/ --output DIR/out.json",
            "DELETE /base/resource/experiment/a%2Fb%2525%22%24x%60%5C%27%28%2A%29~%E2%82%AC HTTP/1.1||".to_owned(),
        ),
        ("delete --type run --id -n --url URL --output DIR/out.json", "DELETE /resource/run/-n HTTP/1.1||".to_owned()),
        ("delete --type run --id ... --url URL --output DIR/out.json", "DELETE /resource/run/... HTTP/1.1||".to_owned()),
        (
            "create --type pipeline --definition DIR/definition.json --compiled DIR/compiled.json --url URL --output DIR/out.json",
            format!(
                "POST /resource/pipeline HTTP/1.1|{}|{}",
                json_headers(76),
                "{\"pipelineDefinition\": {\"name\":\"a/b\"}, \"compiledPipeline\": {\n  \"x\": 1e400\n}}"
            ),
        ),
        (
            "delete --type run --id x --url URL --output DIR/out.json --token-file DIR/token",
            "DELETE /resource/run/x HTTP/1.1|authorization: bearer t0ken|".to_owned(),
        ),
    ];
    for (arguments, expected) in rows {
        let output = if arguments.starts_with("delete") {
            "{}"
        } else {
            r#"{"id":"x"}"#
        };
        let provider = play(&row("request", ok(), arguments, 0, Some(output), ""));
        let requests = provider.requests();
        assert_eq!(requests.len(), 1, "{arguments}");
        assert_eq!(essence(&requests[0]), expected, "{arguments}");
    }
}

#[test]
fn creations_are_sent_once_and_the_rest_again() {
    let busy = || vec![json(503, r#"{"providerError":"busy"}"#)];
    let output = Some(r#"{"id":"old","providerError":"busy"}"#);
    for (arguments, sent, output) in [
        (CREATE.to_owned(), 1, Some(r#"{"providerError":"busy"}"#)),
        (with(UPDATE, "--pause 1ms --attempts 4"), 4, output),
        (with(DELETE, "--pause 1ms --attempts 1"), 1, output),
    ] {
        let provider = play(&row("busy", busy(), &arguments, 0, output, ""));
        assert_eq!(provider.requests().len(), sent, "{arguments}");
    }
}

#[test]
fn the_deadline_covers_all_tries() {
    // All pauses together. No machine is busy for so long.
    const PAUSES: Duration = Duration::from_secs(29 * 10);
    let started = Instant::now();
    play(&row(
        "busy for long",
        vec![json(503, "{}")],
        with(UPDATE, "--pause 10s --attempts 30 --deadline 3s"),
        0,
        Some(r#"{"id":"old","providerError":"PUT /resource/run/old: no answer within 3s"}"#),
        "again in 10s",
    ));
    assert!(started.elapsed() < PAUSES / 2, "it paused to the end");
}
