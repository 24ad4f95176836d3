//! Faults that refuse what every provider has to accept, and accept what it has to refuse.

use serde_json::Value;

use super::answer::{Flaw, Operation};
use super::behaviour::Switches;
use super::check::{Defect, Resource};
use super::{Fault, Variant};

/// Flaws that a fault overlooks.
const OVERLOOKED: &[(Fault, Operation, Flaw)] = &[
    (Fault::MalformedAccepted, Operation::Create, Flaw::Malformed),
    (
        Fault::GarbageAccepted,
        Operation::Create,
        Flaw::TrailingGarbage,
    ),
    (Fault::EmptyAccepted, Operation::Create, Flaw::EmptyBody),
    (Fault::NonObjectAccepted, Operation::Create, Flaw::NotObject),
    (
        Fault::WrongTypesAccepted,
        Operation::Create,
        Flaw::WrongTypes,
    ),
    (
        Fault::WrongResourceAccepted,
        Operation::Create,
        Flaw::WrongResource,
    ),
    (
        Fault::MissingNameAccepted,
        Operation::Create,
        Flaw::MissingName,
    ),
    (Fault::SlashesAccepted, Operation::Create, Flaw::BadName),
    (Fault::BadCronAccepted, Operation::Create, Flaw::BadCron),
    (
        Fault::PutMalformedAccepted,
        Operation::Update,
        Flaw::Malformed,
    ),
    (
        Fault::PutWrongResourceAccepted,
        Operation::Update,
        Flaw::WrongResource,
    ),
];

/// Whether a fault lets that flaw through.
pub(super) fn overlooked(switches: Switches<'_>, operation: Operation, flaw: Flaw) -> bool {
    OVERLOOKED
        .iter()
        .any(|(fault, on, what)| (*on, *what) == (operation, flaw) && switches.wrong(*fault))
}

/// A fault, and whether it sees something in a valid body that it cannot stand.
type Dislike = (Fault, fn(&Resource) -> bool);

const UNWANTED: &[Dislike] = &[
    (Fault::NamespaceRefused, |r| {
        is_experiment(r) && r.name.contains('/')
    }),
    (Fault::EnvArrayRefused, |r| {
        r.fields
            .pointer("/pipelineDefinition/env")
            .is_some_and(Value::is_array)
    }),
    (Fault::NullParametersRefused, |r| {
        r.fields.pointer("/pipelineDefinition/framework/parameters") == Some(&Value::Null)
    }),
    (Fault::DeepCompiledRefused, |r| {
        depth(r.compiled.as_bytes()) > 64
    }),
    (Fault::BigIntegerRefused, |r| {
        r.compiled
            .split(|c: char| !c.is_ascii_digit())
            .any(|digits| digits.len() >= 19)
    }),
    (Fault::EmptyScheduleRefused, |r| {
        r.fields.get("schedule").is_some_and(is_empty)
    }),
    (Fault::ScheduleWindowRefused, has_start),
    (Fault::TriggerRefused, |r| {
        let members = r.fields.get("triggerIndicator").and_then(Value::as_object);
        let empty = members.is_some_and(|members| members.values().all(|value| value == ""));
        empty && is_schedule(r)
    }),
    (Fault::EmptyNamesRefused, |r| {
        let empty = |name| r.fields.get(name).is_some_and(|value| value == "");
        is_schedule(r) && empty("experimentName") && empty("runConfigurationName")
    }),
    (Fault::OptionalsRequired, |r| {
        is_schedule(r)
            && ["parameters", "artifacts"]
                .iter()
                .all(|name| r.fields.get(name).is_none())
    }),
    (Fault::DottedNameRefused, |r| r.name.contains('.')),
    (Fault::BareVersionRefused, |r| {
        let version = r.text("/pipelineDefinition/version");
        !version.is_empty() && !version.contains('-')
    }),
    (Fault::EnvTwiceRefused, |r| {
        let mut names: Vec<&str> = env(r).map(|(name, _)| name).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        names.len() < all
    }),
    (Fault::EnvEmptyRefused, |r| {
        env(r).any(|(_, value)| value.is_empty())
    }),
    (Fault::EscapesRefused, |r| has(r, "\\u003c")),
    (Fault::SeparatorsRefused, |r| has(r, "\\u2028")),
    (Fault::BeyondBmpBreaks, |r| has(r, "\u{1d4b3}")),
    (Fault::FrameworkValuesRefused, |r| {
        framework(r).is_some_and(|parameters| parameters.contains("true"))
    }),
    (Fault::BigNumbersRefused, |r| {
        framework(r).is_some() && has(r, "18446744073709552000")
    }),
    (Fault::CompiledListBreaks, |r| r.compiled.starts_with('[')),
    (Fault::NullTimeRefused, |r| {
        r.fields.pointer("/schedule/startTime") == Some(&Value::Null)
    }),
    (Fault::NoVersionRefused, |r| {
        is_schedule(r)
            && r.fields
                .get("pipelineVersion")
                .is_some_and(|value| value == "")
    }),
    (Fault::EmptyKeyRefused, |r| {
        parameters(r).any(|(key, _)| key.is_empty())
    }),
    (Fault::EmptyParameterRefused, |r| {
        parameters(r).any(|(key, value)| !key.is_empty() && value == "")
    }),
    (Fault::ConfigurationRefused, |r| {
        !r.text("/runConfigurationName").is_empty()
    }),
    (Fault::ExperimentRefused, |r| {
        !r.text("/experimentName").is_empty()
    }),
    (Fault::TriggeredRefused, |r| {
        r.text("/triggerIndicator/type") == "runConfiguration"
    }),
    (Fault::EmptyDescriptionRefused, |r| {
        r.fields.get("description").is_some_and(|value| value == "")
    }),
    (Fault::UnknownFieldsRefused, has_unknown_members),
    (Fault::TrailingNewlineRefused, |r| {
        is_experiment(r) && r.bytes.ends_with(b"\n")
    }),
    (Fault::ArtifactIndexRefused, |r| {
        artifact_paths(r).any(|path| path.ends_with(|c: char| c.is_ascii_digit()))
    }),
    (Fault::ArtifactFilterRefused, |r| {
        artifact_paths(r).any(|path| path.ends_with(']'))
    }),
    (Fault::UnicodeRefused, |r| !r.bytes.is_ascii()),
    (Fault::WornOut, |r| r.name.contains("-robust-afterwards-")),
];

