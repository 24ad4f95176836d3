//! The command `kfp-provider` as a process, against providers that answer whatever they are told to.
#![expect(clippy::unwrap_used, reason = "tests")]

mod help;
mod provider;
mod rehearse;
mod step;
mod tls;

use std::process::{Command, Output};

/// Runs the command with these arguments, in an environment of its own.
fn run<S: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = S>) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kfp-provider"))
        .args(arguments)
        .env_clear()
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs the command, and makes sure of its exit code; what it said on standard output and standard error.
#[track_caller]
fn run_to<S: AsRef<std::ffi::OsStr>>(
    name: &str,
    exit: i32,
    arguments: impl IntoIterator<Item = S>,
) -> (String, String) {
    let ended = run(arguments);
    let (said, told) = (text(&ended.stdout), text(&ended.stderr));
    assert_eq!(ended.status.code(), Some(exit), "{name}: {said}{told}");
    (said, told)
}

#[track_caller]
fn assert_says(name: &str, said: &str, fragments: &[&str]) {
    for fragment in fragments {
        assert!(
            said.contains(fragment),
            "{name}: no {fragment:?} in\n{said}"
        );
    }
}
