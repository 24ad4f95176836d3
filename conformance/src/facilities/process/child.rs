//! One process of a provider.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, ChildStdin};
use tokio::time::{sleep, timeout};

use super::listening;
use super::ports::Ports;
use super::terms::{Failure, Terms};
use super::{ProcessError, Spec, Terminated, VARIABLES, supervise};
use crate::wire::{Connector, Request};

/// A supervisor and the provider below it.
pub(super) struct Process {
    supervisor: Child,
    /// What is written here is an order; its end is the order to kill.
    orders: ChildStdin,
    /// Its `HOME`.
    _home: TempDir,
}

/// Where a provider answers.
pub(super) struct Answers {
    pub(super) port: u16,
    /// Whether it said that it is ready.
    pub(super) ready: bool,
}

/// Starts the provider on these terms and waits for its answer at one of the places.
pub(super) async fn launch(
    spec: &Spec,
    ports: &Ports,
    terms: Terms,
    placed: bool,
    places: &[Option<u16>],
    readiness: bool,
) -> Result<Result<(Process, Answers), Failure>, ProcessError> {
    let mut process = Process::spawn(spec, ports, terms, placed)?;
    match process
        .answers(places, spec, ports.metrics, readiness)
        .await
    {
        Ok(answers) => Ok(Ok((process, answers))),
        Err((what, forbidden)) => {
            process.terminate(Duration::ZERO).await;
            let end = end_of(&spec.log);
            let last = last_line(&end);
            let what = if last.is_empty() {
                what
            } else {
                format!("{what}: {last}")
            };
            let busy = is_busy(&end);
            Ok(Err(Failure {
                what,
                forbidden,
                busy,
            }))
        }
    }
}

impl Process {
    pub(super) fn spawn(
        spec: &Spec,
        ports: &Ports,
        terms: Terms,
        placed: bool,
    ) -> Result<Self, ProcessError> {
        let prepare = |what: &str| {
            let what = what.to_owned();
            move |source| ProcessError::Prepare { what, source }
        };
        let home = tempfile::tempdir().map_err(prepare("a folder for HOME"))?;
        if let Some(user) = terms.user {
            std::os::unix::fs::chown(home.path(), Some(user), Some(user))
                .map_err(prepare("a folder for HOME"))?;
        }
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(&spec.log)
            .map_err(prepare(&spec.log.display().to_string()))?;
        let errors = log.try_clone().map_err(prepare("the log"))?;
        let own = std::env::current_exe().map_err(prepare("the runner's own program"))?;
        let mut command = tokio::process::Command::new(own);
        command.arg("supervise");
        if let Some(user) = terms.user {
            command.args(["--user", &user.to_string()]);
        }
        command
            .arg("--")
            .arg(spec.command.path())
            .args(spec.command.arguments())
            .stdin(Stdio::piped())
            .stdout(log)
            .stderr(errors)
            .current_dir(spec.command.folder())
            .process_group(0);
        if !terms.inherits {
            command.env_clear().env("HOME", home.path());
            command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        }
        command
            .envs(VARIABLES.map(|name| (name, String::new())))
            .envs(variables(spec, ports));
        if !placed {
            command.env_remove("SERVER_PORT");
        }
        let mut supervisor = command.spawn().map_err(prepare("the supervisor"))?;
        let orders = supervisor.stdin.take().expect("its input is a pipe");
        Ok(Self {
            supervisor,
            orders,
            _home: home,
        })
    }

    /// Waits for an answer to /livez at one of the ports, and then for readiness, if that is worth it.
    /// The error has what happened, and whether the program could not even be executed.
    pub(super) async fn answers(
        &mut self,
        places: &[Option<u16>],
        spec: &Spec,
        metrics: u16,
        readiness: bool,
    ) -> Result<Answers, (String, bool)> {
        let (patience, pause) = (spec.ready, spec.pause);
        let start = Instant::now();
        let ports: Vec<u16> = places.iter().copied().flatten().collect();
        let port = loop {
            if let Ok(Some(status)) = self.supervisor.try_wait() {
                return Err(ended(status));
            }
            if let Some(port) = first_live(&ports).await {
                break port;
            }
            if start.elapsed() > patience {
                match self.elsewhere(&ports, metrics).await {
                    Ok(port) => break port,
                    Err(what) => {
                        let what =
                            format!("no answer on port {} within {patience:?}{what}", ports[0]);
                        return Err((what, false));
                    }
                }
            }
            sleep(pause).await;
        };
        let mut ready = false;
        while readiness && !ready {
            ready = status(port, "/readyz").await != Some(503);
            // One that never says that it is ready is judged all the same.
            if !ready && start.elapsed() >= patience {
                break;
            }
            if !ready {
                sleep(pause).await;
            }
        }
        Ok(Answers { port, ready })
    }

