//! `compare`: reports side by side.

use std::fs;
use std::io::Write;

use super::Problem;
use crate::base::exit;
use crate::commands::cli::CompareArgs;
use crate::journal::writer::OutputError;
use crate::report::{Change, Comparison, comparison_page, print_comparison};

pub(super) fn compare(args: &CompareArgs, out: &mut dyn Write) -> Result<u8, Problem> {
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
