//! The end of a service, and the deadline of a request.

use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use kfp_provider_server::{Limits, Settings, ShutdownOutcome};
use kfp_testing::{Connection, Service, body, request};
use serde_json::json;

use crate::scripted::Scripted;

/// Longer than any machine is busy; a defect alone waits that long.
pub(crate) const FOR_EVER: Duration = Duration::from_secs(600);

fn settings(limits: Limits) -> Settings {
    Settings {
        limits,
        ..Settings::ephemeral()
    }
}

/// A service, its stage, and a request that waits in the provider.
fn with_a_request(limits: Limits) -> (Service, Scripted, Connection) {
    let provider = Scripted::default();
    let service = Service::with(settings(limits), provider.clone());
    let mut waiting = Connection::open(service.address());
    waiting.send(&request("POST", "/resource/run", &body("run", "ns/wait")));
    service.runtime().block_on(provider.0.arrived.notified());
    (service, provider, waiting)
}

/// A connection that the service has answered on.
fn accepted(address: SocketAddr) -> Connection {
    let mut connection = Connection::open(address);
    connection.send(&request("GET", "/livez", ""));
    assert_eq!(connection.answer().status, 204);
    connection
}

#[test]
fn what_has_arrived_is_answered_and_nothing_else_is_waited_for() {
    let limits = Limits {
        linger: Duration::from_millis(200),
        grace: FOR_EVER,
        ..Limits::default()
    };
    let (service, provider, mut waiting) = with_a_request(limits);
    let address = service.address();
    let mut idle = accepted(address);
    let _silent = Connection::open(address);
    let mut half_a_header = accepted(address);
    half_a_header.send(b"POST /resource/run HTTP/1.1\r\nHost: x\r\nContent-");
    let mut half_a_body = accepted(address);
    let head = "Host: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n";
    half_a_body.send(format!("POST /resource/run HTTP/1.1\r\n{head}").as_bytes());
    assert_eq!(
        half_a_body.answer().status,
        100,
        "the service waits for the body"
    );
    half_a_body.send(b"{\"name\":");

    let start = Instant::now();
    let ending = service.shutdown();
    assert!(idle.ends(), "an idle connection is closed at once");
    provider.0.release.notify_one();
    let answer = waiting.answer();
    assert_eq!(
        (answer.status, answer.json()),
        (201, json!({"id": "made/4"}))
    );
    let (ended, log) = ending.join().expect("an end");
    assert_eq!(ended, ShutdownOutcome::Cut);
    assert!(
        start.elapsed() < limits.grace / 2,
        "half a request holds nobody up: {:?}",
        start.elapsed()
    );
    assert!(provider.0.stopped.load(Ordering::SeqCst));
    assert!(TcpStream::connect(address).is_err(), "the port is closed");
    assert!(
        log.iter()
            .any(|line| line["message"] == "stopped" && line["how"] == "cut")
    );
}

#[test]
fn with_nothing_left_it_ends_cleanly() {
    // Whoever is waited for to the end of either has not ended cleanly.
    let limits = Limits {
        linger: FOR_EVER,
        grace: FOR_EVER,
        ..Limits::default()
    };
    let (service, provider, mut waiting) = with_a_request(limits);
    provider.0.release.notify_one();
    assert_eq!(waiting.answer().status, 201);
    let (ended, _) = service.shutdown().join().expect("an end");
    assert_eq!(ended, ShutdownOutcome::Cleanly);
}

#[test]
fn patience_has_an_end() {
    let limits = Limits {
        grace: Duration::from_millis(300),
        ..Limits::default()
    };
    let (service, provider, _waiting) = with_a_request(limits);
    let (ended, _) = service.shutdown().join().expect("an end");
    assert_eq!(ended, ShutdownOutcome::Abandoned);
    assert!(provider.0.stopped.load(Ordering::SeqCst));
}

#[test]
fn an_overrun_deadline_is_an_answer_and_the_work_goes_on() {
    let limits = Limits {
        // Long enough for the request to reach the provider on a busy machine.
        deadline: Duration::from_millis(1500),
        ..Limits::default()
    };
    let (service, provider, mut waiting) = with_a_request(limits);
    let answer = waiting.answer();
    assert_eq!(answer.status, 500);
    assert!(
        answer.json()["providerError"]
            .as_str()
            .is_some_and(|text| text.contains("1.5s")),
        "{}",
        answer.text()
    );
    waiting.send(&request(
        "PUT",
        "/resource/run/wait%2F1",
        &body("run", "ns/x"),
    ));
    let answer = waiting.answer();
    assert_eq!(
        (answer.status, &answer.json()["id"]),
        (500, &json!("wait/1"))
    );
    let ending = service.shutdown();
    assert_eq!(provider.0.waiting.load(Ordering::SeqCst), 2);
    provider.0.release.notify_one();
    provider.0.release.notify_one();
    let (ended, _) = ending.join().expect("an end");
    assert_ne!(
        ended,
        ShutdownOutcome::Abandoned,
        "what went on was waited for"
    );
}
