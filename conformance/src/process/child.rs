//! One process of a provider.

use std::collections::BTreeMap;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, ChildStdin};
use tokio::time::{sleep, timeout};

use super::ports::Ports;
use super::terms::{Failure, Terms};
use super::{PAUSE, ProcessError, Spec, Terminated, VARIABLES, supervise};
use crate::wire::{Connector, Request};

/// A supervisor and the provider below it.
pub(super) struct Process {
    supervisor: Child,
    /// What is written here is an order; its end is the order to kill.
    orders: ChildStdin,
    /// Its `HOME`.
    _home: TempDir,
}

/// Starts the provider on these terms and waits for its answer at one of the places.
pub(super) async fn launch(
    spec: &Spec,
    ports: &Ports,
    terms: Terms,
    placed: bool,
    places: &[Option<u16>],
) -> Result<Result<(Process, u16), Failure>, ProcessError> {
    let mut process = Process::spawn(spec, ports, terms, placed)?;
    match process.answers(places, spec.ready).await {
        Ok(port) => Ok(Ok((process, port))),
        Err((what, forbidden)) => {
            process.terminate(Duration::ZERO).await;
            let last = last_line(&spec.log);
            let what = if last.is_empty() {
                what
            } else {
                format!("{what}: {last}")
            };
            Ok(Err(Failure { what, forbidden }))
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

    /// Waits for an answer to /livez at one of the ports, and then for readiness; returns the port.
    /// The error has what happened, and whether the program could not even be executed.
    pub(super) async fn answers(
        &mut self,
        places: &[Option<u16>],
        patience: Duration,
    ) -> Result<u16, (String, bool)> {
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
                let what = format!("no answer on port {} within {patience:?}", ports[0]);
                return Err((what, false));
            }
            sleep(PAUSE).await;
        };
        // One that never says that it is ready is judged all the same.
        while status(port, "/readyz").await == Some(503) && start.elapsed() < patience {
            sleep(PAUSE).await;
        }
        Ok(port)
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

/// The last line of a log, shortened. Empty if there is none.
fn last_line(log: &Path) -> String {
    const END: u64 = 4 * 1024;
    let read = || -> std::io::Result<Vec<u8>> {
        let mut file = std::fs::File::open(log)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(END)))?;
        let mut end = Vec::new();
        file.take(END).read_to_end(&mut end)?;
        Ok(end)
    };
    let end = read().unwrap_or_default();
    let text = String::from_utf8_lossy(&end);
    let last = text.lines().rfind(|line| !line.trim().is_empty());
    crate::exchange::excerpt(last.unwrap_or_default().as_bytes())
}
