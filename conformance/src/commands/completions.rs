//! `completions`: a script with which a shell completes the command line.

use std::io::Write;

use clap::{Args, CommandFactory as _};

use super::Problem;
use crate::base::exit;
use crate::commands::cli::Cli;

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// Shell to complete for.
    pub(crate) shell: clap_complete::Shell,
}

pub(super) fn exec(args: &CompletionsArgs, out: &mut dyn Write) -> Result<u8, Problem> {
    let mut script = Vec::new();
    clap_complete::generate(
        args.shell,
        &mut Cli::command(),
        "kfp-conformance",
        &mut script,
    );
    out.write_all(&script)?;
    Ok(exit::CONFORMANT)
}
