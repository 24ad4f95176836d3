//! The rehearsal: custom resources are read as the API server would let them in, played as the operator would reconcile
//! them, and shown with the states in which they would end.

mod cluster;
mod compiled;
mod endpoint;
mod manifest;
mod names;
mod orders;
mod report;
mod rules;
mod step;
mod templates;
mod watch;

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{ArgAction, Args, ValueEnum};

use super::access::{Access, AccessError};
use super::tell;
use cluster::Cluster;
use compiled::{CompileError, Compiler};
use endpoint::Endpoint;
use manifest::{Manifest, ManifestError, Reader};
use rules::{Order, Rules};
use templates::Templates;
use watch::{Watch, WatchError};

pub(crate) const EXIT_CODES: &str = "\
Exit codes: 0 every resource would reach Succeeded, or Deleted with --delete; 1 at least one would not; 2 bad usage, or \
resources that the API server would refuse; nothing was sent; 3 the provider cannot be reached, or an option for connecting \
to it is invalid; nothing was sent; 4 the report cannot be written.";

/// A resource would not get where it should.
const FAILED: u8 = 1;
/// The resources are not usable.
const REFUSED: u8 = 2;
/// The provider cannot be reached.
const NO_PROVIDER: u8 = 3;
/// The report is lost.
const UNWRITABLE: u8 = 4;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Custom resources in YAML or JSON, as for kubectl: files, folders with .json, .yaml or .yml files, patterns, or -
    /// for standard input. Resources of other API groups are ignored.
    #[arg(short, long = "filename", value_name = "FILE|DIR|-", required = true, num_args = 1..)]
    filename: Vec<PathBuf>,
    /// Include subfolders.
    #[arg(short = 'R', long)]
    recursive: bool,
    /// Address of the provider, such as forge.ml-platform:8080. HTTP is used unless it starts with https://.
    #[arg(
        long,
        alias = "provider",
        value_name = "HOST:PORT",
        required_unless_present = "dry_run"
    )]
    url: Option<String>,
    /// Afterwards apply these as well, as changes to the first ones.
    #[arg(long, value_name = "FILE|DIR|-", num_args = 1..)]
    update: Vec<PathBuf>,
    /// Finally delete everything.
    #[arg(long)]
    delete: bool,
    /// Order in which resources are applied. The report says where the other order would make a difference.
    #[arg(long, value_enum, default_value = "dependencies")]
    order: Order,
    /// Workflow templates that are installed in the cluster.
    #[arg(long, value_enum, default_value = "chart")]
    templates: Templates,
    /// The operator's setting of the same name. Without it, its webhooks are not served, and Pipelines, RunConfigurations
    /// and Providers cannot be created.
    #[arg(long, value_name = "BOOL", default_value_t = true, action = ArgAction::Set)]
    multiversion: bool,
    /// Send nothing. Print the requests as if every one of them succeeded.
    #[arg(long)]
    dry_run: bool,
    /// Compiled part of pipelines: a file, or a shell command that reads the definition from standard input and prints
    /// the compiled pipeline. Without it, {} is sent.
    #[arg(long, value_name = "FILE|COMMAND")]
    compiled: Option<String>,
    /// Receive run completion events at this address, such as 127.0.0.1:9000, until every run has ended. Set the
    /// provider's OPERATORWEBHOOK to http://ADDRESS/events. Runs that are triggered by other runs are included.
    #[arg(long, value_name = "ADDRESS", conflicts_with = "dry_run")]
    watch: Option<SocketAddr>,
    /// Time to wait for events.
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = humantime::parse_duration, requires = "watch")]
    watch_for: Duration,
    /// The operator's runCompletionTTL: runs are deleted after their events, without waiting for this time to pass.
    /// Without it, they are kept.
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration, requires = "watch")]
    run_completion_ttl: Option<Duration>,
    /// Namespace of resources without one.
    #[arg(short, long, value_name = "NAME", default_value = "default")]
    namespace: String,
    /// Time limit for one request. The default is that of the operator.
    #[arg(long, value_name = "TIME", default_value = "300s", value_parser = humantime::parse_duration)]
    timeout: Duration,
    /// Output format.
    #[arg(short, long, value_enum, default_value = "table")]
    output: Format,
    #[command(flatten)]
    access: Access,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
}

