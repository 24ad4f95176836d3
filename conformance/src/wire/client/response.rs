//! Answers as they came.

use std::time::Duration;

/// An HTTP answer, nothing repaired.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    /// Minor version of HTTP/1: 0 or 1.
    pub(crate) version: u8,
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

    /// Whether the answer says that the connection ends with it.
    pub(crate) fn announces_close(&self) -> bool {
        let connection = self.header("connection").unwrap_or_default();
        let says = |word: &str| {
            let mut options = connection.split(',');
            options.any(|option| option.trim().eq_ignore_ascii_case(word))
        };
        let by_version = self.version == 0 && !says("keep-alive");
        says("close") || by_version || self.framing == Body::UntilClose
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
    #[error("{}: {} bytes instead of {declared}", if *.reset { "connection broke in the body" } else { "body ended early" }, .partial.len())]
    Truncated {
        /// What was declared.
        declared: String,
        /// What came of the body; curl writes it before it gives up.
        partial: Vec<u8>,
        /// The connection was not closed in order but broke.
        reset: bool,
    },
    /// Where the body ends cannot be told from what the answer says about it.
    #[error("wrong framing: {what}")]
    Misframed {
        /// What contradicts what.
        what: String,
        /// What came of the body before that.
        partial: Vec<u8>,
    },
    /// Nothing more came within the limit.
    #[error("no complete answer within {0:?}")]
    Timeout(Duration),
    /// The answers were refusals for the time being, until they were no longer waited for: nothing that is known of
    /// the request itself.
    #[error("{0}")]
    Refused(String),
}

impl WireFailure {
    /// A body that ended before all of `declared` had come.
    pub(super) fn truncated(declared: String) -> Self {
        Self::Truncated {
            declared,
            partial: Vec::new(),
            reset: false,
        }
    }

    pub(super) fn misframed(what: String) -> Self {
        Self::Misframed {
            what,
            partial: Vec::new(),
        }
    }

    /// The same failure, seen while all of `declared` was to come of the body.
    pub(super) fn in_body(self, declared: String) -> Self {
        match self {
            Self::Broken(_) => Self::Truncated {
                declared,
                partial: Vec::new(),
                reset: true,
            },
            other => other,
        }
    }

    /// With what came of the body, if the body is what failed.
    pub(super) fn with_partial(mut self, body: Vec<u8>) -> Self {
        if let Self::Truncated { partial, .. } | Self::Misframed { partial, .. } = &mut self {
            *partial = body;
        }
        self
    }

    /// What came of the body, if the body is what failed.
    pub(crate) fn partial(&self) -> Option<&[u8]> {
        match self {
            Self::Truncated { partial, .. } | Self::Misframed { partial, .. } => Some(partial),
            _ => None,
        }
    }
}
