//! The evidence of a result as a text file, for tools that show attachments.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use super::{Evidence, Message};
use crate::journal::bodies::Bodies;
use crate::journal::record::{Exchanges, exchanges};
use crate::journal::writer::OutputError;
use crate::judge::causes::is_wrong;
use crate::judge::{Judged, Judgement};

/// Bytes of a body in a file.
const LIMIT: usize = 64 << 10;

/// Where the evidence of a result is, below the folder of the reports.
pub(in crate::report) fn file_name(judged: &Judged) -> String {
    let kind = judged.kind.map(|kind| format!("-{kind}"));
    let kind = kind.unwrap_or_default();
    format!("evidence/{}{kind}.txt", judged.requirement.id)
}

/// Writes a file for each result that is wrong, and takes away what an earlier report left of others.
///
/// # Errors
/// [`OutputError`] names the file that could not be written.
pub(in crate::report) fn write(
    folder: &Path,
    bodies: Bodies<'_>,
    judgement: &Judgement<'_>,
) -> Result<(), OutputError> {
    let known = exchanges(judgement.records);
    let shown = |judged: &&Judged| is_wrong(judged) && !judged.evidence.is_empty();
    if judgement.results.iter().any(|judged| shown(&judged)) {
        let path = folder.join("evidence");
        fs::create_dir_all(&path).map_err(OutputError::at(&path))?;
    }
    for judged in &judgement.results {
        let path = folder.join(file_name(judged));
        let done = if shown(&judged) {
            fs::write(&path, text(judged, &known, bodies))
        } else {
            fs::remove_file(&path)
        };
        match done {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            done => done.map_err(OutputError::at(&path))?,
        }
    }
    Ok(())
}

fn text(judged: &Judged, known: &Exchanges<'_>, bodies: Bodies<'_>) -> String {
    let requirement = judged.requirement;
    let mut text = String::new();
    for (name, value) in [
        ("requirement", &requirement.id),
        ("title", &requirement.title),
        ("expected", &judged.expected),
        ("actual", &judged.actual),
        ("means", &requirement.consequence),
        ("fix", &requirement.fix),
    ] {
        let _ = writeln!(text, "{name:<12} {value}");
    }
    for seq in &judged.evidence {
        let Some(exchange) = known.get(seq) else {
            continue;
        };
        let evidence = Evidence::read(exchange, bodies, LIMIT);
        append(&mut text, &format!("request {seq}"), &evidence.request());
        append(&mut text, &format!("answer {seq}"), &evidence.response());
        for (note, part) in evidence.marked(judged) {
            let _ = writeln!(text, "\n--- {note}\n{part}");
        }
    }
    text
}

fn append(text: &mut String, title: &str, message: &Message) {
    let _ = writeln!(text, "\n--- {title}\n{}", message.head);
    if !message.body.is_empty() {
        let _ = writeln!(text, "\n{}", message.body);
    }
    if let Some(lacking) = &message.lacking {
        let _ = writeln!(text, "({lacking})");
    }
}