/// Why there is no rehearsal.
#[derive(Debug, thiserror::Error)]
enum RehearsalError {
    #[error("{}", lines(.0))]
    Manifests(Vec<ManifestError>),
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error(transparent)]
    Compile(#[from] CompileError),
    #[error(transparent)]
    Watch(#[from] WatchError),
    #[error("{0} (hint: start the provider, or look at the URL; nothing was sent)")]
    Unreachable(String),
    #[error("standard output: cannot be written: {0}")]
    Output(io::Error),
}

fn lines(errors: &[ManifestError]) -> String {
    let texts: Vec<_> = errors.iter().map(ToString::to_string).collect();
    texts.join("\nkfp-provider: ")
}

impl RehearsalError {
    fn exit_code(&self) -> u8 {
        match self {
            Self::Manifests(_) | Self::Compile(_) | Self::Watch(_) => REFUSED,
            Self::Access(_) | Self::Unreachable(_) => NO_PROVIDER,
            Self::Output(_) => UNWRITABLE,
        }
    }
}

pub(crate) async fn run(options: Options) -> ExitCode {
    match rehearse(&options).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(FAILED),
        Err(error) => {
            tell(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

/// Everything is read before anything is sent.
async fn rehearse(options: &Options) -> Result<bool, RehearsalError> {
    let (first, changed) = read(options)?;
    let compiler = Compiler::new(options.compiled.as_deref())?;
    let endpoint = match (&options.url, options.dry_run) {
        (Some(url), false) => Endpoint::service(url, &options.access, options.timeout)?,
        (url, _) => Endpoint::stand_in(url.as_deref()),
    };
    let mut watch = match options.watch {
        Some(address) => Some(Watch::listen(address).await?),
        None => None,
    };
    let rules = Rules {
        order: options.order,
        templates: options.templates,
        multiversion: options.multiversion,
    };
    let differences = orders::differences(&first, rules).await;
    let mut cluster = Cluster::new(endpoint, compiler, rules);
    cluster.apply(first).await;
    hear(&mut cluster, &mut watch, options).await;
    if !options.update.is_empty() {
        cluster.apply(changed).await;
        hear(&mut cluster, &mut watch, options).await;
    }
    if options.delete {
        cluster.delete_all().await;
    }
    if let Some(watch) = watch {
        watch.close().await;
    }
    if let Some(why) = cluster.unreachable() {
        return Err(RehearsalError::Unreachable(why.to_owned()));
    }
    let steps = cluster.finish();
    let text = match options.output {
        Format::Json => report::json(&steps, &differences),
        Format::Table => report::table(&steps, &differences, options.dry_run),
    };
    print(&text).map_err(RehearsalError::Output)?;
    Ok(report::all_well(&steps))
}

fn print(text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    match output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush())
    {
        // Who closes the pipe does not want to read on.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// What the provider tells about runs, if it is listened to.
async fn hear(cluster: &mut Cluster, watch: &mut Option<Watch>, options: &Options) {
    if let Some(watch) = watch {
        cluster.watch(watch, options.watch_for).await;
        if let Some(time) = options.run_completion_ttl {
            cluster.expire(time).await;
        }
    }
}

/// The resources as they are first, and as they are changed.
fn read(options: &Options) -> Result<(Vec<Manifest>, Vec<Manifest>), RehearsalError> {
    let mut reader = Reader::new(&options.namespace, options.recursive);
    let first = reader.read(&options.filename);
    let changed = reader.read(&options.update);
    let (notes, errors) = reader.finish();
    for note in notes {
        tell(note);
    }
    if errors.is_empty() {
        Ok((first, changed))
    } else {
        Err(RehearsalError::Manifests(errors))
    }
}
