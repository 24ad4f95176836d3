//! Runs the command.

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The command, with its reports in `out`.
pub(crate) fn command(out: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kfp-conformance"));
    // A job of continuous integration is no part of what is tested.
    command.env_remove("GITHUB_ACTIONS");
    command.args(args).current_dir(out).stdin(Stdio::null());
    command
}

/// What a command printed and its exit code.
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// Runs the command to its end in a folder.
pub(crate) fn run(folder: &Path, args: &[&str]) -> Done {
    command(folder, args)
        .output()
        .expect("the command starts")
        .into()
}

/// A new folder.
pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}
