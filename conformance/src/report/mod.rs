//! What people and machines read, made from the journal alone.
//!
//! Here belongs everything that is shown of a run: the terminal, files, reproducers and their replay. What is concluded
//! from the records belongs in the judge.

mod again;
mod compare;
#[cfg(test)]
mod damaged;
mod evidence;
mod github;
mod har;
mod html;
pub(crate) mod json;
mod junit;
mod layout;
mod limited;
pub(crate) mod place;
mod progress;
mod proofs;
pub(crate) mod replay;
pub(crate) mod repro;
mod slow;
mod terminal;

use std::fs;
use std::io::{self, Write};
use std::path::Path;

pub(crate) use compare::{Change, CompareError, Comparison, print as print_comparison};
pub(crate) use html::render_comparison as comparison_page;
pub use json::{REPORT_SCHEMA, Report};
pub(crate) use layout::Layout;
pub use limited::Limited;
pub(crate) use progress::Bar;
pub(crate) use proofs::Proofs;
pub use proofs::Stamp;
pub(crate) use terminal::announce;

use kfp_operator_sim::ResourceKind;

use crate::journal::bodies::Bodies;
use crate::journal::writer::OutputError;
use crate::judge::{Judgement, Verdict};
use github::Github;
use terminal::Terminal;

/// The page for people.
const PAGE: &str = "report.html";
/// The requests and answers that show what is wrong.
const ARCHIVE: &str = "report.har";
/// The verdict, and nothing else.
const VERDICT: &str = "verdict.txt";

/// Where reports go, and what they are made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Destination<'a> {
    /// The folder for the reports.
    pub(crate) folder: &'a Path,
    /// The folder of the journal, with `bodies/`.
    pub(crate) journal: &'a Path,
    /// What proves the checks.
    pub(crate) proofs: &'a Proofs,
}

/// Writes the files.
///
/// # Errors
/// [`OutputError`] names the file that could not be written.
pub(crate) fn write(to: &Destination<'_>, judgement: &Judgement<'_>) -> Result<(), OutputError> {
    fs::create_dir_all(to.folder).map_err(OutputError::at(to.folder))?;
    let bodies = Bodies::of(to.journal);
    evidence::write(to.folder, bodies, judgement)?;
    archive(&to.folder.join(ARCHIVE), har::render(judgement, bodies))?;
    let report = Report::of(judgement, to.proofs);
    let reproducers = repro::reproducers(judgement, to.journal);
    let mut text = serde_json::to_string_pretty(&report).expect("reports have string keys");
    text.push('\n');
    for (name, text) in [
        // For workflows, which take a parameter from a file of its own.
        (VERDICT, format!("{}\n", word(judgement.verdict))),
        ("report.json", text),
        ("junit.xml", junit::render(judgement, to.folder)),
        (PAGE, html::render(to, judgement, &report, &reproducers)),
    ] {
        let path = to.folder.join(name);
        fs::write(&path, text).map_err(OutputError::at(&path))?;
    }
    repro::write(to.folder, &reproducers)
}

/// Writes the archive, or takes away what an earlier report left.
fn archive(path: &Path, text: Option<String>) -> Result<(), OutputError> {
    let done = match text {
        Some(text) => fs::write(path, text),
        None => fs::remove_file(path),
    };
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done.map_err(OutputError::at(path)),
    }
}

/// The verdict as `report.json` has it.
fn word(verdict: Verdict) -> String {
    let json = serde_json::to_value(verdict).expect("a verdict is a word");
    json.as_str().map(str::to_owned).unwrap_or_default()
}

/// Prints the report for people, and for the service whose job this is.
///
/// # Errors
/// [`PrintError`] if a writer fails.
pub(crate) fn print(
    to: &Destination<'_>,
    judgement: &Judgement<'_>,
    out: &mut dyn Write,
) -> Result<(), PrintError> {
    let page = to.folder.join(PAGE).display().to_string();
    let terminal = Terminal::new(judgement, &page, to.journal);
    match Github::detect(|name| std::env::var(name).ok()) {
        None => terminal.write(out)?,
        Some(github) => {
            Github::fenced(out, |out| terminal.write(out))?;
            Github::annotate(judgement, out)?;
            github.summarise(judgement)?;
        }
    }
    Ok(())
}

/// What to do about types of which no create succeeded, if there are any.
fn never_created(kinds: &[ResourceKind]) -> Option<String> {
    if kinds.is_empty() {
        return None;
    }
    let names: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let quoted: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
    Some(format!(
        "{}: no create succeeded, so nothing about ids was judged (hint: a type that the provider does not support is \
         declared by unsupported = [{}] under [provider] in provider.toml; a supported one needs a fixture there)",
        names.join(", "),
        quoted.join(", ")
    ))
}

/// Why a report was not shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PrintError {
    /// The terminal or the log.
    #[error(transparent)]
    Print(#[from] io::Error),
    /// The summary of a job.
    #[error(transparent)]
    Output(#[from] OutputError),
}
