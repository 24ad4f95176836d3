//! The provider under test, and the help that a run gets with it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::LocalBoxFuture;
use tokio::sync::Mutex;

use super::Problem;
use crate::cli::RunArgs;
use crate::config::Config;
use crate::help::{Help, Process};
use crate::hooks::{Call, Command, Hook, Hooks, Means, Trouble};
use crate::journal::OutputError;
use crate::process::{NOWHERE, Provider, Spec};
use crate::target::Target;

/// How long a provider may take to end when the run is over.
const GRACE: Duration = Duration::from_secs(30);
/// The name of the file with the output of a provider that the runner starts.
const LOG: &str = "provider.log";
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
            return Ok(Self::Start(command.map_err(Problem::Start)?));
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
            Self::Embedded => crate::embedded::Provider::NEEDS.to_vec(),
            #[cfg(not(feature = "embedded"))]
            Self::Embedded => Vec::new(),
        }
    }
}

/// The needs of requirements that a run will meet; known before anything is started.
pub(super) fn at_hand(args: &RunArgs, config: &Config) -> Result<BTreeSet<&'static str>, Problem> {
    let hooks = config.hooks.keys().map(|hook| hook.need());
    let replicas = (!config.replicas.is_empty()).then_some("replica");
    let own = Origin::of(args, config)?.needs();
    Ok(hooks.chain(replicas).chain(own).collect())
}

/// The provider under test, and what has to be stopped at the end.
pub(super) struct Subject {
    pub(super) target: Target,
    pub(super) help: Help,
    started: Started,
}

enum Started {
    Nothing,
    Process(Arc<Mutex<Provider>>),
    #[cfg(feature = "embedded")]
    Embedded(
        crate::embedded::Provider,
        #[expect(dead_code, reason = "dropping it removes the twin's data")] crate::embedded::Twin,
    ),
}

impl Subject {
    /// Finds the provider, or starts it.
    pub(super) async fn find(args: &RunArgs, config: &Config) -> Result<Self, Problem> {
        let hooks = Hooks::new(&config.hooks, config.hook_limit);
        let parse = |url: &String| Target::parse(url, None);
        let replicas: Vec<Target> = config
            .replicas
            .iter()
            .map(parse)
            .collect::<Result<_, _>>()?;
        let subject = match Origin::of(args, config)? {
            Origin::Url(url) => Self {
                target: Target::parse(&url, config.name.clone())?,
                help: Help::new(hooks, replicas, None),
                started: Started::Nothing,
            },
            Origin::Start(command) => Self::start(args, config, command, hooks, replicas).await?,
            Origin::Embedded => Self::embedded(args, config, hooks, replicas).await?,
        };
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
        let spec = Spec {
            command,
            name: config.name.clone().unwrap_or(NAME.to_owned()),
            pipeline_root: config.process.pipeline_root.clone(),
            parameters: config.process.parameters.clone(),
            webhook: NOWHERE.to_owned(),
            log: log(args)?,
            ready: config.process.ready,
        };
        let provider = Provider::start(spec).await?;
        let target = Target::parse(&provider.url(), config.name.clone())?;
        let provider = Arc::new(Mutex::new(provider));
        hooks.offer(Hook::Restart, Arc::new(Restart(Arc::clone(&provider))));
        let process = Process::Judged(Arc::clone(&provider));
        Ok(Self {
            target,
            help: Help::new(hooks, replicas, Some(process)),
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
        use crate::embedded::{Provider, Twin};
        let provider = Provider::start().await.map_err(Problem::Embedded)?;
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
            help: Help::new(hooks, replicas, Some(Process::Twin(spec))),
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
    pub(super) async fn stop(self) {
        match self.started {
            Started::Nothing => {}
            Started::Process(provider) => drop(provider.lock().await.terminate(GRACE).await),
            #[cfg(feature = "embedded")]
            Started::Embedded(provider, _) => provider.stop().await,
        }
    }
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
