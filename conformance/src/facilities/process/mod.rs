//! A provider that the runner starts itself, configured as the operator would configure it.
//!
//! The process gets the operator's variables, `PATH` and `HOME`, and nothing else; it runs as a user
//! that nobody has heard of if the runner may choose one. What does not work that way is tried with
//! less strictness, so that the rest can be judged: [`Provider::start_findings`] tells.
//!
//! Between the runner and the provider stands a supervisor, so that nothing survives the runner,
//! however it ends: see [`supervise`].

mod child;
mod listening;
mod ports;
mod supervise;
mod terms;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use crate::config::hooks::Command;

use child::{Answers, Process, launch};
use ports::Ports;
pub(crate) use ports::{DefaultPort, every_address};
pub(crate) use supervise::supervise;
use terms::{Failure, Terms, all_failed, failed, findings, is_root, ladder, stranger};
pub(crate) use terms::{Shown, StartFindings};

/// How often a process that does not answer yet is asked again, unless the rate is limited.
pub(crate) const PAUSE: Duration = Duration::from_millis(25);
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
    /// How often one that does not answer yet is asked again.
    pub(crate) pause: Duration,
}

/// Why a provider does not run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProcessError {
    /// It ended, or never answered.
    #[error("{program}: {what} (hint: {hint}its output is in {})", log.display())]
    Start {
        /// The program, without its arguments.
        program: String,
        /// What happened.
        what: String,
        /// What to do about it, if that is known; ends with a semicolon.
        hint: &'static str,
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
    /// Whether it ever said that it is ready. If not, that is not waited for again.
    ready: bool,
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
            match launch(&spec, &ports, terms, true, &places, true).await? {
                Err(failure) => failures.push((terms, failure)),
                Ok((process, Answers { port, ready })) => {
                    let findings = findings(&failures, terms, ports.api, port);
                    return Ok(Self {
                        spec,
                        ports,
                        port,
                        terms,
                        findings,
                        ready,
                        process: Some(process),
                    });
                }
            }
        }
        Err(all_failed(&spec, &failures))
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
        let (spec, ports, terms) = (&self.spec, &self.ports, self.terms);
        let started = launch(spec, ports, terms, placed, &[Some(port)], self.ready).await?;
        let (process, _) = started.map_err(|failure| failed(&self.spec, &failure))?;
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
