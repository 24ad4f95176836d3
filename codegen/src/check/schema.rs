//! Rules about schemas: what the types would not keep, or progenitor would panic on.

use super::Report;
use crate::names::snake;
use crate::normalise::is_empty_object;
use crate::spec::{At, JSON, Spec, subschemas};

/// Every schema of the document, the inner ones included; references are not followed.
pub(super) fn all<'a>(spec: &Spec<'a>) -> Vec<At<'a>> {
    let mut schemas = Vec::new();
    let components = spec.at().get("components");
    for (_, schema) in components
        .map(|all| all.members("schemas"))
        .unwrap_or_default()
    {
        with_inner(schema, &mut schemas);
    }
    for operation in spec.operations() {
        for schema in spec
            .parameters(&operation)
            .iter()
            .filter_map(|parameter| parameter.get("schema"))
        {
            with_inner(schema, &mut schemas);
        }
        let responses = spec.responses(&operation).into_iter().map(|(_, at)| at);
        for holder in responses.chain(spec.body(&operation)) {
            let media = holder.get("content").and_then(|content| content.get(JSON));
            if let Some(schema) = media.and_then(|media| media.get("schema")) {
                with_inner(schema, &mut schemas);
            }
        }
    }
    schemas
}

fn with_inner<'a>(schema: At<'a>, found: &mut Vec<At<'a>>) {
    let known = found.iter().any(|known| known.pointer == schema.pointer);
    if known || schema.reference().is_some() {
        return;
    }
    found.push(schema.clone());
    for inner in subschemas(&schema) {
        with_inner(inner, found);
    }
}

pub(super) fn types(report: &mut Report<'_>, schema: &At<'_>) {
    const KNOWN: [&str; 6] = ["object", "array", "string", "integer", "number", "boolean"];
    let Some(name) = schema.text("type") else {
        return;
    };
    if !KNOWN.contains(&name) {
        let hint =
            "use one of object, array, string, integer, number, boolean, and `nullable` for null";
        report.refuse(schema, format!("OpenAPI 3.0 has no type `{name}`"), hint);
    }
    if name == "array" && schema.get("items").is_none() {
        report.refuse(schema, "a list without `items`", "say what it is a list of");
    }
}

/// The types that a keyword means something for.
const FITTING: [(&str, &[&str]); 9] = [
    ("properties", &["object"]),
    ("additionalProperties", &["object"]),
    ("required", &["object"]),
    ("items", &["array"]),
    ("pattern", &["string"]),
    ("minLength", &["string"]),
    ("maxLength", &["string"]),
    ("format", &["string", "integer", "number"]),
    (
        "nullable",
        &["object", "array", "string", "integer", "number", "boolean"],
    ),
];

pub(super) fn fitting_keywords(report: &mut Report<'_>, schema: &At<'_>) {
    for (key, types) in FITTING {
        let Some(at) = schema.get(key) else { continue };
        let own = schema.text("type").unwrap_or("none");
        if !types.contains(&own) {
            let what = format!("`{key}` means nothing for the type {own}");
            report.refuse(
                &at,
                what,
                "add the type that is meant, or remove the keyword",
            );
        }
    }
}

/// A pattern is compiled when the generated code runs, where it is too late to complain.
pub(super) fn patterns(report: &mut Report<'_>, schema: &At<'_>) {
    let Some(at) = schema.get("pattern") else {
        return;
    };
    if let Err(error) = regress::Regex::new(at.value.as_str().unwrap_or_default()) {
        report.refuse(
            &at,
            format!("not a regular expression: {error}"),
            "patterns are those of ECMAScript",
        );
    }
}

pub(super) fn defaults(report: &mut Report<'_>, schema: &At<'_>) {
    let Some(at) = schema.get("default") else {
        return;
    };
    let fits = match schema.text("type") {
        Some("string") => at.value.is_string(),
        Some("integer") => at.value.is_i64(),
        Some("number") => at.value.is_number(),
        Some("boolean") => at.value.is_boolean(),
        _ => false,
    };
    let known = schema.get("enum").is_none()
        || schema.items("enum").iter().any(|one| one.value == at.value);
    let constrained = ["pattern", "minLength", "maxLength", "format"]
        .iter()
        .any(|key| schema.get(key).is_some());
    if !fits || !known || constrained {
        let hint = "a default must be a text, number or flag of the schema's own type, without further constraints";
        report.refuse(&at, "this default is not supported", hint);
    }
}

/// Keywords that the types would silently not keep.
const UNSUPPORTED: [(&str, &str); 12] = [
    ("not", "say what is allowed instead"),
    ("discriminator", "remove it"),
    (
        "minimum",
        "check it in the service, and say so in the description",
    ),
    (
        "maximum",
        "check it in the service, and say so in the description",
    ),
    (
        "exclusiveMinimum",
        "check it in the service, and say so in the description",
    ),
    (
        "exclusiveMaximum",
        "check it in the service, and say so in the description",
    ),
    (
        "multipleOf",
        "check it in the service, and say so in the description",
    ),
    (
        "minItems",
        "check it in the service, and say so in the description",
    ),
    (
        "maxItems",
        "check it in the service, and say so in the description",
    ),
    (
        "uniqueItems",
        "check it in the service, and say so in the description",
    ),
    (
        "minProperties",
        "check it in the service, and say so in the description",
    ),
    (
        "maxProperties",
        "only `maxProperties: 0` on an object is supported",
    ),
];

