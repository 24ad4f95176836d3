//! What tests of several crates need.
//!
//! What is wrong ends the test with a panic that says so.

mod bodies;
mod circles;
mod connection;
mod imports;
#[cfg(feature = "service")]
mod service;

pub use bodies::{TYPES, body};
pub use circles::import_circles;
pub use connection::{Answer, Connection, exchange, loopbacks, request};
pub use imports::{Import, imports};
#[cfg(feature = "service")]
pub use service::{Log, Service};
