//! The command `kfp-provider` as a process, against providers that answer whatever they are told to.
#![expect(clippy::unwrap_used, reason = "tests")]

mod provider;
mod rehearse;
mod step;

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
