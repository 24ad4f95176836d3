//! The operations of the contract.

use kfp_operator_sim::ResourceKind;
use serde::{Deserialize, Serialize};

/// Operation of the contract.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, strum::IntoStaticStr,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "kebab-case")]
pub enum Operation {
    /// `GET /livez`
    Livez,
    /// `GET /readyz`
    Readyz,
    /// `POST /resource/{type}`
    Create,
    /// `PUT /resource/{type}/{id}`
    Update,
    /// `DELETE /resource/{type}/{id}`
    Delete,
}

impl Operation {
    /// As it is written in files.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    pub(crate) const ALL: [Self; 5] = [
        Self::Create,
        Self::Update,
        Self::Delete,
        Self::Livez,
        Self::Readyz,
    ];

    /// Method and path in the document.
    pub(crate) fn place(self) -> (&'static str, &'static str) {
        match self {
            Self::Create => ("post", "/resource/{type}"),
            Self::Update => ("put", "/resource/{type}/{id}"),
            Self::Delete => ("delete", "/resource/{type}/{id}"),
            Self::Livez => ("get", "/livez"),
            Self::Readyz => ("get", "/readyz"),
        }
    }
}

/// What comes before the type in the path of a resource.
const RESOURCE: &str = "/resource/";

/// The path of a resource, or of all of a type, below whatever the provider's URL begins with. Taken apart it is only
/// text: what is no type and no id may stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ResourcePath<'a> {
    /// What stands where the provider's URL ends.
    pub(crate) prefix: &'a str,
    /// The type, as it stands there.
    pub(crate) kind: &'a str,
    /// What follows the type, as it stands there.
    pub(crate) id: Option<&'a str>,
}

impl<'a> ResourcePath<'a> {
    /// Takes the target of a request apart. `None` if it is not about resources.
    pub(crate) fn of(target: &'a str) -> Option<Self> {
        let (prefix, path) = target.rsplit_once(RESOURCE)?;
        let (kind, id) = match path.split_once('/') {
            None => (path, None),
            Some((kind, id)) => (kind, Some(id)),
        };
        Some(Self { prefix, kind, id })
    }

    /// The type, if it is one.
    pub(crate) fn resource(self) -> Option<ResourceKind> {
        self.kind.parse().ok()
    }
}

/// The target of a request about a type, or about the resource of that id, below a prefix without a slash at its end.
pub(crate) fn resource_target(prefix: &str, kind: ResourceKind, id: Option<&str>) -> String {
    let path = format!("{prefix}{RESOURCE}{}", kind.as_str());
    match id {
        None => path,
        Some(id) => format!("{path}/{}", kfp_operator_sim::encode_id(id)),
    }
}

/// The operation that a request line is, whatever path the target's URL begins with.
pub(crate) fn operation(method: &str, target: &str) -> Option<(Operation, Option<ResourceKind>)> {
    if method == "GET" {
        return match target.rsplit('/').next()? {
            "livez" => Some((Operation::Livez, None)),
            "readyz" => Some((Operation::Readyz, None)),
            _ => None,
        };
    }
    let path = ResourcePath::of(target)?;
    let operation = match (method, path.id) {
        ("POST", None) => Operation::Create,
        ("PUT", Some(_)) => Operation::Update,
        ("DELETE", Some(_)) => Operation::Delete,
        _ => return None,
    };
    Some((operation, Some(path.resource()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_apart_as_they_are_made() {
        for prefix in ["", "/a/b"] {
            for id in [None, Some("a/b?c"), Some("..")] {
                let target = resource_target(prefix, ResourceKind::Run, id);
                let path = ResourcePath::of(&target).expect("about a resource");
                assert_eq!(
                    (path.prefix, path.resource()),
                    (prefix, Some(ResourceKind::Run))
                );
                let encoded = id.map(kfp_operator_sim::encode_id);
                assert_eq!(path.id.map(str::to_owned), encoded);
            }
        }
        let table = [
            ("/livez", None),
            ("/resource", None),
            ("/resource/nope/", Some(("nope", Some("")))),
            ("/resource/run/a/b", Some(("run", Some("a/b")))),
        ];
        for (target, expected) in table {
            let path = ResourcePath::of(target);
            assert_eq!(path.map(|path| (path.kind, path.id)), expected, "{target}");
        }
    }
}
