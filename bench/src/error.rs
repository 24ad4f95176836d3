//! What can go wrong while measuring.

use std::io;
use std::path::PathBuf;

use crate::contender::Contender;

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BenchError {
    /// A program cannot be run.
    #[error("{}: {source} (hint: {hint})", program.display())]
    Program {
        program: PathBuf,
        source: io::Error,
        hint: &'static str,
    },
    /// A server ended before it was asked to, or says no address.
    #[error("{server}: did not start: {said:?}")]
    NotStarted { server: String, said: String },
    /// A server of this program cannot serve.
    #[error("{contender}: {reason}")]
    Server {
        contender: Contender,
        reason: String,
    },
    /// A server answers otherwise than its peers, so that comparing them would be wrong.
    #[error("{call}: answered {status} {body:?}")]
    WrongAnswer {
        call: String,
        status: u16,
        body: String,
    },
    /// An answer that is not HTTP, or breaks off.
    #[error("{address}: {what}")]
    BadAnswer {
        address: std::net::SocketAddr,
        what: String,
    },
    /// The counter did not say how much it counted.
    #[error("callgrind: no count in its output: {0:?}")]
    NoCount(String),
    /// A file under `/proc` is not as expected.
    #[error("{}: {what}", path.display())]
    Proc { path: PathBuf, what: String },
    /// The machine fails.
    #[error(transparent)]
    Io(#[from] io::Error),
}
