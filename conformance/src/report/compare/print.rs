//! A comparison in text.

use std::io::{self, Write};

use super::{Change, Comparison, Row};
use crate::base::outcome::Outcome;

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
