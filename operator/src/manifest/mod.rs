//! Files with custom resources, read as kubectl reads them: JSON and YAML, one resource after the other.
//!
//! Bounds keep hostile files from costing more than they are worth: [`MAX_BYTES`] for a file, [`MAX_DEPTH`] for nesting,
//! and kubectl's own rule for aliases. There is none for comments, documents, anchors or members.

mod compose;
mod document;
mod encoding;
mod json_text;
mod split;
mod yaml;

use crate::json::MAX_DEPTH;

pub use document::Document;

/// The largest file that is read.
pub const MAX_BYTES: usize = 64 << 20;

/// How much depth all parts of a document may have together: without it, little text could cost much time.
const MAX_WORK: u64 = 400_000_000;
const TOO_MUCH: &str =
    "the document is too large for its depth (hint: split the file, or nest less deeply)";
const NESTED: &str =
    "nested deeper than 10000 levels; kubectl refuses it too (hint: nest less deeply)";
const _: () = assert!(MAX_DEPTH == 10_000, "the text names the number");

/// Why a file is of no use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct Unreadable {
    /// The line, counted from one.
    pub line: u64,
    /// What is wrong, and what to do about it.
    pub what: String,
}

impl Unreadable {
    fn new((line, what): (u64, String)) -> Self {
        Self { line, what }
    }
}

/// The documents of a file, without the empty ones.
///
/// # Errors
/// The file is too large, or not what kubectl reads.
pub fn read(bytes: &[u8]) -> Result<Vec<Document>, Unreadable> {
    if bytes.len() > MAX_BYTES {
        let what = format!("larger than {} MiB (hint: split the file)", MAX_BYTES >> 20);
        return Err(Unreadable::new((1, what)));
    }
    let text = encoding::decode(bytes).map_err(Unreadable::new)?;
    split::documents(&text).map_err(Unreadable::new)
}

#[cfg(test)]
mod tests;
