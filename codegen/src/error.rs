//! Why a document cannot become Rust.

use std::fmt;
use std::sync::Arc;

/// A place in a document: the file, the line if it is known, and the JSON pointer.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The name of the source, as it was given to the generator.
    pub file: Arc<str>,
    /// The line, counted from one; zero if the place has no line of its own.
    pub line: u64,
    /// The JSON pointer (RFC 6901) into the document; empty for the whole of it.
    pub pointer: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if !self.pointer.is_empty() {
            write!(f, ": {}", self.pointer)?;
        }
        Ok(())
    }
}

/// A reason why the documents cannot become a client and a server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SpecError {
    /// The text is not YAML.
    #[error("{at}: not valid YAML: {message}")]
    Syntax {
        /// Where reading stopped.
        at: Place,
        /// What the parser said.
        message: String,
    },
    /// The overlay is not an Overlay 1.0 document.
    #[error("{at}: not an overlay: {message} (hint: see https://spec.openapis.org/overlay/v1.0.0)")]
    Overlay {
        /// Where the defect is.
        at: Place,
        /// What is wrong.
        message: String,
    },
    /// An action of the overlay cannot be applied, most often because it matches nothing.
    #[error("{at}: action on `{target}` {message} (hint: {hint})")]
    Action {
        /// The action.
        at: Place,
        /// Its target expression.
        target: String,
        /// What is wrong.
        message: String,
        /// What to do about it.
        hint: &'static str,
    },
    /// The document uses something that the generated code would not keep.
    #[error("{at}: {what} (hint: {hint})")]
    Refused {
        /// The construct.
        at: Place,
        /// What is wrong with it.
        what: String,
        /// What to write instead.
        hint: &'static str,
    },
    /// The document passed every check and still could not be generated from.
    #[error(
        "{at}: the generator failed: {message} (hint: this is a defect of the generator; a check is missing)"
    )]
    Internal {
        /// The document.
        at: Place,
        /// What failed.
        message: String,
    },
}

impl SpecError {
    /// Where the problem is.
    pub fn place(&self) -> &Place {
        match self {
            Self::Syntax { at, .. }
            | Self::Overlay { at, .. }
            | Self::Action { at, .. }
            | Self::Refused { at, .. }
            | Self::Internal { at, .. } => at,
        }
    }
}
