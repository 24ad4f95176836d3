//! Refusals that generated code makes by itself, and the declared responses that fit them.

use serde_json::Value;

use crate::api::Placed;
use crate::spec::Status;

/// Why generated code answers by itself. The names are those of `EarlyRefusalKind` in the runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RefusalKind {
    PathParameter,
    QueryParameter,
    HeaderParameter,
    ContentType,
    TooLarge,
    Malformed,
    WrongContent,
    BodyTimeout,
    Panic,
    Deadline,
}

impl RefusalKind {
    pub(crate) const ALL: [Self; 10] = [
        Self::PathParameter,
        Self::QueryParameter,
        Self::HeaderParameter,
        Self::ContentType,
        Self::TooLarge,
        Self::Malformed,
        Self::WrongContent,
        Self::BodyTimeout,
        Self::Panic,
        Self::Deadline,
    ];

    /// The statuses that fit, best first: of those that are declared, the first is sent.
    pub(crate) fn preference(self) -> &'static [u16] {
        match self {
            Self::PathParameter => &[404, 400, 422],
            Self::QueryParameter | Self::HeaderParameter => &[400, 422],
            Self::ContentType => &[415, 400, 422],
            Self::TooLarge => &[413, 400, 422],
            Self::Malformed => &[400, 422],
            Self::WrongContent => &[422, 400],
            Self::BodyTimeout => &[408, 400, 422],
            Self::Panic | Self::Deadline => &[500, 503],
        }
    }

    /// The key of `x-on-refusal` that overrides the preference.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::PathParameter => "path-parameter",
            Self::QueryParameter => "query-parameter",
            Self::HeaderParameter => "header-parameter",
            Self::ContentType => "content-type",
            Self::TooLarge => "too-large",
            Self::Malformed => "malformed",
            Self::WrongContent => "wrong-content",
            Self::BodyTimeout => "body-timeout",
            Self::Panic => "panic",
            Self::Deadline => "deadline",
        }
    }

    /// Whether an operation can come to this.
    pub(crate) fn applies(self, typed_path: bool, query: bool, header: bool, body: bool) -> bool {
        match self {
            Self::PathParameter => typed_path,
            Self::QueryParameter => query,
            Self::HeaderParameter => header,
            Self::Panic | Self::Deadline => true,
            _ => body,
        }
    }

    /// The status to send, if the operation declares one that fits.
    pub(crate) fn status(
        self,
        chosen: &[(String, Placed<Value>)],
        declared: &[Status],
    ) -> Option<u16> {
        let covered = |code: &u16| declared.iter().any(|status| status.covers(*code));
        let chosen = chosen
            .iter()
            .find(|(key, _)| key == self.key())
            .and_then(|(_, status)| status.as_u64());
        match chosen {
            Some(code) => u16::try_from(code).ok().filter(covered),
            None => self.preference().iter().copied().find(covered),
        }
    }
}
