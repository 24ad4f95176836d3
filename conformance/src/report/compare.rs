//! Reports side by side: what has changed since the first, and what has become worse.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use kfp_operator_sim::ResourceKind;
use serde::Deserialize;

use crate::judge::Verdict;
use crate::outcome::{Outcome, SkipReason};

/// A report that cannot be compared.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CompareError {
    /// The file cannot be read.
    #[error("{}: {source} (hint: name a report.json, or the folder that has it)", path.display())]
    Read {
        /// The report.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It is no report.
    #[error("{}: no report: {source}", path.display())]
    Parse {
        /// The report.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// Its schema is another.
    #[error("{}: schema version {found}, and this program reads 1", path.display())]
    Version {
        /// The report.
        path: PathBuf,
        /// Its version.
        found: u32,
    },
}

/// The parts of a report that are compared: reports of other runners may have others.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    schema_version: u32,
    verdict: Verdict,
    started: String,
    target: Target,
    results: Vec<Cell>,
}

#[derive(Deserialize)]
struct Target {
    url: String,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Cell {
    requirement: String,
    resource: Option<ResourceKind>,
    outcome: Outcome,
    reason: Option<String>,
}

/// A report in a comparison.
pub(crate) struct Column {
    /// Where it was read.
    pub(crate) path: PathBuf,
    /// The provider's name or URL.
    pub(crate) name: String,
    pub(crate) started: String,
    pub(crate) verdict: Verdict,
}

/// A requirement and type, in all reports.
pub(crate) struct Row {
    /// Such as `create.201.status [run]`.
    pub(crate) label: String,
    /// What each report says; `None` if it does not know the requirement.
    pub(crate) outcomes: Vec<Option<Outcome>>,
    /// How each differs from the first; the first is the same.
    pub(crate) changes: Vec<Change>,
}

/// How a result differs from the first report's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Not at all.
    Same,
    /// In a way that is no regression: better, or not comparable.
    Other,
    /// Fails, and was not checked before.
    Found,
    /// Was met, and is no longer shown to be.
    Worse,
}

/// Reports side by side. The first is what the others are compared to.
pub(crate) struct Comparison {
    pub(crate) columns: Vec<Column>,
    /// In the order of the first report.
    pub(crate) rows: Vec<Row>,
}

impl Comparison {
    /// Reads the reports.
    ///
    /// # Errors
    /// [`CompareError`] names the first that cannot be compared.
    pub(crate) fn read(paths: &[PathBuf]) -> Result<Self, CompareError> {
        let inputs: Result<Vec<Input>, CompareError> =
            paths.iter().map(|path| read(path)).collect();
        Ok(Self::of(paths, &inputs?))
    }

    fn of(paths: &[PathBuf], inputs: &[Input]) -> Self {
        let mut order: Vec<(&str, Option<ResourceKind>)> = Vec::new();
        let mut cells: BTreeMap<_, Vec<Option<&Cell>>> = BTreeMap::new();
        for (at, input) in inputs.iter().enumerate() {
            for cell in &input.results {
                let key = (cell.requirement.as_str(), cell.resource);
                let row = cells.entry(key).or_insert_with(|| {
                    order.push(key);
                    vec![None; inputs.len()]
                });
                row[at] = Some(cell);
            }
        }
        let row = |(requirement, kind): &(&str, Option<ResourceKind>)| {
            let cells = &cells[&(*requirement, *kind)];
            let first = cells.first().copied().flatten();
            let change = |cell: &Option<&Cell>| match (first, cell) {
                (Some(before), Some(after)) => Change::between(before, after),
                (before, after) if before.is_none() == after.is_none() => Change::Same,
                _ => Change::Other,
            };
            let kind = kind.map_or(String::new(), |kind| format!(" [{kind}]"));
            Row {
                label: format!("{requirement}{kind}"),
                outcomes: cells
                    .iter()
                    .map(|cell| cell.map(|cell| cell.outcome))
                    .collect(),
                changes: cells.iter().map(change).collect(),
            }
        };
        let column = |(path, input): (&PathBuf, &Input)| Column {
            path: path.clone(),
            name: input
                .target
                .name
                .clone()
                .unwrap_or_else(|| input.target.url.clone()),
            started: input.started.clone(),
            verdict: input.verdict,
        };
        Self {
            columns: paths.iter().zip(inputs).map(column).collect(),
            rows: order.iter().map(row).collect(),
        }
    }

