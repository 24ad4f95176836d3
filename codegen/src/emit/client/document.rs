//! The document as progenitor can take it: what it would panic on or misread is left out here and
//! put back afterwards.

use serde_json::{Map, Value, json};

use crate::model::{Kind, Model};

pub(super) fn for_progenitor(model: &Model) -> Value {
    let mut root = model.document.clone();
    for component in &model.components {
        // The type is ours; progenitor has to know the name only.
        if component.kind != Kind::Plain {
            root["components"]["schemas"][&component.name] = json!({ "type": "object" });
        }
    }
    let mended: Vec<&str> = model
        .operations
        .iter()
        .filter(|operation| operation.outcome.is_some())
        .map(|operation| operation.id.as_str())
        .collect();
    let mended: std::collections::HashSet<&str> = mended.into_iter().collect();
    let paths = root.get_mut("paths").and_then(Value::as_object_mut);
    let items = paths
        .into_iter()
        .flat_map(Map::values_mut)
        .filter_map(Value::as_object_mut);
    for operation in items.flat_map(Map::values_mut) {
        let id = operation["operationId"].as_str().map(str::to_owned);
        if id.is_some_and(|id| mended.contains(id.as_str())) {
            operation["responses"] = json!({ "200": { "description": "" } });
        }
        let responses = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut);
        for response in responses
            .into_iter()
            .flat_map(Map::values_mut)
            .filter_map(Value::as_object_mut)
        {
            response.shift_remove("headers");
            response.shift_remove("links");
        }
        body(operation);
    }
    for key in ["servers", "security", "externalDocs", "tags"] {
        root.as_object_mut().and_then(|root| root.shift_remove(key));
    }
    without_extensions(&mut root);
    root
}

/// One spelling per kind of body.
fn body(operation: &mut Value) {
    let content = operation
        .pointer_mut("/requestBody/content")
        .and_then(Value::as_object_mut);
    let Some(content) = content else { return };
    let all = std::mem::take(content);
    for (name, mut media) in all {
        let name = name.split(';').next().unwrap_or_default().trim().to_owned();
        let text = match name.as_str() {
            "text/plain" => Some(json!({ "type": "string" })),
            "application/octet-stream" => Some(json!({ "type": "string", "format": "binary" })),
            _ => None,
        };
        if let Some(schema) = text {
            media = json!({ "schema": schema });
        }
        content.insert(name, media);
    }
}

/// Some extensions mean something to progenitor; to the documents that come here none of them
/// does. Schemas and properties may be called `x-…`; those are left.
fn without_extensions(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let named = members.values().all(Value::is_object);
            members.retain(|key, value| !key.starts_with("x-") || (named && value.is_object()));
            members.values_mut().for_each(without_extensions);
        }
        Value::Array(items) => items.iter_mut().for_each(without_extensions),
        _ => {}
    }
}
