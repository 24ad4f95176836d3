//! HTTP/1.1 on a socket, with a hand on every byte.
//!
//! A server library would mend or refuse much of what faults need to send.

mod read;

pub(crate) use read::{Connection, Ended};

/// A request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// As it came, not decoded.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    /// Empty until it is read.
    pub(crate) body: Vec<u8>,
    /// HTTP/1.0, whose connections end by default.
    pub(crate) old_version: bool,
}

impl Request {
    /// The first header of that name, case-blind.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }

    pub(crate) fn expects_continue(&self) -> bool {
        self.header("expect")
            .is_some_and(|value| value.eq_ignore_ascii_case("100-continue"))
    }

    /// Whether the connection is to end after the answer.
    pub(crate) fn wants_close(&self) -> bool {
        let connection = self.header("connection").unwrap_or_default();
        let says = |word: &str| {
            connection
                .split(',')
                .any(|t| t.trim().eq_ignore_ascii_case(word))
        };
        says("close") || (self.old_version && !says("keep-alive"))
    }
}
