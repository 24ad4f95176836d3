//! Whether a body is a resource of its type.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::answer::Flaw;
use super::cron;

/// A body that passed.
#[derive(Clone, Debug, Default)]
pub(super) struct Resource {
    pub(super) name: String,
    /// All members but the compiled pipeline.
    pub(super) fields: Value,
    /// The compiled pipeline as it came: nothing in it is ours to understand.
    pub(super) compiled: String,
    /// The body as it came.
    pub(super) bytes: Vec<u8>,
}

impl Resource {
    /// What is left of a body that a fault lets through.
    pub(super) fn unreadable(name: String, bytes: &[u8]) -> Self {
        Self {
            name,
            fields: Value::Null,
            compiled: String::new(),
            bytes: bytes.to_vec(),
        }
    }

    /// A member as a string, empty if it is none.
    pub(super) fn text(&self, pointer: &str) -> &str {
        self.fields
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The version, which pipelines have inside their definition.
    pub(super) fn version(&self) -> &str {
        [
            self.text("/version"),
            self.text("/pipelineDefinition/version"),
        ]
        .into_iter()
        .find(|version| !version.is_empty())
        .unwrap_or_default()
    }
}

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Defect {
    pub(super) flaw: Flaw,
    pub(super) text: String,
}

impl Defect {
    pub(super) fn new(flaw: Flaw, text: impl Into<String>) -> Self {
        Self {
            flaw,
            text: text.into(),
        }
    }

