//! The command line.

use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue};
use clap::{Args, Parser, Subcommand, ValueEnum};
use kfp_operator_sim::ResourceKind;

use crate::base::exit;
use crate::base::pace::Pace;
use crate::base::shard::Shard;
use crate::engine::case::Profile;

/// Judges a provider service of the KFP Operator through two lenses: the published OpenAPI
/// document, and what the operator would do with the answers.
///
/// Without a URL the embedded provider is started and judged.
#[derive(Debug, Parser)]
#[command(
    name = "kfp-conformance",
    version,
    after_help = exit::HELP,
    args_conflicts_with_subcommands = true
)]
pub struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

impl Cli {
    /// The command line of this process; ends it with exit code 2 and a message if it is wrong.
    pub fn of_process() -> Self {
        Self::try_parse().unwrap_or_else(|mut error| {
            if let Some(ContextValue::StyledStrs(mut tips)) = error.remove(ContextKind::Suggested) {
                // That an unknown option might be meant as an id or a file helps nobody.
                tips.retain(|tip| !tip.to_string().contains("as a value"));
                if !tips.is_empty() {
                    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
                }
            }
            error.exit()
        })
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Judge a provider (the default).
    #[command(after_help = exit::HELP)]
    Run(RunArgs),
    /// Make the reports of a run again from its journal, also of one that broke off.
    #[command(after_help = exit::HELP)]
    Render(RenderArgs),
    /// Put reports side by side: every one is compared to the first.
    #[command(after_help = exit::COMPARE_HELP)]
    Compare(CompareArgs),
    /// Print the requirements.
    #[command(after_help = exit::TOOL_HELP)]
    List(ListArgs),
    /// Explain requirements: what, why, how it is checked, how to meet it.
    #[command(after_help = exit::TOOL_HELP)]
    Explain(ExplainArgs),
    /// Serve a provider that can be broken on purpose, until Ctrl-C.
    #[command(after_help = exit::MOCK_HELP)]
    Mock(MockArgs),
    /// Test the runner itself: every fault has to turn red exactly what it should.
    #[command(after_help = exit::SELFTEST_HELP)]
    Selftest(SelftestArgs),
    /// Serve the embedded provider, configured by the variables that the operator sets.
    #[cfg(feature = "embedded")]
    #[command(after_help = exit::SERVE_HELP)]
    Serve(kfp_provider_embedded::Options),
    /// Run a provider for this program, and end it with this program.
    #[command(hide = true)]
    Supervise(SuperviseArgs),
    /// Send again what showed the failures of a run: FIXED, STILL or CHANGED?
    #[command(after_help = exit::REPLAY_HELP)]
    Replay(ReplayArgs),
    /// Delete what a run that was killed left behind.
    #[command(after_help = exit::CLEAN_HELP)]
    Clean(CleanArgs),
    /// Write a commented provider.toml to start from.
    #[command(after_help = exit::TOOL_HELP)]
    Init(InitArgs),
    /// Make one verdict of the shards of a run.
    #[command(after_help = exit::HELP)]
    Merge(MergeArgs),
    /// Print a script with which a shell completes the command line.
    #[command(after_help = exit::TOOL_HELP)]
    Completions(CompletionsArgs),
    /// Check a provider.toml without sending anything.
    #[command(after_help = exit::CHECK_CONFIG_HELP)]
    CheckConfig(CheckConfigArgs),
    /// Print the OpenAPI document of the contract, as published.
    #[command(after_help = exit::TOOL_HELP)]
    Document(DocumentArgs),
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// Requirements to check: ids or areas such as `create` or `update.error`. Default: all.
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// Base URL of the provider, such as http://127.0.0.1:8080. Default: the one in the
    /// configuration, else the embedded provider.
    #[arg(long)]
    pub(crate) url: Option<String>,
    /// Start the provider with this command, as the operator would: with its variables and no others,
    /// on free ports, as a user of its own if this one is root. No shell runs it.
    #[arg(long, value_name = "COMMAND", conflicts_with = "url")]
    pub(crate) start: Option<String>,
    /// What the implementer tells about the provider.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Receive run completion events at this address; the provider's OPERATORWEBHOOK has to be
    /// http://ADDRESS/events. Needless for a provider that the runner starts.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) events: Option<std::net::SocketAddr>,
    /// Folder for journal and reports.
    #[arg(long, value_name = "DIR", default_value = "conformance-report")]
    pub(crate) out: PathBuf,
    /// Order of cases and generated values; the same seed gives the same run. Default: random.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// How thorough.
    #[arg(long, value_enum, default_value_t = Profile::Core)]
    pub(crate) profile: Profile,
    /// Generated bodies of each sort per type. Default: 0, 10 or 100 by profile.
    #[arg(long, value_name = "N")]
    pub(crate) cases: Option<u32>,
    /// Creates per type at most, when they cost money.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_creates: Option<u32>,
    /// Requests at most in a time, such as 5/s or 30/min, where the provider or a gateway limits the rate.
    #[arg(long, value_name = "N/s")]
    pub(crate) rate: Option<Pace>,
    /// Only what failed or fell short in an earlier run, with its seed; names its report.json.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["ids", "types"])]
    pub(crate) failed_in: Option<PathBuf>,
    /// Only this type. May be repeated.
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) types: Vec<ResourceKind>,
    /// Which verdict the exit code looks at.
    #[arg(long, value_enum, default_value_t = Gate::Both)]
    pub(crate) gate: Gate,
    /// A SHOULD that is not met counts as a failure.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Known failures: exactly these are let through by the exit code.
    #[arg(long, value_name = "FILE")]
    pub(crate) expected: Option<PathBuf>,
    /// Send only what can neither create nor change nor delete anything.
    #[arg(long)]
    pub(crate) read_only: bool,
    /// Only the Ith of N shares of the cases, such as 2/5; see `merge`.
    #[arg(long, value_name = "I/N")]
    pub(crate) shard: Option<Shard>,
    /// OpenAPI document to judge by, instead of the one built in.
    #[arg(long, value_name = "FILE")]
    pub(crate) document: Option<PathBuf>,
}

