//! The servers: same routes, same types, same constant answers, no log.

mod axum;
mod dropshot;
mod generated;

use std::fmt;
use std::io;
use std::net::SocketAddr;

use ::dropshot::{ConfigDropshot, HandlerTaskMode};

use crate::error::BenchError;

/// The id of everything.
const ID: &str = "resource-17";
/// The longest body that a server takes.
const BODY_BYTES: usize = 32 << 20;

/// A server to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Contender {
    /// What the generator writes from the document, behind its guard.
    Generated,
    /// Dropshot with its own extractors, written by hand.
    Dropshot,
    /// Plain axum.
    Axum,
}

impl Contender {
    /// In the order of the tables.
    pub(crate) const ALL: [Self; 3] = [Self::Generated, Self::Dropshot, Self::Axum];

    /// Serves on a free port of the loopback interface, which is announced, forever.
    pub(crate) async fn serve(
        self,
        announce: impl FnOnce(SocketAddr) -> io::Result<()>,
    ) -> Result<(), BenchError> {
        match self {
            Self::Generated => {
                let server = generated::start().map_err(|error| self.failed(error))?;
                announce(server.local_addr())?;
                server.await.map_err(|error| self.failed(error))
            }
            Self::Dropshot => {
                let server = dropshot::start().map_err(|error| self.failed(error))?;
                announce(server.local_addr())?;
                server.await.map_err(|error| self.failed(error))
            }
            Self::Axum => {
                let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
                announce(listener.local_addr()?)?;
                axum::serve(listener).await.map_err(BenchError::Io)
            }
        }
    }

    fn failed(self, reason: impl fmt::Display) -> BenchError {
        BenchError::Server {
            contender: self,
            reason: reason.to_string(),
        }
    }
}

impl fmt::Display for Contender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Generated => "generated",
            Self::Dropshot => "dropshot",
            Self::Axum => "axum",
        })
    }
}

/// What both dropshot servers run with; the mode is the one in which a change that has begun is finished.
fn config() -> ConfigDropshot {
    ConfigDropshot {
        default_request_body_max_bytes: BODY_BYTES,
        default_handler_task_mode: HandlerTaskMode::Detached,
        ..ConfigDropshot::default()
    }
}

fn silent() -> slog::Logger {
    slog::Logger::root(slog::Discard, slog::o!())
}
