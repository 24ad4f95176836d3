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
    /// ID of the resource, as returned by the provider.
    #[arg(long, allow_hyphen_values = true)]
    pub(super) id: String,
    #[command(flatten)]
    pub(super) content: Content,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    #[command(flatten)]
    pub(super) common: Common,
    /// ID of the resource, as returned by the provider.
    #[arg(long, allow_hyphen_values = true)]
    pub(super) id: String,
    /// Treat any 404 as success.
    #[arg(long, conflicts_with = "compat")]
    pub(super) missing_ok: bool,
}

/// What is sent. The bytes go out as they are.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Content {
    /// Request body; - for standard input.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["definition", "compiled"])]
    pub(super) body: Option<PathBuf>,
    /// Pipeline definition; - for standard input.
    #[arg(long, value_name = "FILE", requires = "compiled")]
    pub(super) definition: Option<PathBuf>,
    /// Compiled pipeline, as written by the compiler.
    #[arg(long, value_name = "FILE", requires = "definition")]
    pub(super) compiled: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Common {
    /// Resource type: pipeline, run, runschedule or experiment.
    #[arg(long = "type", value_name = "TYPE", allow_hyphen_values = true)]
    pub(super) kind: String,
    /// Address of the provider, such as forge.ml-platform:8080. HTTP is used unless it starts with https://.
    #[arg(
        long,
        alias = "provider",
        value_name = "HOST:PORT",
        allow_hyphen_values = true
    )]
    pub(super) url: String,
    /// File to write the result for the operator to.
    #[arg(long, value_name = "FILE")]
    pub(super) output: PathBuf,
    /// Total time limit, including retries and pauses. Must be less than the time limit of the workflow step [default:
    /// 290s; with --compat: none].
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub(super) deadline: Option<Duration>,
    /// Maximum number of attempts. A request is retried if no connection could be made and, except for create, if the
    /// answer was 503.
    #[arg(long, value_name = "COUNT", default_value = "6", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) attempts: u32,
    /// Pause before the second attempt. It doubles with each further attempt, up to 10s.
    #[arg(long, value_name = "TIME", default_value = "500ms", value_parser = humantime::parse_duration)]
    pub(super) pause: Duration,
    /// Exit with 1 if the output contains a providerError.
    #[arg(long, conflicts_with = "compat")]
    pub(super) fail_on_provider_error: bool,
    /// Behave exactly as the operator's own steps: a single attempt, the body of the answer written as it is, no output
    /// file without an answer, failure for 501 only.
    #[arg(long)]
    pub(super) compat: bool,
    #[command(flatten)]
    pub(super) access: Access,
}
