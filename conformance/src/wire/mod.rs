//! HTTP/1.1 on plain bytes: the client's side and the server's, the provider's address, and requests that are sent again
//! because they were refused for the time being.
//!
//! Here belongs how bytes are sent and read. What an answer ought to have been does not belong here.

mod chunk;
mod client;
pub(crate) mod courtesy;
pub(crate) mod server;
pub(crate) mod target;

pub(crate) use client::{Body, Connector, Line, Request, Response, Timed, Tls, WireFailure};