impl RunArgs {
    /// What it takes to judge the same provider in the same way, but for what is judged and the seed. Of a command only
    /// the program is told: its words may be secrets.
    pub(crate) fn options(&self) -> Vec<String> {
        let path = |path: &Option<PathBuf>| path.as_deref().map(|p| p.display().to_string());
        let start = self.start.as_deref().map(|command| {
            let program = shlex::split(command).and_then(|words| words.into_iter().next());
            format!("{} …", program.unwrap_or_default())
        });
        let profile = (self.profile != Profile::Core).then(|| self.profile.as_str().to_owned());
        let options = [
            ("--url", self.url.clone()),
            ("--start", start),
            ("--config", path(&self.config)),
            ("--events", self.events.map(|address| address.to_string())),
            ("--document", path(&self.document)),
            ("--profile", profile),
            ("--cases", self.cases.map(|cases| cases.to_string())),
            ("--rate", self.rate.map(|rate| rate.to_string())),
        ];
        let given = options
            .into_iter()
            .filter_map(|(name, value)| Some([name.to_owned(), value?]));
        given.flatten().collect()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Gate {
    /// The document only.
    Spec,
    /// The operator only.
    Operator,
    /// Both.
    Both,
}

impl Gate {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Spec => "spec",
            Self::Operator => "operator",
            Self::Both => "both",
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct RenderArgs {
    /// Folder that a run has left, or the journal in it.
    #[arg(value_name = "JOURNAL", default_value = "conformance-report")]
    pub(crate) journal: PathBuf,
    /// Folder for the reports. Default: the journal's.
    #[arg(long, short, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// Reports (report.json, or the folder that has it), the one to compare to first.
    #[arg(value_name = "REPORT", required = true, num_args = 2..)]
    pub(crate) reports: Vec<PathBuf>,
    /// Also print what is the same in all.
    #[arg(long)]
    pub(crate) all: bool,
    /// Write a page as well.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct SuperviseArgs {
    /// The user to run it as.
    #[arg(long, value_name = "UID")]
    pub(crate) user: Option<u32>,
    /// Program and arguments.
    #[arg(last = true, required = true)]
    pub(crate) words: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Areas or id prefixes. Default: all.
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// As JSON, one object per line.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// Requirement ids, areas or prefixes.
    #[arg(value_name = "ID", required = true)]
    pub(crate) ids: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// The journal, or its folder.
    #[arg(value_name = "JOURNAL")]
    pub(crate) journal: PathBuf,
    /// Requirements to replay: ids or areas. Default: all that failed.
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// Base URL of the provider. Default: the recorded one.
    #[arg(long)]
    pub(crate) url: Option<String>,
    /// Creates at most. Default: as many as it takes, which is told before anything is sent.
    #[arg(long, value_name = "N")]
    pub(crate) max_creates: Option<u32>,
    /// Requests at most in a time, such as 5/s or 30/min.
    #[arg(long, value_name = "N/s")]
    pub(crate) rate: Option<Pace>,
}

#[derive(Debug, Args)]
pub(crate) struct CleanArgs {
    /// The ledger of the run: ledger.ndjson in the folder that --out named.
    #[arg(long, value_name = "FILE")]
    pub(crate) ledger: PathBuf,
    /// Base URL of the provider, if it is another now.
    #[arg(long)]
    pub(crate) url: Option<String>,
    /// Requests at most in a time, such as 5/s or 30/min.
    #[arg(long, value_name = "N/s")]
    pub(crate) rate: Option<Pace>,
}

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The file. One that exists is never overwritten.
    #[arg(value_name = "FILE", default_value = "provider.toml")]
    pub(crate) file: PathBuf,
    /// Base URL of the provider.
    #[arg(long)]
    pub(crate) url: Option<String>,
    /// Namespace and name of the Provider resource, such as acme/batch.
    #[arg(long)]
    pub(crate) name: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct MergeArgs {
    /// What runs with --shard have left: folders, or report.json in them.
    #[arg(value_name = "SHARD", required = true)]
    pub(crate) shards: Vec<PathBuf>,
    /// Folder for journal and reports of the whole.
    #[arg(long, short, value_name = "DIR", default_value = "conformance-report")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct CheckConfigArgs {
    /// The file.
    #[arg(value_name = "FILE", default_value = "provider.toml")]
    pub(crate) config: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct DocumentArgs {
    /// What the operator really sends and needs, in JSON, with a path per type of resource: for tools
    /// that generate, mock or test.
    #[arg(long)]
    pub(crate) effective: bool,
}

#[derive(Debug, Args)]
pub(crate) struct MockArgs {
    /// Switch on a fault. May be repeated.
    #[arg(long = "break", value_name = "FAULT")]
    pub(crate) faults: Vec<String>,
    /// Switch on a legal oddity. May be repeated.
    #[arg(long = "variant", value_name = "VARIANT")]
    pub(crate) variants: Vec<String>,
    /// Faults act on this type only.
    #[arg(long, value_name = "TYPE")]
    pub(crate) only: Option<ResourceKind>,
    /// The webhook that is told of finished runs, such as http://127.0.0.1:9000/events.
    #[arg(long, value_name = "URL")]
    pub(crate) webhook: Option<String>,
    /// Where to listen; the URL is printed.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(crate) listen: std::net::SocketAddr,
    /// Listen where SERVER_PORT says, on all interfaces, and end as a deployed provider does.
    #[arg(long, conflicts_with = "listen")]
    pub(crate) deployed: bool,
    /// Be unfit to be deployed in this way. May be repeated.
    #[arg(long, value_name = "HOW", value_enum, requires = "deployed")]
    pub(crate) unfit: Vec<crate::mock::Unfit>,
    /// Print the faults and variants instead.
    #[arg(long)]
    pub(crate) list: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SelftestArgs {
    /// Faults and variants to try. Default: all.
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// Play each reproducer against its fault, where it has to see the defect, and against the
    /// unbroken provider, where it must not. Needs curl and jq.
    #[arg(long)]
    pub(crate) reproducers: bool,
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::Cli;

    #[test]
    fn options_that_are_given_are_told_and_words_of_commands_are_not() {
        let told = |words: &[&str]| {
            let words = ["kfp-conformance"].iter().chain(words);
            Cli::parse_from(words).run.options().join(" ")
        };
        assert_eq!(told(&[]), "");
        assert_eq!(told(&["--profile", "core", "--seed", "3"]), "");
        let url = [
            "--url",
            "http://127.0.0.1:1",
            "--profile",
            "full",
            "--cases",
            "7",
        ];
        assert_eq!(
            told(&url),
            "--url http://127.0.0.1:1 --profile full --cases 7"
        );
        let start = ["--start", "serve --token s3cret"];
        assert_eq!(told(&start), "--start serve …");
    }
}
