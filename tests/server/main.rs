//! The generated server over a socket: what comes out is declared, whatever goes in.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod refusals;
mod service;
mod trouble;
