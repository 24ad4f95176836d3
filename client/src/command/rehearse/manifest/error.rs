//! Why a file is of no use.

use std::io;
use std::path::PathBuf;

use kfp_operator_sim::{CustomKind, Violation};

use super::source::Source;

/// Why a file is of no use.
#[derive(Debug, thiserror::Error)]
pub(in crate::command::rehearse) enum ManifestError {
    #[error("{origin}: cannot be read: {reason}")]
    Unreadable { origin: Source, reason: io::Error },
    #[error("{}: no .json, .yaml or .yml file in it (hint: name the files, or look into folders with --recursive)", .0.display())]
    NoFiles(PathBuf),
    #[error("{0}: a URL is not fetched (hint: fetch it, and pipe it to -f -)")]
    Url(String),
    #[error("standard input: named twice (hint: it can be read once)")]
    InputTwice,
    #[error("{0}: no resource in any of the files (hint: those of the operator are of {group})", group = kfp_operator_sim::API_VERSION)]
    Empty(Source),
    #[error("{origin}:{line}: {what}")]
    Syntax {
        origin: Source,
        line: u64,
        what: String,
    },
    #[error("{origin}:{line}: {name}{violation}")]
    Refused {
        origin: Source,
        line: u64,
        name: String,
        violation: Box<Violation>,
    },
    #[error(
        "{place}: {kind} {name} is at {other} already (hint: a change of it belongs into --update)"
    )]
    Twice {
        place: String,
        kind: CustomKind,
        name: String,
        other: String,
    },
}
