//! HTTP/1.1 on plain bytes.
//!
//! A client library would repair, retry, follow or hide exactly what has to be judged, so requests
//! are written byte by byte as the operator's curl writes them, and answers are kept as they came.

mod connection;
mod conversation;
mod head;
mod line;
mod request;
mod response;
#[cfg(test)]
mod tests;

pub(crate) use connection::{Connector, Timed, Tls};
pub(crate) use line::Line;
pub(crate) use request::Request;
pub(crate) use response::{Body, Response, WireFailure};
