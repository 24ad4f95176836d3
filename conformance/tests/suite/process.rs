//! A provider that the runner starts: what is wrong with the process is told, and nothing survives.

use std::fs;
use std::net::TcpStream;
use std::process::Stdio;
use std::time::{Duration, Instant};

use kfp_conformance::{Outcome, Report};

use crate::program::{command, folder};

/// The mock as a process, unfit in the ways given.
fn start(unfit: &[&str]) -> String {
    let own = env!("CARGO_BIN_EXE_kfp-conformance");
    let unfit: String = unfit.iter().map(|how| format!(" --unfit {how}")).collect();
    format!("'{own}' mock --deployed{unfit}")
}

/// What the run says about the container: requirement, outcome and what was there.
fn judge(unfit: &[&str]) -> Vec<(String, Outcome, String)> {
    let dir = folder();
    let start = start(unfit);
    let args = [
        "container",
        "lifecycle.restart",
        "--start",
        &start,
        "--out",
        "out",
    ];
    let done = command(dir.path(), &args)
        .env("MOCK_SETTING", "yes")
        .output()
        .expect("the runner starts");
    let stderr = String::from_utf8_lossy(&done.stderr);
    let text = fs::read_to_string(dir.path().join("out/report.json"));
    let text = text.unwrap_or_else(|_| panic!("{unfit:?}: no report: {stderr}"));
    let report: Report = serde_json::from_str(&text).expect("a report");
    assert!(report.leaks.is_empty(), "{unfit:?}: {:?}", report.leaks);
    let judged = report.results.into_iter();
    let judged = judged.filter(|result| result.outcome != Outcome::Skip);
    judged
        .filter(|result| {
            result.requirement.starts_with("container") || result.requirement == "lifecycle.restart"
        })
        .map(|result| (result.requirement, result.outcome, result.actual))
        .collect()
}

/// One after the other: some of them need the one port that is the default.
#[test]
fn what_is_wrong_with_a_process_turns_red_and_nothing_else() {
    let root = is_root();
    // Something else on this machine may have it.
    let free = std::net::TcpListener::bind(("127.0.0.1", 8080)).is_ok();
    // The mock keeps nothing: a real restart of its process loses everything.
    let forgets = "lifecycle.restart";
    let table: &[(&[&str], &[&str], bool)] = &[
        (&[], &[forgets], true),
        (
            &["needs-variable"],
            &["container.env-only-config", forgets],
            true,
        ),
        (&["needs-root"], &["container.non-root", forgets], root),
        (
            &["ignores-port"],
            &["container.listens-on-server-port", forgets],
            true,
        ),
        (
            &["loopback-only"],
            &["container.listens-on-server-port", forgets],
            true,
        ),
        (
            &["needs-port"],
            &["container.listens-on-server-port", forgets],
            free,
        ),
        (&["drops-requests"], &["container.sigterm", forgets], true),
    ];
    for (unfit, red, possible) in table {
        if !possible {
            continue;
        }
        let judged = judge(unfit);
        let found: std::collections::BTreeSet<&str> = judged
            .iter()
            .filter(|(_, outcome, _)| !matches!(outcome, Outcome::Pass | Outcome::Unverified))
            .map(|(requirement, ..)| requirement.as_str())
            .collect();
        assert_eq!(
            found,
            red.iter().copied().collect(),
            "{unfit:?}: {judged:#?}"
        );
    }
}

#[test]
fn a_provider_that_never_answers_is_told_with_its_last_words() {
    let dir = folder();
    let args = [
        "--start",
        "sh -c 'echo no database; exit 3'",
        "--out",
        "out",
    ];
    let done: crate::program::Done = command(dir.path(), &args).output().expect("runs").into();
    assert_eq!(done.code, Some(3), "{}", done.stderr);
    for part in [
        "provider: sh: ended before it answered",
        "exit status: 3: no database",
        "provider.log",
    ] {
        assert!(done.stderr.contains(part), "{part}: {}", done.stderr);
    }
}

#[test]
fn nothing_survives_a_runner_that_is_killed() {
    let dir = folder();
    // A process of the provider's own, which ignores the polite signal as well.
    let text = format!(
        "#!/bin/sh\ntrap '' TERM\n{} &\nwait\n",
        start(&["ignores-sigterm"])
    );
    let script = dir.path().join("provider");
    fs::write(&script, text).expect("writes");
    let start = format!("sh '{}'", script.display());
    let args = [
        "--start",
        &start,
        "--out",
        "out",
        "--profile",
        "full",
        "--seed",
        "1",
    ];
    let mut runner = command(dir.path(), &args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    let journal = dir.path().join("out/journal.ndjson");
    let address = wait_for(|| {
        let text = fs::read_to_string(&journal).ok()?;
        let record: serde_json::Value = serde_json::from_str(text.lines().next()?).ok()?;
        let url = record.pointer("/target/url")?.as_str()?.to_owned();
        Some(url.trim_start_matches("http://").to_owned())
    });
    assert!(TcpStream::connect(&address).is_ok(), "{address}");
    runner.kill().expect("is killed");
    runner.wait().expect("ends");
    wait_for(|| TcpStream::connect(&address).is_err().then_some(()));
}

/// Waits for something that has to come.
fn wait_for<T>(look: impl Fn() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(600), "it never came");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn is_root() -> bool {
    let id = std::process::Command::new("id")
        .arg("-u")
        .output()
        .expect("id runs");
    id.stdout == b"0\n"
}
