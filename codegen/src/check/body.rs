//! Rules about request bodies.

use super::Report;
use crate::spec::{At, BODY_BY_PARAMETER, JSON, Operation};

pub(super) fn body(report: &mut Report<'_>, operation: &Operation<'_>) {
    let Some(body) = report.spec.body(operation) else {
        return;
    };
    if matches!(operation.method, "get" | "head" | "delete" | "options") {
        let what = format!("{} has no body in HTTP", operation.method.to_uppercase());
        report.refuse(&body, what, "use POST, PUT or PATCH");
    }
    if !body.flag("required") {
        report.refuse(
            &body,
            "an optional body is not supported",
            "say `required: true`",
        );
    }
    content(report, &body);
    let Some(media) = body.get("content").and_then(|content| content.get(JSON)) else {
        return;
    };
    if let Some(encoding) = media.get("encoding") {
        report.refuse(&encoding, "`encoding` has no meaning for JSON", "remove it");
    }
}

/// A body or response must be JSON with a schema, and nothing else.
pub(super) fn content(report: &mut Report<'_>, holder: &At<'_>) {
    let types = holder.members("content");
    if types.len() > 1 {
        let all: Vec<&str> = types.iter().map(|(name, _)| *name).collect();
        let what = format!("several media types: {}", all.join(", "));
        report.refuse(holder, what, "keep one");
    }
    for (name, media) in types {
        if name != JSON {
            report.refuse(
                &media,
                format!("the media type {name} is not supported"),
                "use application/json",
            );
        } else if media.get("schema").is_none() {
            report.refuse(
                &media,
                "no schema",
                "an empty schema, `schema: {}`, stands for any JSON",
            );
        }
    }
}

/// A body with several forms must say how to tell them apart.
pub(super) fn choice(report: &mut Report<'_>, operation: &Operation<'_>) {
    let media = report
        .spec
        .body(operation)
        .and_then(|body| body.get("content")?.get(JSON));
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
        None if branches.len() > 1 => {
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
    let Some(parameter) = parameters
        .iter()
        .find(|parameter| parameter.text("name") == Some(name))
    else {
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
