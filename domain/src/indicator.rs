//! Why a run exists.

use serde::{Deserialize, Serialize};

/// What made a run or a schedule: its three texts are always sent, and each may be empty.
///
/// Types in use are `onChangePipeline`, `onChangeRunSpec`, `runConfiguration` and `schedule`; a provider should accept
/// any other.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TriggerIndicator {
    /// The kind of trigger; empty for a run that a person made.
    #[serde(rename = "type")]
    pub kind: String,
    /// The name of the resource that triggered.
    pub source: String,
    /// The namespace of that resource; may be empty even when the source is not.
    pub source_namespace: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_members_are_written() {
        let written = serde_json::to_string(&TriggerIndicator::default()).expect("json");
        assert_eq!(written, r#"{"type":"","source":"","sourceNamespace":""}"#);
        assert_eq!(
            serde_json::from_str::<TriggerIndicator>("{}").expect("empty"),
            TriggerIndicator::default()
        );
    }
}
