//! What was acknowledged survives the end of the process at any moment.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::mpsc;

use serde_json::json;

use crate::program::Program;
use crate::service::body;
use crate::wire::{Connection, exchange, request};

const ROUNDS: u32 = 20;
const CLIENTS: u32 = 4;
const KINDS: [&str; 4] = ["pipeline", "experiment", "runschedule", "run"];

/// An acknowledged change.
enum Acknowledged {
    Created(&'static str, String),
    Deleted(&'static str, String),
}

/// Creates, and now and then deletes, until the service is gone.
fn load(address: SocketAddr, client: u32, round: u32, news: &mpsc::Sender<Acknowledged>) {
    let mut connection = Connection::open(address);
    for turn in 0.. {
        let kind = KINDS[turn % KINDS.len()];
        let name = format!("r{round}/c{client}-{turn}");
        let sent = request("POST", &format!("/resource/{kind}"), &body(kind, &name));
        let Some(id) = acknowledged(&mut connection, &sent, 201) else {
            return;
        };
        // Nobody listens any more once the service was killed.
        let _ = news.send(Acknowledged::Created(kind, id.clone()));
        if turn % 5 == 4 {
            let sent = request("DELETE", &format!("/resource/{kind}/{id}"), "");
            if acknowledged(&mut connection, &sent, 200).is_none() {
                // It may or may not have happened: nothing is promised about this one any more.
                let _ = news.send(Acknowledged::Deleted(kind, id.clone()));
                return;
            }
            let _ = news.send(Acknowledged::Deleted(kind, id));
        }
    }
}

/// The id in the answer, or an empty text; `None` if there is no whole answer.
fn acknowledged(connection: &mut Connection, sent: &[u8], status: u16) -> Option<String> {
    connection.try_send(sent).ok()?;
    let answer = connection.try_answer()?;
    assert_eq!(answer.status, status, "{}", answer.text());
    Some(answer.json()["id"].as_str().unwrap_or_default().to_owned())
}

/// Runs one round on the file and returns what was acknowledged in it and still stands.
fn round(file: &Path, round: u32) -> BTreeSet<(&'static str, String)> {
    let program = Program::start(&[
        "--data",
        &file.display().to_string(),
        "--pending-duration",
        "1ms",
        "--run-duration",
        "1ms",
    ]);
    let (address, (news, changes)) = (program.address, mpsc::channel());
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let news = news.clone();
            std::thread::spawn(move || load(address, client, round, &news))
        })
        .collect();
    drop(news);
    // The moment of the kill: after so many answers, while the others are under way.
    let moment = usize::try_from(round * 7 % 61 + 1).expect("small");
    let mut seen: Vec<Acknowledged> = changes.iter().take(moment).collect();
    program.kill();
    clients
        .into_iter()
        .for_each(|client| client.join().expect("a client"));
    seen.extend(changes);
    let mut standing = BTreeSet::new();
    for change in seen {
        match change {
            Acknowledged::Created(kind, id) => {
                assert!(standing.insert((kind, id)), "an id was issued twice")
            }
            Acknowledged::Deleted(kind, id) => assert!(standing.remove(&(kind, id))),
        }
    }
    standing
}

#[test]
fn kill_dash_nine() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("store.redb");
    // The runs of all rounds need their pipeline; the first start is one of those that are killed.
    let program = Program::start(&["--data", &file.display().to_string()]);
    let answer = exchange(
        program.address,
        "POST",
        "/resource/pipeline",
        &body("pipeline", "a/p"),
    );
    assert_eq!(answer.status, 201, "{}", answer.text());
    program.kill();

    let mut standing = BTreeSet::new();
    for number in 0..ROUNDS {
        standing.extend(round(&file, number));
    }
    assert!(
        standing.len() > usize::try_from(ROUNDS).expect("small"),
        "there was some load"
    );
    let program = Program::start(&["--data", &file.display().to_string()]);
    for (kind, id) in standing {
        let target = format!("/resource/{kind}/{id}");
        if kind != "run" {
            let answer = exchange(
                program.address,
                "PUT",
                &target,
                &body(kind, &format!("kept/{id}")),
            );
            assert_eq!(
                (answer.status, answer.json()),
                (200, json!({"id": id})),
                "{target}"
            );
        }
        let answer = exchange(program.address, "DELETE", &target, "");
        assert_eq!((answer.status, answer.json()), (200, json!({})), "{target}");
    }
}
