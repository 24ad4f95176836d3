//! The reference server, row by row of what is known about the real one.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod findings;

use chrono::TimeZone as _;
use kfp_operator_sim::webhook::Received;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;

const EXPERIMENT: &str = r#"{"name":"t/e","version":"1","description":"d"}"#;
const RUN: &str = r#"{"name":"t/r","version":"1","pipelineName":"t/p","pipelineVersion":"1","runConfigurationName":"","experimentName":"","triggerIndicator":{"type":"","source":"","sourceNamespace":""}}"#;

fn ask(method: &str, target: &str, body: &str) -> Reply {
    answer(&Request {
        method: method.to_owned(),
        target: target.to_owned(),
        body: body.as_bytes().to_vec(),
        ..Request::default()
    })
}

/// Status and body.
fn gist(method: &str, target: &str, body: &str) -> String {
    let reply = ask(method, target, body);
    format!("{} {}", reply.status, reply.body)
        .trim_end()
        .to_owned()
}

#[test]
fn routes_lead_where_chi_leads_them() {
    let named = EXPERIMENT.replace("t/e", "t/CREATE-experiment-fail");
    let table = [
        ("GET", "/livez", "", "200 Application is live."),
        ("GET", "/readyz?verbose", "", "200 Application is ready."),
        ("HEAD", "/livez", "", "405"),
        ("GET", "/livez/", "", "404 404 page not found"),
        ("GET", "/nope", "", "404 404 page not found"),
        (
            "POST",
            "/resource/experiment",
            EXPERIMENT,
            r#"201 {"id":"create-experiment-succeeded"}"#,
        ),
        (
            "POST",
            "/resource/experiment/",
            EXPERIMENT,
            r#"201 {"id":"create-experiment-succeeded"}"#,
        ),
        (
            "POST",
            "/resource/experiment",
            &named,
            r#"500 {"providerError":"create experiment failed"}"#,
        ),
        (
            "POST",
            "/resource/Experiment",
            EXPERIMENT,
            "404 404 page not found",
        ),
        (
            "POST",
            "/resource/experiment//",
            EXPERIMENT,
            "404 404 page not found",
        ),
        (
            "PUT",
            "/resource/experiment/a",
            EXPERIMENT,
            r#"200 {"id":"update-experiment-succeeded"}"#,
        ),
        (
            "PUT",
            "/resource/experiment/a/",
            EXPERIMENT,
            "404 404 page not found",
        ),
        ("PUT", "/resource/experiment/", EXPERIMENT, "405"),
        ("PUT", "/resource/experiment/a", "{", "400 "),
        (
            "PUT",
            "/resource/run/a",
            "{",
            r#"501 {"id":"a","providerError":"Method Update unimplemented for resource run"}"#,
        ),
        (
            "PUT",
            "/resource/pipeline/update-pipeline-FAIL",
            "{}",
            r#"500 {"id":"update-pipeline-FAIL","providerError":"update pipeline failed"}"#,
        ),
        (
            "PUT",
            "/resource/experiment/update-experiment-fail",
            EXPERIMENT,
            r#"200 {"id":"update-experiment-succeeded"}"#,
        ),
        (
            "PUT",
            "/resource/nope/a",
            EXPERIMENT,
            "404 404 page not found",
        ),
        ("DELETE", "/resource/run/gone", "", "200 {}"),
        (
            "DELETE",
            "/resource/run/delete-run-fail",
            "",
            r#"500 {"id":"delete-run-fail","providerError":"delete run failed"}"#,
        ),
        ("GET", "/resource/run/a", "", "405"),
        ("FOO", "/nope", "", "405"),
        ("GET", "/%zz", "", "400 400 Bad Request"),
    ];
    for (method, target, body, expected) in table {
        let found = gist(method, target, body);
        let same = match expected.strip_suffix(' ') {
            Some(status) => found.starts_with(status),
            None => found == expected,
        };
        assert!(same, "{method} {target} {body:.60}: {found}");
    }
}

