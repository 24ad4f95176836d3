//! The skeleton and the embedded provider from outside: over sockets, as processes.

mod answers;
mod embedded;
mod kill;
mod program;
mod scripted;
mod service;
mod shutdown;
mod wire;
