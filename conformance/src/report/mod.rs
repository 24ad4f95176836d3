//! What people and machines read, made from the journal alone.

mod json;
mod junit;
mod progress;
mod terminal;

use std::fs;
use std::path::Path;

pub use json::{REPORT_SCHEMA, Report};
pub(crate) use progress::Bar;
pub(crate) use terminal::{Terminal, announce};

use crate::journal::OutputError;
use crate::judge::Judgement;

/// Writes `report.json` and `junit.xml` beside the journal.
///
/// # Errors
/// [`OutputError`] names the file that could not be written.
pub(crate) fn write(folder: &Path, judgement: &Judgement<'_>) -> Result<(), OutputError> {
    let report = Report::of(judgement);
    let mut text = serde_json::to_string_pretty(&report).expect("reports have string keys");
    text.push('\n');
    for (name, text) in [
        ("report.json", text),
        ("junit.xml", junit::render(judgement)),
    ] {
        let path = folder.join(name);
        fs::write(&path, text).map_err(OutputError::at(&path))?;
    }
    Ok(())
}
