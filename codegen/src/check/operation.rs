//! Rules about one operation.

use serde_json::Value;

use super::Report;
use crate::emit::client::can_unify;
use crate::model::{RefusalKind, is_bodiless, status_name};
use crate::spec::{At, BODY_BY_PARAMETER, JSON, Operation, variables};

pub(super) fn documented(report: &mut Report<'_>, operation: &Operation<'_>) {
    if operation
        .at
        .text("summary")
        .or(operation.at.text("description"))
        .is_none()
    {
        report.refuse(
            &operation.at,
            "neither summary nor description",
            "it becomes the documentation of a method",
        );
    }
}

pub(super) fn method(report: &mut Report<'_>, operation: &Operation<'_>) {
    if operation.method == "trace" {
        report.refuse(
            &operation.at,
            "TRACE is not supported",
            "remove the operation",
        );
    }
}

pub(super) fn callbacks(report: &mut Report<'_>, operation: &Operation<'_>) {
    for key in ["callbacks", "servers"] {
        if let Some(at) = operation.at.get(key) {
            report.refuse(
                &at,
                format!("{key} are not supported"),
                "describe them in a document of their own",
            );
        }
    }
}

pub(super) fn parameters(report: &mut Report<'_>, operation: &Operation<'_>) {
    let in_path = variables(operation.path);
    let parameters = report.spec.parameters(operation);
    for parameter in &parameters {
        let (name, place) = (
            parameter.text("name").unwrap_or_default(),
            parameter.text("in").unwrap_or_default(),
        );
        if place != "path" {
            let what =
                format!("the parameter `{name}` is in {place}; only path parameters are supported");
            report.refuse(parameter, what, "put it into the path or the body");
            continue;
        }
        if !in_path.contains(&name) {
            let what = format!(
                "the path parameter `{name}` is not in the path {}",
                operation.path
            );
            report.refuse(
                parameter,
                what,
                "add `{…}` with this name to the path, or remove the parameter",
            );
        }
        if !parameter.flag("required") {
            report.refuse(
                parameter,
                format!("the path parameter `{name}` is not required"),
                "say `required: true`",
            );
        }
        if parameter
            .text("style")
            .is_some_and(|style| style != "simple")
        {
            report.refuse(
                parameter,
                "only the style `simple` is supported",
                "remove `style`",
            );
        }
        match parameter.get("schema") {
            None => report.refuse(
                parameter,
                format!("`{name}` has no schema"),
                "describe it by `schema`, not by `content`",
            ),
            Some(schema) => scalar(report, &schema),
        }
    }
    for name in in_path {
        if !parameters
            .iter()
            .any(|parameter| parameter.text("name") == Some(name))
        {
            report.refuse(
                &operation.at,
                format!("the path variable `{name}` is not declared"),
                "add it to `parameters`",
            );
        }
    }
}

fn scalar(report: &mut Report<'_>, schema: &At<'_>) {
    let Some(target) = report.spec.follow(schema.clone()) else {
        return;
    };
    if matches!(target.text("type"), Some("object" | "array")) {
        report.refuse(
            schema,
            "a path parameter cannot be an object or a list",
            "use text, a number or a flag",
        );
    }
}

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
fn content(report: &mut Report<'_>, holder: &At<'_>) {
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

pub(super) fn responses(report: &mut Report<'_>, operation: &Operation<'_>) {
    let responses = report.spec.responses(operation);
    if !responses.iter().any(|(status, _)| status.starts_with('2')) {
        report.refuse(
            &operation.at,
            "no successful response",
            "declare one with a status of 2xx",
        );
    }
    for (status, at) in responses {
        let code = status.parse::<u16>().ok();
        let Some(code) = code.filter(|code| status_name(*code).is_some()) else {
            let what = format!("responses under `{status}` are not supported");
            report.refuse(
                &at,
                what,
                "declare each status by its number, from 200 to 299 or from 400",
            );
            continue;
        };
        if is_bodiless(code) && at.get("content").is_some() {
            report.refuse(
                &at,
                format!("a response of status {code} has no content"),
                "remove `content`, or use 200",
            );
        }
        if let Some(headers) = at.get("headers") {
            report.refuse(
                &headers,
                "response headers are not supported",
                "put the information into the body",
            );
        }
        content(report, &at);
    }
}

/// What a response carries: nothing, or the schema.
fn payload<'a>(response: &At<'a>) -> Option<&'a Value> {
    // A reference is compared as such: two names are two types.
    Some(response.get("content")?.get(JSON)?.get("schema")?.value)
}

