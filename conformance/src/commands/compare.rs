//! `compare`: reports side by side.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::Problem;
use crate::base::exit;
use crate::journal::writer::OutputError;
use crate::report::{Change, Comparison, comparison_page, print_comparison};

/// The exit codes as `--help` shows them.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  nothing regressed from the first report
  1  something that was met in the first report is no longer shown to be met
  2  wrong command line, or a file that is not a report or cannot be written
  5  internal error";

#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// Reports to compare (report.json, or its directory). The first is the baseline.
    #[arg(value_name = "REPORT", required = true, num_args = 2..)]
    pub(crate) reports: Vec<PathBuf>,
    /// Also print what is the same in all reports.
    #[arg(long)]
    pub(crate) all: bool,
    /// Also write the comparison as an HTML page.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
}

pub(super) fn exec(args: &CompareArgs, out: &mut dyn Write) -> Result<u8, Problem> {
    let comparison = Comparison::read(&args.reports)?;
    print_comparison(&comparison, args.all, out)?;
    if let Some(path) = &args.html {
        fs::write(path, comparison_page(&comparison)).map_err(OutputError::at(path))?;
        writeln!(out, "\n page  {}", path.display())?;
    }
    Ok(match comparison.with(Change::Worse).next() {
        None => exit::CONFORMANT,
        Some(_) => exit::NOT_CONFORMANT,
    })
}
