//! What the operator's own webhooks refuse beyond the resource definitions.

use super::rules::child;
use super::violation::Violation;
use crate::json::Json;
use crate::kind::CustomKind;

pub(super) fn check(kind: CustomKind, json: &Json, found: &mut Vec<Violation>) {
    let at = |path: &[&str]| {
        path.iter()
            .try_fold(json, |value, member| value.get(member))
    };
    match kind {
        CustomKind::Run => two_values(at(&["spec", "parameters"]), "/spec/parameters", found),
        CustomKind::RunConfiguration => {
            two_values(
                at(&["spec", "run", "parameters"]),
                "/spec/run/parameters",
                found,
            );
            let triggers = |member| items(at(&["spec", "triggers", member]));
            twice(
                "/spec/triggers/schedules",
                triggers("schedules"),
                cron_alone,
                found,
            );
            let trigger = |json: &Json| Some(json.to_string());
            twice(
                "/spec/triggers/onChange",
                triggers("onChange"),
                trigger,
                found,
            );
        }
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

/// No item may be there a second time. Those without a key are equal to none.
fn twice(
    pointer: &str,
    items: &[Json],
    key: impl Fn(&Json) -> Option<String>,
    found: &mut Vec<Violation>,
) {
    let keys: Vec<_> = items.iter().map(key).collect();
    for (index, key) in keys.iter().enumerate() {
        if key.is_some() && keys[..index].contains(key) {
            found.push(Violation::new(
                format!("{pointer}/{index}"),
                format!("{} is there twice", items[index]),
                "leave one out",
            ));
        }
    }
}

/// What schedules are compared by. The operator compares times by where they lie in memory, so that two schedules with
/// a time are never equal.
fn cron_alone(schedule: &Json) -> Option<String> {
    let given = |member| schedule.get(member).filter(|value| **value != Json::Null);
    if given("startTime").or(given("endTime")).is_some() {
        return None;
    }
    match given("cronExpression") {
        Some(Json::String(text)) => Some(text.clone()),
        _ => Some(String::new()),
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
