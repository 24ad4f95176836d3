//! The checked document in the one form that the emitters know.
//!
//! References to parameters, bodies and responses are followed; every schema that needs a Rust
//! type of its own is a component with a good name; wrappers without meaning are gone. What the
//! document says stays the same.

mod hoist;
mod simple;

pub(crate) use hoist::Normal;

use serde_json::{Map, Value, json};

use crate::document::Document;
use crate::names::pascal;
use crate::schema::{tags, walk};
use crate::spec::{At, Operation, Spec};
use hoist::Hoist;

pub(crate) fn normalise(document: &Document) -> Normal {
    let spec = Spec {
        root: &document.value,
    };
    let fixed = tags::fix(&spec, &walk::all(&spec));
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

fn normal_operation(spec: &Spec<'_>, hoist: &mut Hoist<'_>, operation: &Operation<'_>) -> Value {
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
