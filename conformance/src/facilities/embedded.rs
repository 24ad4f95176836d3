//! The embedded provider as the thing under test when no URL is given, with all the help that a
//! provider can have: hooks, a replica, a process.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::LocalBoxFuture;
use kfp_provider_embedded::{Data, Embedded, EmbeddedConfig, Reporting};

use kfp_provider_server::{
    Deleted, Experiment, Experiments, Pipeline, Pipelines, Refusal, ResourceId, Run, RunSchedule,
    RunSchedules, Running, Runs, Settings, slog, start,
};
use kfp_run_completion::DeliveryConfig;
use tempfile::TempDir;
use tokio::sync::Mutex;

use crate::config::hooks::{Command, Hook};
use crate::config::timing::Timing;
use crate::facilities::hooks::{Call, Hooks, Means, Trouble};
use crate::facilities::process::Spec;
use crate::facilities::webhook::Sink;
use crate::facilities::{Events, Often};

/// The webhook of a provider whose events nothing receives: the discard port, which is closed.
const NOWHERE: &str = "http://127.0.0.1:9/events";
/// What it is called.
const NAME: &str = "kfp-conformance/embedded";
/// How long its runs take: long enough to be deleted while they are active.
const PENDING: Duration = Duration::from_millis(100);
const RUNNING: Duration = Duration::from_millis(400);
/// Between attempts to deliver an event: much less than what the runner waits for one that should not come.
const LONGEST_PAUSE: Duration = Duration::from_millis(300);
/// How long things take with its events: it is quick, so that the runner can be.
pub(crate) const TIMING: Timing = Timing {
    wait: Duration::from_secs(30),
    quiet: Duration::from_secs(1),
    closed: Duration::from_secs(1),
    slow: Duration::from_secs(1),
};

/// What its events can be expected to be like.
pub(crate) fn events(sink: Sink) -> Events {
    Events {
        writes_anything: true,
        failing: [("fail".to_owned(), "yes".to_owned())].into(),
        schedule: Often::SECOND,
        ..Events::new(sink, Some(NAME.to_owned()))
    }
}

/// An embedded provider on a file of its own, at two free ports of the loopback interface.
#[derive(Clone)]
pub(crate) struct Provider {
    inner: Arc<Inner>,
}

struct Inner {
    folder: TempDir,
    webhook: Option<String>,
    /// Whether its backend is switched off.
    broken: Arc<AtomicBool>,
    address: SocketAddr,
    replica: SocketAddr,
    live: Mutex<Option<Live>>,
}

/// What a restart replaces.
struct Live {
    provider: Embedded,
    services: Vec<Running>,
}

impl Live {
    /// Opens the store in a folder and serves it at these places.
    async fn start(
        folder: &Path,
        broken: &Arc<AtomicBool>,
        webhook: Option<&str>,
        places: [Option<SocketAddr>; 2],
    ) -> Result<Self, String> {
        let data = Data::File(folder.join("embedded.redb"));
        let config = EmbeddedConfig {
            pending: PENDING,
            running: RUNNING,
            reporting: Reporting {
                webhook: webhook.map(str::to_owned),
                provider: NAME.parse().expect("a name with a namespace"),
                artifacts: None,
                delivery: DeliveryConfig {
                    first_pause: Duration::from_millis(100),
                    longest_pause: LONGEST_PAUSE,
                    ..DeliveryConfig::default()
                },
            },
            ..EmbeddedConfig::new(data)
        };
        let provider = Embedded::open(config)
            .await
            .map_err(|error| error.to_string())?;
        let mut services = Vec::new();
        for place in places {
            let mut settings = Settings::ephemeral();
            if let Some(place) = place {
                (settings.host, settings.port) = (place.ip().into(), place.port());
            }
            let switched = Switched {
                provider: provider.clone(),
                broken: Arc::clone(broken),
            };
            let log = slog::Logger::root(slog::Discard, slog::o!());
            let service = start(settings, switched, log).await;
            services.push(service.map_err(|error| error.to_string())?);
        }
        Ok(Self { provider, services })
    }

    async fn stop(self) {
        futures::future::join_all(self.services.into_iter().map(Running::shutdown)).await;
        self.provider.close().await;
    }
}

impl Provider {
    /// What a run can use of it, as the catalogue names needs.
    pub(crate) const NEEDS: [&str; 9] = [
        "slow",
        "fixture",
        "hook:seed-failing-run",
        "hook:probe",
        "hook:break-backend",
        "hook:heal-backend",
        "hook:restart",
        "replica",
        "container",
    ];

    /// Starts it. The error is a text for people.
    pub(crate) async fn start(webhook: Option<String>) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let broken = Arc::new(AtomicBool::new(false));
        let live = Live::start(folder.path(), &broken, webhook.as_deref(), [None, None]).await?;
        let (address, replica) = match live.services.as_slice() {
            [first, second] => (first.address(), second.address()),
            _ => return Err("two services were asked for".to_owned()),
        };
        let inner = Inner {
            folder,
            webhook,
            broken,
            address,
            replica,
            live: Mutex::new(Some(live)),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.inner.address
    }

    /// Another service on the same store.
    pub(crate) fn replica(&self) -> SocketAddr {
        self.inner.replica
    }

