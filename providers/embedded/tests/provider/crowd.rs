//! Many connections at once.

use kfp_testing::{Connection, body, request};

use crate::program::Program;

#[test]
fn five_hundred_connections_at_once() {
    let program = Program::start(&["--in-memory"]);
    let mut connections: Vec<Connection> = (0..500)
        .map(|_| Connection::open(program.address))
        .collect();
    let sent = |turn: usize| {
        request(
            "POST",
            "/resource/experiment",
            &body("experiment", &format!("n/{turn}")),
        )
    };
    // All of them have begun before the first one is done.
    for (turn, connection) in connections.iter_mut().enumerate() {
        let sent = sent(turn);
        connection.send(&sent[..sent.len() - 1]);
    }
    for (turn, connection) in connections.iter_mut().enumerate() {
        connection.send(&sent(turn)[sent(turn).len() - 1..]);
    }
    for connection in &mut connections {
        assert_eq!(connection.answer().status, 201);
        connection.send(&request("GET", "/livez", ""));
    }
    for connection in &mut connections {
        assert_eq!(
            connection.answer().status,
            204,
            "and each can be used again"
        );
    }
}

/// More connections than the system lets it have, though not more than may queue: it goes on as soon as there are fewer.
#[cfg(unix)]
#[test]
fn out_of_descriptors() {
    let program = Program::limited(64, &["--in-memory"]);
    let mut served = Connection::open(program.address);
    served.send(&request("GET", "/livez", ""));
    assert_eq!(served.answer().status, 204);
    let crowd: Vec<Connection> = (0..120)
        .map(|_| Connection::open(program.address))
        .collect();
    served.send(&request(
        "POST",
        "/resource/experiment",
        &body("experiment", "a/x"),
    ));
    assert_eq!(served.answer().status, 201, "whoever is in stays in");
    drop(crowd);
    let mut late = Connection::open(program.address);
    late.send(&request("GET", "/livez", ""));
    assert_eq!(late.answer().status, 204);
}