    /// Rows with a change of that kind.
    pub(crate) fn with(&self, change: Change) -> impl Iterator<Item = &Row> {
        self.rows
            .iter()
            .filter(move |row| row.changes.contains(&change))
    }
}

impl Change {
    fn between(before: &Cell, after: &Cell) -> Self {
        let open = |outcome| matches!(outcome, Outcome::Skip | Outcome::Unverified);
        // Left out by whoever ran it, which says nothing about the provider.
        let chosen = [SkipReason::Filtered, SkipReason::Disabled]
            .iter()
            .any(|reason| after.reason.as_deref() == Some(reason.as_str()));
        let met = |outcome| matches!(outcome, Outcome::Pass | Outcome::Tolerated);
        match (before.outcome, after.outcome) {
            (before, after) if before == after => Self::Same,
            (_, after) if met(after) => Self::Other,
            (before, after) if open(after) => match met(before) && !chosen {
                true => Self::Worse,
                false => Self::Other,
            },
            (before, _) if met(before) => Self::Worse,
            (Outcome::Warn, _) => Self::Worse,
            (before, Outcome::Fail | Outcome::Flaky) if open(before) => Self::Found,
            _ => Self::Other,
        }
    }
}

fn read(path: &Path) -> Result<Input, CompareError> {
    let path = if path.is_dir() {
        path.join("report.json")
    } else {
        path.to_owned()
    };
    let text = fs::read(&path).map_err(|source| CompareError::Read {
        path: path.clone(),
        source,
    })?;
    let input: Input = serde_json::from_slice(&text).map_err(|source| CompareError::Parse {
        path: path.clone(),
        source,
    })?;
    if input.schema_version == 1 {
        Ok(input)
    } else {
        let found = input.schema_version;
        Err(CompareError::Version { path, found })
    }
}

/// Prints the comparison: what differs, or with `all` every row.
///
/// # Errors
/// If the writer fails.
pub(crate) fn print(comparison: &Comparison, all: bool, out: &mut dyn Write) -> io::Result<()> {
    const WIDTH: usize = 13;
    for (at, column) in comparison.columns.iter().enumerate() {
        writeln!(
            out,
            " {}  {:<21} {}  {}  {}",
            letter(at),
            column.verdict.label(),
            column.started,
            column.path.display(),
            column.name
        )?;
    }
    let differs = |row: &&Row| row.changes.iter().any(|change| *change != Change::Same);
    let shown: Vec<&Row> = comparison
        .rows
        .iter()
        .filter(|row| all || differs(row))
        .collect();
    let width = shown.iter().map(|row| row.label.len()).max().unwrap_or(0);
    let mut line = |label: &str, cells: &mut dyn Iterator<Item = String>| {
        let cells: String = cells.map(|cell| format!("  {cell:<WIDTH$}")).collect();
        let line = format!(" {label:<width$}{cells}");
        writeln!(out, "{}", line.trim_end())
    };
    if !shown.is_empty() {
        line("", &mut std::iter::empty())?;
        line("", &mut (0..comparison.columns.len()).map(letter))?;
    }
    for row in &shown {
        let cells = row.outcomes.iter().zip(&row.changes);
        line(
            &row.label,
            &mut cells.map(|(outcome, change)| cell(*outcome, *change)),
        )?;
    }
    let same = comparison.rows.iter().filter(|row| !differs(row)).count();
    writeln!(
        out,
        "\n {same} of {} results are the same in all reports",
        comparison.rows.len()
    )?;
    for (change, title) in [
        (Change::Found, "fail now, and were not checked before"),
        (Change::Worse, "REGRESSIONS"),
    ] {
        let rows: Vec<&Row> = comparison.with(change).collect();
        if rows.is_empty() {
            continue;
        }
        writeln!(out, "\n{title}  {}", rows.len())?;
        for row in rows {
            let told = row
                .changes
                .iter()
                .enumerate()
                .filter(|(_, one)| **one == change);
            let told: Vec<String> = told
                .map(|(at, _)| {
                    format!(
                        "{}: {} -> {}",
                        letter(at),
                        word(row.outcomes[0]),
                        word(row.outcomes[at])
                    )
                })
                .collect();
            writeln!(out, "  {:<width$}  {}", row.label, told.join(", "))?;
        }
    }
    Ok(())
}

/// The name of a column: `a`, `b`, …, `z`, `aa`, …
pub(crate) fn letter(mut at: usize) -> String {
    let mut name = Vec::new();
    loop {
        name.push(char::from(b'a' + (at % 26) as u8));
        match at / 26 {
            0 => break,
            rest => at = rest - 1,
        }
    }
    name.iter().rev().collect()
}

