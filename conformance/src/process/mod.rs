//! A provider that the runner starts itself, configured as the operator would configure it.
//!
//! The process gets the operator's variables, `PATH` and `HOME`, and nothing else; it runs as a user
//! that nobody has heard of if the runner may choose one. What does not work that way is tried with
//! less strictness, so that the rest can be judged: [`Provider::start_findings`] tells.
//!
//! Between the runner and the provider stands a supervisor, so that nothing survives the runner,
//! however it ends: see [`supervise`].

mod ports;
mod supervise;

use std::collections::BTreeMap;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, ChildStdin};
use tokio::time::{sleep, timeout};

use crate::hooks::Command;
use crate::wire::{Connector, Request};

pub(crate) use ports::DefaultPort;
use ports::Ports;
pub(crate) use supervise::supervise;

/// How often a process that does not answer yet is asked again.
const PAUSE: Duration = Duration::from_millis(25);
/// Where events go that nobody receives: the port is for throwing away, and closed.
pub(crate) const NOWHERE: &str = "http://127.0.0.1:9/events";
/// The variables that the operator sets for every provider; `PARAMETERS_*` come on top.
const VARIABLES: [&str; 5] = [
    "PROVIDERNAME",
    "PIPELINEROOTSTORAGE",
    "OPERATORWEBHOOK",
    "SERVER_PORT",
    "METRICS_PORT",
];

/// What is started, and what the operator would tell it.
#[derive(Clone, Debug)]
pub(crate) struct Spec {
    pub(crate) command: Command,
    /// `PROVIDERNAME`: `namespace/name`.
    pub(crate) name: String,
    /// `PIPELINEROOTSTORAGE`.
    pub(crate) pipeline_root: String,
    /// `PARAMETERS_<NAME>`, by the name as the Provider resource has it.
    pub(crate) parameters: BTreeMap<String, String>,
    /// `OPERATORWEBHOOK`: where run completion events go.
    pub(crate) webhook: String,
    /// Where its output goes; what is there is kept.
    pub(crate) log: PathBuf,
    /// How long it may take to answer.
    pub(crate) ready: Duration,
}

/// Why a provider does not run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProcessError {
    /// It ended, or never answered.
    #[error("{program}: {what} (hint: its output is in {})", log.display())]
    Start {
        /// The program, without its arguments.
        program: String,
        /// What happened.
        what: String,
        /// The file with its output.
        log: PathBuf,
    },
    /// Something that the runner needs for it failed.
    #[error("{what}: {source}")]
    Prepare {
        /// What was tried.
        what: String,
        /// Why it failed.
        source: std::io::Error,
    },
}

/// What the start showed about the conditions under which the provider runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// It runs so.
    Holds(String),
    /// It runs only otherwise.
    Fails(String),
    /// Cannot be told here.
    Unknown(String),
}

/// What the start showed.
#[derive(Clone, Debug)]
pub(crate) struct StartFindings {
    /// It needs no variables but the operator's.
    pub(crate) environment: Shown,
    /// It runs as any user.
    pub(crate) user: Shown,
    /// It listens where `SERVER_PORT` says.
    pub(crate) port: Shown,
}

/// Conditions under which the provider is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Terms {
    /// The user, if it is not the runner's own.
    user: Option<u32>,
    /// Whether it sees the runner's own environment, too.
    inherits: bool,
}

/// How a termination went.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminated {
    pub(crate) after: Duration,
    /// It did not end by itself in time.
    pub(crate) killed: bool,
}

/// A provider process. Dropping it kills it with everything that it started.
pub(crate) struct Provider {
    spec: Spec,
    ports: Ports,
    /// The port on which it answered.
    port: u16,
    terms: Terms,
    findings: StartFindings,
    process: Option<Process>,
}

