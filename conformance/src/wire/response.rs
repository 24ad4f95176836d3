//! Answers as they came.

use std::time::Duration;

/// An HTTP answer, nothing repaired.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    /// Headers in order, names as sent; bytes that are not UTF-8 are replaced.
    pub(crate) headers: Vec<(String, String)>,
    /// Body bytes after removing the chunked coding.
    pub(crate) body: Vec<u8>,
    pub(crate) framing: Body,
    /// Bytes that followed the end of the answer on the same connection.
    pub(crate) extra: Vec<u8>,
    /// Whether the connection was seen to end after the answer.
    pub(crate) closed: bool,
    /// Statuses of interim answers (1xx) that came first.
    pub(crate) interim: Vec<u16>,
}

/// How the end of the body was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// The status allows none.
    None,
    /// A `Content-Length` of this many bytes.
    Length(usize),
    /// The chunked transfer coding.
    Chunked,
    /// The end of the connection.
    UntilClose,
}

impl Response {
    /// The first header of that name, case-blind.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Whether the status says success (2xx).
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Why there is no complete answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WireFailure {
    /// No connection could be made.
    #[error("no connection: {0}")]
    Connect(String),
    /// The connection ended before a complete head was read.
    #[error("connection closed before an answer ({0} bytes read)")]
    ClosedBeforeHead(usize),
    /// The connection was reset or broke while the answer was read.
    #[error("connection broke: {0}")]
    Broken(String),
    /// What came is not HTTP/1.1.
    #[error("answer is not HTTP: {0}")]
    NotHttp(String),
    /// The answer stopped in the middle of the body.
    #[error("body ended early: {read} of {declared}")]
    Truncated {
        /// Bytes of the body read.
        read: usize,
        /// What was declared.
        declared: String,
        /// What curl would have written before it gave up.
        partial: Vec<u8>,
    },
    /// Nothing more came within the limit.
    #[error("no complete answer within {0:?}")]
    Timeout(Duration),
}
