//! The document as progenitor can take it: normalised, and without what it would panic on or misread, which is put back
//! afterwards.

use serde_json::{Map, Value, json};

use crate::model::{
    Body, BodyKind, Component, Kind, Model, Operation, Parameter, Payload, Place, Reply,
};
use crate::spec::{JSON, Status};

pub(super) fn for_progenitor(model: &Model) -> Value {
    let mut paths = Map::new();
    for written in &model.operations {
        let item = paths.entry(&written.path).or_insert_with(|| json!({}));
        item[written.method.to_lowercase()] = operation(model, written);
    }
    let schemas = model.components.iter();
    let schemas = schemas.map(|component| (component.name.clone(), schema(component)));
    json!({
        "openapi": "3.0.3",
        "info": without_nulls(json!({
            "title": model.info.title,
            "version": model.info.version,
            "description": model.info.description,
            "termsOfService": model.info.terms_of_service,
        })),
        "paths": paths,
        "components": { "schemas": schemas.collect::<Map<_, _>>() },
    })
}

/// Of a type that is ours, progenitor has to know the name only.
fn schema(component: &Component) -> Value {
    match component.kind {
        Kind::Plain => without_extensions(component.schema.json()),
        _ => json!({ "type": "object" }),
    }
}

fn operation(model: &Model, operation: &Operation) -> Value {
    let parameters = operation.parameters.iter().map(parameter);
    without_nulls(json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "description": operation.description,
        "deprecated": operation.deprecated,
        "parameters": parameters.collect::<Vec<_>>(),
        "requestBody": operation.body.as_ref().map(|written| body(model, written)),
        "responses": responses(operation),
    }))
}

fn parameter(parameter: &Parameter) -> Value {
    without_nulls(json!({
        "name": parameter.name,
        "in": match parameter.place {
            Place::Path => "path",
            Place::Query => "query",
            Place::Header => "header",
        },
        "required": parameter.required,
        "description": parameter.description,
        "schema": without_extensions(parameter.schema.json()),
    }))
}

/// One spelling per kind of body.
fn body(model: &Model, body: &Body) -> Value {
    let named = |rust: &String| {
        let component = model.component(rust);
        component.map_or_else(|| json!({}), |component| reference(&component.name))
    };
    let (media, schema) = match &body.kind {
        BodyKind::Json { rust, .. } => (JSON, named(rust)),
        BodyKind::Form { rust } => ("application/x-www-form-urlencoded", named(rust)),
        BodyKind::Text => ("text/plain", json!({ "type": "string" })),
        BodyKind::Bytes => (
            "application/octet-stream",
            json!({ "type": "string", "format": "binary" }),
        ),
    };
    without_nulls(json!({
        "description": body.description,
        "required": !body.optional,
        "content": { media: { "schema": schema } },
    }))
}

/// Of a method that is mended, progenitor writes the request only.
fn responses(operation: &Operation) -> Value {
    if operation.outcome.is_some() {
        return json!({ "200": { "description": "" } });
    }
    let responses = operation
        .replies
        .iter()
        .filter_map(|reply| match reply.status {
            Status::One(code) => Some((code.to_string(), response(operation, reply))),
            Status::Class(_) => None,
        });
    Value::Object(responses.collect())
}

fn response(operation: &Operation, reply: &Reply) -> Value {
    let description = &reply.description;
    let Payload::Json { component, .. } = &reply.payload else {
        return json!({ "description": description });
    };
    let unified = operation.error.as_ref().filter(|_| reply.status.is_error());
    let schema = reference(unified.unwrap_or(component));
    json!({ "description": description, "content": { JSON: { "schema": schema } } })
}

fn reference(component: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{component}") })
}

fn without_nulls(mut object: Value) -> Value {
    if let Value::Object(members) = &mut object {
        members.retain(|_, value| !value.is_null());
    }
    object
}

/// Some extensions mean something to progenitor; to the documents that come here none of them
/// does. Schemas and properties may be called `x-…`; those are left.
fn without_extensions(mut value: Value) -> Value {
    match &mut value {
        Value::Object(members) => {
            let named = members.values().all(Value::is_object);
            members.retain(|key, value| !key.starts_with("x-") || (named && value.is_object()));
            members
                .values_mut()
                .for_each(|value| *value = without_extensions(value.take()));
        }
        Value::Array(items) => {
            items
                .iter_mut()
                .for_each(|value| *value = without_extensions(value.take()));
        }
        _ => {}
    }
    value
}
