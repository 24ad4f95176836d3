//! One error type for a client method.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::names::pascal;
use crate::schema::kind::reference;
use crate::spec::{JSON, Spec};

/// Gives every operation that is named a single error type, as progenitor's methods can return
/// only one: where the document declares several, an object with all of their members. Returns
/// the new components.
pub(crate) fn unify_errors(root: &mut Value, operations: &[&str]) -> Vec<(String, Value)> {
    let original = root.clone();
    let spec = Spec { root: &original };
    let operations: HashSet<&str> = operations.iter().copied().collect();
    let known = original
        .pointer("/components/schemas")
        .and_then(Value::as_object);
    let mut taken: HashSet<String> = known
        .into_iter()
        .flatten()
        .map(|(name, _)| pascal(name))
        .collect();
    let mut unified = Vec::new();
    for operation in spec.operations() {
        let id = operation.at.text("operationId").unwrap_or_default();
        if !operations.contains(id) {
            continue;
        }
        let pointer = |status: &str| {
            let media = JSON.replace('/', "~1");
            format!(
                "{}/responses/{status}/content/{media}/schema",
                operation.at.pointer
            )
        };
        let errors: Vec<(&str, &Value)> = spec
            .responses(&operation)
            .into_iter()
            .filter(|(status, _)| !status.starts_with('2'))
            .filter_map(|(status, _)| Some((status, original.pointer(&pointer(status))?)))
            .collect();
        let mut distinct: Vec<&Value> = Vec::new();
        for (_, schema) in &errors {
            if !distinct.contains(schema) {
                distinct.push(schema);
            }
        }
        if distinct.len() < 2 {
            continue;
        }
        let bodies: Vec<&Value> = distinct
            .iter()
            .filter_map(|schema| target(&original, schema))
            .collect();
        let mut name = format!("{}Error", pascal(id));
        while !taken.insert(name.clone()) {
            name.push_str("Body");
        }
        for (status, _) in &errors {
            if let Some(schema) = root.pointer_mut(&pointer(status)) {
                *schema = json!({ "$ref": format!("#/components/schemas/{name}") });
            }
        }
        let schema = union(&bodies, id);
        root["components"]["schemas"][&name] = schema.clone();
        unified.push((name, schema));
    }
    unified
}

fn target<'a>(root: &'a Value, schema: &Value) -> Option<&'a Value> {
    root.pointer(schema.get("$ref")?.as_str()?.strip_prefix('#')?)
}

/// An object that each of the bodies is an instance of: all members, required if in all.
fn union(bodies: &[&Value], operation: &str) -> Value {
    let mut properties = Map::new();
    for body in bodies {
        let members = body.get("properties").and_then(Value::as_object);
        for (name, schema) in members.into_iter().flatten() {
            properties
                .entry(name.clone())
                .or_insert_with(|| schema.clone());
        }
    }
    let requires = |body: &&Value, name: &str| {
        let required = body.get("required").and_then(Value::as_array);
        required.is_some_and(|all| all.iter().any(|known| known == name))
    };
    let required: Vec<&String> = properties
        .keys()
        .filter(|name| bodies.iter().all(|body| requires(body, name)))
        .collect();
    let mut schema = json!({
        "type": "object",
        "description": format!("Any of the errors of `{operation}`, as the client sees them."),
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema["properties"] = Value::Object(properties);
    schema
}

/// Whether the error bodies can be told as one object; the check asks before it is done.
pub(crate) fn can_unify(bodies: &[&Value]) -> bool {
    let object = |body: &&Value| {
        body.get("type").and_then(Value::as_str) == Some("object")
            && !body
                .get("additionalProperties")
                .is_some_and(Value::is_object)
    };
    let mut seen: Vec<(&String, &Value)> = Vec::new();
    let mut agree = true;
    for body in bodies {
        for (name, schema) in body
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let shape = |schema: &Value| (reference(schema), schema.get("type").cloned());
            agree &= seen
                .iter()
                .all(|(known, other)| *known != name || shape(other) == shape(schema));
            seen.push((name, schema));
        }
    }
    agree && bodies.iter().all(object)
}
