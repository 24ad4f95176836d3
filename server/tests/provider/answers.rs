//! Every answer of the skeleton, on raw bytes.

use kfp_testing::{Answer, Connection, Service, TYPES, body, request};
use serde_json::{Value, json};

use crate::scripted::{Scripted, Silent};

/// The operator's limits: bytes of an answer, characters of a text.
const READ: usize = 256 * 1024;
const STORED: usize = 32_768;

fn check(row: &str, answer: &Answer, status: u16, expected: &Value) {
    assert_eq!((answer.status, &answer.json()), (status, expected), "{row}");
    assert_eq!(
        answer.header("content-type"),
        Some("application/json"),
        "{row}"
    );
}

#[test]
fn outcomes_of_a_provider() {
    let service = Service::new(Scripted::default());
    let error = |text: &str| json!({"providerError": text});
    let table = [
        (
            "ok",
            (201, json!({"id": "made/2"})),
            (200, json!({"id": "made/2"})),
            (200, json!({})),
        ),
        (
            "unsupported",
            (422, error("no such thing")),
            (422, error("no such thing")),
            (200, json!({})),
        ),
        (
            "invalid",
            (422, error("field: wrong")),
            (422, error("field: wrong")),
            (500, error("field: wrong")),
        ),
        (
            "not-found",
            (422, error("it is gone")),
            (404, error("it is gone")),
            (404, json!({})),
        ),
        (
            "unavailable",
            (500, error("backend is down")),
            (500, error("backend is down")),
            (500, error("backend is down")),
        ),
        (
            "internal",
            (500, error("boom")),
            (500, error("boom")),
            (500, error("boom")),
        ),
        (
            "half",
            (500, json!({"id": "made/4", "providerError": "half of it"})),
            (500, error("half of it")),
            (500, error("half of it")),
        ),
        (
            "empty",
            (422, error("the resource is not valid for this provider")),
            (422, error("the resource is not valid for this provider")),
            (500, error("the resource is not valid for this provider")),
        ),
        (
            "panic",
            (500, error("internal error")),
            (500, error("internal error")),
            (500, error("internal error")),
        ),
    ];
    for kind in TYPES {
        for (script, create, update, delete) in &table {
            let row = format!("{script} {kind}");
            let named = body(kind, &format!("ns/{script}"));
            let answer = service.send("POST", &format!("/resource/{kind}"), &named);
            check(&format!("create {row}"), &answer, create.0, &create.1);

            // Received ids are any text, and errors echo them, decoded exactly once.
            let encoded = format!("{script}%2F%2525%20%22%24%C3%BC%0A!*'()~a+b");
            let id = format!("{script}/%25 \"$ü\n!*'()~a+b");
            let echoed = |mut answer: Value| {
                if answer.get("providerError").is_some() {
                    answer["id"] = json!(id);
                }
                answer
            };
            let target = format!("/resource/{kind}/{encoded}");
            let answer = service.send("PUT", &target, &body(kind, "ns/any"));
            check(
                &format!("update {row}"),
                &answer,
                update.0,
                &echoed(update.1.clone()),
            );
            let answer = service.send("DELETE", &target, "");
            check(
                &format!("delete {row}"),
                &answer,
                delete.0,
                &echoed(delete.1.clone()),
            );
        }
        check(
            kind,
            &service.send("DELETE", &format!("/resource/{kind}/gone"), ""),
            404,
            &json!({}),
        );
    }
}

#[test]
fn a_provider_that_supports_nothing() {
    let service = Service::new(Silent);
    for (kind, many) in TYPES
        .into_iter()
        .zip(["pipelines", "runs", "run schedules", "experiments"])
    {
        let answer = service.send("POST", &format!("/resource/{kind}"), &body(kind, "ns/x"));
        check(
            kind,
            &answer,
            422,
            &json!({"providerError": format!("this provider does not support {many}")}),
        );
        let answer = service.send(
            "PUT",
            &format!("/resource/{kind}/some%2Fid"),
            &body(kind, "ns/x"),
        );
        let text = format!("this provider does not support changing {many}");
        check(
            kind,
            &answer,
            422,
            &json!({"id": "some/id", "providerError": text}),
        );
        check(
            kind,
            &service.send("DELETE", &format!("/resource/{kind}/x"), ""),
            200,
            &json!({}),
        );
    }
    assert_eq!(service.send("GET", "/livez", "").status, 204);
    assert_eq!(service.send("GET", "/readyz", "").status, 204);
}

