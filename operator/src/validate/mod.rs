//! What the API server and the operator's webhooks refuse, in our own rules.

mod rules;
mod tables;
mod violation;
mod webhooks;

use crate::json::Json;
use crate::kind::{API_VERSION, CustomKind};
pub use violation::Violation;

use rules::{Rule, check, prune};

/// The kind of a resource.
pub(crate) fn kind(json: &Json) -> Result<CustomKind, Violation> {
    let Json::Object(_) = json else {
        return Err(Violation::new(
            "",
            "not an object",
            "a resource has apiVersion, kind, metadata and spec",
        ));
    };
    let text = |member| match json.get(member) {
        Some(Json::String(text)) => Ok(text.as_str()),
        _ => Err(Violation::new(
            format!("/{member}"),
            "missing, or not a text",
            format!("every resource has it, such as apiVersion: {API_VERSION} and kind: Pipeline"),
        )),
    };
    let version = text("apiVersion")?;
    if version != API_VERSION {
        return Err(Violation::new(
            "/apiVersion",
            format!("{version:?} is not understood"),
            format!("only {API_VERSION} is"),
        ));
    }
    let kind = text("kind")?;
    CustomKind::ALL
        .into_iter()
        .find(|known| known.to_string() == kind)
        .ok_or_else(|| {
            let known: Vec<_> = CustomKind::ALL.iter().map(ToString::to_string).collect();
            Violation::new(
                "/kind",
                format!("{kind:?} is none of the operator's kinds"),
                format!("one of {}", known.join(", ")),
            )
        })
}

/// A resource without null where a field may be left out, as the API server validates it.
///
/// # Errors
/// A number that nothing in front of the API server takes.
pub(crate) fn pruned(kind: CustomKind, json: &Json) -> Result<Json, Violation> {
    if let Some((pointer, number)) = json.unheld_number() {
        return Err(Violation::new(
            pointer,
            format!("number {} is beyond what a 64-bit float holds", number.0),
            "write it as a text, in quotes",
        ));
    }
    let mut json = json.clone();
    prune(&resource(kind), &mut json);
    Ok(json)
}

/// Everything that is wrong with a resource of a kind.
pub(crate) fn validate(kind: CustomKind, json: &Json) -> Vec<Violation> {
    let mut violations = Vec::new();
    check(&resource(kind), json, "", &mut violations);
    webhooks::check(kind, json, &mut violations);
    violations
}

fn resource(kind: CustomKind) -> Rule {
    Rule::Object(match kind {
        CustomKind::Provider => tables::PROVIDER,
        CustomKind::Experiment => tables::EXPERIMENT,
        CustomKind::Pipeline => tables::PIPELINE,
        CustomKind::RunConfiguration => tables::RUN_CONFIGURATION,
        CustomKind::RunSchedule => tables::RUN_SCHEDULE,
        CustomKind::Run => tables::RUN,
    })
}

#[cfg(test)]
mod tests;
