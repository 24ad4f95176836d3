//! What a compiler would make of a pipeline: nothing here compiles, so it comes from outside.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::command::access::{Unreadable, read};
use crate::command::compiled::not_json;

/// Where the compiled part comes from.
#[derive(Debug)]
pub(super) enum Compiler {
    /// The same for every pipeline.
    Fixed(Vec<u8>),
    /// What a command writes when it is given the definition.
    Command(String),
}

/// Why there is no compiled part.
#[derive(Debug, thiserror::Error)]
pub(super) enum CompileError {
    #[error(transparent)]
    File(#[from] Unreadable),
    /// The compiled part is no JSON, and neither is a body with it inside.
    #[error("compiled part from {from}: {what}")]
    NotJson { from: String, what: String },
    #[error("command {command:?}: cannot be run: {source}")]
    Start { command: String, source: io::Error },
    #[error(
        "command {command:?}: {status} (hint: if a file was meant, it is not there){}",
        said(stderr)
    )]
    Ended {
        command: String,
        status: ExitStatus,
        stderr: Vec<u8>,
    },
}

fn said(stderr: &[u8]) -> String {
    match String::from_utf8_lossy(stderr).trim() {
        "" => String::new(),
        text => format!(": {text}"),
    }
}

impl Compiler {
    /// As if compilers wrote nothing.
    pub(super) fn nothing() -> Self {
        Self::Fixed(b"{}".to_vec())
    }

    /// A file if there is one of that name, else a command.
    pub(super) fn new(given: Option<&str>) -> Result<Self, CompileError> {
        match given {
            None => Ok(Self::nothing()),
            Some(given) if Path::new(given).is_file() => {
                let text = read(&PathBuf::from(given))?;
                check(&format!("file {given:?}"), &text)?;
                Ok(Self::Fixed(text))
            }
            Some(given) => Ok(Self::Command(given.to_owned())),
        }
    }

    /// The compiled part of the pipeline with this definition.
    pub(super) async fn compile(&self, definition: &str) -> Result<Vec<u8>, CompileError> {
        let command = match self {
            Self::Fixed(text) => return Ok(text.clone()),
            Self::Command(command) => command,
        };
        let start = |source| CompileError::Start {
            command: command.clone(),
            source,
        };
        let mut child = Command::new("sh")
            .args(["-c", command])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(start)?;
        let mut input = child.stdin.take();
        let feed = async {
            if let Some(input) = &mut input {
                // A command that does not want all of it is free to close its end.
                let _ = input.write_all(definition.as_bytes()).await;
            }
            drop(input.take());
        };
        let ((), output) = tokio::join!(feed, child.wait_with_output());
        let output = output.map_err(start)?;
        if !output.status.success() {
            return Err(CompileError::Ended {
                command: command.clone(),
                status: output.status,
                stderr: output.stderr,
            });
        }
        check(&format!("command {command:?}"), &output.stdout)?;
        Ok(output.stdout)
    }
}

/// A compiled part that is not JSON makes a body that is none, of which no provider can say what is wrong with it.
fn check(from: &str, text: &[u8]) -> Result<(), CompileError> {
    not_json(text).map_or(Ok(()), |what| {
        let from = from.to_owned();
        Err(CompileError::NotJson { from, what })
    })
}
