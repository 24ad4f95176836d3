//! Help beside the API: hooks, replicas, a process. What a run has of it decides which requirements
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
use std::time::{Duration, Instant};

use kfp_operator_sim::ResourceKind;
use tokio::sync::Mutex;

use crate::base::outcome::Finding;
use crate::engine::context::{Context, Step, Stop};
use crate::engine::session::Session;
use crate::facilities::hooks::{Call, Hook, Hooks, Presence, Resource, Sight};
use crate::facilities::webhook::Sink;
use crate::journal::record::{HookRecord, Record};
use crate::wire::target::Target;

/// The help that a run has. The default is none.
#[derive(Clone, Default)]
pub(crate) struct Help {
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
    Twin(Box<process::Spec>),
}

impl Help {
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

impl Session {
    /// Heals the backend if a case left it broken: it was stopped, or ended early.
    pub(crate) async fn mend(&self) {
        if self.help.is_broken() {
            // The journal has it if it fails; what then cannot be deleted is told as leaks.
            let _ = self.hook("mend", Hook::HealBackend, None).await;
        }
    }

    /// Looks at the hooks before anything rests on them, and asks the probe about something that is not there.
    ///
    /// # Errors
    /// Some are of no use; a text for people.
    pub(crate) async fn try_hooks(&self) -> Result<(), String> {
        let wrong = self.help.hooks.reach().await;
        if !wrong.is_empty() {
            let all: Vec<String> = wrong.iter().map(ToString::to_string).collect();
            return Err(all.join("; "));
        }
        if !self.help.hooks.has(Hook::Probe) {
            return Ok(());
        }
        let mut kinds = ResourceKind::ALL.into_iter();
        let supported = kinds.find(|kind| !self.config.is_unsupported(*kind));
        let name = format!("kc-{}-none", self.run);
        let resource = Resource {
            kind: supported.unwrap_or(ResourceKind::Pipeline),
            id: name.clone(),
            name: format!("{}/{name}", crate::stimuli::fixture::NAMESPACE),
        };
        let asked =
            "asked about something that is not there, where it has to print `absent` or `unknown`";
        let said = self.hook("start", Hook::Probe, Some(resource)).await;
        let said = said.map_err(|error| format!("{error}; {asked}"))?;
        let sight = Sight::parse(&said);
        sight.map_err(|trouble| format!("hook probe: {trouble}; {asked}"))?;
        Ok(())
    }

    /// Uses a hook and writes it down. The error is a text for people.
    pub(crate) async fn hook(
        &self,
        case: &str,
        hook: Hook,
        resource: Option<Resource>,
    ) -> Result<String, String> {
        let start = Instant::now();
        let call = Call {
            hook,
            provider: self.target.url.clone(),
            resource,
        };
        // Set before: a hook that breaks something and then fails has broken it all the same.
        if hook == Hook::BreakBackend {
            self.help.broken.store(true, Ordering::Relaxed);
        }
        let what = format!("hook {}", hook.as_str());
        let waiting = self.activity.wait(case, what, Some(self.config.hook_limit));
        let said = self.help.hooks.call(&call).await;
        drop(waiting);
        let said = match said {
            Some(said) => said.map_err(|error| error.to_string()),
            None => Err(format!("hook {}: not configured", hook.as_str())),
        };
        if hook == Hook::HealBackend && said.is_ok() {
            self.help.broken.store(false, Ordering::Relaxed);
        }
        self.journal.write(Record::Hook(Box::new(HookRecord {
            case: case.to_owned(),
            hook: hook.as_str().to_owned(),
            kind: call.resource.as_ref().map(|resource| resource.kind),
            id: call.resource.map(|resource| resource.id),
            answer: said.as_ref().ok().cloned(),
            failure: said.as_ref().err().cloned(),
            total_ms: (start.elapsed().as_secs_f64() * 1e6).round() / 1e3,
        })));
        said
    }
}

impl Context {
    /// Whether there is such a hook.
    pub(crate) fn has(&self, hook: Hook) -> bool {
        self.session.help.hooks.has(hook)
    }

    /// Uses a hook. A hook that fails ends the case with an error of the runner's.
    pub(crate) async fn hook(&mut self, hook: Hook) -> Step<String> {
        let said = self.session.hook(&self.label(), hook, None).await;
        said.map_err(Stop::Help)
    }

    /// Asks the probe about a resource.
    pub(crate) async fn look(&mut self, kind: ResourceKind, id: &str, name: &str) -> Step<Sight> {
        self.go_on()?;
        let resource = Resource {
            kind,
            id: id.to_owned(),
            name: name.to_owned(),
        };
        let label = self.label();
        let said = self.session.hook(&label, Hook::Probe, Some(resource)).await;
        let said = said.map_err(Stop::Help)?;
        Sight::parse(&said).map_err(|trouble| Stop::Help(format!("hook probe: {trouble}")))
    }

    /// Asks the probe until it sees what is wanted or `settle` is over. Returns the last sight, and
    /// whether it was right only after a while.
    pub(crate) async fn watch(
        &mut self,
        kind: ResourceKind,
        id: &str,
        name: &str,
        wanted: impl Fn(&Sight) -> bool,
    ) -> Step<(Sight, bool)> {
        const PAUSE: Duration = Duration::from_millis(100);
        let start = Instant::now();
        let mut late = false;
        loop {
            let sight = self.look(kind, id, name).await?;
            if wanted(&sight) || start.elapsed() + PAUSE > self.session.config.settle {
                return Ok((sight, late));
            }
            late = true;
            tokio::time::sleep(PAUSE).await;
        }
    }
}

impl Sight {
    /// What it shows of something that should be there, or gone.
    pub(crate) fn shows(&self, wanted: Presence, late: bool, id: &str) -> Finding {
        let seen = match self.presence {
            Presence::Present => "present",
            Presence::Absent => "absent",
            Presence::Unknown => {
                let why = format!("the probe cannot tell whether {id:?} is there");
                return Finding::unverified(Hook::Probe.need(), why);
            }
        };
        let actual = format!("the probe says that {id:?} is {seen}");
        match (self.presence == wanted, late) {
            (true, true) => Finding::warn(format!("{actual}, but not at once")),
            (holds, _) => Finding::when(holds, actual),
        }
    }
}
