//! Servers that write any bytes at all, and what is made of them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::Ipv4Addr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;

/// What a server does after it wrote its bytes.
#[derive(Clone, Copy)]
enum Then {
    Closes,
    Resets,
    /// Waits for the client to end the connection.
    Stays,
}

/// Serves one connection: reads a head, writes the bytes, ends.
async fn serve(listener: TcpListener, bytes: Vec<u8>, then: Then) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        // The client may have gone already, which is its right.
        if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
            return;
        }
    }
    let _ = stream.write_all(&bytes).await;
    match then {
        Then::Closes => {}
        Then::Resets => stream.set_zero_linger().unwrap(),
        Then::Stays => drop(stream.read(&mut [0]).await),
    }
}

async fn connector(bytes: Vec<u8>, then: Then) -> Connector {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(serve(listener, bytes, then));
    Connector {
        host: "127.0.0.1".to_owned(),
        port,
        tls: None,
    }
}

/// What a DELETE that reads on to the end makes of an answer, in one line.
async fn told(bytes: &[u8], then: Then) -> String {
    let connector = connector(bytes.to_vec(), then).await;
    let mut request = Request::new("DELETE", "/resource/run/a");
    if !matches!(then, Then::Stays) {
        request.linger = Duration::from_secs(5);
    }
    let timed = connector.exchange(&request, Duration::from_secs(5)).await;
    match timed.result {
        Err(failure) => match failure.partial() {
            None => failure.to_string(),
            Some(partial) => format!("{failure} | {}", String::from_utf8_lossy(partial)),
        },
        Ok(response) => {
            let mut text = format!("{} ", response.status);
            text.push_str(&String::from_utf8_lossy(&response.body));
            if !response.interim.is_empty() {
                text.push_str(&format!(" after {:?}", response.interim));
            }
            if !response.extra.is_empty() {
                text.push_str(&format!(
                    " + {:?}",
                    String::from_utf8_lossy(&response.extra)
                ));
            }
            if response.announces_close() {
                text.push_str(" closing");
            }
            text
        }
    }
}

