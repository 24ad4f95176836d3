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
Exit codes: 0 every resource would reach Succeeded, or Deleted with --delete; 1 one would not; 2 bad usage, or resources \
that the API server would refuse, and nothing was sent; 3 the provider cannot be asked: no connection comes about, or an option for it cannot be used; nothing was sent; 4 the \
report cannot be written.";

/// A resource would not get where it should.
const FAILED: u8 = 1;
/// The resources are not usable.
const REFUSED: u8 = 2;
/// There is nobody to ask.
const NO_PROVIDER: u8 = 3;
/// The report is lost.
const UNWRITABLE: u8 = 4;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Custom resources in YAML or JSON, as kubectl takes them: files, folders with files that end in .json, .yaml or
    /// .yml, patterns, or - for standard input. What is not the operator's is passed over.
    #[arg(short, long = "filename", value_name = "FILE|DIR|-", required = true, num_args = 1..)]
    filename: Vec<PathBuf>,
    /// Look into the folders of folders as well.
    #[arg(short = 'R', long)]
    recursive: bool,
    /// The provider, such as forge.ml-platform:8080; http unless it says https://.
    #[arg(
        long,
        alias = "provider",
        value_name = "HOST:PORT",
        required_unless_present = "dry_run"
    )]
    url: Option<String>,
    /// Then apply these as well, as a change of the first ones.
    #[arg(long, value_name = "FILE|DIR|-", num_args = 1..)]
    update: Vec<PathBuf>,
    /// Then delete everything.
    #[arg(long)]
    delete: bool,
    /// In which order resources are applied. Whichever is played, the report says where the other one differs.
    #[arg(long, value_enum, default_value = "dependencies")]
    order: Order,
    /// The workflow templates between the operator and the provider.
    #[arg(long, value_enum, default_value = "chart")]
    templates: Templates,
    /// The operator's setting of that name: only with it, its webhooks are served, and Pipelines, RunConfigurations and
    /// Providers can be created.
    #[arg(long, value_name = "BOOL", default_value_t = true, action = ArgAction::Set)]
    multiversion: bool,
    /// Send nothing; print the requests, as if every answer were a success.
    #[arg(long)]
    dry_run: bool,
    /// The compiled part of pipelines: a file, or a command for the shell that reads the definition on standard input
    /// and writes what the compiler would. Without it, {} is sent.
    #[arg(long, value_name = "FILE|COMMAND")]
    compiled: Option<String>,
    /// Receive run completion events at this address, such as 127.0.0.1:9000, until every run has ended; the provider's
    /// OPERATORWEBHOOK is http://ADDRESS/events then. What a run triggers is played too.
    #[arg(long, value_name = "ADDRESS", conflicts_with = "dry_run")]
    watch: Option<SocketAddr>,
    /// How long events are waited for.
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = humantime::parse_duration, requires = "watch")]
    watch_for: Duration,
    /// How long the operator keeps runs that have ended (its runCompletionTTL): they are deleted after their events, and
    /// nobody waits for the time to pass. Without it, they are kept.
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration, requires = "watch")]
    run_completion_ttl: Option<Duration>,
    /// The namespace of resources that name none.
    #[arg(short, long, value_name = "NAME", default_value = "default")]
    namespace: String,
    /// Time for one request: as long as the operator waits.
    #[arg(long, value_name = "TIME", default_value = "300s", value_parser = humantime::parse_duration)]
    timeout: Duration,
    /// How to show the result.
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
        (url, _) => Endpoint::nobody(url.as_deref()),
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