/// Faults about values that a provider may have reasons to refuse; they break down instead.
const VALUES: &[Fault] = &[
    Fault::NullParametersRefused,
    Fault::EmptyScheduleRefused,
    Fault::ScheduleWindowRefused,
    Fault::ArtifactIndexRefused,
    Fault::ArtifactFilterRefused,
    Fault::UnicodeRefused,
    Fault::BeyondBmpBreaks,
    Fault::CompiledListBreaks,
    Fault::WornOut,
];

/// The defect that a fault or variant sees in a valid body.
pub(super) fn unwanted(switches: Switches<'_>, resource: &Resource) -> Result<(), Defect> {
    if switches.odd(Variant::WordyRefusals) && has_start(resource) {
        return Err(Defect::new(
            Flaw::WrongTypes,
            "schedules with a start are not supported",
        ));
    }
    match UNWANTED
        .iter()
        .find(|(fault, sees)| switches.wrong(*fault) && sees(resource))
    {
        None => Ok(()),
        // A refusal of a value in words only shows that this provider has another taste.
        Some((fault, _)) if VALUES.contains(fault) => Err(Defect::new(
            Flaw::Unwanted,
            format!("internal error: {}", fault.as_str()),
        )),
        Some((fault, _)) => Err(Defect::new(
            Flaw::Convention,
            format!("not supported here: {}", fault.as_str()),
        )),
    }
}

fn is_schedule(resource: &Resource) -> bool {
    resource.fields.get("schedule").is_some()
}

fn is_experiment(resource: &Resource) -> bool {
    resource.fields.get("description").is_some()
}

fn has_start(resource: &Resource) -> bool {
    let start = resource.fields.pointer("/schedule/startTime");
    start.is_some_and(|start| !start.is_null())
}

fn has(resource: &Resource, text: &str) -> bool {
    let mut parts = resource.bytes.windows(text.len());
    parts.any(|part| part == text.as_bytes())
}

/// Names and values of the environment.
fn env(resource: &Resource) -> impl Iterator<Item = (&str, &str)> {
    let list = resource.fields.pointer("/pipelineDefinition/env");
    let entries = list.and_then(Value::as_array).into_iter().flatten();
    entries.filter_map(|entry| Some((entry.get("name")?.as_str()?, entry.get("value")?.as_str()?)))
}

fn parameters(resource: &Resource) -> impl Iterator<Item = (&String, &Value)> {
    let map = resource.fields.get("parameters").and_then(Value::as_object);
    map.into_iter().flatten()
}

/// The framework's parameters as text.
fn framework(resource: &Resource) -> Option<String> {
    let place = "/pipelineDefinition/framework/parameters";
    resource.fields.pointer(place).map(Value::to_string)
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(|members| members.is_empty())
}

fn has_unknown_members(resource: &Resource) -> bool {
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

fn artifact_paths(resource: &Resource) -> impl Iterator<Item = &str> {
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
