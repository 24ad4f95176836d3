//! A hook that is a command.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::task::JoinHandle;

use super::{Call, MAX_ANSWER, Trouble};

/// A program and its first arguments. No shell is involved: what a provider answers becomes an
/// argument and is never interpreted.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    program: PathBuf,
    arguments: Vec<String>,
    folder: PathBuf,
}

impl Command {
    /// Splits a command into words as a shell does.
    ///
    /// # Errors
    /// It is empty, or its quotes do not end.
    pub(crate) fn parse(text: &str, folder: &Path) -> Result<Self, Trouble> {
        let mut words = shlex::split(text).ok_or(Trouble::Quotes)?.into_iter();
        // Where a relative program is looked for must not depend on where it is started from.
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let program = words.next().ok_or(Trouble::Empty)?;
        // A bare name is looked for in PATH, anything else from the folder of the file.
        let program = if program.contains('/') {
            folder.join(program)
        } else {
            program.into()
        };
        Ok(Self {
            program,
            arguments: words.collect(),
            folder,
        })
    }

    /// Whether there is such a program.
    ///
    /// # Errors
    /// [`Trouble::Program`] says what there is instead.
    pub(crate) fn check(&self) -> Result<(), Trouble> {
        super::program::check(&self.program).map_err(|missing| Trouble::Program {
            program: self.program(),
            what: missing.what,
            hint: missing.hint,
        })
    }

    /// A program that was found already.
    #[cfg(feature = "embedded")]
    pub(crate) fn of(program: PathBuf, arguments: &[&str], folder: &Path) -> Self {
        Self {
            program,
            arguments: arguments.iter().map(|word| (*word).to_owned()).collect(),
            folder: folder.to_owned(),
        }
    }

    /// The program without its arguments.
    pub(crate) fn program(&self) -> String {
        self.program.display().to_string()
    }

    /// The program as it is started.
    pub(crate) fn path(&self) -> &Path {
        &self.program
    }

    /// Its arguments.
    pub(crate) fn arguments(&self) -> &[String] {
        &self.arguments
    }

    /// Where it is started from.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs it with what the call is about as further arguments and as environment.
    pub(super) async fn run(&self, call: &Call) -> Result<String, Trouble> {
        let mut command = tokio::process::Command::new(&self.program);
        command
            .args(&self.arguments)
            .env("KFP_CONFORMANCE_HOOK", call.hook.as_str())
            .env("KFP_CONFORMANCE_URL", &call.provider)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .current_dir(&self.folder)
            .process_group(0);
        if let Some(resource) = &call.resource {
            command
                .arg(resource.kind.as_str())
                .arg(&resource.id)
                .env("KFP_CONFORMANCE_TYPE", resource.kind.as_str())
                .env("KFP_CONFORMANCE_ID", &resource.id)
                .env("KFP_CONFORMANCE_NAME", &resource.name);
        }
        let started = |source| Trouble::Start {
            program: self.program(),
            source,
        };
        let mut child = command.spawn().map_err(started)?;
        let mut group = Group(child.id());
        let out = child.stdout.take().map(collect);
        let err = child.stderr.take().map(collect);
        let status = child.wait().await.map_err(started)?;
        // It has ended by itself: what it left behind, such as a service, is meant to stay.
        group.0 = None;
        let (out, err) = (said(out).await, said(err).await);
        if !status.success() {
            return Err(Trouble::Failed {
                program: self.program(),
                status,
                said: self.last_words(&err),
            });
        }
        if out.len() > MAX_ANSWER {
            return Err(Trouble::Long);
        }
        Ok(String::from_utf8_lossy(&out).into_owned())
    }

    /// The last line of standard error. Arguments in it may be secret and are left out.
    fn last_words(&self, err: &[u8]) -> String {
        let text = String::from_utf8_lossy(err);
        let Some(last) = text.lines().rfind(|line| !line.trim().is_empty()) else {
            return String::new();
        };
        let last = self
            .arguments
            .iter()
            .filter(|argument| argument.len() > 3)
            .fold(last.to_owned(), |line, argument| {
                line.replace(argument, "…")
            });
        format!(": {}", crate::oracle::exchange::excerpt(last.as_bytes()))
    }
}

/// A process group that is killed if nobody waits for it any more.
struct Group(Option<u32>);

impl Drop for Group {
    fn drop(&mut self) {
        let id = self.0.and_then(|id| i32::try_from(id).ok());
        if let Some(group) = id.and_then(Pid::from_raw) {
            // An error means that nothing is left of it.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

/// What was read so far, and how to get it.
type Collected = (std::sync::Arc<std::sync::Mutex<Vec<u8>>>, JoinHandle<()>);

/// Reads to the end and keeps the start. It goes on when the command has ended: a service that the
/// command started may still hold the pipe, and would die of a closed one.
fn collect(mut pipe: impl AsyncRead + Unpin + Send + 'static) -> Collected {
    let kept = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let keep = std::sync::Arc::clone(&kept);
    let reading = tokio::spawn(async move {
        let mut part = vec![0; 8 * 1024];
        while let Ok(read @ 1..) = pipe.read(&mut part).await {
            let mut kept = keep
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            // One byte more than allowed is enough to know that it was too much.
            let room = (MAX_ANSWER + 1).saturating_sub(kept.len());
            kept.extend_from_slice(&part[..read.min(room)]);
        }
    });
    (kept, reading)
}

/// What a command that has ended has said. What it wrote is in the pipe already; the end of the pipe
/// may be far if somebody else holds it.
async fn said(collected: Option<Collected>) -> Vec<u8> {
    const REST: std::time::Duration = std::time::Duration::from_millis(250);
    let Some((kept, reading)) = collected else {
        return Vec::new();
    };
    // Whether it is the end or the patience that is over: what was read is what was said.
    let _ = tokio::time::timeout(REST, reading).await;
    let mut kept = kept
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    std::mem::take(&mut kept)
}
