//! What becomes of answers.

use super::{CREATE, DELETE, UPDATE, play, row, with};
use crate::provider::{Answer, json, typed};

#[test]
fn answers_become_outputs() {
    let html = typed(502, "text/html", "<html>\n<h1>Bad gateway</h1>");
    let redirect = Answer::Bytes(
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
            .to_owned(),
    );
    let half =
        Answer::Bytes("HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{\"id\":".to_owned());
    let large = format!("{{\"id\":\"{}\"}}", "x".repeat(300 * 1024));
    let rows = [
        row(
            "created",
            vec![json(201, r#"{"id":"a"}"#)],
            CREATE,
            0,
            Some(r#"{"id":"a"}"#),
            "",
        ),
        row(
            "updated",
            vec![json(200, r#"{"id":"b"}"#)],
            UPDATE,
            0,
            Some(r#"{"id":"b"}"#),
            "",
        ),
        row("deleted", vec![json(200, "{}")], DELETE, 0, Some("{}"), ""),
        row(
            "deleted without a word",
            vec![json(204, "")],
            DELETE,
            0,
            Some("{}"),
            "",
        ),
        row(
            "refused",
            vec![json(422, r#"{"providerError":"no"}"#)],
            CREATE,
            0,
            Some(r#"{"providerError":"no"}"#),
            "no",
        ),
        row(
            "half-way",
            vec![json(500, r#"{"id":"h","providerError":"no"}"#)],
            CREATE,
            0,
            Some(r#"{"id":"h","providerError":"no"}"#),
            "",
        ),
        row(
            "refused, for people",
            vec![json(422, r#"{"providerError":"no"}"#)],
            with(CREATE, "--fail-on-provider-error"),
            1,
            Some(r#"{"providerError":"no"}"#),
            "no",
        ),
        row(
            "fine, for people",
            vec![json(201, r#"{"id":"a"}"#)],
            with(CREATE, "--fail-on-provider-error"),
            0,
            Some(r#"{"id":"a"}"#),
            "",
        ),
        row(
            "not implemented",
            vec![json(501, r#"{"providerError":"no runs"}"#)],
            UPDATE,
            0,
            Some(r#"{"id":"old","providerError":"no runs"}"#),
            "",
        ),
        row(
            "the id is not forgotten",
            vec![json(500, r#"{"providerError":"no"}"#)],
            UPDATE,
            0,
            Some(r#"{"id":"old","providerError":"no"}"#),
            "",
        ),
        row(
            "nor by a deletion",
            vec![json(500, r#"{"providerError":"no"}"#)],
            DELETE,
            0,
            Some(r#"{"id":"old","providerError":"no"}"#),
            "",
        ),
        row(
            "another id with the error",
            vec![json(500, r#"{"id":"new","providerError":"no"}"#)],
            UPDATE,
            0,
            Some(r#"{"id":"new","providerError":"no"}"#),
            "",
        ),
        row(
            "page",
            vec![html.clone()],
            UPDATE,
            0,
            Some(r#"{"id":"old","providerError":"answered 502, and the body is not JSON: …"}"#),
            "Bad gateway",
        ),
        row(
            "redirect",
            vec![redirect.clone()],
            CREATE,
            0,
            Some(
                r#"{"providerError":"answered 302, and the body is empty (hint: redirects are not followed; give the URL that they lead to)"}"#,
            ),
            "",
        ),
        row(
            "half an answer",
            vec![half.clone()],
            CREATE,
            0,
            Some(r#"{"providerError":"answered 201, but not to the end: …"}"#),
            "",
        ),
        row(
            "a long text behind the id",
            vec![json(500, &long_text("first"))],
            CREATE,
            0,
            Some(r#"{"id":"job-77","providerError":"half made: xxxx…"}"#),
            "",
        ),
        row(
            "a long text in front of the id",
            vec![json(500, &long_text("last"))],
            CREATE,
            0,
            Some(r#"{"id":"job-77","providerError":"half made: xxxx…"}"#),
            "",
        ),
        row(
            "an answer that breaks off behind the id",
            vec![Answer::Bytes("HTTP/1.1 500 No\r\nContent-Length: 100\r\n\r\n{\"id\":\"job-77\",\"providerError\":\"half".to_owned())],
            CREATE,
            0,
            Some(r#"{"id":"job-77","providerError":"half"}"#),
            "",
        ),
        row(
            "an id in front of what is no JSON",
            vec![json(201, "{\"id\":\"job-77\"}<html>")],
            CREATE,
            0,
            Some(r#"{"id":"job-77","providerError":"answered 201, and the body is not JSON: …"}"#),
            "",
        ),
        row(
            "too much of an answer",
            vec![json(201, &large)],
            CREATE,
            0,
            Some(r#"{"providerError":"answered 201 with an id of 307200 bytes (hint: a workflow can hand on 8192)"}"#),
            "",
        ),
        row(
            "reset",
            vec![Answer::Reset],
            UPDATE,
            0,
            Some(r#"{"id":"old","providerError":"PUT /resource/run/old: no answer: …"}"#),
            "",
        ),
        row(
            "no HTTP",
            vec![Answer::Bytes("SSH-2.0-x\r\n".to_owned())],
            CREATE,
            0,
            Some(r#"{"providerError":"POST /resource/run: no answer: …"}"#),
            "",
        ),
        row(
            "nobody there",
            vec![Answer::Hang],
            "delete --type run --id x --url ABSENT --output DIR/out.json --attempts 2 --pause 1ms",
            0,
            Some(r#"{"id":"x","providerError":"DELETE /resource/run/x: no answer: …"}"#),
            "again in 1ms",
        ),
        row(
            "hang",
            vec![Answer::Hang],
            with(CREATE, "--deadline 200ms"),
            0,
            Some(
                r#"{"providerError":"POST /resource/run: no answer within 200ms (hint: the provider may have created it nevertheless)"}"#,
            ),
            "",
        ),
        row(
            "hang in the middle",
            vec![Answer::HangAfter(
                "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".to_owned(),
            )],
            with(UPDATE, "--deadline 200ms"),
            0,
            Some(r#"{"id":"old","providerError":"PUT /resource/run/old: no answer within 200ms"}"#),
            "",
        ),
        row(
            "gone",
            vec![json(404, r#"{"providerError":"not found"}"#)],
            with(DELETE, "--missing-ok"),
            0,
            Some("{}"),
            "",
        ),
        row(
            "gone, and that is wrong",
            vec![json(404, r#"{"providerError":"not found"}"#)],
            DELETE,
            0,
            Some(r#"{"id":"old","providerError":"not found"}"#),
            "",
        ),
        row(
            "busy, then fine",
            vec![
                json(503, r#"{"providerError":"busy"}"#),
                json(200, r#"{"id":"b"}"#),
            ],
            with(UPDATE, "--pause 1ms"),
            0,
            Some(r#"{"id":"b"}"#),
            "answered 503; again",
        ),
        row(
            "busy forever",
            vec![json(503, r#"{"providerError":"busy"}"#)],
            with(DELETE, "--pause 1ms --attempts 3"),
            0,
            Some(r#"{"id":"old","providerError":"busy"}"#),
            "",
        ),
        row(
            "creations are not repeated",
            vec![
                json(503, r#"{"providerError":"busy"}"#),
                json(201, r#"{"id":"b"}"#),
            ],
            CREATE,
            0,
            Some(r#"{"providerError":"busy"}"#),
            "",
        ),
    ];
    for row in rows {
        play(&row);
    }
}

/// An error of five megabytes, whose id comes first or last.
fn long_text(order: &str) -> String {
    let text = format!(r#""providerError":"half made: {}""#, "x".repeat(5 << 20));
    let id = r#""id":"job-77""#;
    match order {
        "first" => format!("{{{id},{text}}}"),
        _ => format!("{{{text},{id}}}"),
    }
}

/// A provider that answers before it has read a long body: it closes, or it just does not read on.
#[test]
fn early_answers_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(at("body.json"), vec![b' '; 20 << 20]).unwrap();
    let answer = "HTTP/1.1 413 Payload Too Large\r\nContent-Type: application/json\r\nConnection: close\r\n\
                  Content-Length: 32\r\n\r\n{\"providerError\":\"above 10 MiB\"}";
    for turn in 0..12 {
        let early = match turn % 2 {
            0 => Answer::Blurt(answer.to_owned()),
            _ => Answer::Stay(answer.to_owned()),
        };
        let provider = crate::provider::Provider::start(vec![early]);
        let (body, out) = (at("body.json"), at("out.json"));
        let arguments = [
            "create",
            "--type",
            "run",
            "--body",
            &body,
            "--url",
            &provider.address,
            "--output",
            &out,
        ];
        crate::run_to("early", 0, arguments);
        let output = std::fs::read_to_string(&out).unwrap();
        assert_eq!(output, r#"{"providerError":"above 10 MiB"}"#, "turn {turn}");
    }
}
