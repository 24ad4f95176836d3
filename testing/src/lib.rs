//! What tests of several crates need.
//!
//! What is wrong ends the test with a panic that says so.

mod bodies;
mod connection;
#[cfg(feature = "service")]
mod service;

pub use bodies::{TYPES, body};
pub use connection::{Answer, Connection, exchange, loopbacks, request};
#[cfg(feature = "service")]
pub use service::{Log, Service};