    /// The best status for it.
    pub(super) fn status(&self) -> u16 {
        match self.flaw {
            Flaw::EmptyBody | Flaw::Malformed | Flaw::TrailingGarbage | Flaw::UnreadableId => 400,
            Flaw::UnknownType => 400,
            Flaw::Unwanted => 500,
            _ => 422,
        }
    }
}

/// Reads a body as a resource of that type.
pub(super) fn check(kind: &str, body: &[u8]) -> Result<Resource, Defect> {
    let mut members = members(body)?;
    let compiled = members
        .remove("compiledPipeline")
        .map(|raw| raw.get().to_owned());
    // A member that cannot be read (nesting, numbers out of range) is of no known type either.
    let fields: Map<String, Value> = members
        .iter()
        .map(|(key, raw)| {
            (
                key.clone(),
                serde_json::from_str(raw.get()).unwrap_or_default(),
            )
        })
        .collect();
    right_resource(kind, &fields)?;
    let definition = if kind == "pipeline" {
        definition(&fields)?
    } else {
        &fields
    };
    right_types(definition)?;
    names(kind, definition)?;
    schedule(&fields)?;
    let name = text(definition, "name").to_owned();
    let compiled = compiled.unwrap_or_default();
    Ok(Resource {
        name,
        fields: Value::Object(fields),
        compiled,
        bytes: body.to_vec(),
    })
}

/// The top-level members as JSON text: nothing below is parsed, so depth and numbers do not matter.
fn members(body: &[u8]) -> Result<BTreeMap<String, Box<RawValue>>, Defect> {
    let malformed = |why: String| Defect::new(Flaw::Malformed, format!("body is not JSON: {why}"));
    let body = std::str::from_utf8(body).map_err(|error| malformed(error.to_string()))?;
    if body.trim().is_empty() {
        return Err(Defect::new(Flaw::EmptyBody, "body is empty"));
    }
    let mut values = serde_json::Deserializer::from_str(body).into_iter::<&RawValue>();
    let first = match values.next() {
        Some(Ok(first)) => first,
        Some(Err(error)) => return Err(malformed(error.to_string())),
        None => return Err(malformed("it has no value".to_owned())),
    };
    if !body[values.byte_offset()..].trim().is_empty() {
        let text = "body has something after the JSON value";
        return Err(Defect::new(Flaw::TrailingGarbage, text));
    }
    if !first.get().starts_with('{') {
        return Err(Defect::new(Flaw::NotObject, "body is no JSON object"));
    }
    serde_json::from_str(first.get()).map_err(|error| malformed(error.to_string()))
}

/// What tells the types apart: members that one must have, and members that belong to others.
const MARKS: &[(&str, &[&str], &[&str])] = &[
    (
        "pipeline",
        &["pipelineDefinition"],
        &["pipelineName", "schedule"],
    ),
    (
        "run",
        &["pipelineName"],
        &["pipelineDefinition", "schedule"],
    ),
    (
        "runschedule",
        &["pipelineName", "schedule"],
        &["pipelineDefinition"],
    ),
    (
        "experiment",
        &[],
        &["pipelineDefinition", "pipelineName", "schedule"],
    ),
];

fn right_resource(kind: &str, fields: &Map<String, Value>) -> Result<(), Defect> {
    let wrong = |why: String| Err(Defect::new(Flaw::WrongResource, why));
    for (_, required, foreign) in MARKS.iter().filter(|(known, ..)| *known == kind) {
        if let Some(name) = required.iter().find(|name| !fields.contains_key(**name)) {
            return wrong(format!("a {kind} needs the member {name}"));
        }
        if let Some(name) = foreign.iter().find(|name| fields.contains_key(**name)) {
            return wrong(format!("a {kind} has no member {name}"));
        }
    }
    Ok(())
}

fn definition(fields: &Map<String, Value>) -> Result<&Map<String, Value>, Defect> {
    let definition = fields.get("pipelineDefinition").and_then(Value::as_object);
    definition.ok_or_else(|| Defect::new(Flaw::WrongTypes, "pipelineDefinition is no object"))
}

/// A member, what it has to be, and whether a value is that.
type Typed = (&'static str, &'static str, fn(&Value) -> bool);

const TYPES: &[Typed] = &[
    ("name", "a string", Value::is_string),
    ("version", "a string", Value::is_string),
    ("description", "a string", Value::is_string),
    ("image", "a string", Value::is_string),
    ("pipelineName", "a string", Value::is_string),
    ("pipelineVersion", "a string", Value::is_string),
    ("runConfigurationName", "a string", Value::is_string),
    ("experimentName", "a string", Value::is_string),
    ("framework", "an object", Value::is_object),
    ("env", "a list", |value| {
        value.is_array() || value.is_object()
    }),
    ("schedule", "an object", Value::is_object),
    ("triggerIndicator", "an object", Value::is_object),
    ("parameters", "an object of strings", |value| {
        value
            .as_object()
            .is_some_and(|entries| entries.values().all(Value::is_string))
    }),
    ("artifacts", "a list of objects", |value| {
        value
            .as_array()
            .is_some_and(|entries| entries.iter().all(Value::is_object))
    }),
];

/// Null counts as absent, as it does for the operator.
fn right_types(fields: &Map<String, Value>) -> Result<(), Defect> {
    for (name, wanted, is) in TYPES {
        if fields
            .get(*name)
            .is_some_and(|value| !value.is_null() && !is(value))
        {
            return Err(Defect::new(
                Flaw::WrongTypes,
                format!("{name} is not {wanted}"),
            ));
        }
    }
    Ok(())
}

/// `name` or `namespace/name`; all but a resource's own name and its pipeline's may be empty.
fn names(kind: &str, fields: &Map<String, Value>) -> Result<(), Defect> {
    let required: &[&str] = if kind.starts_with("run") {
        &["name", "pipelineName"]
    } else {
        &["name"]
    };
    for member in required {
        if text(fields, member).is_empty() {
            return Err(Defect::new(
                Flaw::MissingName,
                format!("a {kind} needs a {member}"),
            ));
        }
    }
    for member in [
        "name",
        "pipelineName",
        "runConfigurationName",
        "experimentName",
    ] {
        let value = text(fields, member);
        let parts: Vec<&str> = value.split('/').collect();
        if parts.len() > 2 || (parts.len() == 2 && parts.contains(&"")) {
            let text = format!("{member} {} is not namespace/name", shortened(value));
            return Err(Defect::new(Flaw::BadName, text));
        }
    }
    Ok(())
}

fn schedule(fields: &Map<String, Value>) -> Result<(), Defect> {
    let expression = fields
        .get("schedule")
        .and_then(|schedule| schedule.get("cronExpression"));
    match expression {
        None | Some(Value::Null) => Ok(()),
        Some(Value::String(text)) if cron::is_expression(text) => Ok(()),
        Some(Value::String(text)) => {
            let text = format!("schedule {} is no cron expression", shortened(text));
            Err(Defect::new(Flaw::BadCron, text))
        }
        Some(_) => Err(Defect::new(
            Flaw::WrongTypes,
            "cronExpression is not a string",
        )),
    }
}

fn text<'a>(fields: &'a Map<String, Value>, member: &str) -> &'a str {
    fields
        .get(member)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// What a message may repeat of a value from outside.
pub(super) fn shortened(value: &str) -> String {
    const LENGTH: usize = 200;
    let mut text: String = value.chars().take(LENGTH).collect();
    if text.len() < value.len() {
        text.push('…');
    }
    format!("`{text}`")
}
