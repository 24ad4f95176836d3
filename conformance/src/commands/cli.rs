//! The command line.

use clap::error::{ContextKind, ContextValue};
use clap::{Parser, Subcommand};

/// Test a provider service of the KFP Operator through two lenses: the published OpenAPI document,
/// and what the operator would do with the answers.
///
/// Without a URL, the embedded provider is started and tested.
#[derive(Debug, Parser)]
#[command(
    name = "kfp-conformance",
    version,
    after_help = EXIT_CODES,
    args_conflicts_with_subcommands = true
)]
pub struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) run: super::run::RunArgs,
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
    /// Test a provider (the default).
    #[command(after_help = EXIT_CODES)]
    Run(super::run::RunArgs),
    /// Rebuild the reports of a run from its journal, even if the run was interrupted.
    #[command(after_help = EXIT_CODES)]
    Render(super::render::RenderArgs),
    /// Compare reports with the first one. Exits with 1 if something regressed.
    #[command(after_help = super::compare::EXIT_CODES)]
    Compare(super::compare::CompareArgs),
    /// List the requirements.
    #[command(after_help = TOOL_EXIT_CODES)]
    List(super::list::ListArgs),
    /// Explain requirements: what they ask, why, how they are checked, and how to meet them.
    #[command(after_help = TOOL_EXIT_CODES)]
    Explain(super::explain::ExplainArgs),
    /// Serve a mock provider that can be broken on purpose, until Ctrl-C.
    #[command(after_help = super::mock::EXIT_CODES)]
    Mock(super::mock::MockArgs),
    /// Test the runner itself: each fault must fail exactly the requirements listed for it.
    #[command(after_help = super::selftest::EXIT_CODES)]
    Selftest(super::selftest::SelftestArgs),
    /// Serve the embedded provider, configured by the environment variables that the operator sets.
    #[cfg(feature = "embedded")]
    #[command(after_help = super::serve::EXIT_CODES)]
    Serve(kfp_provider_embedded::Options),
    /// Run a provider for this program, and end it with this program.
    #[command(hide = true)]
    Supervise(super::supervise::SuperviseArgs),
    /// Send the requests behind each failure again, and report FIXED, STILL or CHANGED.
    #[command(after_help = super::replay::EXIT_CODES)]
    Replay(super::replay::ReplayArgs),
    /// Delete what a killed run left behind.
    #[command(after_help = super::clean::EXIT_CODES)]
    Clean(super::clean::CleanArgs),
    /// Write a commented provider.toml to start from.
    #[command(after_help = TOOL_EXIT_CODES)]
    Init(super::init::InitArgs),
    /// Merge the shards of a run into one report with one verdict.
    #[command(after_help = EXIT_CODES)]
    Merge(super::merge::MergeArgs),
    /// Print a shell completion script.
    #[command(after_help = TOOL_EXIT_CODES)]
    Completions(super::completions::CompletionsArgs),
    /// Check a provider.toml without sending any requests.
    #[command(after_help = super::check_config::EXIT_CODES)]
    CheckConfig(super::check_config::CheckConfigArgs),
    /// Print the published OpenAPI document of the contract.
    #[command(after_help = TOOL_EXIT_CODES)]
    Document(super::document::DocumentArgs),
}

/// The exit codes of commands that judge.
const EXIT_CODES: &str = "\
Exit codes:
  0  conformant, or conformant with gaps
  1  a MUST failed (with --strict also a SHOULD)
  2  wrong command line, configuration, hook or document, or nothing selected
  3  target unreachable, target did not start, or no resource could be created
  4  incomplete: nothing failed, but the run did not finish; or the disk is full and the report was lost
  5  internal error
  130, 143  interrupted";

/// The exit codes of commands that only print or write something.
const TOOL_EXIT_CODES: &str = "\
Exit codes:
  0  done
  2  wrong command line, or a file could not be written
  5  internal error, such as a failure to write to standard output";

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
