//! Senders that stall or flood, and services that fail.

use std::time::Duration;

use dropshot::HandlerTaskMode;
use kfp_provider_api::server::{Limits, api_description};
use kfp_testing::Connection;
use serde_json::{Value, json};

use crate::service::{Double, request, start, start_in, start_with};

const EXPERIMENT: &str = include_str!("../samples/experiment-minimal.json");
const LIVEZ: &[u8] = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n";

fn post(headers: &str) -> Vec<u8> {
    let head =
        "POST /resource/experiment HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    format!("{head}{headers}\r\n").into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_declared_too_long_is_refused_unread() {
    let (server, _) = start();
    let mut connection = Connection::open(server.local_addr());
    // Not even an invitation to send it.
    let response = connection.exchange(&post("Content-Length: 4097\r\nExpect: 100-continue\r\n"));
    assert_eq!(response.status, 400);
    assert!(
        response.json()["providerError"]
            .as_str()
            .unwrap()
            .contains("4096")
    );
    assert_eq!(response.header("connection"), Some("close"));
    assert!(connection.ends());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_turns_out_too_long_is_refused_while_it_comes() {
    let (server, _) = start();
    let mut connection = Connection::open(server.local_addr());
    connection.send(&post("Transfer-Encoding: chunked\r\n"));
    let chunk = format!("400\r\n{}\r\n", " ".repeat(0x400));
    for _ in 0..5 {
        connection.send(chunk.as_bytes()); // and no end in sight
    }
    let response = connection.answer();
    assert_eq!(response.status, 400);
    assert_eq!(response.header("connection"), Some("close"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_just_the_limit_is_read() {
    let (server, _) = start();
    let body = format!("{EXPERIMENT}{}", " ".repeat(4096 - EXPERIMENT.len()));
    let bytes = request(
        "POST",
        "/resource/experiment",
        "application/json",
        body.as_bytes(),
    );
    assert_eq!(
        Connection::open(server.local_addr())
            .exchange(&bytes)
            .status,
        201
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_stops_coming_is_given_up() {
    let silence = Duration::from_millis(50);
    let (server, _) = start_with(Limits {
        body_silence: silence,
        ..Limits::default()
    });
    let mut connection = Connection::open(server.local_addr());
    connection.send(&post("Content-Length: 100\r\n"));
    connection.send(b"{\"name\":");
    let response = connection.answer();
    assert_eq!(
        (response.status, response.header("connection")),
        (400, Some("close"))
    );
    assert!(
        response.json()["providerError"]
            .as_str()
            .unwrap()
            .contains("in time")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_goes_away_leaves_the_server_alone() {
    let (server, _) = start();
    let mut connection = Connection::open(server.local_addr());
    connection.send(&post("Content-Length: 100\r\n"));
    drop(connection);
    assert_eq!(
        Connection::open(server.local_addr()).exchange(LIVEZ).status,
        204
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_answered_and_the_connection_goes_on() {
    let (server, service) = start();
    let body = EXPERIMENT.replace("team-birch/plot", "n/panic");
    let mut connection = Connection::open(server.local_addr());
    let table = [
        (
            request(
                "POST",
                "/resource/experiment",
                "application/json",
                body.as_bytes(),
            ),
            500,
            json!({"providerError": "internal error"}),
        ),
        (
            request("DELETE", "/resource/run/panic", "", b""),
            500,
            json!({"id": "panic", "providerError": "internal error"}),
        ),
        (
            b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
            503,
            Value::Null,
        ),
    ];
    for (bytes, status, expected) in table {
        let response = connection.exchange(&bytes);
        assert_eq!(response.status, status);
        if expected.is_null() {
            assert!(response.body.is_empty());
        } else {
            assert_eq!(response.json(), expected);
        }
    }
    assert_eq!(connection.exchange(LIVEZ).status, 204);
    let expected = [("POST", 500), ("DELETE", 500), ("GET", 503), ("GET", 204)];
    let expected = expected.map(|(method, status)| (method.to_owned(), status));
    assert_eq!(service.answered.all(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_over_a_refusal_takes_no_connection_with_it() {
    let (server, service) = start();
    let mut connection = Connection::open(server.local_addr());
    let refused = request("POST", "/resource/refuse-panic", "application/json", b"");
    assert_eq!(connection.exchange(&refused).status, 500);
    assert_eq!(connection.exchange(LIVEZ).status, 204);
    assert_eq!(connection.exchange(LIVEZ).status, 204);
    assert_eq!(service.answered.all().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overrun_deadline_is_answered_and_the_work_goes_on() {
    let (server, service) = start_with(Limits {
        // Long enough for the work to begin on a busy machine.
        deadline: Duration::from_millis(1500),
        ..Limits::default()
    });
    let bytes = request(
        "PUT",
        "/resource/experiment/wait",
        "application/json",
        EXPERIMENT.as_bytes(),
    );
    let mut connection = Connection::open(server.local_addr());
    let response = connection.exchange(&bytes);
    assert_eq!(response.status, 500);
    assert_eq!(response.json()["id"], "wait");
    service.go.notify_one();
    service.done.notified().await; // would hang if the work had been dropped
    assert_eq!(connection.exchange(LIVEZ).status, 204);
}

/// Also where dropshot drops the request together with its connection.
#[tokio::test(flavor = "multi_thread")]
async fn work_goes_on_when_its_sender_has_gone() {
    for mode in [
        HandlerTaskMode::Detached,
        HandlerTaskMode::CancelOnDisconnect,
    ] {
        let (server, service) = start_in(mode, Limits::default());
        let bytes = request(
            "PUT",
            "/resource/experiment/wait",
            "application/json",
            EXPERIMENT.as_bytes(),
        );
        let mut connection = Connection::open(server.local_addr());
        connection.send(&bytes);
        service.begun.notified().await;
        drop(connection);
        // By the time of this answer the server has noticed.
        assert_eq!(
            Connection::open(server.local_addr()).exchange(LIVEZ).status,
            204
        );
        service.go.notify_one();
        service.done.notified().await; // would hang if the work had been dropped
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn probes_are_answered_without_a_body() {
    let (server, _) = start();
    let response = Connection::open(server.local_addr()).exchange(LIVEZ);
    assert_eq!((response.status, response.body.as_slice()), (204, &[][..]));
    assert_eq!(response.header("content-type"), None);
}

/// Dropshot's own document is not published, but making it must not fail.
#[test]
fn dropshot_can_document_the_endpoints() {
    let api = api_description::<Double>().unwrap();
    let document = api.openapi("x", semver("1.0.0")).json().unwrap();
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    assert_eq!(
        paths,
        [
            "/livez",
            "/readyz",
            "/resource/{type}",
            "/resource/{type}/{id}"
        ]
    );
    let create = &document["paths"]["/resource/{type}"]["post"];
    assert_eq!(create["summary"], "Create a resource");
    assert_eq!(
        create["parameters"][0]["schema"]["$ref"],
        "#/components/schemas/ResourceType"
    );
    let path = &document["components"]["schemas"]["ArtifactPath"]["pattern"];
    assert!(path.as_str().unwrap().starts_with('^'), "{path}");
}

fn semver(text: &str) -> dropshot::semver::Version {
    text.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_a_refused_body_to_its_end_gets_the_answer() {
    let (server, _) = start();
    let body = vec![b' '; 8 << 20];
    let length = format!("Content-Length: {}\r\n", body.len());
    // Refused for its length, its content type, or what the path says.
    let heads = [
        post(&length),
        format!("POST /resource/experiment HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n{length}\r\n").into_bytes(),
        format!("POST /resource/nothing HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{length}\r\n").into_bytes(),
    ];
    for head in heads {
        let mut connection = Connection::open(server.local_addr());
        connection.send(&head);
        connection.send(&body);
        let response = connection.answer();
        assert_eq!(response.status, 400);
        assert_eq!(response.header("connection"), Some("close"));
        assert!(connection.ends());
    }
}