fn word(outcome: Option<Outcome>) -> &'static str {
    outcome.map_or("-", Outcome::as_str)
}

/// What a cell says, with a mark if it has changed.
pub(crate) fn cell(outcome: Option<Outcome>, change: Change) -> String {
    let mark = match change {
        Change::Same => "",
        Change::Other => " ~",
        Change::Found => " +",
        Change::Worse => " !",
    };
    format!("{}{mark}", word(outcome))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(outcomes: &[(&str, Outcome, Option<&str>)]) -> Input {
        let cell = |(requirement, outcome, reason): &(&str, Outcome, Option<&str>)| Cell {
            requirement: (*requirement).to_owned(),
            resource: None,
            outcome: *outcome,
            reason: reason.map(str::to_owned),
        };
        Input {
            schema_version: 1,
            verdict: Verdict::Conformant,
            started: String::new(),
            target: Target {
                url: "http://a".to_owned(),
                name: None,
            },
            results: outcomes.iter().map(cell).collect(),
        }
    }

    #[test]
    fn what_was_met_and_is_no_longer_shown_to_be_is_worse() {
        use Outcome::{Error, Fail, Flaky, Pass, Skip, Tolerated, Unverified, Warn};
        let table = [
            (Pass, Pass, None, Change::Same),
            (Pass, Tolerated, None, Change::Other),
            (Pass, Fail, None, Change::Worse),
            (Pass, Flaky, None, Change::Worse),
            (Pass, Warn, None, Change::Worse),
            (Pass, Error, None, Change::Worse),
            (Tolerated, Warn, None, Change::Worse),
            (Warn, Fail, None, Change::Worse),
            (Fail, Warn, None, Change::Other),
            (Fail, Flaky, None, Change::Other),
            (Fail, Pass, None, Change::Other),
            (Pass, Skip, Some("unsupported"), Change::Worse),
            (Pass, Skip, Some("prerequisite"), Change::Worse),
            (Pass, Unverified, Some("hook:probe"), Change::Worse),
            (Pass, Skip, Some("filtered"), Change::Other),
            (Pass, Skip, Some("disabled"), Change::Other),
            (Fail, Skip, Some("unsupported"), Change::Other),
            (Skip, Fail, None, Change::Found),
            (Unverified, Flaky, None, Change::Found),
            (Skip, Pass, None, Change::Other),
        ];
        for (before, after, reason, wanted) in table {
            let inputs = [
                input(&[("a.b", before, None)]),
                input(&[("a.b", after, reason)]),
            ];
            let paths = [PathBuf::from("a"), PathBuf::from("b")];
            let row = &Comparison::of(&paths, &inputs).rows[0];
            assert_eq!(
                row.changes,
                [Change::Same, wanted],
                "{before:?} {after:?} {reason:?}"
            );
        }
    }

    #[test]
    fn every_report_is_compared_to_the_first() {
        use Outcome::{Fail, Pass};
        let inputs = [
            input(&[("a.b", Pass, None), ("a.c", Pass, None)]),
            input(&[("a.b", Fail, None)]),
            input(&[
                ("a.b", Pass, None),
                ("a.c", Pass, None),
                ("a.new", Fail, None),
            ]),
        ];
        let paths = ["a", "b", "c"].map(PathBuf::from);
        let comparison = Comparison::of(&paths, &inputs);
        let changes: Vec<(&str, &[Change])> = comparison
            .rows
            .iter()
            .map(|row| (row.label.as_str(), row.changes.as_slice()))
            .collect();
        assert_eq!(
            changes,
            [
                ("a.b", &[Change::Same, Change::Worse, Change::Same][..]),
                ("a.c", &[Change::Same, Change::Other, Change::Same]),
                ("a.new", &[Change::Same, Change::Same, Change::Other]),
            ]
        );
        let mut out = Vec::new();
        print(&comparison, false, &mut out).expect("memory takes it");
        let text = String::from_utf8(out).expect("text");
        for part in [
            "fail !",
            "REGRESSIONS  1",
            "b: pass -> fail",
            "0 of 3 results are the same",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn columns_have_names_beyond_the_alphabet() {
        for (at, name) in [
            (0, "a"),
            (25, "z"),
            (26, "aa"),
            (51, "az"),
            (52, "ba"),
            (702, "aaa"),
        ] {
            assert_eq!(letter(at), name);
        }
    }
}