impl Provider {
    /// Starts it and returns when it answers.
    ///
    /// # Errors
    /// It answers under no conditions; the text has its last words.
    pub(crate) async fn start(spec: Spec) -> Result<Self, ProcessError> {
        let ports = Ports::take().map_err(|source| ProcessError::Prepare {
            what: "free ports".to_owned(),
            source,
        })?;
        let stranger = is_root().then(stranger);
        let mut failures: Vec<(Terms, Failure)> = Vec::new();
        for terms in ladder(stranger) {
            // A provider that ignores SERVER_PORT is best looked for where it would be without it.
            let usual = DefaultPort::claim();
            let places = [Some(ports.api), usual.as_ref().map(|_| DefaultPort::NUMBER)];
            match launch(&spec, &ports, terms, true, &places).await? {
                Err(failure) => failures.push((terms, failure)),
                Ok((process, port)) => {
                    let findings = findings(&failures, terms, ports.api, port);
                    return Ok(Self {
                        spec,
                        ports,
                        port,
                        terms,
                        findings,
                        process: Some(process),
                    });
                }
            }
        }
        let (_, first) = failures.swap_remove(0);
        Err(failed(&spec, first))
    }

    /// Its base URL, which outlives a restart.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The port on which it answers.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// What the start showed.
    pub(crate) fn start_findings(&self) -> &StartFindings {
        &self.findings
    }

    /// Ends it and starts it again with the same variables and data; returns when it answers.
    ///
    /// # Errors
    /// It does not answer again.
    pub(crate) async fn restart(&mut self) -> Result<(), ProcessError> {
        /// Kubernetes' own patience.
        const GRACE: Duration = Duration::from_secs(30);
        self.terminate(GRACE).await;
        self.launch(true, self.port).await
    }

    /// Starts it again, after it was terminated, without `SERVER_PORT`: it has to be where a provider
    /// is whose deployment names no port.
    ///
    /// # Errors
    /// It does not answer there.
    pub(crate) async fn start_unplaced(&mut self, _port: &DefaultPort) -> Result<(), ProcessError> {
        self.launch(false, DefaultPort::NUMBER).await
    }

    async fn launch(&mut self, placed: bool, port: u16) -> Result<(), ProcessError> {
        let started = launch(&self.spec, &self.ports, self.terms, placed, &[Some(port)]).await?;
        let (process, _) = started.map_err(|failure| failed(&self.spec, failure))?;
        self.process = Some(process);
        Ok(())
    }

    /// Asks it to end, as Kubernetes does, and kills it if it has not ended within `grace`.
    pub(crate) async fn terminate(&mut self, grace: Duration) -> Terminated {
        match self.process.take() {
            Some(process) => process.terminate(grace).await,
            None => Terminated {
                after: Duration::ZERO,
                killed: false,
            },
        }
    }
}

/// The conditions to try: as in a cluster first, then one concession after the other.
fn ladder(stranger: Option<u32>) -> Vec<Terms> {
    let users = stranger.map(Some).into_iter().chain([None]);
    [false, true]
        .into_iter()
        .flat_map(|inherits| users.clone().map(move |user| Terms { user, inherits }))
        .collect()
}

/// What it means that the provider runs on these terms and not on those.
fn findings(failures: &[(Terms, Failure)], terms: Terms, asked: u16, port: u16) -> StartFindings {
    let why = |wanted: fn(&Terms) -> bool| {
        let failure = failures.iter().rfind(|(terms, _)| wanted(terms));
        failure.map(|(_, failure)| failure)
    };
    let environment = match why(|terms| !terms.inherits) {
        Some(failure) if terms.inherits => Shown::Fails(format!(
            "answers only if it sees the environment of the runner; without it: {}",
            failure.what
        )),
        _ => Shown::Holds(format!(
            "answers with {} and PARAMETERS_*",
            VARIABLES.join(", ")
        )),
    };
    let user = match (terms.user, why(|terms| terms.user.is_some())) {
        (Some(user), _) => Shown::Holds(format!("answers as user {user}")),
        (None, None) => Shown::Holds(format!(
            "answers as user {}, who is not root",
            rustix::process::getuid().as_raw()
        )),
        (None, Some(failure)) if failure.forbidden => Shown::Unknown(failure.what.clone()),
        (None, Some(failure)) => Shown::Fails(format!(
            "answers only as root; as another user: {}",
            failure.what
        )),
    };
    let placed = if port == asked {
        Shown::Holds(format!("answers on port {asked}, as SERVER_PORT says"))
    } else {
        Shown::Fails(format!("answers on port {port}, SERVER_PORT says {asked}"))
    };
    StartFindings {
        environment,
        user,
        port: placed,
    }
}