#[tokio::test]
async fn every_ending_of_an_answer_is_told_apart() {
    use Then::{Closes, Resets, Stays};
    const OK: &str = "HTTP/1.1 200 OK\r\n";
    let many = format!(
        "{OK}{}Content-Length: 2\r\n\r\n{{}}",
        "X-A: b\r\n".repeat(900)
    );
    let endless = format!("{OK}X-A: {}", "b".repeat(310 * 1024));
    let crowd = format!("{OK}{}\r\n", "X-A: b\r\n".repeat(5_001));
    let interims = "HTTP/1.1 102 Processing\r\n\r\n".repeat(17);
    let extension = format!(
        "{OK}Transfer-Encoding: chunked\r\n\r\n2;{}",
        "x".repeat(70_000)
    );
    let trailer = format!(
        "{OK}Transfer-Encoding: chunked\r\n\r\n0\r\n{}",
        "X-A: b\r\n".repeat(9_000)
    );
    let ok = |rest: &str| format!("{OK}{rest}");
    let chunked = |rest: &str| format!("{OK}Transfer-Encoding: chunked\r\n\r\n{rest}");
    let table: &[(&str, String, Then, &str)] = &[
        (
            "as it should be",
            ok("Content-Length: 2\r\n\r\n{}"),
            Stays,
            "200 {}",
        ),
        (
            "length too large",
            ok("Content-Length: 9\r\n\r\n{}"),
            Closes,
            "body ended early: 2 bytes instead of 9 bytes | {}",
        ),
        (
            "length too small",
            ok("Content-Length: 1\r\n\r\n{}"),
            Closes,
            "200 { + \"}\"",
        ),
        (
            "bytes after a 204",
            "HTTP/1.1 204 No Content\r\n\r\n{}".to_owned(),
            Closes,
            "204  + \"{}\"",
        ),
        (
            "length of nothing",
            ok("Content-Length:\r\n\r\n{}"),
            Closes,
            "wrong framing: Content-Length is \"\" | ",
        ),
        (
            "length with a sign",
            ok("Content-Length: +2\r\n\r\n{}"),
            Closes,
            "wrong framing: Content-Length is \"+2\" | ",
        ),
        (
            "length below zero",
            ok("Content-Length: -2\r\n\r\n{}"),
            Closes,
            "wrong framing: Content-Length is \"-2\" | ",
        ),
        (
            "length beyond numbers",
            ok("Content-Length: 99999999999999999999\r\n\r\n{}"),
            Closes,
            "wrong framing: Content-Length is \"99999999999999999999\" | ",
        ),
        (
            "length beyond memory",
            ok("Content-Length: 18446744073709551615\r\n\r\n{}"),
            Closes,
            "body ended early: 2 bytes instead of 18446744073709551615 bytes | {}",
        ),
        (
            "two lengths",
            ok("Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
            Closes,
            "wrong framing: Content-Length told as 2 and 3 | ",
        ),
        (
            "two lengths in one",
            ok("Content-Length: 2, 3\r\n\r\n{}"),
            Closes,
            "wrong framing: Content-Length told as 2 and 3 | ",
        ),
        (
            "one length twice",
            ok("Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
            Stays,
            "200 {}",
        ),
        ("no length", ok("\r\n{}"), Closes, "200 {} closing"),
        (
            "no length, reset",
            ok("\r\n{}"),
            Resets,
            "connection broke in the body: 2 bytes instead of all until the close | {}",
        ),
        (
            "chunks",
            chunked("1\r\n{\r\n1;a=b\r\n}\r\n0\r\nX-A: b\r\n\r\n"),
            Stays,
            "200 {}",
        ),
        (
            "chunks and a length",
            ok("Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
            Stays,
            "200 {}",
        ),
        (
            "chunks of another coding",
            ok("Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
            Stays,
            "200 {}",
        ),
        (
            "another coding alone",
            ok("Transfer-Encoding: xchunked\r\n\r\n{}"),
            Closes,
            "200 {} closing",
        ),
        (
            "a chunk cut short",
            chunked("9\r\n{}"),
            Closes,
            "body ended early: 2 bytes instead of an unfinished chunk | {}",
        ),
        (
            "a chunk cut by a reset",
            chunked("9\r\n{}"),
            Resets,
            "connection broke in the body: 2 bytes instead of an unfinished chunk | {}",
        ),
        (
            "no last chunk",
            chunked("2\r\n{}\r\n"),
            Closes,
            "body ended early: 2 bytes instead of another chunk | {}",
        ),
        (
            "no end after the last chunk",
            chunked("2\r\n{}\r\n0\r\n"),
            Closes,
            "body ended early: 2 bytes instead of the end of the chunks | {}",
        ),
        (
            "a chunk size of letters",
            chunked("2\r\n{}\r\nxyz\r\n"),
            Closes,
            "wrong framing: chunk size \"xyz\" | {}",
        ),
        (
            "a chunk size of nothing",
            chunked("\r\n{}\r\n"),
            Closes,
            "wrong framing: chunk size \"\" | ",
        ),
        (
            "a chunk size beyond memory",
            chunked("FFFFFFFFFFFFFFFF\r\n{}"),
            Closes,
            "wrong framing: chunks above 67108864 bytes | ",
        ),
        (
            "a chunk size beyond numbers",
            chunked("1FFFFFFFFFFFFFFFF\r\n{}"),
            Closes,
            "wrong framing: chunk size \"1FFFFFFFFFFFFFFFF\" | ",
        ),
        (
            "a chunk longer than it says",
            chunked("1\r\n{}\r\n0\r\n\r\n"),
            Closes,
            "wrong framing: a chunk of 1 bytes is not followed by a line end | {",
        ),
        (
            "a chunk with an endless extension",
            extension,
            Closes,
            "wrong framing: chunk size",
        ),
        (
            "endless fields after the chunks",
            trailer,
            Closes,
            "wrong framing: more than 65536 bytes after the last chunk | ",
        ),
        (
            "reset before an answer",
            String::new(),
            Resets,
            "connection broke: Connection reset by peer (os error 104)",
        ),
        (
            "closed before an answer",
            String::new(),
            Closes,
            "connection closed before an answer (0 bytes read)",
        ),
        (
            "closed in the head",
            "HTTP/1.1 200".to_owned(),
            Closes,
            "connection closed before an answer (12 bytes read)",
        ),
        (
            "a byte order mark in front",
            "\u{feff}HTTP/1.1 200 OK\r\n\r\n".to_owned(),
            Closes,
            "answer is not HTTP: invalid HTTP version at \"\\u{feff}HTTP/1.1 200 OK\\r\\n\\r\\n\"",
        ),
        (
            "another protocol",
            "SSH-2.0-OpenSSH\r\n".to_owned(),
            Closes,
            "answer is not HTTP: invalid HTTP version at \"SSH-2.0-OpenSSH\\r\\n\"",
        ),
        (
            "go on, then the answer",
            format!(
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n{}",
                ok("Content-Length: 2\r\n\r\n{}")
            ),
            Stays,
            "200 {} after [100, 103]",
        ),
        (
            "go on forever",
            interims,
            Closes,
            "answer is not HTTP: more than 16 interim answers",
        ),
        (
            "another protocol, unasked",
            "HTTP/1.1 101 Switching Protocols\r\n\r\n".to_owned(),
            Stays,
            "101 ",
        ),
        (
            "a redirect",
            "HTTP/1.1 307 Temporary Redirect\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n"
                .to_owned(),
            Stays,
            "307 ",
        ),
        (
            "a line that goes on",
            ok("X-A: b\r\n c\r\nContent-Length: 2\r\n\r\n{}"),
            Stays,
            "200 {}",
        ),
        (
            "a line that is no field",
            ok("what is this\r\nContent-Length: 2\r\n\r\n{}"),
            Stays,
            "200 {}",
        ),
        ("many fields", many, Stays, "200 {}"),
        (
            "too many fields",
            crowd,
            Closes,
            "answer is not HTTP: too many headers",
        ),
        (
            "a head without end",
            endless,
            Closes,
            "answer is not HTTP: head above 307200 bytes",
        ),
        (
            "the end announced",
            ok("Connection: keep-alive, Close\r\nContent-Length: 2\r\n\r\n{}"),
            Closes,
            "200 {} closing",
        ),
        (
            "the old version",
            "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}".to_owned(),
            Closes,
            "200 {} closing",
        ),
        (
            "the old version goes on",
            "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}".to_owned(),
            Stays,
            "200 {}",
        ),
    ];
    let mut wrong = Vec::new();
    for (name, bytes, then, expected) in table {
        let found = told(bytes.as_bytes(), *then).await;
        let matches = found == *expected
            || (name.contains("endless") && found.starts_with(expected))
            || (name.contains("too many") && found.starts_with(expected));
        if !matches {
            wrong.push(format!("{name}:\n  {found:.200}\n  {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn what_is_not_http_at_all_is_no_panic() {
    let mut rng = fastrand::Rng::with_seed(7);
    for round in 0..300 {
        let mut bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n5\r\nhello\r\n0\r\n\r\n".to_vec();
        for _ in 0..rng.usize(1..6) {
            let at = rng.usize(..bytes.len());
            match rng.u8(..3) {
                0 => bytes[at] = rng.u8(..),
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, rng.u8(..)),
            }
        }
        // Anything may come out, in time.
        let found = told(&bytes, Then::Closes).await;
        assert!(
            !found.starts_with("no complete answer"),
            "round {round}: {found}"
        );
    }
}

#[tokio::test]
async fn the_second_answer_on_a_connection_is_read_where_the_first_one_ends() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        for answer in [
            "HTTP/1.1 500 No\r\nContent-Length: 1\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        ] {
            answer_one(&mut stream, answer).await;
        }
    };
    tokio::spawn(server);
    let connector = Connector {
        host: "127.0.0.1".to_owned(),
        port,
        tls: None,
    };
    let request = Request::new("DELETE", "/resource/run/a");
    let answers = connector
        .keep_alive(
            &[request.clone(), request],
            Duration::from_secs(5),
            async || {},
        )
        .await;
    assert_eq!(answers[0].as_ref().unwrap().status, 500);
    let failure = answers[1].as_ref().unwrap_err().to_string();
    assert!(failure.starts_with("answer is not HTTP"), "{failure}");
}

async fn answer_one(stream: &mut TcpStream, answer: &str) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
            return;
        }
    }
    // The client may have given up already.
    let _ = stream.write_all(answer.as_bytes()).await;
}

/// Answers as soon as anything of the request has come, and closes with the rest unread, or stays and reads no more.
#[tokio::test]
async fn an_answer_before_the_end_of_the_request_is_read() {
    for turn in 0..12 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream
                .read_buf(&mut Vec::with_capacity(1024))
                .await
                .unwrap();
            let answer =
                b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
            stream.write_all(answer).await.unwrap();
            (turn % 2 == 0).then_some(stream)
        });
        let connector = Connector {
            host: "127.0.0.1".to_owned(),
            port,
            tls: None,
        };
        let request = Request::new("POST", "/resource/pipeline").json(vec![b' '; 20 << 20]);
        let request = request.without("Expect");
        let timed = connector.exchange(&request, Duration::from_secs(60)).await;
        let response = timed.result.unwrap();
        assert_eq!(
            (response.status, response.body),
            (413, b"{}".to_vec()),
            "turn {turn}"
        );
        drop(server.await.unwrap());
    }
}
