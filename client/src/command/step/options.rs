//! The command line. Values are taken as they come: what is wrong with them belongs into the output, where the operator
//! sees it, and not only into a log.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::command::access::Access;

#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(flatten)]
    pub(super) content: Content,
}

#[derive(Debug, Args)]
pub(crate) struct Update {
    #[command(flatten)]
    pub(super) common: Common,
    /// The resource's id at the provider, as the provider gave it.
    #[arg(long, allow_hyphen_values = true)]
    pub(super) id: String,
    #[command(flatten)]
    pub(super) content: Content,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    #[command(flatten)]
    pub(super) common: Common,
    /// The resource's id at the provider, as the provider gave it.
    #[arg(long, allow_hyphen_values = true)]
    pub(super) id: String,
    /// Take any answer 404 for a success.
    #[arg(long, conflicts_with = "compat")]
    pub(super) missing_ok: bool,
}

/// What is sent. The bytes go out as they are.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Content {
    /// The body of the request; - for standard input.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["definition", "compiled"])]
    pub(super) body: Option<PathBuf>,
    /// A pipeline's definition; - for standard input.
    #[arg(long, value_name = "FILE", requires = "compiled")]
    pub(super) definition: Option<PathBuf>,
    /// What the compiler made of the pipeline.
    #[arg(long, value_name = "FILE", requires = "definition")]
    pub(super) compiled: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Common {
    /// The type of resource: pipeline, run, runschedule or experiment.
    #[arg(long = "type", value_name = "TYPE", allow_hyphen_values = true)]
    pub(super) kind: String,
    /// The provider, such as forge.ml-platform:8080; http unless it says https://.
    #[arg(
        long,
        alias = "provider",
        value_name = "HOST:PORT",
        allow_hyphen_values = true
    )]
    pub(super) url: String,
    /// Where to write what the operator is to read.
    #[arg(long, value_name = "FILE")]
    pub(super) output: PathBuf,
    /// Time foreverything, tries and pauses included; less than what the workflow gives the step [default: 290s; with
    /// --compat: none].
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub(super) deadline: Option<Duration>,
    /// Tries in all. Another one is made if no connection came about and, but for create, if the answer was 503.
    #[arg(long, value_name = "COUNT", default_value = "6", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) attempts: u32,
    /// Pause before the second try; it doubles with each, up to 10s.
    #[arg(long, value_name = "TIME", default_value = "500ms", value_parser = humantime::parse_duration)]
    pub(super) pause: Duration,
    /// Exit with 1 if the output holds a providerError.
    #[arg(long, conflicts_with = "compat")]
    pub(super) fail_on_provider_error: bool,
    /// Do exactly what the operator's steps do: one try, the answer's body as it is, no file without an answer, failure
    /// for 501 only.
    #[arg(long)]
    pub(super) compat: bool,
    #[command(flatten)]
    pub(super) access: Access,
}
