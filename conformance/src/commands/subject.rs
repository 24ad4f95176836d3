//! The provider under test, and the help that a run gets with it.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::LocalBoxFuture;
use tokio::sync::Mutex;

use super::Problem;
use super::run::RunArgs;
use crate::config::Config;
use crate::config::hooks::{Command, Hook};
use crate::config::timing::Timing;
use crate::engine::activity::Activity;
use crate::engine::case::Profile;
use crate::facilities::hooks::{Call, Hooks, Means, Trouble};
use crate::facilities::process::{PAUSE, Provider, Spec};
use crate::facilities::webhook::Sink;
use crate::facilities::{Events, Facilities, Process};
use crate::journal::writer::OutputError;
use crate::wire::target::Target;

/// How long a provider may take to end when the run is over.
const GRACE: Duration = Duration::from_secs(30);
/// The name of the file with the output of a provider that the runner starts.
const LOG: &str = "provider.log";
/// A free port of the loopback interface.
const ANYWHERE: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0));
const NAME: &str = "kfp-conformance/provider";

/// Where the provider comes from.
enum Origin {
    /// It is there already.
    Url(String),
    /// The runner starts it.
    Start(Command),
    /// There is none: the embedded one is judged.
    Embedded,
}

impl Origin {
    fn of(args: &RunArgs, config: &Config) -> Result<Self, Problem> {
        if let Some(url) = &args.url {
            return Ok(Self::Url(url.clone()));
        }
        if let Some(text) = &args.start {
            let command = Command::parse(text, std::path::Path::new("."));
            let command = command.map_err(Problem::Start)?;
            command.check().map_err(Problem::Start)?;
            return Ok(Self::Start(command));
        }
        Ok(match (&config.process.start, &config.url) {
            (Some(command), _) => Self::Start(command.clone()),
            (None, Some(url)) => Self::Url(url.clone()),
            (None, None) => Self::Embedded,
        })
    }

    /// What comes with it.
    fn needs(&self) -> Vec<&'static str> {
        match self {
            Self::Url(_) => Vec::new(),
            Self::Start(_) => vec!["container", Hook::Restart.need()],
            #[cfg(feature = "embedded")]
            Self::Embedded => crate::facilities::embedded::Provider::NEEDS.to_vec(),
            #[cfg(not(feature = "embedded"))]
            Self::Embedded => Vec::new(),
        }
    }
}

/// The needs of requirements that a run will meet; known before anything is started.
pub(super) fn at_hand(args: &RunArgs, config: &Config) -> Result<BTreeSet<&'static str>, Problem> {
    let hooks = config.hooks.keys().map(|hook| hook.need());
    let replicas = (!config.replicas.is_empty()).then_some("replica");
    let origin = Origin::of(args, config)?;
    let receives = !matches!(origin, Origin::Url(_)) || listen(args, config).is_some();
    let events = receives.then_some("events");
    let failing = (!config.failing.is_empty()).then_some(Hook::SeedFailingRun.need());
    let slow = (args.profile == Profile::Full).then_some("slow");
    let artifacts = config.declares_artifacts().then_some("fixture");
    let own = origin.needs();
    let needs = hooks.chain(replicas).chain(events).chain(failing);
    Ok(needs.chain(slow).chain(artifacts).chain(own).collect())
}

/// The provider under test, and what has to be stopped at the end.
pub(super) struct Subject {
    pub(super) target: Target,
    pub(super) help: Facilities,
    started: Started,
}

enum Started {
    Nothing,
    Process(Arc<Mutex<Provider>>),
    #[cfg(feature = "embedded")]
    Embedded(
        crate::facilities::embedded::Provider,
        #[expect(dead_code, reason = "dropping it removes the twin's data")]
        crate::facilities::embedded::Twin,
    ),
}

impl Subject {
    /// Finds the provider, or starts it.
    pub(super) async fn find(
        args: &RunArgs,
        config: &Config,
        activity: &Activity,
    ) -> Result<Self, Problem> {
        let hooks = Hooks::new(&config.hooks, config.hook_limit);
        let parse = |url: &String| Target::parse(url, None);
        let replicas: Vec<Target> = config
            .replicas
            .iter()
            .map(parse)
            .collect::<Result<_, _>>()?;
        let origin = Origin::of(args, config)?;
        let starting = match &origin {
            Origin::Url(_) => None,
            Origin::Start(command) => Some(format!("{} to answer", command.program())),
            Origin::Embedded => Some("the embedded provider to answer".to_owned()),
        };
        let waiting = starting.map(|what| activity.wait("start", what, None));
        let subject = match origin {
            Origin::Url(url) => {
                let help = Facilities::new(hooks, replicas, None);
                let help = match listen(args, config) {
                    None => help,
                    Some(address) => help.with_events(Events {
                        failing: config.failing.clone(),
                        ..Events::new(sink(address, config.timing)?, config.name.clone())
                    }),
                };
                Self {
                    target: Target::parse(&url, config.name.clone())?,
                    help,
                    started: Started::Nothing,
                }
            }
            Origin::Start(command) => Self::start(args, config, command, hooks, replicas).await?,
            Origin::Embedded => Self::embedded(args, config, hooks, replicas).await?,
        };
        drop(waiting);
        let _waiting = activity.wait("start", "hook reset", Some(config.hook_limit));
        subject.reset().await?;
        Ok(subject)
    }

