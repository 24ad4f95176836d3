//! Rules about request bodies.

use super::report::Report;
use crate::schema::merge::merged;
use crate::schema::walk::scalar;
use crate::spec::{At, BODY_BY_PARAMETER, JSON, Media, Operation, content};

pub(super) fn body(report: &mut Report<'_>, operation: &Operation<'_>) {
    let Some(body) = report.spec.body(operation) else {
        return;
    };
    if matches!(operation.method, "get" | "head" | "delete" | "options") {
        let what = format!("{} has no body in HTTP", operation.method.to_uppercase());
        report.refuse(&body, what, "use POST, PUT or PATCH");
    }
    if body.members("content").is_empty() {
        report.refuse(&body, "a body of no media type", "name one under `content`");
    }
    media_types(report, &body);
    let Some((name, media, at)) = content(&body) else {
        return;
    };
    if !body.flag("required") && media != Media::Json {
        let hint = "say `required: true`";
        report.refuse(&body, "only JSON bodies can be optional", hint);
    }
    let sent = match media {
        Media::Json => name.starts_with(JSON),
        Media::Text => name.starts_with("text/plain"),
        Media::Bytes => name == "application/octet-stream",
        Media::Form => true,
    };
    if !sent {
        let what = format!("the media type {name} is not supported for requests");
        let hint = "use application/json, application/x-www-form-urlencoded, text/plain or application/octet-stream";
        report.refuse(&at, what, hint);
    }
    if media == Media::Form {
        form(report, &at);
    }
    if body.flag("required") || at.get(BODY_BY_PARAMETER).is_none() {
        return;
    }
    let hint = "say `required: true`";
    report.refuse(
        &body,
        "a body that a parameter chooses must be required",
        hint,
    );
}

/// A form is flat: texts by name.
fn form(report: &mut Report<'_>, media: &At<'_>) {
    let Some(schema) = media.get("schema") else {
        return;
    };
    let Ok(object) = merged(&report.spec, &schema) else {
        let hint = "describe it as an object";
        report.refuse(&schema, "a form that is no object", hint);
        return;
    };
    let at = At {
        pointer: schema.pointer.clone(),
        value: &object,
    };
    let open = report.spec.follow(schema.clone()).is_some_and(|at| {
        at.get("additionalProperties")
            .is_some_and(|at| at.value.is_object())
    });
    let nested = at
        .members("properties")
        .into_iter()
        .find(|(_, property)| scalar(&report.spec, property.clone()).is_none());
    if open || nested.is_some() {
        let name = nested.map_or("additionalProperties", |(name, _)| name);
        let what = format!("`{name}` of a form is not a single value");
        report.refuse(&schema, what, "use text, numbers and flags, or JSON");
    }
}

/// Content must be of one media type, which generated code can read and write.
pub(super) fn media_types(report: &mut Report<'_>, holder: &At<'_>) {
    let types = holder.members("content");
    if types.len() > 1 {
        let all: Vec<&str> = types.iter().map(|(name, _)| *name).collect();
        let what = format!("several media types: {}", all.join(", "));
        report.refuse(holder, what, "keep one");
    }
    for (name, media) in types {
        if let Some(encoding) = media.get("encoding") {
            let hint = "remove it";
            report.refuse(&encoding, "`encoding` is not supported", hint);
        }
        match (Media::of(name), media.get("schema")) {
            (None, _) => report.refuse(
                &media,
                format!("the media type {name} is not supported"),
                "use application/json, or name one concrete type",
            ),
            (Some(Media::Json | Media::Form), None) => report.refuse(
                &media,
                "no schema",
                "an empty schema, `schema: {}`, stands for any JSON",
            ),
            (Some(Media::Text), Some(schema)) => plain(report, &schema, None),
            (Some(Media::Bytes), Some(schema)) => plain(report, &schema, Some("binary")),
            _ => {}
        }
    }
}

/// What is no JSON has no schema to speak of.
fn plain(report: &mut Report<'_>, schema: &At<'_>, format: Option<&str>) {
    let target = report.spec.follow(schema.clone());
    let prose = ["type", "format", "description", "title", "example"];
    let fits = target.is_some_and(|target| {
        target.object().is_empty()
            || (target.text("type") == Some("string")
                && target.text("format") == format
                && target
                    .object()
                    .keys()
                    .all(|key| prose.contains(&key.as_str())))
    });
    if !fits {
        let hint =
            "a text is `type: string`; bytes are also `format: binary`; nothing else is checked";
        report.refuse(schema, "a schema that this media type does not have", hint);
    }
}

/// A body with several forms must say how to tell them apart.
pub(super) fn choice(report: &mut Report<'_>, operation: &Operation<'_>) {
    let media = report
        .spec
        .body(operation)
        .and_then(|body| content(&body).map(|(_, _, media)| media));
    let Some(media) = media else { return };
    let Some(schema) = media
        .get("schema")
        .and_then(|schema| report.spec.follow(schema))
    else {
        return;
    };
    let branches: Vec<At<'_>> = ["oneOf", "anyOf"]
        .iter()
        .flat_map(|key| schema.items(key))
        .collect();
    match media.get(BODY_BY_PARAMETER) {
        Some(by) => chosen_by(report, operation, &by, &branches),
        None if branches.len() > 1 && schema.get("discriminator").is_none() => {
            let hint = "say with `x-body-by-parameter` on the media type which path parameter chooses between them";
            report.refuse(
                &media,
                "the body has several forms and nothing tells them apart",
                hint,
            );
        }
        None => {}
    }
}

fn chosen_by(report: &mut Report<'_>, operation: &Operation<'_>, by: &At<'_>, branches: &[At<'_>]) {
    const HINT: &str =
        "write `{parameter: NAME, mapping: {VALUE: '#/components/schemas/TYPE', …}}`";
    let name = by.text("parameter").unwrap_or_default();
    let parameters = report.spec.parameters(operation);
    let Some(parameter) = parameters.iter().find(|parameter| {
        parameter.text("name") == Some(name) && parameter.text("in") == Some("path")
    }) else {
        report.refuse(by, format!("there is no path parameter `{name}`"), HINT);
        return;
    };
    let values = parameter
        .get("schema")
        .map(|schema| enumeration(report, schema))
        .unwrap_or_default();
    let mapping = by.members("mapping");
    for value in &values {
        if !mapping.iter().any(|(known, _)| known == value) {
            report.refuse(
                by,
                format!("the value `{value}` of `{name}` chooses nothing"),
                HINT,
            );
        }
    }
    for (value, target) in mapping {
        if !values.contains(&value) {
            report.refuse(
                &target,
                format!("`{value}` is no value of `{name}`"),
                "add it to the enumeration, or remove it here",
            );
        }
        let is_branch = branches
            .iter()
            .any(|branch| branch.reference() == target.value.as_str());
        if !is_branch {
            let what = format!("{} is no form of the body", target.value);
            report.refuse(
                &target,
                what,
                "name one of the references under `oneOf` or `anyOf`",
            );
        }
    }
}

/// The values of an enumeration of texts, through references and choices of one.
fn enumeration<'a>(report: &Report<'a>, schema: At<'a>) -> Vec<&'a str> {
    let Some(schema) = report.spec.follow(schema) else {
        return Vec::new();
    };
    for key in ["oneOf", "anyOf", "allOf"] {
        if let [only] = schema.items(key).as_slice() {
            return enumeration(report, only.clone());
        }
    }
    schema
        .items("enum")
        .iter()
        .filter_map(|at| at.value.as_str())
        .collect()
}
