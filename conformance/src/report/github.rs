//! What GitHub shows of a run: annotations, and the summary of the job.
//!
//! Lines of a job's log that begin with `::` are commands. What providers answer is in the log too,
//! so commands are switched off while the report is printed.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::PathBuf;

use super::json::Counts;
use crate::journal::record::exchanges;
use crate::journal::writer::OutputError;
use crate::judge::causes::{Cause, causes};
use crate::judge::{Judged, Judgement};

/// GitHub shows no more of one kind per step.
const ANNOTATIONS: usize = 10;
/// Causes and results in the summary, whose size GitHub limits.
const LISTED: usize = 200;

/// A job on GitHub.
pub(super) struct Github {
    /// The file of the job's summary.
    summary: Option<PathBuf>,
}

impl Github {
    /// The job that this process is a step of, by its environment.
    pub(super) fn detect(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let summary = variable("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty());
        (variable("GITHUB_ACTIONS")? == "true").then(|| Self {
            summary: summary.map(PathBuf::from),
        })
    }

    /// Prints something without letting it give commands.
    ///
    /// # Errors
    /// If the writer fails.
    pub(super) fn fenced(
        out: &mut dyn Write,
        print: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        // Whoever answers the runner cannot know it, and so cannot switch commands on again.
        let token = format!("{:032x}", fastrand::u128(..));
        writeln!(out, "::stop-commands::{token}")?;
        let printed = print(out);
        writeln!(out, "::{token}::")?;
        printed
    }

    /// Prints an annotation per cause.
    ///
    /// # Errors
    /// If the writer fails.
    pub(super) fn annotate(judgement: &Judgement<'_>, out: &mut dyn Write) -> io::Result<()> {
        let known = exchanges(judgement.records);
        let (errors, warnings): (Vec<Cause>, Vec<Cause>) = causes(judgement, &known)
            .into_iter()
            .partition(|cause| lead(judgement, cause).violates(judgement.start.strict));
        for (command, causes) in [("error", errors), ("warning", warnings)] {
            for cause in causes.iter().take(ANNOTATIONS) {
                let judged = lead(judgement, cause);
                let title = format!("{} {}", judged.requirement.id, types(cause));
                let text = format!(
                    "{}\nactual: {}\nmeans: {}\nfix: {}",
                    judged.requirement.title, judged.actual, cause.label, judged.requirement.fix
                );
                writeln!(
                    out,
                    "::{command} title={}::{}",
                    property(title.trim_end()),
                    message(&text)
                )?;
            }
        }
        Ok(())
    }

    /// Adds the run to the summary of the job.
    ///
    /// # Errors
    /// [`OutputError`] names the file that could not be written.
    pub(super) fn summarise(&self, judgement: &Judgement<'_>) -> Result<(), OutputError> {
        let Some(path) = &self.summary else {
            return Ok(());
        };
        let file = OpenOptions::new().append(true).create(true).open(path);
        let write = |mut file: std::fs::File| file.write_all(summary(judgement).as_bytes());
        file.and_then(write).map_err(OutputError::at(path))
    }
}

fn lead<'a>(judgement: &'a Judgement<'_>, cause: &Cause) -> &'a Judged {
    &judgement.results[cause.lead]
}

fn types(cause: &Cause) -> String {
    let names: Vec<&str> = cause.types.iter().map(|kind| kind.as_str()).collect();
    if names.is_empty() {
        String::new()
    } else {
        format!("[{}]", names.join(", "))
    }
}

/// Text of a command.
fn message(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property of a command.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

/// Markdown for the job.
fn summary(judgement: &Judgement<'_>) -> String {
    let start = judgement.start;
    let name = start.target.name.as_deref().unwrap_or(&start.target.url);
    let mut text = format!("## {}: {}\n\n", judgement.verdict.label(), code(name));
    if let Some(partial) = &start.partial {
        let _ = writeln!(text, "PARTIAL: {}.\n", code(partial));
    }
    if let Some(why) = judgement.stopped() {
        let _ = writeln!(text, "The run did not come to its end: {}.\n", code(why));
    }
    let counts = Counts::of(&judgement.results).requirements;
    let told: Vec<String> = counts
        .iter()
        .map(|(outcome, count)| format!("{count} {}", outcome.as_str()))
        .collect();
    let _ = writeln!(
        text,
        "| lens | verdict |\n|---|---|\n| spec | {} |\n| operator | {} |\n\n{} requirements: {}; profile {}, seed {}.\n",
        judgement.verdicts.spec.label(),
        judgement.verdicts.operator.label(),
        counts.values().sum::<usize>(),
        told.join(", "),
        code(&start.profile),
        start.seed
    );
    let causes = causes(judgement, &exchanges(judgement.records));
    if causes.is_empty() {
        return text;
    }
    text.push_str(
        "| what to do first | types | what happens | seen | fix |\n|---|---|---|---|---|\n",
    );
    for cause in causes.iter().take(LISTED) {
        let judged = lead(judgement, cause);
        let types: Vec<&str> = cause.types.iter().map(|kind| kind.as_str()).collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            code(&judged.requirement.id),
            types.join(", "),
            cause.label,
            code(&judged.actual),
            escaped(&judged.requirement.fix)
        );
    }
    if causes.len() > LISTED {
        let _ = writeln!(text, "\n{} more in the report.", causes.len() - LISTED);
    }
    text.push('\n');
    text
}

/// Text that Markdown takes as it is, in a table and elsewhere.
fn escaped(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            c if c.is_control() => " ".to_owned(),
            c if c.is_ascii_punctuation() => format!("&#{};", u32::from(c)),
            c => c.to_string(),
        })
        .collect()
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

#[cfg(test)]
mod tests;
