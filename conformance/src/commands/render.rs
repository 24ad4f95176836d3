//! `render`: make the reports of a run again from its journal.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::Problem;
use super::merge::is_same;
use crate::journal::reader;
use crate::judge::judge;
use crate::report::place::place;
use crate::report::{self, Destination};
use crate::selftest::proof::proofs;

#[derive(Debug, Args)]
pub(crate) struct RenderArgs {
    /// Directory that a run left, or the journal in it.
    #[arg(value_name = "JOURNAL", default_value = "conformance-report")]
    pub(crate) journal: PathBuf,
    /// Directory for the reports. Default: that of the journal.
    #[arg(long, short, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

pub(super) fn exec(args: &RenderArgs, out: &mut dyn Write) -> Result<u8, Problem> {
    let reading = reader::read(&args.journal)?;
    let judgement = judge(&reading.records).expect("a reading begins with the start");
    let start = judgement.start;
    let is_partial = start.partial.is_some() || start.shard.is_some();
    let folder = match &args.out {
        // Beside its own journal it takes the place of itself.
        Some(out) if !is_same(out, &reading.folder) => place(out, is_partial),
        _ => reading.folder.clone(),
    };
    let to = Destination {
        folder: &folder,
        journal: &reading.folder,
        proofs: proofs(),
    };
    report::write(&to, &judgement)?;
    report::print(&to, &judgement, out)?;
    super::run::conclude(&judgement, &to)
}
