//! Schemas inside of others, taken out and named.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::simple::simple;
use crate::names::{common_ending, pascal, singular};
use crate::schema::bounds::is_bounded;
use crate::schema::kind::{is_empty_object, is_opaque};
use crate::schema::merge::{is_sum, merged};
use crate::spec::{At, OPAQUE, Spec, typed_schema};

/// The document in its normal form.
pub(crate) struct Normal {
    pub(crate) root: Value,
    /// The component that stands for every opaque schema, if there is one.
    pub(crate) opaque: Option<String>,
}

/// Schemas that were found inside others, waiting for a name.
pub(super) struct Hoist<'a> {
    spec: Spec<'a>,
    /// By structure without its prose: schemas that differ in words only are one type.
    known: BTreeMap<String, usize>,
    found: Vec<Found>,
    taken: BTreeSet<String>,
}

struct Found {
    schema: Value,
    /// What it would be called at each place where it was found.
    candidates: Vec<String>,
    opaque: bool,
}

impl<'a> Hoist<'a> {
    pub(super) fn new(spec: Spec<'a>) -> Self {
        let components = spec
            .root
            .pointer("/components/schemas")
            .and_then(Value::as_object);
        let taken = components
            .into_iter()
            .flat_map(|all| all.keys())
            .map(|name| pascal(name));
        Self {
            spec,
            known: BTreeMap::new(),
            found: Vec::new(),
            taken: taken.collect(),
        }
    }

    pub(super) fn content(&mut self, holder: &mut Value, hint: &str) {
        let at = At {
            pointer: String::new(),
            value: holder,
        };
        let Some(pointer) = typed_schema(&at).map(|schema| schema.pointer) else {
            return;
        };
        let Some(schema) = holder.pointer_mut(&pointer) else {
            return;
        };
        let inner = self.inside(schema, hint);
        *schema = if inner.get("$ref").is_some() {
            inner
        } else {
            self.hoist(inner, hint)
        };
    }

    /// A parameter or header needs a type of its own unless it is plain text, a number or a flag,
    /// or a list of such.
    pub(super) fn parameter(&mut self, schema: &Value, hint: &str) -> Value {
        let schema = self.inside(schema, hint);
        let numeric = matches!(
            schema.get("type").and_then(Value::as_str),
            Some("integer" | "number")
        );
        let plain = |key: &String| match key.as_str() {
            "type" | "description" | "example" | "title" | "items" | "default" => true,
            "format" => numeric,
            _ => false,
        };
        let stays = schema.get("$ref").is_some()
            || schema
                .as_object()
                .is_some_and(|members| members.keys().all(plain));
        if stays {
            schema
        } else {
            self.hoist(schema, hint)
        }
    }

