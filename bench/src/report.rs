//! What goes to the terminal.

use std::fmt::Display;
use std::io::{self, Write};

/// A table in Markdown, row by row, so that a long measurement shows what it has.
pub(crate) struct Table;

impl Table {
    pub(crate) fn new(title: &str, columns: &[&str]) -> io::Result<Self> {
        let mut out = io::stdout().lock();
        writeln!(out, "\n{title}\n\n| {} |", columns.join(" | "))?;
        writeln!(out, "|{}", "---|".repeat(columns.len()))?;
        out.flush()?;
        Ok(Self)
    }

    pub(crate) fn row(&self, cells: &[String]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        writeln!(out, "| {} |", cells.join(" | "))?;
        out.flush()
    }
}

/// Says on standard error what went wrong.
pub(crate) fn complain(error: &dyn Display) {
    // If standard error is gone there is nobody to tell.
    let _ = writeln!(io::stderr().lock(), "error: {error}");
}

/// A whole number with its digits in groups of three.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_from_the_right() {
        let table = [
            (0, "0"),
            (12, "12"),
            (123, "123"),
            (1234, "1 234"),
            (1_000_000, "1 000 000"),
        ];
        for (number, text) in table {
            assert_eq!(grouped(number), text, "{number}");
        }
    }
}
