//! Reproducers: for each result that is not good what showed it, and whether that can be seen again with curl.
//!
//! They are made from the journal alone. [`choice`] and [`many`] decide which of the recorded requests are
//! needed, [`piece`] what in them is the recorded run's own, and [`table`] which [`sign`] shows the defect. What a
//! person could do with curl and jq, [`shell`] writes down as a script; the rest is for `replay`.

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

pub(crate) use many::Many;
pub(crate) use piece::{Piece, numbered};
pub(crate) use sequence::{Recording, Sequence, Step};
pub(crate) use sign::{Answer, Ending, Seen, Sign};
pub(crate) use table::{Way, can_be_shown};

use crate::base::outcome::Outcome;
use crate::journal::bodies::Bodies;
use crate::journal::writer::OutputError;
use crate::judge::{Judged, Judgement};

/// What shows a result again.
#[derive(Clone, Debug)]
pub(crate) enum Reproducer {
    /// A script, because curl is enough.
    Script(Script),
    /// A command of this program.
    Replay(String),
}

/// A script for the shell.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    /// File name, such as `create.201.status-run.sh`.
    pub(crate) name: String,
    /// The script. It needs a POSIX shell, curl and jq.
    pub(crate) text: String,
    /// Names and contents of the files that it expects in `bodies/` beside it: what is too long to
    /// stand in the script. Mostly empty.
    pub(crate) files: Vec<(String, Vec<u8>)>,
}

/// Whether a result gets a reproducer.
pub(crate) fn is_wanted(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Fail | Outcome::Flaky | Outcome::Warn)
}

/// What shows each result again; `journal` is the folder of the journal with its `bodies/`.
///
/// `None` where the result is good, or where nothing that was recorded shows it.
pub(crate) fn reproducers(judgement: &Judgement<'_>, journal: &Path) -> Vec<Option<Reproducer>> {
    let results = judgement.results.iter();
    if !results.clone().any(|judged| is_wanted(judged.outcome)) {
        return vec![None; judgement.results.len()];
    }
    let recording = Recording::of(judgement, Bodies::of(journal));
    let reproducer = |judged: &Judged| {
        let sequence = is_wanted(judged.outcome).then(|| recording.sequence(judged))??;
        Some(match shell::render(judgement, judged, &sequence) {
            Some(script) => Reproducer::Script(script),
            None => Reproducer::Replay(replay(judged, journal)),
        })
    };
    results.map(reproducer).collect()
}

/// The command that sends again what showed a result.
pub(crate) fn replay(judged: &Judged, journal: &Path) -> String {
    // A zero byte, which no command line could have had, cannot be quoted.
    let folder = journal.display().to_string();
    let folder = shlex::try_quote(&folder).unwrap_or_default();
    format!("kfp-conformance replay {folder} {}", judged.requirement.id)
}

/// Writes all reproducers into `repro/` below a folder; what was there before is replaced.
///
/// # Errors
/// [`OutputError`] names the file that could not be written.
pub(crate) fn write(folder: &Path, reproducers: &[Option<Reproducer>]) -> Result<(), OutputError> {
    let folder = folder.join(FOLDER);
    if folder.is_dir() {
        fs::remove_dir_all(&folder).map_err(OutputError::at(&folder))?;
    }
    let bodies = folder.join("bodies");
    let mut commands: Vec<&str> = Vec::new();
    for reproducer in reproducers.iter().flatten() {
        match reproducer {
            Reproducer::Replay(command) => commands.push(command),
            Reproducer::Script(script) => {
                save(&folder, &script.name, script.text.as_bytes())?;
                for (name, bytes) in &script.files {
                    save(&bodies, name, bytes)?;
                }
            }
        }
    }
    if commands.is_empty() {
        return Ok(());
    }
    commands.dedup();
    let text = format!("{REPLAYED}{}\n", commands.join("\n"));
    save(&folder, "replay.txt", text.as_bytes())
}

/// Where the reproducers are.
pub(crate) const FOLDER: &str = "repro";

const REPLAYED: &str = "\
# curl and jq cannot show the defects below: they lie in bytes below HTTP or JSON, or take many requests, or several at the
# same time. These commands send what was recorded again, and say whether the defect is still there.
";

fn save(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), OutputError> {
    fs::create_dir_all(folder).map_err(OutputError::at(folder))?;
    let path = folder.join(name);
    fs::write(&path, bytes).map_err(OutputError::at(&path))
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
