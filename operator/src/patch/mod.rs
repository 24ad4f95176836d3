//! Patches of pipeline definitions, as the Go library applies them that the operator uses.
//!
//! What a patch does not touch keeps its spelling, and members keep their order; added members come last.

mod merge;
mod node;
mod operations;
mod path;

use crate::json::{Json, SyntaxError};
use crate::resource::PatchSpec;

/// Deepest nesting that is patched here: far below Go's limit, and far beyond any definition.
const MAX_DEPTH: usize = 256;

/// Why a patch does not apply.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatchError {
    /// The type is none that the operator knows.
    #[error("type {0:?}: unknown (hint: `json` or `merge`)")]
    Kind(String),
    /// The payload is not JSON.
    #[error("payload: {0}")]
    Syntax(#[from] SyntaxError),
    /// Payload or definition are nested too deep to be rehearsed.
    #[error("payload: nested deeper than {MAX_DEPTH} levels, which is not rehearsed")]
    Depth,
    /// The payload is JSON, but no patch.
    #[error("payload: {what} (hint: RFC 6902 wants an array of operations)")]
    Malformed {
        /// What is wrong.
        what: &'static str,
    },
    /// An operation does not apply to the definition.
    #[error("{operation} {path:?}: {what}")]
    Apply {
        /// The operation.
        operation: String,
        /// The path that it names.
        path: String,
        /// What is wrong.
        what: &'static str,
    },
}

/// Applies one patch to a definition.
pub(crate) fn apply(definition: &str, patch: &PatchSpec) -> Result<String, PatchError> {
    for text in [definition, &patch.payload] {
        if Json::parse(text.as_bytes())?.depth() > MAX_DEPTH {
            return Err(PatchError::Depth);
        }
    }
    match patch.kind.as_str() {
        "json" => operations::apply(definition, &patch.payload),
        "merge" => merge::apply(definition, &patch.payload),
        other => Err(PatchError::Kind(other.to_owned())),
    }
}

#[cfg(test)]
mod tests;
