//! The command `kfp-provider`: one step of the operator's workflows, and the rehearsal of what the operator would do.

mod access;
mod compiled;
mod rehearse;
mod step;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Create, update and delete resources at a provider service of the KFP Operator, as the operator does.
#[derive(Debug, Parser)]
#[command(name = "kfp-provider", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Create a resource and write the result for the operator.
    #[command(after_help = step::EXIT_CODES)]
    Create(step::Create),
    /// Update a resource and write the result for the operator.
    #[command(after_help = step::EXIT_CODES)]
    Update(step::Update),
    /// Delete a resource and write the result for the operator.
    #[command(after_help = step::EXIT_CODES)]
    Delete(step::Delete),
    /// Show what the operator would send for custom resources, and the state in which the answers would leave them.
    #[command(after_help = rehearse::EXIT_CODES)]
    Rehearse(rehearse::Options),
}

/// Runs the command. What goes wrong is told on standard error, and by the exit code.
pub async fn run(cli: Cli) -> ExitCode {
    match cli.command {
        Command::Create(options) => step::run(options.into()).await,
        Command::Update(options) => step::run(options.into()).await,
        Command::Delete(options) => step::run(options.into()).await,
        Command::Rehearse(options) => rehearse::run(options).await,
    }
}

/// Prints a message to standard error. Failures to write it are ignored.
fn tell(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr(), "kfp-provider: {text}");
}
