//! The skeleton and the embedded provider from outside: over sockets, as processes.

mod addresses;
mod answers;
mod crowd;
mod document;
#[cfg(feature = "embedded")]
mod embedded;
#[cfg(feature = "embedded")]
mod events;
mod ids;
#[cfg(feature = "embedded")]
mod kill;
mod lenses;
mod pace;
#[cfg(feature = "embedded")]
mod program;
mod scripted;
mod service;
mod shutdown;
mod strict;
#[cfg(feature = "embedded")]
mod tls;
#[cfg(feature = "embedded")]
mod webhook;
mod wire;
