//! From schema to schema.

use std::collections::HashSet;

use super::tags::component;
use crate::spec::{At, OPAQUE, Spec, content, typed_schema};

/// The schemas directly inside a schema.
pub(crate) fn subschemas<'a>(schema: &At<'a>) -> Vec<At<'a>> {
    let mut inner: Vec<At<'a>> = schema
        .members("properties")
        .into_iter()
        .map(|(_, at)| at)
        .collect();
    inner.extend(["items", "not"].iter().filter_map(|key| schema.get(key)));
    inner.extend(
        schema
            .get("additionalProperties")
            .filter(|at| at.value.is_object()),
    );
    for key in ["oneOf", "anyOf", "allOf"] {
        inner.extend(schema.items(key));
    }
    inner
}

/// Every schema of the document, the inner ones included; references are not followed.
pub(crate) fn all<'a>(spec: &Spec<'a>) -> Vec<At<'a>> {
    let mut found = Found::default();
    let components = spec.at().get("components");
    for (_, schema) in components
        .map(|all| all.members("schemas"))
        .unwrap_or_default()
    {
        found.add(schema);
    }
    for operation in spec.operations() {
        let mut holders = spec.parameters(&operation);
        let responses = spec.responses(&operation).into_iter().map(|(_, at)| at);
        for holder in responses.chain(spec.body(&operation)) {
            let headers = holder.members("headers").into_iter();
            holders.extend(headers.filter_map(|(_, header)| spec.follow(header)));
            holders.extend(content(&holder).map(|(_, _, media)| media));
        }
        for schema in holders.iter().filter_map(|holder| holder.get("schema")) {
            found.add(schema);
        }
    }
    found.schemas
}

#[derive(Default)]
struct Found<'a> {
    schemas: Vec<At<'a>>,
    known: HashSet<String>,
}

impl<'a> Found<'a> {
    fn add(&mut self, schema: At<'a>) {
        if schema.reference().is_some() || !self.known.insert(schema.pointer.clone()) {
            return;
        }
        let inner = subschemas(&schema);
        self.schemas.push(schema);
        inner.into_iter().for_each(|inner| self.add(inner));
    }
}

/// The components that are referred to from inside of schemas, and those that responses carry.
pub(crate) fn parts<'a>(spec: &Spec<'a>, schemas: &[At<'a>]) -> HashSet<&'a str> {
    let operations = spec.operations();
    let responses = operations
        .iter()
        .flat_map(|operation| spec.responses(operation));
    let carried = responses.filter_map(|(_, response)| typed_schema(&response));
    let inner = schemas.iter().flat_map(subschemas);
    inner
        .chain(carried)
        .filter_map(|schema| component(&schema))
        .collect()
}

/// The type of a schema that stands for one text, number or flag; `None` for every other.
pub(crate) fn scalar<'a>(spec: &Spec<'a>, schema: At<'a>) -> Option<&'a str> {
    let mut schema = spec.follow(schema)?;
    for _ in 0..32 {
        let only = ["oneOf", "anyOf", "allOf"].iter().find_map(|key| {
            let mut branches = schema.items(key);
            (branches.len() == 1).then(|| branches.remove(0))
        });
        match only {
            Some(only) => schema = spec.follow(only)?,
            None => break,
        }
    }
    let enumerated = schema.get("enum").map(|_| "string");
    schema
        .text("type")
        .or(enumerated)
        .filter(|kind| matches!(*kind, "string" | "integer" | "number" | "boolean"))
        .filter(|_| !schema.flag("nullable") && !schema.flag(OPAQUE))
}

/// A text that can be any text.
pub(crate) fn is_plain_text(schema: &At<'_>) -> bool {
    let plain = |key: &String| matches!(key.as_str(), "type" | "description" | "example" | "title");
    schema.text("type") == Some("string") && schema.object().keys().all(plain)
}
