//! What was acknowledged survives the end of the process at any moment.

use std::collections::BTreeMap;
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

/// What a client knows of a resource.
enum News {
    Created(&'static str, String),
    /// A delete was sent; it may or may not have happened.
    Doubtful(&'static str, String),
    Deleted(&'static str, String),
}

/// Creates, and now and then deletes, until the service is gone. Nobody listens to news after that.
fn load(address: SocketAddr, client: u32, round: u32, news: &mpsc::Sender<News>) {
    let mut connection = Connection::open(address);
    for turn in 0.. {
        let kind = KINDS[turn % KINDS.len()];
        let name = format!("r{round}/c{client}-{turn}");
        let sent = request("POST", &format!("/resource/{kind}"), &body(kind, &name));
        let Some(id) = acknowledged(&mut connection, &sent, 201) else {
            return;
        };
        let _ = news.send(News::Created(kind, id.clone()));
        if turn % 5 == 4 {
            let _ = news.send(News::Doubtful(kind, id.clone()));
            let sent = request("DELETE", &format!("/resource/{kind}/{id}"), "");
            if acknowledged(&mut connection, &sent, 200).is_none() {
                return;
            }
            let _ = news.send(News::Deleted(kind, id));
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

/// Ids by type, and whether the resource must exist or must not.
type Known = BTreeMap<(&'static str, String), bool>;

/// Runs one round on the file and adds what is certain after it.
fn round(file: &Path, round: u32, known: &mut Known) {
    let file = file.display().to_string();
    let program = Program::start(&[
        "--data",
        &file,
        "--pending-duration",
        "1ms",
        "--run-duration",
        "1ms",
    ]);
    let (address, (news, heard)) = (program.address, mpsc::channel());
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let news = news.clone();
            std::thread::spawn(move || load(address, client, round, &news))
        })
        .collect();
    drop(news);
    // The moment of the kill: after so many answers, while the others are under way.
    let moment = usize::try_from(round * 7 % 61 + 1).expect("small");
    let mut all: Vec<News> = heard.iter().take(moment).collect();
    program.kill();
    clients
        .into_iter()
        .for_each(|client| client.join().expect("a client"));
    all.extend(heard);
    for news in all {
        match news {
            News::Created(kind, id) => {
                assert!(
                    known.insert((kind, id), true).is_none(),
                    "an id was issued twice"
                );
            }
            News::Doubtful(kind, id) => assert_eq!(known.remove(&(kind, id)), Some(true)),
            News::Deleted(kind, id) => assert!(known.insert((kind, id), false).is_none()),
        }
    }
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

    let mut known = Known::new();
    for number in 0..ROUNDS {
        round(&file, number, &mut known);
    }
    let exist = known.values().filter(|exists| **exists).count();
    assert!(
        exist > 100 && known.len() > exist,
        "{exist} of {} resources are a small load",
        known.len()
    );
    let program = Program::start(&["--data", &file.display().to_string()]);
    for ((kind, id), exists) in known {
        let target = format!("/resource/{kind}/{id}");
        let status = if exists { 200 } else { 404 };
        if kind != "run" {
            let answer = exchange(
                program.address,
                "PUT",
                &target,
                &body(kind, &format!("kept/{id}")),
            );
            assert_eq!(
                (answer.status, &answer.json()["id"]),
                (status, &json!(id)),
                "{target}"
            );
        }
        let answer = exchange(program.address, "DELETE", &target, "");
        assert_eq!(
            (answer.status, answer.json()),
            (status, json!({})),
            "{target}"
        );
    }
}
