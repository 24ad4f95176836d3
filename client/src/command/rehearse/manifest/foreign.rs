//! What is in a file beside the operator's resources.

use kfp_operator_sim::json::Json;
use kfp_operator_sim::{API_VERSION, CustomKind};

/// So many resources of one file are told by name.
const MAX_TOLD: usize = 5;

/// Whose a document is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The operator's, or meant to be.
    Operator,
    /// Another's: kind and name.
    Another(String),
    /// It is no resource: values of a chart, say.
    Nobody,
}

pub(super) fn owner(json: &Json) -> Owner {
    let text = |value: Option<&Json>| match value {
        Some(Json::String(text)) => Some(text.clone()),
        _ => None,
    };
    let group = |version: &str| version.split_once('/').map(|(group, _)| group.to_owned());
    let kind = text(json.get("kind"));
    let ours = |kind: &String| {
        CustomKind::ALL
            .iter()
            .any(|known| known.to_string() == *kind)
    };
    match (text(json.get("apiVersion")), kind) {
        (Some(version), _) if group(&version) == group(API_VERSION) => Owner::Operator,
        (Some(version), kind) => {
            let metadata = json.get("metadata");
            let name = text(metadata.and_then(|it| it.get("name"))).unwrap_or_default();
            let kind = kind.unwrap_or(version);
            Owner::Another(format!("{kind} {name}").trim_end().to_owned())
        }
        (None, Some(kind)) if ours(&kind) => Owner::Operator,
        (None, Some(kind)) if matches!(kind.as_str(), "Kustomization" | "Component") => {
            Owner::Another(kind)
        }
        (None, _) => Owner::Nobody,
    }
}

/// What is passed over in one file.
#[derive(Debug, Default)]
pub(super) struct PassedOver {
    named: Vec<String>,
    more: usize,
}

impl PassedOver {
    /// A resource, or something without a name, on a line.
    pub(super) fn add(&mut self, what: &str, line: u64) {
        if self.named.len() == MAX_TOLD {
            self.more += 1;
        } else {
            self.named.push(format!("{what} (line {line})"));
        }
    }

    /// The note, without the file.
    pub(super) fn told(&self) -> Option<String> {
        let named = self.named.join(", ");
        match (self.named.is_empty(), self.more) {
            (true, _) => None,
            (false, 0) => Some(format!(
                "passed over, since it is not the operator's: {named}"
            )),
            (false, more) => Some(format!(
                "passed over, since it is not the operator's: {named}, and {more} more"
            )),
        }
    }
}
