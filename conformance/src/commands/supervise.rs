//! `supervise`: run a provider for this program. Nobody types it.

use clap::Args;

use super::Problem;
use crate::facilities::process::supervise;

#[derive(Debug, Args)]
pub(crate) struct SuperviseArgs {
    /// The user to run it as.
    #[arg(long, value_name = "UID")]
    pub(crate) user: Option<u32>,
    /// Program and arguments.
    #[arg(last = true, required = true)]
    pub(crate) words: Vec<String>,
}

pub(super) fn exec(args: &SuperviseArgs) -> Result<u8, Problem> {
    supervise(args.user, &args.words)
}
