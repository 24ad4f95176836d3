//! What is no provider at all is told as such, with exit code 3: nothing about a provider was found out.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;

use kfp_conformance::mock::{Behaviour, Mock};

use crate::program::{folder, run};

/// What becomes of each connection.
type Treatment = fn(TcpStream);

/// Ends a connection with a reset: the kernel sends one for what was not read.
fn reset(connection: TcpStream) {
    // Until something has come, there is nothing that could be left unread.
    let _ = connection.peek(&mut [0]);
}

/// Says this much and ends the connection in order: what was left unread would make a reset of it.
fn say(mut connection: TcpStream, what: &[u8]) {
    // Who does not listen any more needs no answer.
    let _ = connection.write_all(what);
    let _ = connection.shutdown(Shutdown::Write);
    let _ = connection.read_to_end(&mut Vec::new());
}

/// Treats all connections to a free port alike, until the test process ends.
fn serve(treat: Treatment) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || listener.incoming().flatten().for_each(treat));
    address.to_string()
}

#[test]
fn what_is_no_provider_exits_with_3() {
    // The alert that a server for TLS sends to who speaks without.
    const ALERT: &[u8] = b"\x15\x03\x01\x00\x02\x02\x46";
    const HALF_HEAD: &[u8] = b"HTTP/1.1 204 No Con";
    const HALF_BODY: &[u8] = b"HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{\"id\":";
    let table: &[(&str, Treatment, &str, &str)] = &[
        ("reset", reset, "http", "unreachable"),
        (
            "closed",
            |c| say(c, b""),
            "http",
            "connection closed before an answer",
        ),
        (
            "half a head",
            |c| say(c, HALF_HEAD),
            "http",
            "connection closed before an answer (19 bytes read)",
        ),
        (
            "half a body",
            |c| say(c, HALF_BODY),
            "http",
            "body ended early",
        ),
        ("TLS on the port", |c| say(c, ALERT), "http", "is it HTTP?"),
        (
            "another protocol",
            |c| say(c, b"SSH-2.0-OpenSSH_9.2\r\n"),
            "http",
            "answer is not HTTP",
        ),
        (
            "no TLS on the port",
            |c| say(c, b"HTTP/1.1 400 Bad Request\r\n\r\n"),
            "https",
            "unreachable",
        ),
    ];
    for (name, treat, scheme, words) in table {
        let dir = folder();
        let url = format!("{scheme}://{}", serve(*treat));
        let done = run(dir.path(), &["--url", &url, "--out", "out"]);
        assert_eq!(
            done.code,
            Some(3),
            "{name}: {} {}",
            done.stdout,
            done.stderr
        );
        assert!(done.stderr.contains(words), "{name}: {}", done.stderr);
        let report = fs::read_to_string(dir.path().join("out/report.json")).expect("a report");
        assert!(report.contains("\"verdict\": \"INCOMPLETE\""), "{name}");
    }
}

/// Where nobody listens.
fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
    listener.local_addr().expect("an address").to_string()
}

#[tokio::test]
async fn a_defect_that_nobody_shows_any_more_is_not_mended() {
    let fault = "wrong-create-status".parse().expect("a fault");
    let mock = Mock::start(Behaviour::fault(fault)).expect("starts");
    let url = mock.url();
    tokio::task::spawn_blocking(move || {
        let dir = folder();
        let args = ["create.201.status", "--profile", "smoke", "--url", &url];
        assert_eq!(run(dir.path(), &args).code, Some(1));
        let replay = ["replay", "conformance-report", "--url"];
        let still = run(dir.path(), &[&replay[..], &[&url]].concat());
        assert_eq!(still.code, Some(1), "{}", still.stderr);
        assert!(still.stdout.contains("STILL"), "{}", still.stdout);
        let gone = run(dir.path(), &[&replay[..], &[&nowhere()]].concat());
        assert_eq!(gone.code, Some(3), "{}", gone.stdout);
        assert!(!gone.stdout.contains("FIXED"), "{}", gone.stdout);
        assert!(gone.stderr.contains("unreachable"), "{}", gone.stderr);
    })
    .await
    .expect("the commands end");
}