#[test]
fn ids_are_decoded_twice_unless_go_would_have_encoded_them_otherwise() {
    let table = [
        ("a%2Fb", r#"{"id":"a/b","providerError""#),
        ("a%2Bb", r#"{"id":"a+b","providerError""#),
        ("%E2%82%AC", "{\"id\":\"€\",\"providerError\""),
        ("a%3Fb%23c", r#"{"id":"a?b#c","providerError""#),
        ("a%28b%29", r#"{"id":"a(b)","providerError""#),
        ("a(b)", r#"{"id":"a(b)","providerError""#),
        ("100%25", r#"{"providerError":"invalid URL escape \"%\""}"#),
        (
            "100%25zz0",
            r#"{"providerError":"invalid URL escape \"%zz\""}"#,
        ),
        ("a%2520b", r#"{"id":"a b","providerError""#),
        ("a%252Fb", r#"{"id":"a/b","providerError""#),
        ("%FF", "{\"id\":\"\u{FFFD}\",\"providerError\""),
        ("a%3Cb%3E", r#"{"id":"a\u003cb\u003e","providerError""#),
    ];
    for (id, start) in table {
        let reply = ask("PUT", &format!("/resource/run/{id}"), "");
        assert!(reply.body.starts_with(start), "{id}: {}", reply.body);
        let deleted = gist("DELETE", &format!("/resource/run/{id}"), "");
        let refused = start.contains("escape");
        assert_eq!(deleted == "200 {}", !refused, "{id}: {deleted}");
    }
}

#[test]
fn bodies_are_read_as_go_reads_them() {
    let deep = format!(
        r#"{{"compiledPipeline":{}{}}}"#,
        "[".repeat(9_000),
        "]".repeat(9_000)
    );
    let table = [
        ("pipeline", "{}", 201),
        ("pipeline", "null", 201),
        (
            "pipeline",
            " {\"PIPELINEDEFINITION\":{\"Name\":\"a/b\"},\"more\":1} ",
            201,
        ),
        (
            "pipeline",
            r#"{"pipelineDefinition":{"env":null,"framework":{"parameters":null}}}"#,
            201,
        ),
        (
            "pipeline",
            r#"{"pipelineDefinition":{"env":{"name":"a"}}}"#,
            400,
        ),
        (
            "pipeline",
            r#"{"pipelineDefinition":{"env":[{"name":1}]}}"#,
            400,
        ),
        (
            "pipeline",
            r#"{"pipelineDefinition":{"framework":{"parameters":[]}}}"#,
            400,
        ),
        ("pipeline", &deep, 201),
        // A body of another type has none of the members that could be wrong.
        ("pipeline", EXPERIMENT, 201),
        ("experiment", "[]", 400),
        ("experiment", "7", 400),
        ("experiment", "{}x", 400),
        ("experiment", "", 400),
        ("experiment", r#"{"name":7}"#, 400),
        ("experiment", r#"{"name":null}"#, 201),
        ("experiment", r#"{"name":"a"}"#, 201),
        ("experiment", r#"{"name":"a/b/c"}"#, 400),
        ("experiment", r#"{"name":"a/"}"#, 400),
        ("experiment", r#"{"name":"/"}"#, 400),
        ("run", RUN, 201),
        ("run", r#"{"parameters":{"":""}}"#, 201),
        ("run", r#"{"parameters":{"a":1}}"#, 400),
        ("run", r#"{"artifacts":[{"path":"a:b"}]}"#, 201),
        ("run", r#"{"artifacts":[{"path":"a:b:"}]}"#, 201),
        ("run", r#"{"artifacts":[{"path":"a:b:0[x == 1]"}]}"#, 201),
        ("run", r#"{"artifacts":[{"path":"a"}]}"#, 400),
        ("run", r#"{"artifacts":[{"path":"a:b:x"}]}"#, 400),
        ("run", r#"{"artifacts":[{"path":"a:b[]"}]}"#, 400),
        (
            "run",
            r#"{"artifacts":[{"path":"a:b:9223372036854775808"}]}"#,
            400,
        ),
        ("runschedule", r#"{"schedule":{}}"#, 201),
        ("runschedule", r#"{"schedule":"* * * * *"}"#, 400),
        (
            "runschedule",
            r#"{"schedule":{"cronExpression":"soon"}}"#,
            201,
        ),
        (
            "runschedule",
            r#"{"schedule":{"startTime":"2027-03-01T06:00:00Z"}}"#,
            201,
        ),
        ("runschedule", r#"{"schedule":{"startTime":"soon"}}"#, 400),
    ];
    for (kind, body, status) in table {
        let reply = ask("POST", &format!("/resource/{kind}"), body);
        assert_eq!(reply.status, status, "{kind} {body:.80}: {}", reply.body);
    }
    assert_eq!(
        gist("POST", "/resource/experiment", r#"{"name":"a/b/c"}"#),
        r#"400 {"providerError":"NamespacedName must be separated by at most one `/`"}"#
    );
    assert_eq!(
        gist("POST", "/resource/experiment", r#"{"Name":7}"#),
        r#"400 {"providerError":"json: cannot unmarshal number into Go struct field ExperimentDefinition.name of type NamespacedName"}"#
    );
}

#[test]
fn answers_are_written_as_go_writes_them() {
    let bytes = |reply: Reply| String::from_utf8(reply.bytes(false, false)).unwrap();
    let created = bytes(ask("POST", "/resource/experiment", EXPERIMENT));
    let (head, body) = created.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<&str> = head.split("\r\n").collect();
    let date = lines.remove(2);
    assert!(
        date.starts_with("Date: ") && date.ends_with(" GMT"),
        "{date}"
    );
    let expected = [
        "HTTP/1.1 201 Created",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Length: 36",
    ];
    assert_eq!((lines.as_slice(), body.len()), (&expected[..], 36));

    let refused = bytes(ask("PATCH", "/resource/run/a", ""));
    assert!(
        refused.contains("\r\nAllow: DELETE\r\nAllow: PUT\r\n"),
        "{refused}"
    );
    assert!(!refused.contains("Content-Type"), "{refused}");
    let unknown = bytes(Reply::not_found());
    assert!(
        unknown.contains("\r\nX-Content-Type-Options: nosniff\r\n"),
        "{unknown}"
    );
    assert!(
        unknown.ends_with("\r\n\r\n404 page not found\n"),
        "{unknown}"
    );
}

#[tokio::test]
async fn requests_follow_each_other_on_one_connection() {
    let reference = Reference::start_at(([127, 0, 0, 1], 0).into(), None).unwrap();
    let mut stream = TcpStream::connect(reference.address).await.unwrap();
    let length = EXPERIMENT.len();
    let request = format!(
        "HEAD /livez HTTP/1.1\r\nHost: a\r\n\r\n\
         POST /resource/experiment HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n\
         {EXPERIMENT}GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let statuses: Vec<&str> = answer
        .split("HTTP/1.1 ")
        .skip(1)
        .map(|answer| &answer[..3])
        .collect();
    assert_eq!(statuses, ["405", "100", "201", "200"], "{answer}");
    assert!(
        answer.ends_with("Connection: close\r\n\r\nApplication is ready."),
        "{answer}"
    );
}

#[test]
fn events_are_what_the_webhook_reads() {
    let at = |second| Utc.timestamp_opt(second, 0).unwrap();
    use chrono::Utc;
    let run = |body: &str| ask("POST", "/resource/run", body).started.unwrap();
    let event = run(RUN).event(at(1_000), at(1_005)).to_string();
    assert_eq!(
        event,
        r#"{"status":"succeeded","pipelineName":"t/p","runName":"t/r","runId":"stub-run-1005","runStartTime":"1970-01-01T00:16:40Z","runEndTime":"1970-01-01T00:16:45Z","pipelineComponents":[],"provider":"kfp-conformance/reference"}"#
    );
    let read = Received::decode(event.as_bytes()).unwrap();
    assert!(read.is_some());
    let configured = RUN.replace(
        r#""runConfigurationName":"""#,
        r#""runConfigurationName":"t/c""#,
    );
    let event = run(&configured).event(at(0), at(0)).to_string();
    assert!(
        event.contains(r#""runConfigurationName":"t/c","runName":"t/r""#),
        "{event}"
    );
    assert!(
        ask("POST", "/resource/experiment", EXPERIMENT)
            .started
            .is_none()
    );
}

#[tokio::test]
async fn a_run_is_reported_once_and_never_again() {
    let webhook = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let telling = Telling {
        webhook: format!("http://{}/events", webhook.local_addr().unwrap()),
        after: std::time::Duration::ZERO,
    };
    let reference = Reference::start_at(([127, 0, 0, 1], 0).into(), Some(telling)).unwrap();
    let mut stream = TcpStream::connect(reference.address).await.unwrap();
    let length = RUN.len();
    let request = format!(
        "POST /resource/run HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{RUN}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let (mut event, _) = webhook.accept().await.unwrap();
    event
        .write_all(b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n")
        .await
        .unwrap();
    event.shutdown().await.unwrap();
    let mut told = String::new();
    event.read_to_string(&mut told).await.unwrap();
    assert!(told.starts_with("POST /events HTTP/1.1\r\n"), "{told}");
    assert!(
        told.contains("\r\nContent-Type: application/json\r\n"),
        "{told}"
    );
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(
        answer.contains(r#"{"id":"create-run-succeeded"}"#),
        "{answer}"
    );
}