#[test]
fn requests_that_no_provider_sees() {
    let service = Service::new(Silent);
    let run = body("run", "ns/x");
    let table = [
        ("POST", "/resource/nope", run.as_str(), 400, None),
        ("PUT", "/resource/nope/x%2525", &run, 404, Some("x%25")),
        ("PUT", "/resource/Run/x", &run, 404, Some("x")),
        ("POST", "/resource/run", "{", 400, None),
        ("POST", "/resource/run", "", 400, None),
        ("POST", "/resource/run", "null", 422, None),
        ("POST", "/resource/run", "[]", 422, None),
        ("POST", "/resource/run", "{} {}", 400, None),
        ("POST", "/resource/run", "{\"name\":1}", 422, None),
        ("PUT", "/resource/run/a%2Fb", "{", 400, Some("a/b")),
        ("PUT", "/resource/run/a%2Fb", "[]", 422, Some("a/b")),
        ("PUT", "/resource/pipeline/%E2%82%AC", &run, 422, Some("€")),
    ];
    for (method, target, sent, status, id) in table {
        let row = format!("{method} {target} {sent:?}");
        let answer = service.send(method, target, sent);
        assert_eq!(answer.status, status, "{row}: {}", answer.text());
        let said = answer.json();
        assert_eq!(said.get("id").and_then(Value::as_str), id, "{row}");
        assert!(
            said["providerError"]
                .as_str()
                .is_some_and(|text| text.len() > 5),
            "{row}: {said}"
        );
    }
    check(
        "unknown type",
        &service.send("DELETE", "/resource/nope/x", ""),
        404,
        &json!({}),
    );
}

#[test]
fn fields_that_are_wrong_are_named() {
    let service = Service::new(Scripted::default());
    let edit = |kind: &str, pointer: &str, value: Value| {
        let mut sent: Value = serde_json::from_str(&body(kind, "ns/ok")).expect("json");
        let (parent, member) = pointer.rsplit_once('/').expect("a pointer");
        sent.pointer_mut(parent).expect("a member")[member] = value;
        sent.to_string()
    };
    let artifact =
        |path: &str| json!([{"name": "m", "path": "a:b:0"}, {"name": "n", "path": path}]);
    let table = [
        ("run", "/name", json!("a/b/c"), "name"),
        ("run", "/name", json!(""), "name"),
        ("run", "/pipelineName", json!("a/"), "pipelineName"),
        ("run", "/experimentName", json!("/"), "experimentName"),
        ("run", "/artifacts", artifact("a"), "artifacts[1].path"),
        (
            "run",
            "/artifacts",
            artifact("a:b:9223372036854775808"),
            "artifacts[1].path",
        ),
        (
            "runschedule",
            "/schedule/startTime",
            json!("tomorrow"),
            "schedule.startTime",
        ),
        (
            "runschedule",
            "/schedule/endTime",
            json!(""),
            "schedule.endTime",
        ),
        (
            "pipeline",
            "/pipelineDefinition/name",
            json!("//"),
            "pipelineDefinition.name",
        ),
        ("experiment", "/name", json!("a/b/c"), "name"),
    ];
    for (kind, pointer, value, field) in table {
        let row = format!("{kind} {pointer} {value}");
        let answer = service.send(
            "POST",
            &format!("/resource/{kind}"),
            &edit(kind, pointer, value),
        );
        assert_eq!(answer.status, 422, "{row}: {}", answer.text());
        let text = answer.json()["providerError"]
            .as_str()
            .expect("a text")
            .to_owned();
        assert!(text.contains(field), "{row}: {text}");
    }
    let tolerated = [
        ("run", "/parameters", json!({"": ""})),
        ("run", "/artifacts", artifact("a:b[x == 1]")),
        ("run", "/new", json!([1, {"a": null}])),
        ("runschedule", "/schedule", json!({})),
        (
            "runschedule",
            "/schedule/startTime",
            json!("2027-03-01T08:00:00+02:00"),
        ),
        (
            "pipeline",
            "/pipelineDefinition/framework",
            json!({"name": "x", "parameters": null}),
        ),
        (
            "pipeline",
            "/pipelineDefinition/patched",
            json!({"by": "somebody"}),
        ),
        ("pipeline", "/compiledPipeline", json!("any JSON")),
    ];
    for (kind, pointer, value) in tolerated {
        let answer = service.send(
            "POST",
            &format!("/resource/{kind}"),
            &edit(kind, pointer, value),
        );
        assert_eq!(answer.status, 201, "{kind} {pointer}: {}", answer.text());
    }
}

#[test]
fn whatever_is_said_fits_the_operator() {
    let service = Service::new(Scripted::default());
    let answer = service.send("POST", "/resource/run", &body("run", "ns/long"));
    let text = answer.json()["providerError"]
        .as_str()
        .expect("a text")
        .to_owned();
    assert_eq!(text.chars().count(), STORED);
    assert!(answer.body.len() < READ);
    // The longest ids that the server lets in, of characters that take the most room.
    for (encoded, decoded) in [
        ("%00", "\0"),
        ("%22", "\""),
        ("%F0%9F%A6%80", "🦀"),
        ("a", "a"),
    ] {
        let times = 60_000 / encoded.len();
        let target = format!("/resource/run/long%2F{}", encoded.repeat(times));
        for method in ["PUT", "DELETE"] {
            let answer = service.send(method, &target, &body("run", "ns/x"));
            assert_eq!(answer.status, 500, "{method} {encoded}");
            assert!(
                answer.body.len() < READ,
                "{method} {encoded}: {}",
                answer.body.len()
            );
            let said = answer.json();
            assert_eq!(
                said["id"].as_str(),
                Some(format!("long/{}", decoded.repeat(times)).as_str()),
                "{method} {encoded}"
            );
            let length = said["providerError"]
                .as_str()
                .map_or(0, |text| text.chars().count());
            assert!(
                (1..=STORED).contains(&length),
                "{method} {encoded}: {length}"
            );
        }
    }
}

