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
mod problem;
mod resolve;
mod scalar;
mod scan;
mod tag;

use super::compose::Composed;
use cursor::Cursor;
use parse::Parser;
use problem::Problem;
use scan::Scanner;

/// The first document of a text; `None` if there is none, or null. Lines are counted from `first`.
pub(super) fn document(text: &str, first: u64) -> Result<Option<Composed>, Problem> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    build::document(Parser::new(Scanner::new(Cursor::new(text))), first)
}

#[cfg(test)]
mod tests;
