//! `render`: make the reports of a run again from its journal.

use std::io::Write;

use super::Problem;
use crate::cli::RenderArgs;
use crate::judge::judge;
use crate::reading;
use crate::report::{self, Destination};

pub(super) fn render(args: &RenderArgs, out: &mut dyn Write) -> Result<u8, Problem> {
    let reading = reading::read(&args.journal)?;
    let judgement = judge(&reading.records).expect("a reading begins with the start");
    let to = Destination {
        folder: args.out.as_deref().unwrap_or(&reading.folder),
        journal: &reading.folder,
    };
    report::write(&to, &judgement)?;
    report::print(&to, &judgement, out)?;
    super::run::conclude(&judgement, &to)
}
