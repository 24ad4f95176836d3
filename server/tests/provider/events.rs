//! Run completion events of the program: after kills, and by the command that shows them.

use std::time::Duration;

use crate::program::Program;
use crate::service::body;
use crate::webhook::Webhook;
use crate::wire::{Connection, exchange, request};

/// Kills without `KFP_CRASH_MOMENTS`.
const MOMENTS: u64 = 12;
const CLIENTS: u64 = 3;
const QUICK: [&str; 4] = ["--pending-duration", "1ms", "--run-duration", "1ms"];

fn start(webhook: &str, file: &str) -> Program {
    let environment = [
        ("OPERATORWEBHOOK", webhook),
        ("PROVIDERNAME", "ml/forge"),
        ("SERVER_HOST", "127.0.0.1"),
    ];
    Program::with(&environment, &[&["--data", file], &QUICK[..]].concat())
}

/// Makes runs until the service is gone. The names of those that were acknowledged.
fn load(mut connection: Connection, name: &str) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for number in 0.. {
        let run = format!("{name}/{number}");
        if connection
            .try_send(&request("POST", "/resource/run", &body("run", &run)))
            .is_err()
        {
            break;
        }
        match connection.try_answer() {
            Some(answer) => assert_eq!(answer.status, 201, "{}", answer.text()),
            None => break,
        }
        acknowledged.push(run);
    }
    acknowledged
}

/// Whatever the moment at which the service dies, and whatever the webhook answers: every run that was acknowledged is
/// reported, and always in the same words.
#[test]
fn every_acknowledged_run_is_reported() {
    let moments = std::env::var("KFP_CRASH_MOMENTS")
        .ok()
        .and_then(|moments| moments.parse().ok());
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("store").display().to_string();
    let webhook = Webhook::start(30, 10);
    let program = start(&webhook.url, &file);
    let answer = exchange(
        program.address,
        "POST",
        "/resource/pipeline",
        &body("pipeline", "a/p"),
    );
    assert_eq!(answer.status, 201);
    program.kill();
    let mut runs = Vec::new();
    for moment in 0..moments.unwrap_or(MOMENTS) {
        let program = start(&webhook.url, &file);
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let connection = Connection::open(program.address);
                std::thread::spawn(move || load(connection, &format!("m{moment}-c{client}")))
            })
            .collect();
        // Any moment will do: this is what is tested, not a wait for something.
        std::thread::sleep(Duration::from_micros(fastrand::u64(..80_000)));
        program.kill();
        for client in clients {
            runs.extend(client.join().expect("a client"));
        }
    }
    let few = usize::try_from(moments.unwrap_or(MOMENTS)).expect("small");
    assert!(runs.len() > few, "{} runs are a small load", runs.len());
    let last = start(&webhook.url, &file);
    let heard = webhook.all_taken(&runs, Duration::from_secs(300));
    last.kill();
    kfp_provider_server::embedded::check(file.as_ref()).expect("a sound store");
    let attempts: usize = heard.values().map(|heard| heard.times).sum();
    assert!(
        attempts > heard.len(),
        "{attempts} attempts: nothing was sent twice"
    );
}

/// The same question to the file of a stopped service and to a service that runs.
#[cfg(unix)]
#[test]
fn events_are_looked_at_and_put_right() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("store").display().to_string();
    let socket = format!("{file}.events");
    let events = |arguments: &[&str]| {
        let (action, rest) = arguments.split_first().expect("an action");
        Program::output(&[&["events", action, "--data", &file], rest].concat())
    };
    assert!(events(&["list"]).1.contains("there is no such file"));
    let program = start("http://127.0.0.1:1/events", &file);
    let mode = std::fs::metadata(&socket)
        .expect("the socket")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    for (kind, name) in [("pipeline", "a/p"), ("run", "a/1"), ("run", "a/2")] {
        let answer = exchange(
            program.address,
            "POST",
            &format!("/resource/{kind}"),
            &body(kind, name),
        );
        assert_eq!(answer.status, 201);
    }
    let listed = || {
        events(&["list"])
            .1
            .lines()
            .skip(1)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    while listed()
        .iter()
        .filter(|line| line.contains("cannot connect"))
        .count()
        < 2
    {
        std::thread::sleep(Duration::from_millis(10));
    }
    let (done, shown) = events(&["show", "1"]);
    assert!(
        done && shown
            .lines()
            .nth(1)
            .is_some_and(|body| body.starts_with("{\"status\":\"succeeded\"")),
        "{shown}"
    );
    assert_eq!(events(&["drop", "1"]), (true, "dropped 1\n".to_owned()));
    let (done, said) = events(&["show", "1"]);
    assert!(
        !done && said.starts_with("event 1: there is none of this number"),
        "{said}"
    );
    assert_eq!(events(&["resend", "2"]), (true, "resent 2\n".to_owned()));
    assert_eq!(events(&["resend", "--dead"]), (true, String::new()));
    program.kill();

    let left = listed();
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(left[0].starts_with("2\twaiting\t"), "{left:?}");
    assert_eq!(events(&["drop", "2"]), (true, "dropped 2\n".to_owned()));
    assert_eq!(listed(), [] as [String; 0]);
    drop(start("http://127.0.0.1:1/events", &file));

    // What has the socket's name and is none is left alone.
    std::fs::remove_file(&socket).expect("the socket of a killed service");
    std::fs::write(&socket, "mine").expect("a file");
    drop(start("http://127.0.0.1:1/events", &file));
    assert_eq!(std::fs::read(&socket).expect("the file"), b"mine");
}