#[test]
fn a_connection_outlives_every_error() {
    let service = Service::new(Scripted::default());
    let mut connection = Connection::open(service.address());
    for script in ["panic", "internal", "invalid", "ok"] {
        connection.send(&request(
            "PUT",
            &format!("/resource/run/{script}"),
            &body("run", "ns/x"),
        ));
        connection.answer();
    }
    connection.send(&request("POST", "/resource/run", "{"));
    assert_eq!(connection.answer().status, 400);
    connection.send(&request("GET", "/livez", ""));
    assert_eq!(connection.answer().status, 204);
}

#[test]
fn probes_metrics_and_log() {
    let provider = Scripted::default();
    let stage = provider.0.clone();
    let service = Service::new(provider);
    for probe in ["/livez", "/readyz"] {
        let answer = service.send("GET", probe, "");
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (204, ""),
            "{probe}"
        );
    }
    let mut ids = Vec::new();
    for (method, target, sent) in [
        ("POST", "/resource/pipeline", body("pipeline", "ns/ok")),
        ("PUT", "/resource/run/internal", body("run", "ns/x")),
        ("PUT", "/resource/run/panic", body("run", "ns/x")),
        ("POST", "/resource/experiment", "{".to_owned()),
        ("DELETE", "/resource/nope/x", String::new()),
        ("GET", "/nowhere", String::new()),
    ] {
        let answer = service.send(method, target, &sent);
        ids.push(answer.header("x-request-id").expect("an id").to_owned());
    }
    let metrics = service.metrics();
    assert_eq!(metrics.status, 200);
    assert!(
        metrics
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("application/openmetrics-text"))
    );
    let text = metrics.text();
    for line in [
        r#"kfp_provider_requests_total{operation="create",type="pipeline",status="201"} 1"#,
        r#"kfp_provider_requests_total{operation="update",type="run",status="500"} 2"#,
        r#"kfp_provider_requests_total{operation="create",type="experiment",status="400"} 1"#,
        r#"kfp_provider_requests_total{operation="delete",type="unknown",status="404"} 1"#,
        r#"kfp_provider_requests_total{operation="other",type="",status="404"} 1"#,
        r#"kfp_provider_requests_total{operation="livez",type="",status="204"} 1"#,
        r#"kfp_provider_refusals_total{operation="update",kind="internal"} 1"#,
        r#"kfp_provider_refusals_total{operation="update",kind="panic"} 1"#,
        r#"kfp_provider_refusals_total{operation="create",kind="malformed"} 1"#,
        "kfp_provider_panics_total 1",
        "kfp_provider_requests_in_flight 0",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "{line} is not in\n{text}"
        );
    }
    let (_, log) = service.shutdown().join().expect("an end");
    assert!(
        stage.stopped.load(std::sync::atomic::Ordering::SeqCst),
        "the provider was told to stop"
    );
    let requests: Vec<&Value> = log
        .iter()
        .filter(|line| line["message"] == "request")
        .collect();
    assert_eq!(requests.len(), 8, "one line per request");
    for (line, id) in requests.iter().skip(2).zip(&ids) {
        assert_eq!(line["request_id"], id.as_str());
        assert!(
            line["latency_us"].is_u64() && line["status"].is_u64(),
            "{line}"
        );
    }
    assert_eq!(
        (&requests[2]["operation"], &requests[2]["type"]),
        (&json!("create"), &json!("pipeline"))
    );
    assert!(
        !log.iter()
            .any(|line| line.to_string().contains("secret-part")),
        "bodies stay out of the log"
    );
    assert!(
        log.iter()
            .any(|line| line["message"] == "the provider failed" && line["reason"] == "boom")
    );
}

#[test]
fn a_provider_that_is_not_ready() {
    let provider = Scripted::default();
    provider
        .0
        .broken
        .store(true, std::sync::atomic::Ordering::SeqCst);
    let service = Service::new(provider);
    let answer = service.send("GET", "/readyz", "");
    assert_eq!((answer.status, answer.text().as_str()), (503, ""));
    assert_eq!(
        service.send("GET", "/livez", "").status,
        204,
        "not ready is still alive"
    );
    let (_, log) = service.shutdown().join().expect("an end");
    assert!(
        log.iter()
            .any(|line| line["message"] == "not ready" && line["reason"] == "broken on purpose")
    );
}
