//! `completions`: a script with which a shell completes the command line.

use std::io::Write;

use clap::CommandFactory as _;

use super::Problem;
use crate::base::exit;
use crate::commands::cli::{Cli, CompletionsArgs};

pub(super) fn completions(args: &CompletionsArgs, out: &mut dyn Write) -> Result<u8, Problem> {
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