    /// A schema with everything inside it hoisted that needs a name; itself it stays in place.
    pub(super) fn inside(&mut self, schema: &Value, hint: &str) -> Value {
        let mut schema = self.written_out(schema);
        if is_opaque(&schema) {
            return schema;
        }
        if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
            for (name, property) in properties {
                *property = self.placed(property, &nested(hint, name));
            }
        }
        let bounded = is_bounded(&schema);
        if let Some(items) = schema.get_mut("items") {
            *items = self.part(items, &singular(hint), bounded);
        }
        if let Some(values) = schema
            .get_mut("additionalProperties")
            .filter(|value| value.is_object())
        {
            *values = self.part(values, &format!("{hint}Value"), bounded);
        }
        for key in ["oneOf", "anyOf", "allOf"] {
            for (index, branch) in schema
                .get_mut(key)
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten()
                .enumerate()
            {
                *branch = self.placed(branch, &format!("{hint}Variant{}", index + 1));
            }
        }
        schema
    }

    /// The schema without choices of one and without `allOf` of several.
    fn written_out(&self, schema: &Value) -> Value {
        if is_sum(schema) {
            let at = At {
                pointer: String::new(),
                value: schema,
            };
            // The checks have seen to it that there is a sum.
            if let Ok(object) = merged(&self.spec, &at) {
                return object;
            }
        }
        simple(schema)
    }

    /// A part of a bounded type, which we write: its type must be one that can be named.
    fn part(&mut self, schema: &Value, hint: &str, named: bool) -> Value {
        let schema = self.placed(schema, hint);
        let plain = |key: &String| matches!(key.as_str(), "type" | "description" | "example");
        let scalar = schema
            .get("type")
            .and_then(Value::as_str)
            .is_some_and(|kind| !matches!(kind, "array" | "object"));
        let nameable = schema.get("$ref").is_some()
            || (scalar && schema.as_object().is_some_and(|all| all.keys().all(plain)));
        if named && !nameable {
            self.hoist(schema, hint)
        } else {
            schema
        }
    }

    fn placed(&mut self, schema: &Value, hint: &str) -> Value {
        let mut schema = self.inside(schema, hint);
        if !needs_name(&schema) {
            return schema;
        }
        // A type with a name is never null; what stands in its place may be.
        let null = schema
            .as_object_mut()
            .and_then(|members| members.shift_remove("nullable"));
        let reference = self.hoist(schema, hint);
        if null == Some(Value::Bool(true)) {
            json!({ "nullable": true, "allOf": [reference] })
        } else {
            reference
        }
    }

    fn hoist(&mut self, schema: Value, hint: &str) -> Value {
        let opaque = is_opaque(&schema);
        let title = schema.get("title").and_then(Value::as_str);
        let candidate = title.map_or_else(|| hint.to_owned(), pascal);
        let structure = if opaque {
            OPAQUE.to_owned()
        } else {
            without_prose(&schema).to_string()
        };
        let next = self.found.len();
        let index = *self.known.entry(structure).or_insert(next);
        if index == next {
            self.found.push(Found {
                schema,
                candidates: Vec::new(),
                opaque,
            });
        }
        self.found[index].candidates.push(candidate);
        json!({ "$ref": placeholder(index) })
    }

    /// Gives every found schema its name and puts it among the components.
    pub(super) fn settle(mut self, mut root: Value) -> Normal {
        let mut opaque = None;
        let found = std::mem::take(&mut self.found);
        let names: Vec<String> = found.iter().map(|found| self.name(found)).collect();
        let reference = |name: &String| format!("#/components/schemas/{name}");
        for (
            name,
            Found {
                schema,
                opaque: is_opaque,
                ..
            },
        ) in names.iter().zip(found)
        {
            if is_opaque {
                opaque = Some(name.clone());
            }
            root["components"]["schemas"][name] = schema;
        }
        replace_placeholders(&mut root, &names.iter().map(reference).collect::<Vec<_>>());
        Normal { root, opaque }
    }

    fn name(&mut self, found: &Found) -> String {
        let mut distinct = found.candidates.clone();
        distinct.dedup();
        let shared = if found.opaque {
            "Opaque".to_owned()
        } else {
            common_ending(&distinct)
        };
        let first = pascal(&distinct[0]);
        let numbered = (2..).map(|number| format!("{first}{number}"));
        let free = [shared, first.clone()]
            .into_iter()
            .filter(|name| !name.is_empty())
            .chain(numbered);
        let name = free
            .into_iter()
            .find(|name| !self.taken.contains(name))
            .unwrap_or(first);
        self.taken.insert(name.clone());
        name
    }
}

fn placeholder(index: usize) -> String {
    format!("#/placeholder/{index}")
}

fn replace_placeholders(value: &mut Value, references: &[String]) {
    match value {
        Value::Object(members) => {
            for (key, member) in members.iter_mut() {
                let index = member
                    .as_str()
                    .and_then(|text| text.strip_prefix("#/placeholder/"));
                match index
                    .and_then(|index| index.parse::<usize>().ok())
                    .and_then(|i| references.get(i))
                {
                    Some(reference) if key == "$ref" => *member = Value::from(reference.as_str()),
                    _ => replace_placeholders(member, references),
                }
            }
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| replace_placeholders(item, references)),
        _ => {}
    }
}

fn needs_name(schema: &Value) -> bool {
    let branches = |key: &str| {
        schema
            .get(key)
            .and_then(Value::as_array)
            .is_some_and(|b| b.len() > 1)
    };
    let has = |key: &str| schema.get(key).is_some();
    let constrained = schema.get("type").and_then(Value::as_str) == Some("string")
        && (has("pattern") || has("minLength") || has("maxLength"));
    let choice = branches("oneOf") || branches("anyOf") || branches("allOf");
    is_opaque(schema)
        || is_empty_object(schema)
        || is_bounded(schema)
        || has("properties")
        || has("enum")
        || constrained
        || choice
}

/// `Pipeline` + `pipelineDefinition` is `PipelineDefinition`; `Run` + `artifacts` is `RunArtifacts`.
fn nested(parent: &str, property: &str) -> String {
    let name = pascal(property);
    let repeated = name
        .strip_prefix(parent)
        .is_some_and(|rest| rest.starts_with(char::is_uppercase));
    if repeated {
        name
    } else {
        format!("{parent}{name}")
    }
}

fn without_prose(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let prose = |key: &str, value: &Value| {
                (matches!(key, "description" | "title") && value.is_string()) || key == "example"
            };
            let kept = members.iter().filter(|(key, value)| !prose(key, value));
            Value::Object(
                kept.map(|(key, value)| (key.clone(), without_prose(value)))
                    .collect(),
            )
        }
        other => other.clone(),
    }
}
