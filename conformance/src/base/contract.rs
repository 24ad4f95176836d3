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

/// The operation that a request line is, whatever path the target's URL begins with.
pub(crate) fn operation(method: &str, target: &str) -> Option<(Operation, Option<ResourceKind>)> {
    if method == "GET" {
        return match target.rsplit('/').next()? {
            "livez" => Some((Operation::Livez, None)),
            "readyz" => Some((Operation::Readyz, None)),
            _ => None,
        };
    }
    let (_, path) = target.rsplit_once("/resource/")?;
    let (kind, id) = match path.split_once('/') {
        None => (path, None),
        Some((kind, id)) => (kind, Some(id)),
    };
    let operation = match (method, id) {
        ("POST", None) => Operation::Create,
        ("PUT", Some(_)) => Operation::Update,
        ("DELETE", Some(_)) => Operation::Delete,
        _ => return None,
    };
    Some((operation, Some(kind.parse().ok()?)))
}
