//! What a request line asks for, in a few words: labels of metrics and logs must not grow with what clients send.

/// An operation and a resource type, both out of fixed sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Route {
    pub(crate) operation: &'static str,
    pub(crate) resource: &'static str,
}

/// The resource types, as they stand in paths.
const TYPES: [&str; 4] = ["pipeline", "run", "runschedule", "experiment"];

impl Route {
    /// Reads a method and a request target, whatever they hold.
    pub(crate) fn of(method: &str, target: &str) -> Self {
        let path = target.split(['?', '#']).next().unwrap_or_default();
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let found = (
            method,
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
        );
        let (operation, resource) = match found {
            ("GET", Some("livez"), None, ..) => ("livez", None),
            ("GET", Some("readyz"), None, ..) => ("readyz", None),
            ("GET", Some("openapi.json"), None, ..) => ("document", None),
            ("GET", Some("docs"), None, ..) => ("viewer", None),
            ("POST", Some("resource"), Some(kind), None, _) => ("create", Some(kind)),
            ("PUT", Some("resource"), Some(kind), Some(_), None) => ("update", Some(kind)),
            ("DELETE", Some("resource"), Some(kind), Some(_), None) => ("delete", Some(kind)),
            _ => ("other", None),
        };
        let known = |kind| {
            TYPES
                .into_iter()
                .find(|known| *known == kind)
                .unwrap_or("unknown")
        };
        Self {
            operation,
            resource: resource.map_or("", known),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_come_from_fixed_sets() {
        let table = [
            ("GET", "/livez", "livez", ""),
            ("GET", "//readyz?x=1", "readyz", ""),
            ("GET", "/openapi.json", "document", ""),
            ("GET", "/docs/", "viewer", ""),
            ("POST", "/resource/pipeline", "create", "pipeline"),
            ("POST", "/resource/pipeline/", "create", "pipeline"),
            ("PUT", "/resource/run/a%2Fb", "update", "run"),
            ("DELETE", "/resource/runschedule/x", "delete", "runschedule"),
            ("DELETE", "/resource/nope/x", "delete", "unknown"),
            ("DELETE", "/resource/experiment/a/b", "other", ""),
            ("DELETE", "/resource/experiment", "other", ""),
            ("POST", "/livez", "other", ""),
            ("FOO", "*", "other", ""),
            ("", "", "other", ""),
        ];
        for (method, target, operation, resource) in table {
            assert_eq!(
                Route::of(method, target),
                Route {
                    operation,
                    resource
                },
                "{method} {target}"
            );
        }
    }
}
