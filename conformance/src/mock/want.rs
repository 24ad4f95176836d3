//! Faults that refuse what every provider has to accept, and accept what it has to refuse.

use serde_json::Value;

use super::Variant;
use super::answer::{Flaw, Operation};
use super::behaviour::Switches;
use super::check::{Defect, Resource};
use super::effect::Effect;

/// Whether a fault lets that flaw through.
pub(super) fn overlooked(switches: Switches<'_>, operation: Operation, flaw: Flaw) -> bool {
    switches.wrongs().any(|(_, effect)| {
        matches!(effect, Effect::Overlook(on, what) if (*on, *what) == (operation, flaw))
    })
}

/// The defect that a fault or variant sees in a valid body.
pub(super) fn unwanted(switches: Switches<'_>, resource: &Resource) -> Result<(), Defect> {
    if switches.odd(Variant::WordyRefusals) && has_start(resource) {
        return Err(Defect::new(
            Flaw::WrongTypes,
            "schedules with a start are not supported",
        ));
    }
    let defect = switches.wrongs().find_map(|(name, effect)| match effect {
        Effect::Break(sees) if sees(resource) => Some(Defect::new(
            Flaw::Unwanted,
            format!("internal error: {name}"),
        )),
        Effect::Refuse(sees) if sees(resource) => Some(Defect::new(
            Flaw::Convention,
            format!("not supported here: {name}"),
        )),
        _ => None,
    });
    defect.map_or(Ok(()), Err)
}

pub(super) fn has_empty_trigger(resource: &Resource) -> bool {
    let members = resource
        .fields
        .get("triggerIndicator")
        .and_then(Value::as_object);
    let empty = members.is_some_and(|members| members.values().all(|value| value == ""));
    empty && is_schedule(resource)
}

pub(super) fn has_empty_names(resource: &Resource) -> bool {
    let empty = |name| is_text(resource, name, "");
    is_schedule(resource) && empty("experimentName") && empty("runConfigurationName")
}

pub(super) fn has_bare_version(resource: &Resource) -> bool {
    let version = resource.text("/pipelineDefinition/version");
    !version.is_empty() && !version.contains('-')
}

pub(super) fn repeats_env(resource: &Resource) -> bool {
    let mut names: Vec<&str> = env(resource).map(|(name, _)| name).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    names.len() < all
}

pub(super) fn lacks_optionals(resource: &Resource) -> bool {
    let lacks = |name: &&str| resource.fields.get(name).is_none();
    is_schedule(resource) && ["parameters", "artifacts"].iter().all(lacks)
}

/// Whether a member is that text.
pub(super) fn is_text(resource: &Resource, name: &str, text: &str) -> bool {
    resource.fields.get(name).is_some_and(|value| value == text)
}

pub(super) fn is_schedule(resource: &Resource) -> bool {
    resource.fields.get("schedule").is_some()
}

pub(super) fn is_experiment(resource: &Resource) -> bool {
    resource.fields.get("description").is_some()
}

pub(super) fn has_start(resource: &Resource) -> bool {
    let start = resource.fields.pointer("/schedule/startTime");
    start.is_some_and(|start| !start.is_null())
}

pub(super) fn has(resource: &Resource, text: &str) -> bool {
    let mut parts = resource.bytes.windows(text.len());
    parts.any(|part| part == text.as_bytes())
}

/// Names and values of the environment.
pub(super) fn env(resource: &Resource) -> impl Iterator<Item = (&str, &str)> {
    let list = resource.fields.pointer("/pipelineDefinition/env");
    let entries = list.and_then(Value::as_array).into_iter().flatten();
    entries.filter_map(|entry| Some((entry.get("name")?.as_str()?, entry.get("value")?.as_str()?)))
}

pub(super) fn parameters(resource: &Resource) -> impl Iterator<Item = (&String, &Value)> {
    let map = resource.fields.get("parameters").and_then(Value::as_object);
    map.into_iter().flatten()
}

/// The framework's parameters as text.
pub(super) fn framework(resource: &Resource) -> Option<String> {
    let place = "/pipelineDefinition/framework/parameters";
    resource.fields.pointer(place).map(Value::to_string)
}

pub(super) fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(|members| members.is_empty())
}

pub(super) fn has_unknown_members(resource: &Resource) -> bool {
    const KNOWN: &[&str] = &[
        "pipelineDefinition",
        "name",
        "version",
        "image",
        "env",
        "framework",
        "description",
        "pipelineName",
        "pipelineVersion",
        "runConfigurationName",
        "experimentName",
        "schedule",
        "parameters",
        "artifacts",
        "triggerIndicator",
    ];
    let unknown = |value: Option<&Value>| {
        let mut keys = value
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(|object| object.keys());
        keys.any(|key| !KNOWN.contains(&key.as_str()))
    };
    unknown(Some(&resource.fields)) || unknown(resource.fields.get("pipelineDefinition"))
}

pub(super) fn artifact_paths(resource: &Resource) -> impl Iterator<Item = &str> {
    let artifacts = resource.fields.get("artifacts").and_then(Value::as_array);
    let paths = artifacts
        .into_iter()
        .flatten()
        .filter_map(|artifact| artifact.get("path"));
    paths.filter_map(Value::as_str)
}

/// How deep arrays and objects are nested in a JSON text.
pub(super) fn depth(json: &[u8]) -> usize {
    let (mut open, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => open += 1,
            b']' | b'}' if !quoted => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    deepest
}
