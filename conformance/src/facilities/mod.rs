//! Facilities beside the API: hooks, replicas, a process. What a run has of it decides which requirements
//! can be checked.
//!
//! The receiver of the provider's webhook belongs here, too. What cases do with all of it does not.

#[cfg(feature = "embedded")]
pub(crate) mod embedded;
pub(crate) mod hooks;
pub(crate) mod process;
pub(crate) mod webhook;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;

use crate::config::hooks::Hook;
use crate::facilities::hooks::Hooks;
use crate::facilities::webhook::Sink;
use crate::wire::target::Target;

/// The help that a run has. The default is none.
#[derive(Clone, Default)]
pub(crate) struct Facilities {
    pub(crate) hooks: Hooks,
    /// Other replicas of the provider.
    pub(crate) replicas: Vec<Target>,
    /// A process of the provider.
    pub(crate) process: Option<Process>,
    /// The webhook that the provider reports to.
    pub(crate) events: Option<Events>,
    /// Whether the backend is broken right now.
    broken: Arc<AtomicBool>,
}

/// The webhook, and what is known of the provider that reports to it.
#[derive(Clone)]
pub(crate) struct Events {
    pub(crate) sink: Sink,
    /// What the provider is called in events, if that is known.
    pub(crate) provider: Option<String>,
    /// Whether its runs write whatever artifact they declare.
    pub(crate) writes_anything: bool,
    /// Parameters with which a run fails.
    pub(crate) failing: BTreeMap<String, String>,
    /// A schedule that fires soon.
    pub(crate) schedule: Often,
}

/// A schedule, and how long it may take to fire.
#[derive(Clone, Copy)]
pub(crate) struct Often {
    pub(crate) cron: &'static str,
    pub(crate) fires: Duration,
}

impl Often {
    /// For a provider that knows seconds. One of them may have begun, and the run takes its time.
    pub(crate) const SECOND: Self = Self {
        cron: "* * * * * *",
        fires: Duration::from_secs(2),
    };
    /// What every provider has to know.
    const MINUTE: Self = Self {
        cron: "* * * * *",
        fires: Duration::from_secs(61),
    };
}

impl Events {
    /// For a provider of which only its name is known.
    pub(crate) fn new(sink: Sink, provider: Option<String>) -> Self {
        Self {
            sink,
            provider,
            writes_anything: false,
            failing: BTreeMap::new(),
            schedule: Often::MINUTE,
        }
    }
}

/// A process of the provider that the runner may end and start.
#[derive(Clone)]
pub(crate) enum Process {
    /// It is the provider that is judged.
    Judged(Arc<Mutex<process::Provider>>),
    /// It is another one of the same kind, with data of its own.
    #[cfg_attr(
        not(feature = "embedded"),
        expect(dead_code, reason = "only the embedded provider has a twin")
    )]
    Twin(Box<process::Spec>),
}

impl Facilities {
    pub(crate) fn new(hooks: Hooks, replicas: Vec<Target>, process: Option<Process>) -> Self {
        Self {
            hooks,
            replicas,
            process,
            events: None,
            broken: Arc::default(),
        }
    }

    /// With the webhook that the provider reports to.
    pub(crate) fn with_events(self, events: Events) -> Self {
        Self {
            events: Some(events),
            ..self
        }
    }

    /// Whether the backend is broken on purpose right now.
    pub(crate) fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }

    /// From now on it is, or is not.
    pub(crate) fn set_broken(&self, broken: bool) {
        self.broken.store(broken, Ordering::Relaxed);
    }

    /// The needs of requirements that are met, as the catalogue writes them.
    pub(crate) fn needs(&self) -> BTreeSet<&'static str> {
        let hooks = [
            Hook::Probe,
            Hook::SeedFailingRun,
            Hook::BreakBackend,
            Hook::HealBackend,
            Hook::Restart,
            Hook::Reset,
        ];
        let hooks = hooks.into_iter().filter(|hook| self.hooks.has(*hook));
        let replica = (!self.replicas.is_empty()).then_some("replica");
        let container = self.process.is_some().then_some("container");
        hooks
            .map(Hook::need)
            .chain(replica)
            .chain(container)
            .collect()
    }
}