    /// Looks where it is instead. The error is what is to be said about that.
    async fn elsewhere(&self, asked: &[u16], metrics: u16) -> Result<u16, String> {
        let mut ports = match self.supervisor.id() {
            Some(id) => listening::ports_of(id),
            None => BTreeSet::new(),
        };
        ports.retain(|port| *port != metrics && !asked.contains(port));
        let ports: Vec<u16> = ports.into_iter().collect();
        if let Some(port) = first_live(&ports).await {
            return Ok(port);
        }
        let ports: Vec<String> = ports.iter().map(u16::to_string).collect();
        Err(match ports.as_slice() {
            [] => String::new(),
            ports => format!(
                "; it listens on {} and does not answer there either",
                ports.join(", ")
            ),
        })
    }

    pub(super) async fn terminate(mut self, grace: Duration) -> Terminated {
        let start = Instant::now();
        // If the supervisor is gone, so is the provider.
        let _ = self.orders.write_all(supervise::TERMINATE).await;
        let killed = timeout(grace, self.supervisor.wait()).await.is_err();
        let after = start.elapsed();
        drop(self.orders);
        // It kills at once when its orders end, so this does not take long.
        let _ = self.supervisor.wait().await;
        Terminated { after, killed }
    }
}

pub(super) fn ended(status: ExitStatus) -> (String, bool) {
    match status.code() {
        Some(supervise::FORBIDDEN) => ("the user may not execute the program".to_owned(), true),
        _ => (format!("ended before it answered, {status}"), false),
    }
}

/// What the operator would set.
pub(super) fn variables(spec: &Spec, ports: &Ports) -> BTreeMap<String, String> {
    let parameters = spec.parameters.iter().map(|(name, value)| {
        let name = format!("PARAMETERS_{}", name.to_uppercase());
        (name, value.clone())
    });
    let own = [
        ("PROVIDERNAME", spec.name.clone()),
        ("PIPELINEROOTSTORAGE", spec.pipeline_root.clone()),
        ("OPERATORWEBHOOK", spec.webhook.clone()),
        ("SERVER_PORT", ports.api.to_string()),
        ("METRICS_PORT", ports.metrics.to_string()),
    ];
    let own = own.map(|(name, value)| (name.to_owned(), value));
    parameters.chain(own).collect()
}

async fn first_live(ports: &[u16]) -> Option<u16> {
    for port in ports {
        if status(*port, "/livez").await.is_some() {
            return Some(*port);
        }
    }
    None
}

/// The status that a GET is answered with, if it is answered in HTTP.
pub(super) async fn status(port: u16, path: &str) -> Option<u16> {
    const LIMIT: Duration = Duration::from_secs(2);
    let connector = Connector {
        host: "127.0.0.1".to_owned(),
        port,
        tls: None,
    };
    let answer = connector.exchange(&Request::new("GET", path), LIMIT).await;
    answer.result.ok().map(|answer| answer.status)
}

/// The end of a log. Empty if there is none.
fn end_of(log: &Path) -> String {
    const END: u64 = 4 * 1024;
    let read = || -> std::io::Result<Vec<u8>> {
        let mut file = std::fs::File::open(log)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(END)))?;
        let mut end = Vec::new();
        file.take(END).read_to_end(&mut end)?;
        Ok(end)
    };
    String::from_utf8_lossy(&read().unwrap_or_default()).into_owned()
}

/// The last line, shortened. Empty if there is none.
fn last_line(text: &str) -> String {
    let last = text.lines().rfind(|line| !line.trim().is_empty());
    crate::base::text::excerpt(last.unwrap_or_default().as_bytes())
}

/// Whether an output says, in the words of whatever language, that a port is in use.
fn is_busy(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["in use", "eaddrinuse", "only one usage of each socket"]
        .iter()
        .any(|words| text.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_known_by_what_is_said_about_it() {
        let table = [
            ("OSError: [Errno 98] Address already in use", true),
            (
                "Address already in use\nPort 8080 is in use by another program. Either …",
                true,
            ),
            (
                "Error: listen EADDRINUSE: address already in use :::8080",
                true,
            ),
            ("listen tcp :8080: bind: address already in use", true),
            (
                "Web server failed to start. Port 8080 was already in use.",
                true,
            ),
            ("permission denied", false),
            ("", false),
        ];
        for (text, busy) in table {
            assert_eq!(is_busy(text), busy, "{text}");
        }
        assert_eq!(last_line("a\nb \n\n"), "b ");
    }
}
