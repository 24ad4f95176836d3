//! Schemas inside of others, taken out and named.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::simple::simple;
use crate::api::{Additional, Content, Named, Operation, Placed, Schema, Schemas};
use crate::names::{common_ending, pascal, singular};
use crate::schema::bounds::is_bounded;
use crate::schema::merge::{is_sum, merged};
use crate::schema::walk::inside_mut;
use crate::spec::{Media, OPAQUE};

/// Schemas that were found inside others, waiting for a name.
pub(super) struct Hoist<'a> {
    schemas: &'a Schemas,
    /// By structure without its prose: schemas that differ in words only are one type.
    known: BTreeMap<String, usize>,
    found: Vec<Found>,
    taken: BTreeSet<String>,
}

struct Found {
    schema: Schema,
    /// What it would be called at each place where it was found.
    candidates: Vec<String>,
    opaque: bool,
}

impl<'a> Hoist<'a> {
    pub(super) fn new(schemas: &'a Schemas) -> Self {
        let taken = schemas.all().iter().map(|(name, _)| pascal(name));
        Self {
            schemas,
            known: BTreeMap::new(),
            found: Vec::new(),
            taken: taken.collect(),
        }
    }

    /// The schema of a body that is a typed value.
    pub(super) fn content(&mut self, content: &mut [Content], hint: &str) {
        let [
            Content {
                media: Some(Media::Json | Media::Form),
                schema: Some(schema),
                ..
            },
            ..,
        ] = content
        else {
            return;
        };
        let inner = self.inside(schema, hint);
        *schema = if inner.reference.is_some() {
            inner
        } else {
            self.hoist(inner, hint)
        };
    }

    /// A parameter or header needs a type of its own unless it is plain text, a number or a flag,
    /// or a list of such.
    pub(super) fn parameter(&mut self, schema: &Schema, hint: &str) -> Schema {
        let schema = self.inside(schema, hint);
        let mut plain = vec![
            "type",
            "description",
            "example",
            "title",
            "items",
            "default",
        ];
        if matches!(schema.kind(), Some("integer" | "number")) {
            plain.push("format");
        }
        if schema.reference.is_some() || schema.has_only(&plain) {
            schema
        } else {
            self.hoist(schema, hint)
        }
    }

    /// A schema with everything inside it hoisted that needs a name; itself it stays in place.
    pub(super) fn inside(&mut self, schema: &Schema, hint: &str) -> Schema {
        let mut schema = self.written_out(schema);
        if schema.is_opaque() {
            return schema;
        }
        for (name, property) in schema.properties.iter_mut().flat_map(|all| all.iter_mut()) {
            *property = self.placed(property, &nested(hint, name));
        }
        let bounded = is_bounded(&schema);
        if let Some(items) = &mut schema.items {
            ***items = self.part(items, &singular(hint), bounded);
        }
        if let Some(Additional::Of(values)) = schema.additional.as_deref_mut() {
            *values = self.part(values, &format!("{hint}Value"), bounded);
        }
        for branches in [&mut schema.one_of, &mut schema.any_of, &mut schema.all_of] {
            let branches = branches.iter_mut().flat_map(|all| all.iter_mut());
            for (index, branch) in branches.enumerate() {
                *branch = self.placed(branch, &format!("{hint}Variant{}", index + 1));
            }
        }
        schema
    }

    /// The schema without choices of one and without `allOf` of several.
    fn written_out(&self, schema: &Schema) -> Schema {
        let sum = is_sum(schema).then(|| merged(self.schemas, schema));
        match sum {
            Some(Ok(object)) => object,
            // The checks have seen to it that there is a sum.
            Some(Err(_)) | None => simple(schema),
        }
    }

    /// A part of a bounded type, which we write: its type must be one that can be named.
    fn part(&mut self, schema: &Schema, hint: &str, named: bool) -> Schema {
        let schema = self.placed(schema, hint);
        let scalar = schema
            .kind()
            .is_some_and(|kind| !matches!(kind, "array" | "object"));
        let plain = scalar && schema.has_only(&["type", "description", "example"]);
        if named && schema.reference.is_none() && !plain {
            self.hoist(schema, hint)
        } else {
            schema
        }
    }

    fn placed(&mut self, schema: &Schema, hint: &str) -> Schema {
        let mut schema = self.inside(schema, hint);
        if !needs_name(&schema) {
            return schema;
        }
        // A type with a name is never null; what stands in its place may be.
        let nullable = schema.nullable.take();
        let reference = self.hoist(schema, hint);
        match nullable {
            Some(nullable) if *nullable => Schema {
                nullable: Some(nullable),
                all_of: Some(Placed::made(vec![reference])),
                ..Schema::default()
            },
            _ => reference,
        }
    }

    fn hoist(&mut self, schema: Schema, hint: &str) -> Schema {
        let opaque = schema.is_opaque();
        let title = schema.title.as_ref();
        let candidate = title.map_or_else(|| hint.to_owned(), |title| pascal(title));
        let structure = if opaque {
            OPAQUE.to_owned()
        } else {
            without_prose(&schema.json()).to_string()
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
        Schema {
            reference: Some(Placed::made(placeholder(index))),
            ..Schema::default()
        }
    }

    /// Gives every found schema its name and puts it among the components. Returns the name of the one that is opaque.
    pub(super) fn settle(
        mut self,
        operations: &mut [Operation],
        components: &mut Named,
    ) -> Option<String> {
        let mut opaque = None;
        let found = std::mem::take(&mut self.found);
        let names: Vec<String> = found.iter().map(|found| self.name(found)).collect();
        for (name, found) in names.iter().zip(found) {
            if found.opaque {
                opaque = Some(name.clone());
            }
            components.push((name.clone(), found.schema));
        }
        let holders = operations.iter_mut().flat_map(Operation::schemas_mut);
        let components = components.iter_mut().map(|(_, schema)| schema);
        for schema in components.chain(holders) {
            replace_placeholders(schema, &names);
        }
        opaque
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

const PLACEHOLDER: &str = "#/placeholder/";

fn placeholder(index: usize) -> String {
    format!("{PLACEHOLDER}{index}")
}

fn replace_placeholders(schema: &mut Schema, names: &[String]) {
    let reference = schema.reference.as_ref();
    let index = reference.and_then(|reference| reference.strip_prefix(PLACEHOLDER)?.parse().ok());
    if let Some(name) = index.and_then(|index: usize| names.get(index)) {
        *schema = Schema::to(name);
    }
    for inner in inside_mut(schema) {
        replace_placeholders(inner, names);
    }
}

fn needs_name(schema: &Schema) -> bool {
    let constrained = schema.kind() == Some("string")
        && (schema.pattern.is_some() || schema.min_length.is_some() || schema.max_length.is_some());
    let branches = [schema.one_of(), schema.any_of(), schema.all_of()];
    let choice = branches.iter().any(|branches| branches.len() > 1);
    schema.is_opaque()
        || schema.is_empty_object()
        || is_bounded(schema)
        || schema.properties.is_some()
        || schema.values.is_some()
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
