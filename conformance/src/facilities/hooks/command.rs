//! A hook that is a command.

use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::task::JoinHandle;

use super::{Call, MAX_ANSWER, Trouble};
use crate::config::hooks::Command;

/// Runs a command with what the call is about as further arguments and as environment.
pub(super) async fn run(command: &Command, call: &Call) -> Result<String, Trouble> {
    let mut process = tokio::process::Command::new(command.path());
    process
        .args(command.arguments())
        .env("KFP_CONFORMANCE_HOOK", call.hook.as_str())
        .env("KFP_CONFORMANCE_URL", &call.provider)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .current_dir(command.folder())
        .process_group(0);
    if let Some(resource) = &call.resource {
        process
            .arg(resource.kind.as_str())
            .arg(&resource.id)
            .env("KFP_CONFORMANCE_TYPE", resource.kind.as_str())
            .env("KFP_CONFORMANCE_ID", &resource.id)
            .env("KFP_CONFORMANCE_NAME", &resource.name);
    }
    let started = |source| Trouble::Start {
        program: command.program(),
        source,
    };
    let mut child = process.spawn().map_err(started)?;
    let mut group = Group(child.id());
    let out = child.stdout.take().map(collect);
    let err = child.stderr.take().map(collect);
    let status = child.wait().await.map_err(started)?;
    // It has ended by itself: what it left behind, such as a service, is meant to stay.
    group.0 = None;
    let (out, err) = (said(out).await, said(err).await);
    if !status.success() {
        return Err(Trouble::Failed {
            program: command.program(),
            status,
            said: last_words(command, &err),
        });
    }
    if out.len() > MAX_ANSWER {
        return Err(Trouble::Long);
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// The last line of standard error. Arguments in it may be secret and are left out.
fn last_words(command: &Command, err: &[u8]) -> String {
    let text = String::from_utf8_lossy(err);
    let Some(last) = text.lines().rfind(|line| !line.trim().is_empty()) else {
        return String::new();
    };
    let last = command
        .arguments()
        .iter()
        .filter(|argument| argument.len() > 3)
        .fold(last.to_owned(), |line, argument| {
            line.replace(argument, "…")
        });
    format!(": {}", crate::base::text::excerpt(last.as_bytes()))
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
