//! How to help resources that are already in trouble.

use kfp_operator_sim::ResourceKind;
use serde::Serialize;

use super::effect::Effect;

/// Something to do by hand.
#[derive(Debug, Serialize)]
pub(crate) struct Step {
    pub(crate) text: &'static str,
    /// A command for it; words in capitals are for the reader to replace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) command: Option<String>,
}

/// What helps resources that are already in trouble. The provider has to be mended first.
pub(super) fn steps(effect: Effect, kind: Option<ResourceKind>) -> Vec<Step> {
    let kind = kind.unwrap_or(ResourceKind::Pipeline);
    let resource = format!("{}s.pipelines.kubeflow.org", kind.as_str());
    let step = |text, command| Step { text, command };
    let list = |state: &str| {
        Some(format!(
            "kubectl get {resource} --all-namespaces -o custom-columns='\
             NAMESPACE:.metadata.namespace,NAME:.metadata.name,\
             STATE:.status.conditions[0].reason,ID:.status.provider.id,\
             DELETED:.metadata.deletionTimestamp' | grep -E 'STATE|{state}'"
        ))
    };
    match effect {
        Effect::Stuck => vec![
            step("See which resources are stuck.", list("Deleting")),
            step(
                "Remove what they stand for from the orchestrator, if it is still there. The operator sends no second DELETE.",
                Some(format!(
                    "curl --request DELETE 'PROVIDER-URL/resource/{}/ID'",
                    kind.as_str()
                )),
            ),
            step(
                "Release the finalizer. The test keeps any other finalizer safe: if one stands first, use its place instead of 0.",
                Some(format!(
                    "kubectl patch {resource} NAME --namespace NAMESPACE --type json --patch '[\
                     {{\"op\":\"test\",\"path\":\"/metadata/finalizers/0\",\"value\":\"finalizer.pipelines.kubeflow.org\"}},\
                     {{\"op\":\"remove\",\"path\":\"/metadata/finalizers/0\"}}]'"
                )),
            ),
        ],
        Effect::Forgotten => vec![
            step("See which resources have no id.", list("Failed")),
            step(
                "Find the id in the orchestrator and write it back, so that the next change updates instead of creating once more.",
                Some(format!(
                    "kubectl patch {resource} NAME --namespace NAMESPACE --subresource status --type merge \
                     --patch '{{\"status\":{{\"provider\":{{\"id\":\"ID\"}}}}}}'"
                )),
            ),
            step(
                "Delete duplicates in the orchestrator by hand: the operator does not know them.",
                None,
            ),
        ],
        Effect::Failed => vec![
            step("See which resources have failed.", list("Failed")),
            step(
                "Change something in their spec: the operator never tries an unchanged one again.",
                None,
            ),
        ],
        Effect::Operator | Effect::Clients | Effect::Advice => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_stuck_is_told_how_to_get_out() {
        let steps = steps(Effect::Stuck, Some(ResourceKind::RunSchedule));
        let commands: Vec<&str> = steps
            .iter()
            .filter_map(|step| step.command.as_deref())
            .collect();
        let all = commands.join("\n");
        for part in [
            "kubectl get runschedules.pipelines.kubeflow.org",
            "resource/runschedule/ID",
            r#""value":"finalizer.pipelines.kubeflow.org""#,
            r#""op":"remove","path":"/metadata/finalizers/0""#,
        ] {
            assert!(all.contains(part), "{part}: {all}");
        }
    }
}
