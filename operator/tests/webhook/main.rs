//! The webhook against what the operator's own handler answers under Go's server; `interop/webhook.sh` made the table.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod play;

use play::Case;

#[test]
fn connections_are_answered_as_go_answers_them() {
    let table: Vec<Case> = include_str!("table.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(table.len() > 150, "{} cases", table.len());
    // All at once, in pieces, and byte by byte.
    let differences: Vec<_> = table
        .iter()
        .flat_map(|case| [usize::MAX, 7, 1].map(|step| case.difference(step)))
        .flatten()
        .collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// What is too long for a table.
#[test]
fn long_requests_are_answered_as_go_answers_them() {
    let head = "POST /events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    let event = r#"{"runName":"team/run"}"#;
    let nowhere = |length: usize| {
        let body = "x".repeat(length);
        format!("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{body}")
    };
    let with_event = |before: &str, spaces: usize| {
        let length = spaces + event.len();
        let spaces = " ".repeat(spaces);
        format!("{head}{before}Content-Length: {length}\r\n\r\n{spaces}{event}")
    };
    let long = format!("X: {}\r\n", "x".repeat(1 << 20));
    let longer = format!("X: {}\r\n", "x".repeat((1 << 20) + 4096));
    let table = [
        (
            "a long event",
            with_event("", 300_000),
            "HTTP/1.1 200 OK\r\n",
            false,
        ),
        (
            "a long head",
            with_event(&long, 0),
            "HTTP/1.1 200 OK\r\n",
            false,
        ),
        (
            "a longer head",
            with_event(&longer, 0),
            "HTTP/1.1 431 ",
            true,
        ),
        (
            "a body that nobody wants",
            nowhere((256 << 10) - 1),
            "HTTP/1.1 404 ",
            false,
        ),
        (
            "a long body that nobody wants",
            nowhere(256 << 10),
            "HTTP/1.1 404 ",
            true,
        ),
        // Here Go knows no limit, and this does.
        (
            "an event of more than 64 MiB",
            with_event("", 64 << 20),
            "HTTP/1.1 413 ",
            true,
        ),
    ];
    for (name, sent, status, closes) in table {
        let (received, _) = play::play(sent.as_bytes(), 64 << 10);
        let received = String::from_utf8(received).unwrap();
        assert!(received.starts_with(status), "{name}: {received}");
        assert_eq!(
            received.contains("\r\nConnection: close\r\n"),
            closes,
            "{name}: {received}"
        );
    }
}
