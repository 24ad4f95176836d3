//! `create`, `update` and `delete`.

use std::fs;
use std::path::Path;
use std::time::Instant;

use crate::provider::{Answer, Provider, json, typed};
use crate::{run, text};

const BODY: &str = "{\"description\": \"<&>  1.0 \u{e9}\"}\n";

struct Row {
    name: &'static str,
    answers: Vec<Answer>,
    arguments: &'static str,
    exit: i32,
    /// The output file; `None` if there is to be none.
    output: Option<&'static str>,
    /// What standard error says, among other things.
    says: &'static str,
}

fn row(
    name: &'static str,
    answers: Vec<Answer>,
    arguments: &'static str,
    exit: i32,
    output: Option<&'static str>,
    says: &'static str,
) -> Row {
    Row {
        name,
        answers,
        arguments,
        exit,
        output,
        says,
    }
}

/// Runs a row in a folder of its own, where `body.json`, `definition.json` and `compiled.json` lie.
fn play(row: &Row) -> Provider {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("body.json"), BODY).unwrap();
    fs::write(at("definition.json"), "{\"name\":\"a/b\"}\n\n").unwrap();
    fs::write(at("compiled.json"), "{\n  \"x\": 1e400\n}\n").unwrap();
    fs::write(at("not.pem"), "no PEM").unwrap();
    fs::write(at("token"), "t0ken \nignored").unwrap();
    fs::write(at("bad-token"), "a\u{1}b").unwrap();
    let provider = Provider::start(row.answers.clone());
    let absent = Provider::absent();
    let arguments = row.arguments.split_whitespace().map(|word| {
        word.replace("URL", &provider.address)
            .replace("ABSENT", &absent)
            .replace("DIR", &folder.path().display().to_string())
            .replace("NOTHING", "")
    });
    let ended = run(arguments);
    let said = text(&ended.stderr);
    assert_eq!(ended.status.code(), Some(row.exit), "{}: {said}", row.name);
    let output = fs::read_to_string(at("out.json")).ok();
    match (row.output, &output) {
        (Some(expected), Some(found)) if expected.contains('…') => {
            let (start, end) = expected.split_once('…').unwrap();
            assert!(
                found.starts_with(start) && found.ends_with(end),
                "{}: {found}",
                row.name
            );
        }
        _ => assert_eq!(output.as_deref(), row.output, "{}: {said}", row.name),
    }
    assert!(said.contains(row.says), "{}: {said}", row.name);
    assert_no_leftovers(folder.path(), row.name);
    provider
}

fn assert_no_leftovers(folder: &Path, name: &str) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap().file_name();
        assert!(
            !text(entry.as_encoded_bytes()).starts_with('.'),
            "{name}: {entry:?} is left"
        );
    }
}

const CREATE: &str = "create --type run --body DIR/body.json --url URL --output DIR/out.json";
const UPDATE: &str =
    "update --type run --id=old --body DIR/body.json --url URL --output DIR/out.json";
const DELETE: &str = "delete --type run --id=old --url URL --output DIR/out.json";

