//! `clean`: what a killed run left behind is deleted, as far as anybody can know of it.

use std::collections::BTreeSet;
use std::fs;
use std::process::Stdio;
use std::sync::mpsc::{Receiver, channel};

use crate::interruption::provider;
use crate::program::{command, folder, run};

#[test]
fn what_a_killed_run_left_behind_is_deleted() {
    let dir = folder();
    let (seen, asked): (_, Receiver<(String, String)>) = channel();
    let url = provider(seen);
    let mut child = command(
        dir.path(),
        &["--url", &url, "--profile", "full", "--out", "out"],
    )
    .stdout(Stdio::null())
    .stderr(Stdio::null())
    .spawn()
    .expect("starts");
    let mut alive = BTreeSet::new();
    let mut keep = |(method, id): (String, String)| match method.as_str() {
        "POST" => drop(alive.insert(id)),
        "DELETE" => drop(alive.remove(&id)),
        _ => {}
    };
    for _ in 0..60 {
        keep(asked.recv().expect("the runner asks"));
    }
    // SIGKILL: nothing of the runner's own has a chance to clean up.
    child.kill().expect("kills");
    child.wait().expect("ends");

    let ledger = ["clean", "--ledger", "out/ledger.ndjson"];
    let done = run(dir.path(), &ledger);
    let lines = |word: &str| {
        done.stdout
            .lines()
            .filter(|line| line.starts_with(word))
            .count()
    };
    while let Ok(one) = asked.try_recv() {
        keep(one);
    }
    assert!(lines("deleted") > 0, "{}{}", done.stdout, done.stderr);
    assert_eq!(lines("kept"), 0, "{}", done.stdout);
    // Only of what was never answered is the id not known; and of that the name is.
    assert!(
        alive.len() <= lines("may exist"),
        "{alive:?}\n{}",
        done.stdout
    );
    let code = if lines("may exist") == 0 { 0 } else { 4 };
    assert_eq!(done.code, Some(code), "{}", done.stdout);

    let again = run(dir.path(), &ledger);
    assert!(!again.stdout.contains("deleted"), "{}", again.stdout);
    assert_eq!(again.code, Some(code), "{}", again.stdout);
}

#[test]
fn what_cannot_be_cleaned_has_an_exit_code_of_its_own() {
    let dir = folder();
    let entry = r#"{"entry":"created","type":"run","id":"a"}"#;
    let table = [
        ("missing", None, 2, "No such file"),
        ("not a ledger", Some("hello\n".to_owned()), 2, "line 1"),
        ("empty", Some(String::new()), 0, "nothing was left"),
        ("cut", Some(entry[..20].to_owned()), 0, "nothing was left"),
        ("no url", Some(format!("{entry}\n")), 2, "--url"),
        (
            "unreachable",
            Some(format!(
                "{}\n{entry}\n",
                r#"{"entry":"start","run":"a","url":"http://127.0.0.1:1"}"#
            )),
            3,
            "unreachable",
        ),
    ];
    for (name, text, code, part) in table {
        let path = dir.path().join("ledger");
        match text {
            Some(text) => fs::write(&path, text).expect("writes"),
            None => assert!(!path.exists(), "{name}"),
        }
        let done = run(dir.path(), &["clean", "--ledger", "ledger"]);
        let told = format!("{}{}", done.stdout, done.stderr);
        assert_eq!(done.code, Some(code), "{name}: {told}");
        assert!(told.contains(part), "{name}: {told}");
    }
}