    /// Adds what it can do itself.
    pub(crate) fn offer(&self, hooks: &mut Hooks) {
        for hook in [
            Hook::Probe,
            Hook::BreakBackend,
            Hook::HealBackend,
            Hook::Restart,
        ] {
            hooks.offer(hook, Arc::new(self.clone()));
        }
    }

    pub(crate) async fn stop(self) {
        if let Some(live) = self.inner.live.lock().await.take() {
            live.stop().await;
        }
    }

    async fn restart(&self) -> Result<(), String> {
        let mut live = self.inner.live.lock().await;
        if let Some(live) = live.take() {
            live.stop().await;
        }
        let places = [Some(self.inner.address), Some(self.inner.replica)];
        let Inner {
            folder,
            broken,
            webhook,
            ..
        } = &*self.inner;
        *live = Some(Live::start(folder.path(), broken, webhook.as_deref(), places).await?);
        Ok(())
    }

    /// What the store has, in the words of a probe.
    async fn look(&self, kind: &str, id: &str) -> Result<String, String> {
        let live = self.inner.live.lock().await;
        let Some(live) = live.as_ref() else {
            return Err("the provider is stopped".to_owned());
        };
        let stored = live.provider.stored(kind, id).await;
        Ok(match stored.map_err(|error| error.to_string())? {
            None => "absent".to_owned(),
            Some(stored) => format!(
                "present\nversion={}\ncount={}",
                stored.version, stored.namesakes
            ),
        })
    }

    async fn act(&self, call: &Call) -> Result<String, String> {
        match (call.hook, &call.resource) {
            (Hook::Probe, Some(about)) => self.look(about.kind.as_str(), &about.id).await,
            (Hook::BreakBackend | Hook::HealBackend, _) => {
                let broken = call.hook == Hook::BreakBackend;
                self.inner.broken.store(broken, Ordering::Relaxed);
                Ok(String::new())
            }
            (Hook::Restart, _) => self.restart().await.map(|()| String::new()),
            (hook, _) => Err(format!("no {} here", hook.as_str())),
        }
    }
}

impl Means for Provider {
    fn carry_out<'a>(&'a self, call: &'a Call) -> LocalBoxFuture<'a, Result<String, Trouble>> {
        async move { self.act(call).await.map_err(Trouble::Inside) }.boxed_local()
    }
}

/// The process that checks of the container are made with: this program, serving an embedded
/// provider with data of its own.
///
/// Its folder has to live as long as the specification is used.
pub(crate) struct Twin {
    folder: TempDir,
}

impl Twin {
    pub(crate) fn new() -> std::io::Result<Self> {
        let folder = tempfile::tempdir()?;
        // Whoever the process runs as has to find its way to its data.
        let open = std::fs::Permissions::from_mode(0o777);
        std::fs::set_permissions(folder.path(), open)?;
        Ok(Self { folder })
    }

    /// How it is started.
    pub(crate) fn spec(&self, log: PathBuf, ready: Duration) -> std::io::Result<Spec> {
        let own = std::env::current_exe()?;
        let program = if is_open(&own) {
            own
        } else {
            // Below a folder that only its owner may enter, nobody else can start it.
            let copy = self.folder.path().join("provider");
            std::fs::copy(&own, &copy)?;
            copy
        };
        let data = self.folder.path().join("data.redb");
        Ok(Spec {
            command: Command::of(program, &["serve"], self.folder.path()),
            name: NAME.to_owned(),
            pipeline_root: "kfp-conformance".to_owned(),
            parameters: [("data".to_owned(), data.display().to_string())].into(),
            webhook: NOWHERE.to_owned(),
            log,
            ready,
            pause: crate::facilities::process::PAUSE,
        })
    }
}

/// Whether everybody may enter the folders above a program.
fn is_open(program: &Path) -> bool {
    const ENTER: u32 = 0o001;
    program.ancestors().all(|place| {
        std::fs::metadata(place).is_ok_and(|data| data.permissions().mode() & ENTER != 0)
    })
}

/// The embedded provider with a backend that can be switched off.
struct Switched {
    provider: Embedded,
    broken: Arc<AtomicBool>,
}

impl Switched {
    fn backend(&self) -> Result<&Embedded, Refusal> {
        if self.broken.load(Ordering::Relaxed) {
            return Err(Refusal::unavailable("the backend is switched off"));
        }
        Ok(&self.provider)
    }
}

macro_rules! switched {
    ($($Trait:ident $Resource:ident),*) => {
        $(impl $Trait for Switched {
            async fn create(&self, resource: $Resource) -> Result<ResourceId, Refusal> {
                $Trait::create(self.backend()?, resource).await
            }

            async fn update(&self, id: &str, resource: $Resource) -> Result<ResourceId, Refusal> {
                $Trait::update(self.backend()?, id, resource).await
            }

            async fn delete(&self, id: &str) -> Result<Deleted, Refusal> {
                $Trait::delete(self.backend()?, id).await
            }
        })*
    };
}

switched!(Pipelines Pipeline, Runs Run, RunSchedules RunSchedule, Experiments Experiment);

/// The provider behind it is stopped by whoever started it: it is shared.
impl kfp_provider_server::Provider for Switched {
    async fn ready(&self) -> Result<(), String> {
        let backend = self.backend().map_err(|refusal| refusal.message)?;
        backend.ready().await
    }
}
