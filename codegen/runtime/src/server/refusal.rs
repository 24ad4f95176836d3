//! What can be wrong with a request, and with the answer to it.

use std::collections::BTreeMap;

use super::arriving::Arriving;
use crate::json;

/// A request that is refused before the service saw it, or whose answer the service owes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EarlyRefusal {
    /// The reason.
    pub kind: EarlyRefusalKind,
    /// The reason in words, for the sender of the request.
    pub message: String,
    /// The operation, by its id in the document.
    pub operation: &'static str,
    /// The path parameters by name, decoded once, and not otherwise judged.
    pub path: BTreeMap<String, String>,
}

impl EarlyRefusal {
    /// A path parameter by its name in the document.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.path.get(name).map(String::as_str)
    }
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EarlyRefusalKind {
    /// A path parameter is not of its type.
    PathParameter,
    /// A parameter in the query is missing, repeated or not of its type.
    QueryParameter,
    /// A parameter in a header is missing, repeated or not of its type.
    HeaderParameter,
    /// The body is not declared to be of the media type that the operation takes.
    ContentType,
    /// The body is longer than the limit.
    TooLarge,
    /// The body is not exactly one value in its media type.
    Malformed,
    /// The body can be read, but is not what the operation takes.
    WrongContent,
    /// The body stopped coming.
    BodyTimeout,
    /// The service panicked.
    Panic,
    /// The service took too long.
    Deadline,
}

/// What is wrong with a request, before it is put into the words of the document.
pub struct Fault {
    pub(super) kind: EarlyRefusalKind,
    pub(super) message: String,
    /// Whether some of the body was left on the connection, which must then end.
    pub(super) unread: bool,
}

impl Fault {
    pub(super) fn new(kind: EarlyRefusalKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            unread: false,
        }
    }

    pub(super) fn unread(kind: EarlyRefusalKind, message: impl Into<String>) -> Self {
        Self {
            unread: true,
            ..Self::new(kind, message)
        }
    }

    /// A fault that was found before the body was read; what of it is still to come is left on the connection.
    pub(super) fn before(
        body: Option<&Arriving>,
        kind: EarlyRefusalKind,
        message: impl Into<String>,
    ) -> Self {
        Self {
            unread: body.is_some_and(|body| !body.is_complete()),
            ..Self::new(kind, message)
        }
    }
}

impl From<json::Unreadable> for Fault {
    fn from(unreadable: json::Unreadable) -> Self {
        match unreadable {
            json::Unreadable::Malformed(why) => Self::new(
                EarlyRefusalKind::Malformed,
                format!("the body is not valid JSON: {why}"),
            ),
            json::Unreadable::Wrong(why) => Self::new(
                EarlyRefusalKind::WrongContent,
                format!("the body does not fit: {why}"),
            ),
        }
    }
}