pub(super) fn unsupported_keywords(report: &mut Report<'_>, schema: &At<'_>) {
    for (key, hint) in UNSUPPORTED {
        let harmless = key == "maxProperties" && is_empty_object(schema.value);
        if let Some(at) = schema.get(key).filter(|_| !harmless) {
            report.refuse(&at, format!("`{key}` would not be enforced"), hint);
        }
    }
    if is_empty_object(schema.value) && schema.get("properties").is_some() {
        report.refuse(
            schema,
            "an object that must be empty has no properties",
            "remove them, or `maxProperties`",
        );
    }
}

/// Serde would take the first form that fits, which may be the wrong one.
pub(super) fn choices(report: &mut Report<'_>, schema: &At<'_>) {
    for key in ["oneOf", "anyOf"] {
        let Some(at) = schema.get(key) else { continue };
        if schema.items(key).len() > 1 && !only_chosen_bodies(report, schema) {
            let hint = "outside of a request body chosen by a parameter, use one object with optional members";
            report.refuse(&at, "several forms, and nothing tells them apart", hint);
        }
    }
    for key in ["oneOf", "anyOf", "allOf"] {
        let Some(at) = schema.get(key).filter(|_| schema.items(key).is_empty()) else {
            continue;
        };
        report.refuse(
            &at,
            "a choice of nothing",
            "list at least one schema, or remove it",
        );
    }
    if schema.items("allOf").len() > 1
        && let Some(at) = schema.get("allOf")
    {
        report.refuse(
            &at,
            "`allOf` of several schemas is not supported",
            "write the members out in one object",
        );
    }
}

/// Whether the schema is used as a whole request body and nowhere else.
fn only_chosen_bodies(report: &Report<'_>, schema: &At<'_>) -> bool {
    if schema.pointer.contains("/requestBody/content/")
        || schema.pointer.starts_with("/components/requestBodies/")
    {
        return schema.pointer.ends_with("/schema");
    }
    let Some(name) = schema
        .pointer
        .strip_prefix("/components/schemas/")
        .filter(|name| !name.contains('/'))
    else {
        return false;
    };
    let reference = format!("#/components/schemas/{name}");
    let elsewhere = all(&report.spec)
        .iter()
        .flat_map(subschemas)
        .any(|inner| inner.reference() == Some(&reference));
    let in_responses = report
        .spec
        .operations()
        .iter()
        .flat_map(|operation| report.spec.responses(operation))
        .any(|(_, response)| {
            let schema = response
                .get("content")
                .and_then(|content| content.get(JSON)?.get("schema"));
            schema.is_some_and(|schema| schema.reference() == Some(&reference))
        });
    !elsewhere && !in_responses
}

pub(super) fn enumerations(report: &mut Report<'_>, schema: &At<'_>) {
    let values = schema.items("enum");
    if schema.get("enum").is_some() && values.is_empty() {
        report.refuse(schema, "an enumeration without values", "list them");
    }
    if !values.iter().all(|value| value.value.is_string()) {
        report.refuse(
            schema,
            "an enumeration of other things than texts",
            "use texts",
        );
    }
    let mut seen: Vec<String> = Vec::new();
    for value in values {
        let Some(text) = value.value.as_str() else {
            continue;
        };
        let variant = crate::names::pascal(text);
        if seen.contains(&variant) {
            report.refuse(
                &value,
                format!("{text:?} would be the same Rust variant as another value"),
                "rename one of them",
            );
        }
        seen.push(variant);
    }
}

pub(super) fn required(report: &mut Report<'_>, schema: &At<'_>) {
    let mut seen: Vec<&str> = Vec::new();
    for at in schema.items("required") {
        let Some(name) = at.value.as_str() else {
            report.refuse(&at, "`required` lists the names of properties", "use texts");
            continue;
        };
        if seen.contains(&name) {
            report.refuse(&at, format!("`{name}` is required twice"), "remove one");
        }
        if !schema
            .members("properties")
            .iter()
            .any(|(known, _)| *known == name)
        {
            report.refuse(
                &at,
                format!("`{name}` is required, but is no property"),
                "describe it under `properties`",
            );
        }
        seen.push(name);
    }
}

/// Serde reads the members that it does not know into values first, where numbers are rounded and
/// opaque JSON is no longer text.
pub(super) fn flattened(report: &mut Report<'_>, schema: &At<'_>) {
    let Some(values) = schema.get("additionalProperties") else {
        return;
    };
    if values.value.is_object() && schema.get("properties").is_some() {
        let what = "named properties beside additional ones of a schema";
        report.refuse(
            &values,
            what,
            "put the additional ones into a property of their own",
        );
    }
}

pub(super) fn property_names(report: &mut Report<'_>, schema: &At<'_>) {
    let mut seen: Vec<String> = Vec::new();
    for (name, at) in schema.members("properties") {
        let field = snake(name);
        if seen.contains(&field) {
            report.refuse(
                &at,
                format!("`{name}` would be the same Rust field as another property"),
                "rename one of them",
            );
        }
        seen.push(field);
    }
}