    async fn start(
        args: &RunArgs,
        config: &Config,
        command: Command,
        mut hooks: Hooks,
        replicas: Vec<Target>,
    ) -> Result<Self, Problem> {
        let sink = sink(listen(args, config).unwrap_or(ANYWHERE), config.timing)?;
        let rate = args.rate.or(config.rate);
        let spec = Spec {
            command,
            name: config.name.clone().unwrap_or(NAME.to_owned()),
            pipeline_root: config.process.pipeline_root.clone(),
            parameters: config.process.parameters.clone(),
            webhook: sink.url(),
            log: log(args)?,
            ready: config.process.ready,
            pause: rate.map_or(PAUSE, |rate| rate.interval().max(PAUSE)),
        };
        let events = Events {
            failing: config.failing.clone(),
            ..Events::new(sink, Some(spec.name.clone()))
        };
        let provider = Provider::start(spec).await?;
        let target = Target::parse(&provider.url(), config.name.clone())?;
        let provider = Arc::new(Mutex::new(provider));
        hooks.offer(Hook::Restart, Arc::new(Restart(Arc::clone(&provider))));
        let process = Process::Judged(Arc::clone(&provider));
        Ok(Self {
            target,
            help: Facilities::new(hooks, replicas, Some(process)).with_events(events),
            started: Started::Process(provider),
        })
    }

    #[cfg(feature = "embedded")]
    async fn embedded(
        args: &RunArgs,
        config: &Config,
        mut hooks: Hooks,
        mut replicas: Vec<Target>,
    ) -> Result<Self, Problem> {
        use crate::facilities::embedded::{Provider, Twin};
        let sink = sink(
            listen(args, config).unwrap_or(ANYWHERE),
            crate::facilities::embedded::TIMING,
        )?;
        let started = Provider::start(Some(sink.url())).await;
        let provider = started.map_err(Problem::Embedded)?;
        let name = Some("the embedded provider".to_owned());
        let target = Target::parse(&format!("http://{}", provider.address()), name)?;
        provider.offer(&mut hooks);
        let replica = format!("http://{}", provider.replica());
        replicas.push(Target::parse(&replica, None)?);
        let failed = |error: std::io::Error| Problem::Embedded(error.to_string());
        let twin = Twin::new().map_err(failed)?;
        let spec = twin
            .spec(log(args)?, config.process.ready)
            .map_err(failed)?;
        Ok(Self {
            target,
            help: Facilities::new(hooks, replicas, Some(Process::Twin(Box::new(spec))))
                .with_events(crate::facilities::embedded::events(sink)),
            started: Started::Embedded(provider, twin),
        })
    }

    #[cfg(not(feature = "embedded"))]
    async fn embedded(_: &RunArgs, _: &Config, _: Hooks, _: Vec<Target>) -> Result<Self, Problem> {
        let why = "no provider (hint: say --url or --start; this program was built without the embedded one)";
        Err(Problem::Nothing(why.to_owned()))
    }

    /// Brings the provider into the state that its author wants a run to begin with.
    async fn reset(&self) -> Result<(), Problem> {
        let call = Call {
            hook: Hook::Reset,
            provider: self.target.url.clone(),
            resource: None,
        };
        if let Some(said) = self.help.hooks.call(&call).await {
            said?;
        }
        Ok(())
    }

    /// Stops what was started.
    pub(super) async fn stop(self, activity: &Activity) {
        let _waiting = activity.wait("end", "the provider to end", Some(GRACE));
        match self.started {
            Started::Nothing => {}
            Started::Process(provider) => drop(provider.lock().await.terminate(GRACE).await),
            #[cfg(feature = "embedded")]
            Started::Embedded(provider, _) => provider.stop().await,
        }
    }
}

/// Where the webhook listens, if that was said.
fn listen(args: &RunArgs, config: &Config) -> Option<SocketAddr> {
    args.events.or(config.listen)
}

fn sink(address: SocketAddr, timing: Timing) -> Result<Sink, Problem> {
    Sink::start(address, timing).map_err(|source| Problem::Listen { address, source })
}

/// The log of a provider that is about to be started, empty.
fn log(args: &RunArgs) -> Result<std::path::PathBuf, Problem> {
    std::fs::create_dir_all(&args.out).map_err(OutputError::at(&args.out))?;
    let folder = std::path::absolute(&args.out).map_err(OutputError::at(&args.out))?;
    let log = folder.join(LOG);
    std::fs::File::create(&log).map_err(OutputError::at(&log))?;
    Ok(log)
}

/// The restart of a process, as a hook.
struct Restart(Arc<Mutex<Provider>>);

impl Means for Restart {
    fn carry_out<'a>(&'a self, _: &'a Call) -> LocalBoxFuture<'a, Result<String, Trouble>> {
        async move {
            let restarted = self.0.lock().await.restart().await;
            let said = restarted.map(|()| String::new());
            said.map_err(|error| Trouble::Inside(error.to_string()))
        }
        .boxed_local()
    }
}
