//! Reproducers: for each result that is not good a script for the shell that plays what showed it
//! and says whether it is still so.
//!
//! A script is made from the journal alone. [`choice`] and [`many`] decide which of the recorded requests
//! it needs, [`piece`] what in them is the recorded run's own, [`table`] which [`sign`] shows the defect,
//! and [`shell`] writes it down.

mod choice;
mod many;
mod piece;
mod sequence;
mod shell;
mod sign;
mod table;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;

pub(crate) use piece::Piece;
pub(crate) use sequence::{Sequence, Step};
pub(crate) use sign::{Answer, Seen, Sign};
pub(crate) use table::can_be_shown;

use crate::base::outcome::Outcome;
use crate::journal::bodies::Bodies;
use crate::journal::writer::OutputError;
use crate::judge::{Judged, Judgement};

/// A reproducer.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    /// File name, such as `create.201.status-run.sh`.
    pub(crate) name: String,
    /// The script. It needs a POSIX shell and curl.
    pub(crate) text: String,
    /// Names and contents of the files that it expects in `bodies/` beside it: what is too long to
    /// stand in the script. Mostly empty.
    pub(crate) files: Vec<(String, Vec<u8>)>,
}

/// Whether a result gets a reproducer.
pub(crate) fn is_wanted(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Fail | Outcome::Flaky | Outcome::Warn)
}

/// The reproducer of a result; `journal` is the folder of the journal with its `bodies/`.
///
/// `None` if the result is good, or if nothing that was recorded shows it.
pub(crate) fn script(judgement: &Judgement<'_>, judged: &Judged, journal: &Path) -> Option<Script> {
    if !is_wanted(judged.outcome) {
        return None;
    }
    let sequence = Sequence::of(judgement, judged, Bodies::of(journal))?;
    Some(shell::render(judgement, judged, &sequence))
}

/// Writes all reproducers into `repro/` below a folder; what was there before is replaced.
///
/// # Errors
/// [`OutputError`] names the file that could not be written.
pub(crate) fn write(
    folder: &Path,
    judgement: &Judgement<'_>,
    journal: &Path,
) -> Result<(), OutputError> {
    let folder = folder.join("repro");
    if folder.is_dir() {
        fs::remove_dir_all(&folder).map_err(OutputError::at(&folder))?;
    }
    for judged in &judgement.results {
        let Some(script) = script(judgement, judged, journal) else {
            continue;
        };
        let bodies = folder.join("bodies");
        let needed = if script.files.is_empty() {
            &folder
        } else {
            &bodies
        };
        fs::create_dir_all(needed).map_err(OutputError::at(needed))?;
        let files = script
            .files
            .iter()
            .map(|(name, bytes)| (bodies.join(name), bytes.as_slice()));
        let own = (folder.join(&script.name), script.text.as_bytes());
        for (path, bytes) in files.chain([own]) {
            fs::write(&path, bytes).map_err(OutputError::at(&path))?;
        }
    }
    Ok(())
}

/// What files and folders about a result are called.
pub(crate) fn stem(judged: &Judged) -> String {
    match judged.kind {
        None => judged.requirement.id.clone(),
        Some(kind) => format!("{}-{kind}", judged.requirement.id),
    }
}

/// File name of a result's reproducer.
pub(crate) fn name(judged: &Judged) -> String {
    format!("{}.sh", stem(judged))
}

/// The statuses that the document declares, as the record of the check tells them.
pub(crate) fn declared(judged: &Judged) -> Vec<u16> {
    let list = judged.expected.strip_prefix("one of ").unwrap_or_default();
    list.split(", ")
        .filter_map(|code| code.parse().ok())
        .collect()
}

/// The pipeline that a run's body names.
fn pipeline(body: Option<&[Piece]>) -> Option<Vec<Piece>> {
    const KEY: &str = "\"pipelineName\":";
    let pieces = body?;
    let mut found = Vec::new();
    let mut inside = false;
    for piece in pieces {
        match piece {
            Piece::Bytes(bytes) => {
                let text = String::from_utf8_lossy(bytes).into_owned();
                let from = match (inside, text.find(KEY)) {
                    (true, _) => 0,
                    (false, Some(at)) => at + KEY.len() + text[at + KEY.len()..].find('"')? + 1,
                    (false, None) => continue,
                };
                inside = true;
                let rest = &text[from..];
                match rest.find('"') {
                    Some(end) => {
                        found.push(Piece::Bytes(rest.as_bytes()[..end].to_vec()));
                        return Some(found);
                    }
                    None => found.push(Piece::Bytes(rest.as_bytes().to_vec())),
                }
            }
            piece if inside => found.push(piece.clone()),
            _ => {}
        }
    }
    None
}
