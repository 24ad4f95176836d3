//! Rules about request bodies.

use super::report::Report;
use crate::api::{Api, ByParameter, Content, Location, Operation, Schema};
use crate::error::Place;
use crate::schema::merge::merged;
use crate::schema::walk::{branches, only, scalar};
use crate::spec::{JSON, Media};

pub(super) fn body(report: &mut Report<'_>, api: &Api, operation: &Operation) {
    let Some(body) = &operation.body else {
        return;
    };
    if matches!(operation.method, "get" | "head" | "delete" | "options") {
        let what = format!("{} has no body in HTTP", operation.method.to_uppercase());
        report.refuse(&body.at, what, "use POST, PUT or PATCH");
    }
    if body.content.is_empty() {
        let hint = "name one under `content`";
        report.refuse(&body.at, "a body of no media type", hint);
    }
    media_types(report, api, &body.at, &body.content);
    let Some((content, media)) = body.content() else {
        return;
    };
    if !body.required && media != Media::Json {
        let hint = "say `required: true`";
        report.refuse(&body.at, "only JSON bodies can be optional", hint);
    }
    let name = &content.name;
    let sent = match media {
        Media::Json => name.starts_with(JSON),
        Media::Text => name.starts_with("text/plain"),
        Media::Bytes => name == "application/octet-stream",
        Media::Form => true,
    };
    if !sent {
        let what = format!("the media type {name} is not supported for requests");
        let hint = "use application/json, application/x-www-form-urlencoded, text/plain or application/octet-stream";
        report.refuse(&content.at, what, hint);
    }
    if media == Media::Form {
        form(report, api, content);
    }
    if !body.required && content.by_parameter.is_some() {
        let what = "a body that a parameter chooses must be required";
        report.refuse(&body.at, what, "say `required: true`");
    }
}

/// A form is flat: texts by name.
fn form(report: &mut Report<'_>, api: &Api, content: &Content) {
    let Some(schema) = &content.schema else {
        return;
    };
    let Ok(object) = merged(&api.schemas, schema) else {
        let hint = "describe it as an object";
        report.refuse(&schema.at, "a form that is no object", hint);
        return;
    };
    let followed = api.schemas.follow(schema);
    let open = followed.is_some_and(|schema| schema.additional().is_some());
    let mut properties = object.properties().iter();
    let nested = properties.find(|(_, property)| scalar(&api.schemas, property).is_none());
    if open || nested.is_some() {
        let name = nested.map_or("additionalProperties", |(name, _)| name);
        let what = format!("`{name}` of a form is not a single value");
        report.refuse(&schema.at, what, "use text, numbers and flags, or JSON");
    }
}

/// Content must be of one media type, which generated code can read and write.
pub(super) fn media_types(report: &mut Report<'_>, api: &Api, holder: &Place, all: &[Content]) {
    if all.len() > 1 {
        let names: Vec<&str> = all.iter().map(|content| content.name.as_str()).collect();
        let what = format!("several media types: {}", names.join(", "));
        report.refuse(holder, what, "keep one");
    }
    for content in all {
        if let Some(at) = &content.encoding {
            report.refuse(at, "`encoding` is not supported", "remove it");
        }
        match (content.media, &content.schema) {
            (None, _) => report.refuse(
                &content.at,
                format!("the media type {} is not supported", content.name),
                "use application/json, or name one concrete type",
            ),
            (Some(Media::Json | Media::Form), None) => report.refuse(
                &content.at,
                "no schema",
                "an empty schema, `schema: {}`, stands for any JSON",
            ),
            (Some(Media::Text), Some(schema)) => plain(report, api, schema, None),
            (Some(Media::Bytes), Some(schema)) => plain(report, api, schema, Some("binary")),
            _ => {}
        }
    }
}

/// What is no JSON has no schema to speak of.
fn plain(report: &mut Report<'_>, api: &Api, schema: &Schema, format: Option<&str>) {
    let prose = ["type", "format", "description", "title", "example"];
    let fits = api.schemas.follow(schema).is_some_and(|target| {
        let text = target.kind() == Some("string") && target.format() == format;
        target.keywords().is_empty() || (text && target.has_only(&prose))
    });
    if !fits {
        let hint =
            "a text is `type: string`; bytes are also `format: binary`; nothing else is checked";
        let what = "a schema that this media type does not have";
        report.refuse(&schema.at, what, hint);
    }
}

/// A body with several forms must say how to tell them apart.
pub(super) fn choice(report: &mut Report<'_>, api: &Api, operation: &Operation) {
    let body = operation.body.as_ref();
    let Some((content, _)) = body.and_then(|body| body.content()) else {
        return;
    };
    let schema = content.schema.as_ref();
    let Some(schema) = schema.and_then(|schema| api.schemas.follow(schema)) else {
        return;
    };
    match &content.by_parameter {
        Some(by) => chosen_by(report, api, operation, by, schema),
        None if branches(schema).count() > 1 && schema.discriminator.is_none() => {
            let hint = "say with `x-body-by-parameter` on the media type which path parameter chooses between them";
            let what = "the body has several forms and nothing tells them apart";
            report.refuse(&content.at, what, hint);
        }
        None => {}
    }
}

fn chosen_by(
    report: &mut Report<'_>,
    api: &Api,
    operation: &Operation,
    by: &ByParameter,
    schema: &Schema,
) {
    const HINT: &str =
        "write `{parameter: NAME, mapping: {VALUE: '#/components/schemas/TYPE', …}}`";
    let name = by.parameter.as_deref().unwrap_or("");
    let mut parameters = operation.parameters_in(Location::Path);
    let Some(parameter) = parameters.find(|parameter| parameter.name == name) else {
        report.refuse(&by.at, format!("there is no path parameter `{name}`"), HINT);
        return;
    };
    let schema_of = parameter.schema.as_ref();
    let values = schema_of.map_or_else(Vec::new, |schema| enumeration(api, schema));
    for value in &values {
        if !by.mapping.iter().any(|(known, _)| known == value) {
            let what = format!("the value `{value}` of `{name}` chooses nothing");
            report.refuse(&by.at, what, HINT);
        }
    }
    for (value, target) in &by.mapping {
        if !values.contains(&value.as_str()) {
            let what = format!("`{value}` is no value of `{name}`");
            let hint = "add it to the enumeration, or remove it here";
            report.refuse(target.at(), what, hint);
        }
        let is_target = |branch: &Schema| {
            let reference = branch
                .reference
                .as_ref()
                .map(|reference| reference.as_str());
            reference == target.as_str()
        };
        if !branches(schema).any(is_target) {
            let what = format!("{} is no form of the body", **target);
            let hint = "name one of the references under `oneOf` or `anyOf`";
            report.refuse(target.at(), what, hint);
        }
    }
}

/// The values of an enumeration of texts, through references and choices of one.
fn enumeration<'a>(api: &'a Api, schema: &'a Schema) -> Vec<&'a str> {
    let Some(schema) = api.schemas.follow(schema) else {
        return Vec::new();
    };
    if let Some(only) = only(schema) {
        return enumeration(api, only);
    }
    let values = schema.values().iter();
    values.filter_map(|value| value.as_str()).collect()
}