macro_rules! with {
    ($base:ident, $($more:literal),*) => {
        Box::leak([$base, $($more),*].join(" ").into_boxed_str()) as &'static str
    };
}

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
            with!(CREATE, "--fail-on-provider-error"),
            1,
            Some(r#"{"providerError":"no"}"#),
            "no",
        ),
        row(
            "fine, for people",
            vec![json(201, r#"{"id":"a"}"#)],
            with!(CREATE, "--fail-on-provider-error"),
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
            "too much of an answer",
            vec![json(201, &large)],
            CREATE,
            0,
            Some(r#"{"providerError":"answered 201 with more than 262144 bytes"}"#),
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
            with!(CREATE, "--deadline 200ms"),
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
            with!(UPDATE, "--deadline 200ms"),
            0,
            Some(r#"{"id":"old","providerError":"PUT /resource/run/old: no answer within 200ms"}"#),
            "",
        ),
        row(
            "gone",
            vec![json(404, r#"{"providerError":"not found"}"#)],
            with!(DELETE, "--missing-ok"),
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
            with!(UPDATE, "--pause 1ms"),
            0,
            Some(r#"{"id":"b"}"#),
            "answered 503; again",
        ),
        row(
            "busy for ever",
            vec![json(503, r#"{"providerError":"busy"}"#)],
            with!(DELETE, "--pause 1ms --attempts 3"),
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

#[test]
fn compat_leaves_what_curl_leaves() {
    let rows = [
        row(
            "as it is",
            vec![json(500, "{ \"id\" : 7 }\n")],
            with!(CREATE, "--compat"),
            0,
            Some("{ \"id\" : 7 }\n"),
            "",
        ),
        row(
            "empty",
            vec![json(204, "")],
            with!(DELETE, "--compat"),
            0,
            Some(""),
            "",
        ),
        row(
            "page",
            vec![typed(502, "text/html", "<html>")],
            with!(UPDATE, "--compat"),
            0,
            Some("<html>"),
            "",
        ),
        row(
            "501",
            vec![json(501, r#"{"providerError":"x"}"#)],
            with!(UPDATE, "--compat"),
            1,
            Some(r#"{"providerError":"x"}"#),
            "",
        ),
        row(
            "503 once",
            vec![json(503, "a"), json(200, "b")],
            with!(UPDATE, "--compat"),
            0,
            Some("a"),
            "",
        ),
        row(
            "half",
            vec![Answer::Bytes(
                "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{\"id\":".to_owned(),
            )],
            with!(CREATE, "--compat"),
            0,
            Some("{\"id\":"),
            "",
        ),
        row(
            "reset",
            vec![Answer::Reset],
            with!(CREATE, "--compat"),
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
            with!(CREATE, "--compat --deadline 200ms"),
            1,
            None,
            "no answer within 200ms",
        ),
    ];
    for row in rows {
        play(&row);
    }
}

#[test]
fn what_cannot_be_sent_is_in_the_output_too() {
    let never = || vec![json(200, r#"{"id":"never"}"#)];
    let rows = [
        row(
            "type",
            never(),
            "create --type runs --body DIR/body.json --url URL --output DIR/out.json",
            0,
            Some(
                r#"{"providerError":"resource kind \"runs\": unknown (hint: one of pipeline, run, runschedule, experiment)"}"#,
            ),
            "",
        ),
        row(
            "no id",
            never(),
            "update --type run --id=NOTHING --body DIR/body.json --url URL --output DIR/out.json",
            0,
            Some(
                r#"{"providerError":"id \"\": it is empty (hint: the resource was never created)"}"#,
            ),
            "",
        ),
        row(
            "dots",
            never(),
            "delete --type run --id=.. --url URL --output DIR/out.json",
            0,
            Some(
                r#"{"id":"..","providerError":"id \"..\": URLs take it for a step in the path (hint: the provider must issue other ids)"}"#,
            ),
            "",
        ),
        row(
            "no body",
            never(),
            "create --type run --body DIR/none.json --url URL --output DIR/out.json",
            0,
            Some(
                r#"{"providerError":"…/none.json: cannot be read: No such file or directory (os error 2)"}"#,
            ),
            "",
        ),
        row(
            "url",
            never(),
            "delete --type run --id=old --url ftp://x --output DIR/out.json",
            0,
            Some(
                r#"{"id":"old","providerError":"url \"ftp://x\": neither http nor https (hint: leave the scheme out for http)"}"#,
            ),
            "",
        ),
        row(
            "certificates for http",
            never(),
            with!(DELETE, "--ca DIR/not.pem"),
            0,
            Some(r#"{"id":"old","providerError":"url \"127.0.0.1:…"}"#),
            "certificates are given, but the URL is not https",
        ),
        row(
            "no PEM",
            never(),
            "delete --type run --id=old --url https://URL --output DIR/out.json --ca DIR/not.pem",
            0,
            Some(
                r#"{"id":"old","providerError":"certificates to trust: not in the PEM text (hint: it has lines such as -----BEGIN CERTIFICATE-----)"}"#,
            ),
            "",
        ),
        row(
            "no identity",
            never(),
            "delete --type run --id=old --url https://URL --output DIR/out.json --client-cert DIR/not.pem --client-key DIR/not.pem",
            0,
            Some(r#"{"id":"old","providerError":"client certificate and key: …"}"#),
            "",
        ),
        row(
            "no token",
            never(),
            with!(DELETE, "--token-file DIR/bad-token"),
            0,
            Some(
                r#"{"id":"old","providerError":"bearer token: it cannot stand in a header (hint: one line of visible characters)"}"#,
            ),
            "",
        ),
        row(
            "unwritable",
            never(),
            "create --type run --body DIR/body.json --url URL --output DIR/no/out.json",
            3,
            None,
            "cannot be written: No such file or directory",
        ),
        row(
            "a folder",
            never(),
            "create --type run --body DIR/body.json --url URL --output DIR",
            3,
            None,
            "cannot be written: Is a directory",
        ),
        row(
            "no body at all",
            never(),
            "create --type run --url URL --output DIR/out.json",
            2,
            None,
            "required arguments were not provided",
        ),
        row(
            "half a pipeline",
            never(),
            "create --type pipeline --definition DIR/definition.json --url URL --output DIR/out.json",
            2,
            None,
            "--compiled",
        ),
        row(
            "two bodies",
            never(),
            with!(
                CREATE,
                "--definition DIR/definition.json --compiled DIR/compiled.json"
            ),
            2,
            None,
            "cannot be used with",
        ),
        row(
            "compat and mercy",
            never(),
            with!(DELETE, "--compat --missing-ok"),
            2,
            None,
            "cannot be used with",
        ),
        row(
            "deadline",
            never(),
            with!(DELETE, "--deadline soon"),
            2,
            None,
            "soon",
        ),
        row(
            "attempts",
            never(),
            with!(DELETE, "--attempts 0"),
            2,
            None,
            "0 is not in 1..",
        ),
    ];
    for row in rows {
        let provider = play(&row);
        assert!(
            provider.requests().is_empty(),
            "{}: something was sent",
            row.name
        );
    }
}

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
        (CREATE, 1, Some(r#"{"providerError":"busy"}"#)),
        (with!(UPDATE, "--pause 1ms --attempts 4"), 4, output),
        (with!(DELETE, "--pause 1ms --attempts 1"), 1, output),
    ] {
        let provider = play(&row("busy", busy(), arguments, 0, output, ""));
        assert_eq!(provider.requests().len(), sent, "{arguments}");
    }
}

#[test]
fn the_deadline_covers_all_tries() {
    let started = Instant::now();
    play(&row(
        "busy for long",
        vec![json(503, "{}")],
        with!(UPDATE, "--pause 10s --deadline 300ms"),
        0,
        Some(r#"{"id":"old","providerError":"PUT /resource/run/old: no answer within 300ms"}"#),
        "again in 10s",
    ));
    assert!(started.elapsed().as_secs() < 9, "it paused to the end");
}

#[cfg(unix)]
#[test]
fn devices_and_files_in_closed_folders_are_written_in_place() {
    let provider = Provider::start(vec![json(200, r#"{"id":"x"}"#)]);
    let folder = tempfile::tempdir().unwrap();
    let body = folder.path().join("body.json");
    fs::write(&body, BODY).unwrap();
    let body = body.display().to_string();
    let base = [
        "create",
        "--type",
        "run",
        "--body",
        &body,
        "--url",
        &provider.address,
        "--output",
    ];
    let ended = run(base.iter().chain(&["/dev/stdout"]));
    assert_eq!(
        (ended.status.code(), text(&ended.stdout).as_str()),
        (Some(0), r#"{"id":"x"}"#)
    );
    // The request is sent, and then the device is full: what nobody can read any more is told.
    let ended = run(base.iter().chain(&["/dev/full"]));
    assert_eq!(ended.status.code(), Some(3));
    assert!(text(&ended.stderr).contains(r#"what should have been written: {"id":"x"}"#));
}
