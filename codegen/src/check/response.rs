//! Rules about responses.

use serde_json::Value;

use super::Report;
use super::body::content;
use crate::emit::client::can_unify;
use crate::model::{RefusalKind, is_bodiless, status_name};
use crate::spec::{At, JSON, Operation};

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