fn failed(spec: &Spec, failure: Failure) -> ProcessError {
    ProcessError::Start {
        program: spec.command.program(),
        what: failure.what,
        log: spec.log.clone(),
    }
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A user id that no account has, as some clusters choose one for every namespace.
fn stranger() -> u32 {
    1_000_000_000 + fastrand::u32(..60_000)
}

/// Why a start came to nothing.
struct Failure {
    /// What happened, and the last line of the output.
    what: String,
    /// The user may not even execute the program: says nothing about the provider.
    forbidden: bool,
}

/// A supervisor and the provider below it.
struct Process {
    supervisor: Child,
    /// What is written here is an order; its end is the order to kill.
    orders: ChildStdin,
    /// Its `HOME`.
    _home: TempDir,
}

/// Starts the provider on these terms and waits for its answer at one of the places.
async fn launch(
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
    fn spawn(spec: &Spec, ports: &Ports, terms: Terms, placed: bool) -> Result<Self, ProcessError> {
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
    async fn answers(
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

    async fn terminate(mut self, grace: Duration) -> Terminated {
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

fn ended(status: ExitStatus) -> (String, bool) {
    match status.code() {
        Some(supervise::FORBIDDEN) => ("the user may not execute the program".to_owned(), true),
        _ => (format!("ended before it answered, {status}"), false),
    }
}

/// What the operator would set.
fn variables(spec: &Spec, ports: &Ports) -> BTreeMap<String, String> {
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
async fn status(port: u16, path: &str) -> Option<u16> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cluster_s_conditions_come_first_and_concessions_one_by_one() {
        let terms = |user, inherits| Terms { user, inherits };
        assert_eq!(
            ladder(Some(7)),
            [
                terms(Some(7), false),
                terms(None, false),
                terms(Some(7), true),
                terms(None, true)
            ]
        );
        assert_eq!(ladder(None), [terms(None, false), terms(None, true)]);
    }

    #[test]
    fn the_failed_conditions_say_what_is_wrong() {
        let failure = |forbidden| Failure {
            what: "boom".to_owned(),
            forbidden,
        };
        let at = |user: Option<u32>, inherits| Terms { user, inherits };
        let holds = |shown: &Shown| matches!(shown, Shown::Holds(_));
        let fails = |shown: &Shown| matches!(shown, Shown::Fails(_));
        let strict = findings(&[], at(Some(7), false), 1, 1);
        assert!(holds(&strict.environment) && holds(&strict.user) && holds(&strict.port));
        let root = findings(
            &[(at(Some(7), false), failure(false))],
            at(None, false),
            1,
            8080,
        );
        assert!(holds(&root.environment) && fails(&root.user) && fails(&root.port));
        let hidden = findings(
            &[(at(Some(7), false), failure(true))],
            at(None, false),
            1,
            1,
        );
        assert!(matches!(hidden.user, Shown::Unknown(_)));
        let spoilt = [
            (at(Some(7), false), failure(false)),
            (at(None, false), failure(false)),
        ];
        let spoilt = findings(&spoilt, at(Some(7), true), 1, 1);
        assert!(fails(&spoilt.environment) && holds(&spoilt.user));
    }
}
