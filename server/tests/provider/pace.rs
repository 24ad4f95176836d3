//! Requests that are too long, that stall, or that flood: every one is refused at once, by a declared answer where one
//! can still be given, and costs the service nothing.

use std::io::Write as _;
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use kfp_provider_server::Limits;
use kfp_testing::{Connection, Service, body, request};

use crate::strict::{JSON, alive, error_text, head, service};

/// A limit on bodies that a test reaches quickly.
const SMALL: usize = 64 * 1024;
/// More than the buffers of both ends of a connection can hold; whoever can send that much is being read.
const FLOOD: usize = 64 << 20;
/// What is taken of a refused body, so that its sender sees the answer.
const LINGER: usize = 64 << 20;

fn small() -> Limits {
    Limits {
        body_bytes: SMALL,
        ..Limits::default()
    }
}

#[test]
fn an_announced_body_is_invited_only_if_it_is_wanted() {
    let service = service(small());
    let good = body("experiment", "ns/ok");
    let post = "POST /resource/experiment";
    let expect = "Expect: 100-continue\r\n";
    let table = [
        (
            "wanted",
            post,
            format!("{JSON}Content-Length: {}\r\n", good.len()),
            None,
        ),
        (
            "wanted in chunks",
            post,
            format!("{JSON}Transfer-Encoding: chunked\r\n"),
            None,
        ),
        (
            "too long",
            post,
            format!("{JSON}Content-Length: {}\r\n", SMALL + 1),
            Some(400),
        ),
        (
            "far too long",
            post,
            format!("{JSON}Content-Length: {}\r\n", u64::MAX / 2),
            Some(400),
        ),
        (
            "of no type",
            post,
            "Content-Length: 9\r\n".to_owned(),
            Some(400),
        ),
        (
            "of another type",
            post,
            "Content-Type: text/plain\r\nContent-Length: 9\r\n".to_owned(),
            Some(400),
        ),
        (
            "for nothing",
            "POST /resource/nope",
            format!("{JSON}Content-Length: 9\r\n"),
            Some(400),
        ),
        (
            "for nothing with an id",
            "PUT /resource/nope/x",
            format!("{JSON}Content-Length: 9\r\n"),
            Some(404),
        ),
        (
            "for a delete",
            "DELETE /resource/run/gone",
            format!("{JSON}Content-Length: 9\r\n"),
            Some(404),
        ),
        (
            "for nobody",
            "POST /nowhere",
            format!("{JSON}Content-Length: 9\r\n"),
            Some(404),
        ),
    ];
    for (row, line, headers, refused) in table {
        let mut connection = Connection::open(service.address());
        connection.send(format!("{line} HTTP/1.1\r\nHost: x\r\n{expect}{headers}\r\n").as_bytes());
        let first = connection.answer();
        assert_eq!(first.status, refused.unwrap_or(100), "{row}");
        if refused.is_some() {
            continue;
        }
        if headers.contains("chunked") {
            connection.send(format!("{:x}\r\n{good}\r\n0\r\n\r\n", good.len()).as_bytes());
        } else {
            connection.send(good.as_bytes());
        }
        assert_eq!(connection.answer().status, 201, "{row}");
    }
}

#[test]
fn a_body_that_is_too_long_is_refused_before_it_comes() {
    let service = service(small());
    for (lines, sent) in [
        (format!("Content-Length: {}\r\n", SMALL + 1), String::new()),
        (
            "Transfer-Encoding: chunked\r\n".to_owned(),
            format!("{:x}\r\n{}\r\n", SMALL + 1, " ".repeat(SMALL + 1)),
        ),
    ] {
        let mut connection = Connection::open(service.address());
        connection.send(&head(&format!("{JSON}{lines}")));
        connection.send(sent.as_bytes());
        let answer = connection.answer();
        assert_eq!(answer.status, 400, "{lines}");
        assert!(error_text(&answer).contains("65536 bytes"), "{lines}");
        assert_eq!(answer.header("connection"), Some("close"), "{lines}");
        assert!(connection.ends(), "{lines}");
    }
}

/// Sends until the service has had enough, or `limit` bytes; returns how much that was.
fn flood(service: &Service, head: &[u8], unit: &[u8], limit: usize) -> usize {
    let mut stream = TcpStream::connect(service.address()).expect("a connection");
    stream.write_all(head).expect("a head");
    let mut sent = 0;
    while sent < limit && stream.write_all(unit).is_ok() {
        sent += unit.len();
    }
    sent
}

