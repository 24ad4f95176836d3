//! The skeleton and the embedded provider from outside: over sockets, as processes.

mod answers;
mod document;
#[cfg(feature = "embedded")]
mod embedded;
#[cfg(feature = "embedded")]
mod kill;
#[cfg(feature = "embedded")]
mod program;
mod scripted;
mod service;
mod shutdown;
mod wire;