fn distinct<'a>(all: impl Iterator<Item = Option<&'a Value>>) -> Vec<Option<&'a Value>> {
    let mut distinct: Vec<Option<&Value>> = Vec::new();
    for one in all {
        if !distinct.contains(&one) {
            distinct.push(one);
        }
    }
    distinct
}

pub(super) fn one_success_type(report: &mut Report<'_>, operation: &Operation<'_>) {
    let responses = report.spec.responses(operation);
    let good = responses
        .iter()
        .filter(|(status, _)| status.starts_with('2'));
    if distinct(good.map(|(_, at)| payload(at))).len() > 1 {
        let hint =
            "give all successful responses the same body, or move one to an operation of its own";
        report.refuse(&operation.at, "several kinds of successful body", hint);
    }
}

/// A generated client method has one error type; several must fit into one object.
pub(super) fn errors_unify(report: &mut Report<'_>, operation: &Operation<'_>) {
    let responses = report.spec.responses(operation);
    let bad = responses
        .iter()
        .filter(|(status, _)| !status.starts_with('2'));
    let payloads = distinct(bad.map(|(_, at)| payload(at)));
    if payloads.len() < 2 {
        return;
    }
    if payloads.contains(&None) {
        let hint = "give all errors a body, or none";
        report.refuse(
            &operation.at,
            "some errors have a body and some have none",
            hint,
        );
        return;
    }
    let followed = |value: &Value| {
        let at = At {
            pointer: String::new(),
            value: report.spec.root,
        };
        let pointer = value
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|text| text.strip_prefix('#'));
        pointer
            .and_then(|pointer| at.value.pointer(pointer))
            .cloned()
            .unwrap_or(value.clone())
    };
    let bodies: Vec<Value> = payloads.into_iter().flatten().map(followed).collect();
    if !can_unify(&bodies.iter().collect::<Vec<_>>()) {
        let hint = "make them objects in which the same name has the same type";
        report.refuse(
            &operation.at,
            "the error bodies do not fit into one type",
            hint,
        );
    }
}

/// What generated code refuses by itself, it must be able to refuse in the document's words.
pub(super) fn refusals(report: &mut Report<'_>, operation: &Operation<'_>) {
    let responses = report.spec.responses(operation);
    let declared: Vec<u16> = responses
        .iter()
        .filter_map(|(status, _)| status.parse().ok())
        .collect();
    let plain = |parameter: &At<'_>| {
        let schema = parameter.get("schema");
        schema.is_some_and(|schema| {
            schema.text("type") == Some("string") && schema.get("enum").is_none()
        })
    };
    let typed = !report.spec.parameters(operation).iter().all(plain);
    let body = operation.at.get("requestBody").is_some();
    let missing: Vec<String> = RefusalKind::ALL
        .into_iter()
        .filter(|kind| kind.applies(typed, body) && kind.status(&operation.at, &declared).is_none())
        .map(|kind| {
            let statuses: Vec<String> = kind.preference().iter().map(u16::to_string).collect();
            format!("{} (any of {})", kind.key(), statuses.join(", "))
        })
        .collect();
    if !missing.is_empty() {
        let what = format!(
            "no declared response for these refusals: {}",
            missing.join("; ")
        );
        let hint = "declare them, or name other declared statuses under `x-on-refusal`";
        report.refuse(&operation.at, what, hint);
    }
}
