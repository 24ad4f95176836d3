//! From the request target to an operation.

use super::Fault;
use super::answer::Operation;
use super::behaviour::Switches;
use crate::base::text::percent_decoded;
use crate::wire::server::Request;

/// The types of the contract.
pub(super) const KINDS: &[&str] = &["pipeline", "run", "runschedule", "experiment"];

/// An id in a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Id {
    /// As it came.
    pub(super) raw: String,
    /// Decoded; `None` if it is not percent-encoded UTF-8.
    pub(super) text: Option<String>,
}

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    Probe(Operation),
    Create {
        kind: String,
    },
    Update {
        kind: String,
        id: Id,
    },
    Delete {
        kind: String,
        id: Id,
    },
    /// The path exists with these methods only.
    WrongMethod {
        allow: &'static str,
    },
    Unknown,
}

impl Route {
    /// Splits the raw path first and decodes the id afterwards, so that an encoded slash stays
    /// part of the id.
    pub(super) fn of(method: &str, target: &str) -> Self {
        let path = target.split('?').next().unwrap_or_default();
        let segments: Vec<&str> = path.split('/').collect();
        match (segments.as_slice(), method) {
            (["", "livez"], "GET") => Self::Probe(Operation::Livez),
            (["", "readyz"], "GET") => Self::Probe(Operation::Readyz),
            (["", "livez" | "readyz"], _) => Self::WrongMethod { allow: "GET" },
            (["", "resource", ""], _) => Self::Unknown,
            (["", "resource", kind], "POST") => Self::Create {
                kind: (*kind).to_owned(),
            },
            (["", "resource", _], _) => Self::WrongMethod { allow: "POST" },
            (["", "resource", _, ""], _) => Self::Unknown,
            (["", "resource", kind, id], "PUT") => Self::Update {
                kind: (*kind).to_owned(),
                id: Id::of(id),
            },
            (["", "resource", kind, id], "DELETE") => Self::Delete {
                kind: (*kind).to_owned(),
                id: Id::of(id),
            },
            (["", "resource", _, _], _) => Self::WrongMethod {
                allow: "PUT, DELETE",
            },
            _ => Self::Unknown,
        }
    }

    pub(super) fn operation(&self) -> Operation {
        match self {
            Self::Probe(operation) => *operation,
            Self::Create { .. } => Operation::Create,
            Self::Update { .. } => Operation::Update,
            Self::Delete { .. } => Operation::Delete,
            Self::WrongMethod { .. } | Self::Unknown => Operation::Other,
        }
    }

    pub(super) fn kind(&self) -> Option<&str> {
        match self {
            Self::Create { kind } | Self::Update { kind, .. } | Self::Delete { kind, .. } => {
                Some(kind)
            }
            Self::Probe(_) | Self::WrongMethod { .. } | Self::Unknown => None,
        }
    }

    pub(super) fn id(&self) -> Option<&Id> {
        match self {
            Self::Update { id, .. } | Self::Delete { id, .. } => Some(id),
            _ => None,
        }
    }

    /// Reads the id of the path as the faults want it.
    pub(super) fn misread(&mut self, switches: Switches<'_>) {
        if let Self::Update { id, .. } | Self::Delete { id, .. } = self {
            id.misread(switches);
        }
    }
}

impl Id {
    fn of(raw: &str) -> Self {
        Self {
            raw: raw.to_owned(),
            text: percent_decoded(raw),
        }
    }

    fn misread(&mut self, switches: Switches<'_>) {
        if switches.wrong(Fault::NoDecoding) {
            self.text = Some(self.raw.clone());
        }
        if switches.wrong(Fault::DoubleDecoding) {
            self.text = self
                .text
                .take()
                .map(|text| percent_decoded(&text).unwrap_or(text));
        }
        if switches.wrong(Fault::MarksNotDecoded) {
            let escapes = ["%21", "%27", "%28", "%29", "%2A"];
            let kept = escapes.iter().fold(self.raw.clone(), |raw, escape| {
                raw.replace(escape, &escape.replace('%', "%25"))
            });
            self.text = percent_decoded(&kept);
        }
    }
}

/// A request with its place in the contract.
pub(super) struct Call<'a> {
    pub(super) request: &'a Request,
    pub(super) route: &'a Route,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_operations() {
        let table = [
            ("GET", "/livez", Operation::Livez),
            ("GET", "/readyz?verbose", Operation::Readyz),
            ("POST", "/resource/run", Operation::Create),
            ("PUT", "/resource/run/a%2Fb", Operation::Update),
            ("DELETE", "/resource/run/a", Operation::Delete),
            ("DELETE", "/resource/run/", Operation::Other),
            ("POST", "/resource/run/", Operation::Other),
            ("POST", "/resource/", Operation::Other),
            ("PUT", "/resource/run/a/b", Operation::Other),
            ("GET", "/", Operation::Other),
            ("GET", "", Operation::Other),
        ];
        for (method, target, operation) in table {
            assert_eq!(
                Route::of(method, target).operation(),
                operation,
                "{method} {target}"
            );
        }
    }
}
