//! Reports side by side: what has changed since the first, and what has become worse.

mod print;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use kfp_operator_sim::ResourceKind;
use serde::Deserialize;

use crate::base::outcome::{Outcome, SkipReason};
use crate::judge::Verdict;
pub(crate) use print::{cell, letter, print};

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
    #[error("{}: no report: {source} (hint: name a report.json that a run wrote)", path.display())]
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

impl Row {
    /// The worst that has happened to it.
    pub(crate) fn change(&self) -> Change {
        self.changes.iter().copied().max().unwrap_or(Change::Same)
    }
}

/// How a result differs from the first report's; the later, the worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

#[cfg(test)]
mod tests;
