//! YAML 1.1 as kubectl reads it.
//!
//! kubectl reads with a library of its own (`sigs.k8s.io/yaml`), which no library here equals: it keeps to YAML 1.1, takes
//! the last of equal keys, merges in the order of the text, and has its own ideas of numbers, keys and white space. So the
//! grammar is here, cut as that library cuts it: characters ([`cursor`]), tokens ([`scan`], [`fetch`], [`scalar`], [`tag`]), events
//! ([`parse`], [`collection`]), values ([`resolve`], [`build`]). `interop/yaml.sh` compares the two on random texts.

mod build;
mod collection;
mod cursor;
mod fetch;
mod parse;
mod resolve;
mod scalar;
mod scan;
mod tag;

use super::compose::Composed;
use cursor::Cursor;
use parse::Parser;
use scan::Scanner;

/// What is wrong with a text, and on which line, counted from zero.
#[derive(Debug)]
pub(super) struct Problem {
    line: u64,
    what: String,
    /// The line to which the text refers.
    start: Option<u64>,
}

impl Problem {
    fn new(line: u64, what: impl Into<String>) -> Self {
        Self {
            line,
            what: what.into(),
            start: None,
        }
    }

    /// `what` is to be followed by the number of the line `start`.
    fn within(line: u64, what: String, start: u64) -> Self {
        let start = Some(start);
        Self { line, what, start }
    }

    /// Line and words, for a text that itself starts on a line of a file, counted from zero.
    pub(super) fn placed(self, first: u64) -> (u64, String) {
        let number = self.start.map(|start| (first + start + 1).to_string());
        (
            first + self.line + 1,
            self.what + &number.unwrap_or_default(),
        )
    }
}

/// The first document of a text; `None` if there is none, or null. Lines are counted from `first`.
pub(super) fn document(text: &str, first: u64) -> Result<Option<Composed>, Problem> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    build::document(Parser::new(Scanner::new(Cursor::new(text))), first)
}

#[cfg(test)]
mod tests;
