//! What only the implementer can do: look behind the API, break the backend, restart the service.
//!
//! A hook is a command, a URL, or code of the runner's own for the providers that it starts itself.
//! A hook that fails says nothing about the provider: it makes an `error` of the check.

mod answer;
mod command;
mod endpoint;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::LocalBoxFuture;
use kfp_operator_sim::ResourceKind;

pub(crate) use answer::{Presence, Sight};

use crate::config::hooks::{Hook, Unusable, Way};

/// Longer answers of a hook are an error: whoever prints more has misunderstood something.
const MAX_ANSWER: usize = 64 * 1024;

/// One use of a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) hook: Hook,
    /// Base URL of the provider.
    pub(crate) provider: String,
    /// What it is about, if it is about a resource.
    pub(crate) resource: Option<Resource>,
}

/// The resource that a hook is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Resource {
    pub(crate) kind: ResourceKind,
    /// As the provider issued it; empty if there is none yet.
    pub(crate) id: String,
    /// `namespace/name` as it was sent.
    pub(crate) name: String,
}

/// How a hook is carried out. Returns what it said, as text.
pub(crate) trait Means: Send + Sync {
    /// Carries out a call. Dropping the future gives it up, with everything that it started.
    fn carry_out<'a>(&'a self, call: &'a Call) -> LocalBoxFuture<'a, Result<String, Trouble>>;

    /// Looks whether it can be carried out at all, without doing so.
    fn reach(&self) -> LocalBoxFuture<'_, Result<(), Trouble>> {
        Box::pin(async { Ok(()) })
    }
}

/// Why a hook could not be used. The texts name no argument and no query: these may be secret.
#[derive(Debug, thiserror::Error)]
#[error("hook {}: {trouble}", hook.as_str())]
pub(crate) struct HookError {
    pub(crate) hook: Hook,
    pub(crate) trouble: Trouble,
}

/// What went wrong with a hook.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// It cannot be used as it is written.
    #[error(transparent)]
    Unusable(#[from] Unusable),
    /// The command could not be started.
    #[error(
        "{program}: {source} (hint: a program with a slash is looked for from the folder of provider.toml)"
    )]
    Start {
        /// The program, without its arguments.
        program: String,
        /// Why not.
        source: std::io::Error,
    },
    /// It failed before, and not in a way that passes.
    #[error("{0}")]
    Before(String),
    /// The command failed.
    #[error("{program}: {status}{said}")]
    Failed {
        /// The program, without its arguments.
        program: String,
        /// How it ended.
        status: std::process::ExitStatus,
        /// The end of its standard error, without its arguments; may be empty.
        said: String,
    },
    /// The endpoint did not answer, or not with success.
    #[error("{host}: {what}")]
    Answered {
        /// Host and port.
        host: String,
        /// What came.
        what: String,
    },
    /// It took too long.
    #[error("nothing within {0:?} (hint: limits.hook of provider.toml allows more)")]
    Late(Duration),
    /// It said too much.
    #[error("more than {MAX_ANSWER} bytes")]
    Long,
    /// What it said cannot be understood.
    #[error("{0:?} is no answer (hint: the first word is present, absent or unknown)")]
    Answer(String),
    /// Code of the runner's own failed.
    #[error("{0}")]
    Inside(String),
}

impl Means for Way {
    fn carry_out<'a>(&'a self, call: &'a Call) -> LocalBoxFuture<'a, Result<String, Trouble>> {
        match self {
            Self::Command(command) => Box::pin(command::run(command, call)),
            Self::Endpoint(endpoint) => Box::pin(endpoint::post(endpoint, call)),
        }
    }

    fn reach(&self) -> LocalBoxFuture<'_, Result<(), Trouble>> {
        Box::pin(async {
            match self {
                Self::Command(command) => Ok(command.check()?),
                Self::Endpoint(endpoint) => endpoint::reach(endpoint).await,
            }
        })
    }
}

/// The hooks of a run.
#[derive(Clone, Default)]
pub(crate) struct Hooks {
    means: BTreeMap<Hook, Arc<dyn Means>>,
    limit: Duration,
    /// Those that do not start or never end, and what was said: they are not tried again.
    useless: Arc<Mutex<BTreeMap<Hook, String>>>,
}

impl Hooks {
    /// The hooks of a configuration, each with `limit` per call.
    pub(crate) fn new(ways: &BTreeMap<Hook, Way>, limit: Duration) -> Self {
        let means = |(hook, way): (&Hook, &Way)| (*hook, Arc::new(way.clone()) as Arc<dyn Means>);
        Self {
            means: ways.iter().map(means).collect(),
            limit,
            useless: Arc::default(),
        }
    }

    /// Adds what the runner itself can do; what the implementer configured stays.
    pub(crate) fn offer(&mut self, hook: Hook, means: Arc<dyn Means>) {
        self.means.entry(hook).or_insert(means);
    }

    /// Whether there is such a hook.
    pub(crate) fn has(&self, hook: Hook) -> bool {
        self.means.contains_key(&hook)
    }

    /// Looks at all hooks without using one. Returns what is wrong with those that could not be used.
    pub(crate) async fn reach(&self) -> Vec<HookError> {
        let mut wrong = Vec::new();
        for (hook, means) in &self.means {
            if let Err(trouble) = means.reach().await {
                wrong.push(HookError {
                    hook: *hook,
                    trouble,
                });
            }
        }
        wrong
    }

    /// Uses a hook. `None` if there is none.
    ///
    /// # Errors
    /// The hook failed, said too much or took too long.
    pub(crate) async fn call(&self, call: &Call) -> Option<Result<String, HookError>> {
        let means = self.means.get(&call.hook)?;
        let hook = call.hook;
        if let Some(before) = self.useless().get(&hook) {
            let trouble = Trouble::Before(before.clone());
            return Some(Err(HookError { hook, trouble }));
        }
        let said = match tokio::time::timeout(self.limit, means.carry_out(call)).await {
            Ok(Ok(said)) if said.len() > MAX_ANSWER => Err(Trouble::Long),
            Ok(said) => said,
            Err(_) => Err(Trouble::Late(self.limit)),
        };
        if let Err(trouble) = &said
            && matches!(trouble, Trouble::Start { .. } | Trouble::Late(_))
            // What was broken has to be healed, however often it takes.
            && hook != Hook::HealBackend
        {
            self.useless().insert(hook, trouble.to_string());
        }
        Some(said.map_err(|trouble| HookError { hook, trouble }))
    }

    fn useless(&self) -> MutexGuard<'_, BTreeMap<Hook, String>> {
        self.useless.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
