//! What the operator's own webhooks refuse beyond the resource definitions.

use super::Violation;
use super::rules::child;
use crate::custom::CustomKind;
use crate::json::Json;

pub(super) fn check(kind: CustomKind, json: &Json, found: &mut Vec<Violation>) {
    let at = |path: &[&str]| {
        path.iter()
            .try_fold(json, |value, member| value.get(member))
    };
    match kind {
        CustomKind::Run => two_values(at(&["spec", "parameters"]), "/spec/parameters", found),
        CustomKind::RunConfiguration => two_values(
            at(&["spec", "run", "parameters"]),
            "/spec/run/parameters",
            found,
        ),
        CustomKind::Provider => reserved_variables(at(&["spec", "podTemplateEnv"]), found),
        CustomKind::Experiment | CustomKind::Pipeline | CustomKind::RunSchedule => {}
    }
}

/// A parameter has a value or a place to take it from.
fn two_values(parameters: Option<&Json>, pointer: &str, found: &mut Vec<Violation>) {
    for (index, parameter) in items(parameters).iter().enumerate() {
        let value = matches!(parameter.get("value"), Some(Json::String(text)) if !text.is_empty());
        if value && parameter.get("valueFrom").is_some() {
            found.push(Violation::new(
                format!("{pointer}/{index}"),
                "both value and valueFrom are given",
                "leave one out",
            ));
        }
    }
}

/// The operator sets these itself.
fn reserved_variables(env: Option<&Json>, found: &mut Vec<Violation>) {
    for (index, variable) in items(env).iter().enumerate() {
        let Some(Json::String(name)) = variable.get("name") else {
            continue;
        };
        let upper = name.to_uppercase();
        if matches!(upper.as_str(), "PROVIDERNAME" | "PIPELINEROOTSTORAGE")
            || upper.starts_with("PARAMETERS_")
        {
            found.push(Violation::new(
                child(&format!("/spec/podTemplateEnv/{index}"), "name"),
                format!("{name:?} is set by the operator"),
                "use spec.parameters or spec.pipelineRootStorage, or another name",
            ));
        }
    }
}

fn items(value: Option<&Json>) -> &[Json] {
    match value {
        Some(Json::Array(items)) => items,
        _ => &[],
    }
}