#[test]
fn floods_are_not_drained() {
    let service = service(small());
    let chunk = format!("4000\r\n{}\r\n", " ".repeat(0x4000));
    let te = "Transfer-Encoding: chunked\r\n";
    let huge = "Content-Length: 1000000000000\r\n";
    let table = [
        (
            "endless chunks",
            format!("POST /resource/experiment HTTP/1.1\r\nHost: x\r\n{JSON}{te}\r\n"),
        ),
        (
            "endless update",
            format!("PUT /resource/experiment/ok HTTP/1.1\r\nHost: x\r\n{JSON}{te}\r\n"),
        ),
        (
            "a terabyte",
            format!("POST /resource/experiment HTTP/1.1\r\nHost: x\r\n{JSON}{huge}\r\n"),
        ),
        (
            "of no type",
            format!("POST /resource/experiment HTTP/1.1\r\nHost: x\r\n{te}\r\n"),
        ),
        (
            "with a delete",
            format!("DELETE /resource/experiment/gone HTTP/1.1\r\nHost: x\r\n{te}\r\n"),
        ),
        (
            "with a probe",
            format!("GET /livez HTTP/1.1\r\nHost: x\r\n{te}\r\n"),
        ),
        (
            "for nobody",
            format!("POST /nowhere HTTP/1.1\r\nHost: x\r\n{JSON}{te}\r\n"),
        ),
    ];
    for (row, head) in &table {
        let limit = LINGER + FLOOD;
        let sent = flood(&service, head.as_bytes(), chunk.as_bytes(), limit);
        assert!(sent < limit, "{row}: the service reads on");
    }
    let lines = flood(
        &service,
        b"GET /livez HTTP/1.1\r\n",
        b"X-Header: and so on\r\n",
        FLOOD,
    );
    assert!(lines < FLOOD, "endless headers are read on");
    let line = flood(&service, b"GET /", &[b'x'; 4096], FLOOD);
    assert!(line < FLOOD, "an endless request line is read on");
    alive(&service);
    let metrics = service.metrics().text();
    for counted in [
        r#"kfp_provider_refusals_total{operation="create",kind="too_large"} 2"#,
        r#"kfp_provider_refusals_total{operation="update",kind="too_large"} 1"#,
        r#"kfp_provider_refusals_total{operation="create",kind="content_type"} 1"#,
    ] {
        assert!(
            metrics.lines().any(|line| line == counted),
            "{counted}\n{metrics}"
        );
    }
}

#[test]
fn a_body_that_stalls_is_given_up() {
    let silence = Duration::from_millis(150);
    let service = service(Limits {
        body_silence: silence,
        ..Limits::default()
    });
    for (row, lines, sent) in [
        ("nothing of it came", "Content-Length: 10\r\n", ""),
        ("some of it came", "Content-Length: 10\r\n", "{\"na"),
        (
            "a chunk is missing",
            "Transfer-Encoding: chunked\r\n",
            "3\r\n{\"n\r\n",
        ),
        (
            "the end is missing",
            "Transfer-Encoding: chunked\r\n",
            "2\r\n{}\r\n0\r\n",
        ),
    ] {
        let start = Instant::now();
        let mut connection = Connection::open(service.address());
        connection.send(&head(&format!("{JSON}{lines}")));
        connection.send(sent.as_bytes());
        let answer = connection.answer();
        assert_eq!(answer.status, 400, "{row}: {}", answer.text());
        assert!(error_text(&answer).contains("in time"), "{row}");
        assert_eq!(answer.header("connection"), Some("close"), "{row}");
        assert!(start.elapsed() >= silence, "{row}: too early");
        assert!(connection.ends(), "{row}");
    }
}

/// Whoever sends a byte now and then is never silent for long, but the deadline counts for the body, too.
#[test]
fn a_body_that_drips_is_given_up() {
    let deadline = Duration::from_millis(400);
    let service = service(Limits {
        deadline,
        ..Limits::default()
    });
    let start = Instant::now();
    let mut connection = Connection::open(service.address());
    connection.send(&head(&format!("{JSON}Content-Length: 1000000\r\n")));
    while connection.try_send(b" ").is_ok() && start.elapsed() < deadline * 50 {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(start.elapsed() >= deadline, "too early");
    assert!(start.elapsed() < deadline * 50, "never");
    let counted = r#"kfp_provider_refusals_total{operation="create",kind="body_timeout"} 1"#;
    let metrics = service.metrics().text();
    assert!(metrics.lines().any(|line| line == counted), "{metrics}");
}

#[test]
fn the_longest_body_is_taken_and_one_byte_more_is_not() {
    let service = service(Limits::default());
    let longest = Limits::default().body_bytes;
    assert_eq!(longest, 32 << 20);
    let frame = body("pipeline", "ns/ok").replace("{\"kind\": \"secret-part\"}", "\"\"");
    let filler = "x".repeat(longest - frame.len());
    let sent = frame.replace(
        "\"compiledPipeline\": \"\"",
        &format!("\"compiledPipeline\": \"{filler}\""),
    );
    assert_eq!(sent.len(), longest);
    // As the operator's curl does it with bodies of more than a mebibyte.
    let mut connection = Connection::open(service.address());
    let head = |length: usize| {
        format!(
            "POST /resource/pipeline HTTP/1.1\r\nHost: x\r\n{JSON}Content-Length: {length}\r\nExpect: 100-continue\r\n\r\n"
        )
    };
    connection.send(head(longest).as_bytes());
    assert_eq!(connection.answer().status, 100);
    connection.send(sent.as_bytes());
    assert_eq!(connection.answer().status, 201);
    connection.send(head(longest + 1).as_bytes());
    assert_eq!(connection.answer().status, 400);
}

#[test]
fn senders_that_leave_in_the_middle_leave_nothing_behind() {
    let service = service(Limits::default());
    let whole = request("POST", "/resource/run", &body("run", "ns/ok"));
    for cut in (1..whole.len()).step_by(7) {
        let mut connection = Connection::open(service.address());
        connection.send(&whole[..cut]);
        if cut % 2 == 0 {
            connection.shut(Shutdown::Write);
            // A refusal or nothing, but no answer that means success.
            assert!(
                connection
                    .try_answer()
                    .is_none_or(|answer| answer.status >= 400),
                "cut at {cut}"
            );
        }
    }
    alive(&service);
    let metrics = service.metrics().text();
    assert!(
        !metrics.contains("status=\"201\""),
        "half a request was taken for a whole one"
    );
    assert!(metrics.contains("kfp_provider_panics_total 0"), "{metrics}");
}
