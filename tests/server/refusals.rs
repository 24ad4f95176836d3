//! Requests that are judged, row by row.

use kfp_testing::Connection;
use serde_json::json;

use crate::service::{request, start};

const JSON: &str = "application/json";
const PIPELINE: &str = include_str!("../samples/pipeline-minimal.json");
const RUN: &str = include_str!("../samples/run-minimal.json");
const SCHEDULE: &str = include_str!("../samples/runschedule-minimal.json");
const EXPERIMENT: &str = include_str!("../samples/experiment-minimal.json");

#[tokio::test(flavor = "multi_thread")]
async fn content_types_are_judged() {
    let (server, _) = start();
    let table = [
        (JSON, 201),
        ("Application/JSON", 201),
        ("application/json; charset=utf-8", 201),
        ("application/json;charset=\"UTF-8\"", 201),
        ("application/json; v=1", 201),
        ("", 400),
        ("text/plain", 400),
        ("application/problem+json", 400),
        ("application/json; charset=latin1", 400),
        ("application/json\r\nContent-Type: application/json", 400),
        ("application/jsonx", 400),
    ];
    for (content_type, status) in table {
        let bytes = request(
            "POST",
            "/resource/pipeline",
            content_type,
            PIPELINE.as_bytes(),
        );
        let response = Connection::open(server.local_addr()).exchange(&bytes);
        assert_eq!(
            response.status,
            status,
            "{content_type:?}: {}",
            response.json()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_definition_is_accepted_under_its_own_type_and_under_no_other() {
    let (server, _) = start();
    let bodies = [
        ("pipeline", PIPELINE),
        ("run", RUN),
        ("runschedule", SCHEDULE),
        ("experiment", EXPERIMENT),
    ];
    let mut connection = Connection::open(server.local_addr());
    for (kind, _) in bodies {
        for (other, body) in bodies {
            // A schedule is a run with more to it.
            let fits = kind == other || (kind == "run" && other == "runschedule");
            let bytes = request("POST", &format!("/resource/{kind}"), JSON, body.as_bytes());
            let response = connection.exchange(&bytes);
            assert_eq!(
                response.status,
                if fits { 201 } else { 422 },
                "{other} as {kind}: {}",
                response.json()
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_judged() {
    let (server, _) = start();
    let with_compiled = |compiled: &str| {
        format!(r#"{{"pipelineDefinition": {{"name": "n/p"}}, "compiledPipeline": {compiled}}}"#)
    };
    let with_definition = |definition: &str| {
        format!(r#"{{"pipelineDefinition": {definition}, "compiledPipeline": {{}}}}"#)
    };
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let ignored = |text: &str| with_definition(&format!(r#"{{"name": "n/p", "unknown": {text}}}"#));
    let mut latin1 = ignored("\"?\"").into_bytes();
    latin1
        .iter_mut()
        .filter(|byte| **byte == b'?')
        .for_each(|byte| *byte = 0xe9);
    let table: Vec<(&str, Vec<u8>, u16, &str)> = vec![
        (
            "trailing newline",
            format!("{PIPELINE}\n").into(),
            201,
            "acorn",
        ),
        (
            "trailing garbage",
            format!("{PIPELINE} x").into(),
            400,
            "trailing",
        ),
        (
            "two values",
            format!("{PIPELINE}{PIPELINE}").into(),
            400,
            "trailing",
        ),
        ("empty", Vec::new(), 400, "EOF"),
        ("blank", b" \n".to_vec(), 400, "EOF"),
        (
            "truncated",
            PIPELINE.as_bytes()[..PIPELINE.len() - 3].to_vec(),
            400,
            "EOF",
        ),
        (
            "byte order mark",
            format!("\u{feff}{PIPELINE}").into(),
            400,
            "expected value",
        ),
        ("bad UTF-8, even where nobody looks", latin1, 400, "UTF-8"),
        (
            "lone surrogate",
            with_definition(r#"{"name": "\ud800"}"#).into(),
            400,
            "hex escape",
        ),
        (
            "wrong and then broken",
            br#"{"pipelineDefinition": 4, "x": }"#.to_vec(),
            400,
            "expected value",
        ),
        (
            "single quotes",
            b"{'pipelineDefinition': {}}".to_vec(),
            400,
            "key must be a string",
        ),
        ("list", b"[]".to_vec(), 422, "$: invalid type: sequence"),
        (
            "list of the members",
            br#"[{}, {"name": "n/p"}]"#.to_vec(),
            422,
            "$: invalid type: sequence",
        ),
        ("null", b"null".to_vec(), 422, "$: invalid type: null"),
        ("text", b"\"x\"".to_vec(), 422, "$: invalid type: string"),
        ("nothing in it", b"{}".to_vec(), 422, "$: missing field"),
        (
            "number for a name",
            with_definition(r#"{"name": 42}"#).into(),
            422,
            "$.pipelineDefinition.name: invalid type",
        ),
        (
            "null for what may be left out",
            with_definition(r#"{"name": "n/p", "image": null}"#).into(),
            422,
            "$.pipelineDefinition.image: invalid type: null",
        ),
        (
            "null where the document allows it",
            with_definition(r#"{"name": "n/p", "framework": {"parameters": null}}"#).into(),
            201,
            "n/p",
        ),
        (
            "name of three parts",
            with_definition(r#"{"name": "a/b/c"}"#).into(),
            422,
            "$.pipelineDefinition.name:",
        ),
        (
            "list for an inner object",
            with_definition(r#"["n/p"]"#).into(),
            422,
            "$.pipelineDefinition: invalid type: sequence",
        ),
        (
            "env as the document has it",
            with_definition(r#"{"name": "n/p", "env": {"name": "a", "value": "b"}}"#).into(),
            422,
            "$.pipelineDefinition.env: invalid type: map",
        ),
        (
            "list for an inner item",
            with_definition(r#"{"name": "n/p", "env": [{"name": "a", "value": "b"}, ["a", "b"]]}"#)
                .into(),
            422,
            "$.pipelineDefinition.env[1]: invalid type",
        ),
        (
            "a key twice",
            with_definition(r#"{"name": "n/p", "name": "n/q"}"#).into(),
            422,
            "\"name\" is there twice",
        ),
        (
            "an unknown key twice",
            with_definition(r#"{"name": "n/p", "x": 1, "x": 2}"#).into(),
            422,
            "\"x\" is there twice",
        ),
        ("unknown keys", ignored("{}").into(), 201, "n/p"),
        (
            "parameters are null",
            with_definition(r#"{"name": "n/p", "framework": {"parameters": null}}"#).into(),
            201,
            "n/p",
        ),
        (
            "compiled is deep",
            with_compiled(&deep(1000)).into(),
            201,
            "n/p",
        ),
        (
            "compiled has a key twice",
            with_compiled(r#"{"a": 1, "a": 2}"#).into(),
            201,
            "n/p",
        ),
        (
            "compiled has a huge number",
            with_compiled("1e400").into(),
            201,
            "n/p",
        ),
        ("compiled is null", with_compiled("null").into(), 201, "n/p"),
        (
            "compiled is broken",
            with_compiled("{'a'}").into(),
            400,
            "key must be a string",
        ),
    ];
    let mut connection = Connection::open(server.local_addr());
    for (name, body, status, text) in table {
        let response = connection.exchange(&request("POST", "/resource/pipeline", JSON, &body));
        let json = response.json();
        assert_eq!(response.status, status, "{name}: {json}");
        let key = if status == 201 { "id" } else { "providerError" };
        assert!(json[key].as_str().unwrap().contains(text), "{name}: {json}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_type_is_refused_as_each_operation_declares_it() {
    let (server, service) = start();
    let table = [
        ("POST", "/resource/nope", 400),
        ("POST", "/resource/Pipeline", 400),
        ("PUT", "/resource/nope/a%2Fb", 404),
        ("DELETE", "/resource/nope/a%2Fb", 404),
    ];
    for (method, path, status) in table {
        let bytes = request(method, path, JSON, b"");
        let mut connection = Connection::open(server.local_addr());
        let response = connection.exchange(&bytes);
        assert_eq!(response.status, status, "{method} {path}");
        match method {
            "POST" => assert!(
                response.json()["providerError"]
                    .as_str()
                    .unwrap()
                    .contains("type")
            ),
            "PUT" => assert_eq!(response.json()["id"], "a/b"),
            _ => assert_eq!(response.json(), json!({})),
        }
        assert_eq!(
            service.answered.all().pop(),
            Some((method.to_owned(), status))
        );
        assert_eq!(
            connection
                .exchange(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
                .status,
            204,
            "{method}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_are_decoded_exactly_once() {
    let (server, _) = start();
    let table = [
        ("a", "a"),
        ("a%2Fb", "a/b"),
        ("100%25", "100%"),
        ("a%2520b", "a%20b"),
        ("a%252Fb", "a%2Fb"),
        ("a+b", "a+b"),
        ("a%2Bb", "a+b"),
        ("%E2%82%AC", "€"),
        ("!*'()", "!*'()"),
        ("%21%2A%27%28%29", "!*'()"),
    ];
    let mut connection = Connection::open(server.local_addr());
    for (encoded, id) in table {
        let path = format!("/resource/experiment/{encoded}");
        let good = connection.exchange(&request("PUT", &path, JSON, EXPERIMENT.as_bytes()));
        assert_eq!(
            (good.status, good.json()),
            (200, json!({ "id": id })),
            "{encoded}"
        );
        let bad = connection.exchange(&request("PUT", &path, JSON, b"{"));
        assert_eq!(
            (bad.status, &bad.json()["id"]),
            (400, &json!(id)),
            "{encoded}, refused"
        );
    }
}
