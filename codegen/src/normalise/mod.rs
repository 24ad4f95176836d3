//! The checked document in the one form that the emitters know.
//!
//! References to parameters, bodies and responses are followed; every schema that needs a Rust
//! type of its own is a component with a good name; wrappers without meaning are gone. What the
//! document says stays the same.

mod hoist;

use serde_json::{Map, Value, json};

use crate::document::Document;
use crate::names::pascal;
use crate::schema::tags;
use crate::spec::{At, OPAQUE, Spec};
use hoist::Hoist;

/// Component names with a meaning for the emitters.
pub(crate) struct Normal {
    pub(crate) root: Value,
    /// The component that stands for every opaque schema, if there is one.
    pub(crate) opaque: Option<String>,
}

pub(crate) fn normalise(document: &Document) -> Normal {
    let spec = Spec {
        root: &document.value,
    };
    let fixed = tags::fix(&spec, &crate::check::all_schemas(&spec));
    let spec = Spec { root: &fixed };
    let mut hoist = Hoist::new(spec);
    let mut schemas = Map::new();
    for (name, schema) in spec
        .at()
        .get("components")
        .map(|c| c.members("schemas"))
        .unwrap_or_default()
    {
        let schema = hoist.inside(schema.value, &pascal(name));
        schemas.insert(name.to_owned(), schema);
    }
    let mut paths = Map::new();
    for operation in spec.operations() {
        let value = normal_operation(&spec, &mut hoist, &operation);
        let item = paths.entry(operation.path).or_insert_with(|| json!({}));
        item[operation.method] = value;
    }
    let mut root = fixed.clone();
    root["paths"] = Value::Object(paths);
    root["components"] = json!({ "schemas": schemas });
    hoist.settle(root)
}

fn normal_operation(
    spec: &Spec<'_>,
    hoist: &mut Hoist<'_>,
    operation: &crate::spec::Operation<'_>,
) -> Value {
    let name = pascal(operation.at.text("operationId").unwrap_or_default());
    let mut value = operation.at.value.clone();
    let parameters: Vec<Value> = spec
        .parameters(operation)
        .into_iter()
        .map(|parameter| {
            let hint = format!(
                "{name}{}",
                pascal(parameter.text("name").unwrap_or_default())
            );
            let mut parameter = parameter.value.clone();
            parameter["schema"] = hoist.parameter(&parameter["schema"], &hint);
            parameter
        })
        .collect();
    value["parameters"] = Value::Array(parameters);
    if let Some(body) = spec.body(operation) {
        let mut body = body.value.clone();
        hoist.content(&mut body, &format!("{name}Body"));
        value["requestBody"] = body;
    }
    let mut responses = Map::new();
    for (status, response) in spec.responses(operation) {
        let failed = status == "default" || status.starts_with(['4', '5']);
        let hint = if failed { "Error" } else { "Result" };
        let response = normal_response(spec, hoist, &response, &format!("{name}{hint}"));
        responses.insert(status.to_owned(), response);
    }
    value["responses"] = Value::Object(responses);
    value
}

fn normal_response(spec: &Spec<'_>, hoist: &mut Hoist<'_>, at: &At<'_>, hint: &str) -> Value {
    let mut response = at.value.clone();
    hoist.content(&mut response, hint);
    for (name, header) in at.members("headers") {
        let Some(header) = spec.follow(header) else {
            continue;
        };
        let mut header = header.value.clone();
        header["schema"] = hoist.parameter(&header["schema"], &format!("{hint}{}", pascal(name)));
        response["headers"][name] = header;
    }
    response
}

/// Removes what says nothing: a choice of one, an enumeration of texts without its type.
fn simple(schema: &Value) -> Value {
    let mut schema = schema.clone();
    let Some(members) = schema.as_object_mut() else {
        return schema;
    };
    for key in ["oneOf", "anyOf", "allOf"] {
        let only = members
            .get(key)
            .and_then(Value::as_array)
            .filter(|branches| branches.len() == 1);
        let Some(Value::Object(only)) = only.map(|branches| branches[0].clone()) else {
            continue;
        };
        let prose = |key: &String| matches!(key.as_str(), "description" | "title" | "example");
        let bare = members.keys().all(|other| other == key || prose(other));
        if only.contains_key("$ref") && bare && key != "allOf" {
            return Value::Object(only);
        }
        if !only.contains_key("$ref") && bare {
            members.remove(key);
            let outer = std::mem::take(members);
            *members = only;
            members.extend(outer);
            return simple(&schema);
        }
    }
    if members.get("nullable") == Some(&Value::Bool(true))
        && let Some(values) = members.get_mut("enum").and_then(Value::as_array_mut)
    {
        values.retain(|value| !value.is_null());
    }
    let texts = |values: &Vec<Value>| values.iter().all(Value::is_string);
    if !members.contains_key("type")
        && members
            .get("enum")
            .and_then(Value::as_array)
            .is_some_and(texts)
    {
        members.insert("type".into(), "string".into());
    }
    schema
}

pub(crate) fn is_opaque(schema: &Value) -> bool {
    schema.get(OPAQUE) == Some(&Value::Bool(true))
}

/// An object that may hold nothing.
pub(crate) fn is_empty_object(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("object")
        && schema.get("maxProperties") == Some(&Value::from(0))
}
