//! Ctrl-C: what was created is deleted, and the report says that it is incomplete.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::program::{command, folder};

/// A provider that knows creates and deletes only, tells what it was asked, and lets the caller
/// decide when creates are answered.
pub(crate) fn provider(seen: Sender<(String, String)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for (next, stream) in listener.incoming().flatten().enumerate() {
            let seen = seen.clone();
            std::thread::spawn(move || answer(stream, next, &seen));
        }
    });
    url
}

fn answer(mut stream: TcpStream, number: usize, seen: &Sender<(String, String)>) {
    let mut reader = BufReader::new(stream.try_clone().expect("clones"));
    let mut first = String::new();
    if reader.read_line(&mut first).is_err() {
        return;
    }
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).is_err() || line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    if reader.read_exact(&mut body).is_err() {
        return;
    }
    let mut words = first.split(' ');
    let (method, target) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let (status, body) = match method {
        "POST" => (
            "201 Created",
            format!("{{\"id\":\"interrupted-run-{number}\"}}"),
        ),
        "DELETE" => ("200 OK", "{}".to_owned()),
        "PUT" => (
            "200 OK",
            format!(
                "{{\"id\":{:?}}}",
                target.rsplit('/').next().unwrap_or_default()
            ),
        ),
        _ => ("204 No Content", String::new()),
    };
    // Told before it is answered, so that a create is always told before its deletion.
    let id = if method == "POST" {
        format!("interrupted-run-{number}")
    } else {
        target.rsplit('/').next().unwrap_or_default().to_owned()
    };
    let _ = seen.send((method.to_owned(), id));
    // The runner may have gone; then there is nobody to tell.
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
}

#[test]
fn an_interrupted_run_cleans_up_and_says_that_it_is_incomplete() {
    let dir = folder();
    let (seen, asked): (_, Receiver<(String, String)>) = channel();
    let url = provider(seen);
    // The profile with most requests, so that the signal comes in the middle.
    let args = ["--url", &url, "--profile", "full", "--out", "out"];
    let mut child = command(dir.path(), &args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    let mut alive = std::collections::BTreeSet::new();
    let mut keep = |(method, id): (String, String)| match method.as_str() {
        "POST" => drop(alive.insert(id)),
        "DELETE" => drop(alive.remove(&id)),
        _ => {}
    };
    for _ in 0..60 {
        keep(asked.recv().expect("the runner asks"));
    }
    let pid = child.id().to_string();
    let signalled = Command::new("kill")
        .args(["-INT", &pid])
        .status()
        .expect("kill runs");
    assert!(signalled.success());
    let status = child.wait().expect("ends");
    assert_eq!(status.code(), Some(130));
    while let Ok(one) = asked.try_recv() {
        keep(one);
    }
    assert!(alive.is_empty(), "left behind: {alive:?}");
    let report = fs::read_to_string(dir.path().join("out/report.json")).expect("a report");
    assert!(report.contains("\"complete\": false"), "{report}");
    assert!(report.contains("\"leaks\": []"), "{report}");
}
