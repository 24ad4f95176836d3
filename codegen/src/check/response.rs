//! Rules about responses.

use serde_json::Value;

use super::body::media_types;
use super::parameter::header_name;
use super::report::Report;
use crate::model::{is_bodiless, status_name};
use crate::schema::walk::scalar;
use crate::spec::{At, Operation, Status};

pub(super) fn responses(report: &mut Report<'_>, operation: &Operation<'_>) {
    let replies = report.spec.replies(operation);
    if replies.iter().all(|(status, _)| status.is_error()) {
        report.refuse(
            &operation.at,
            "no successful response",
            "declare one with a status of 2xx",
        );
    }
    for (name, at) in report.spec.responses(operation) {
        let known = match Status::read(name) {
            Some(Status::One(code)) => status_name(code).is_some(),
            Some(Status::Class(_)) => true,
            None => name == "default",
        };
        if !known {
            let what = format!("responses under `{name}` are not supported");
            let hint = "declare a status by its number, from 200, or 2XX, 4XX, 5XX or default";
            report.refuse(&at, what, hint);
            continue;
        }
        bodiless(report, operation, name, &at);
        media_types(report, &at);
    }
}

fn bodiless(report: &mut Report<'_>, operation: &Operation<'_>, status: &str, at: &At<'_>) {
    if at.get("content").is_none() {
        return;
    }
    if status.parse().is_ok_and(is_bodiless) {
        let what = format!("a response of status {status} has no content");
        report.refuse(at, what, "remove `content`, or use 200");
    }
    if operation.method == "head" {
        let hint = "remove `content`; the headers can be described";
        report.refuse(at, "a response to HEAD has no content", hint);
    }
}

/// Headers are written by generated code, from types that cannot break a header.
pub(super) fn headers(report: &mut Report<'_>, operation: &Operation<'_>) {
    for (_, response) in report.spec.responses(operation) {
        let mut seen: Vec<String> = Vec::new();
        for (name, place) in response.members("headers") {
            header_name(report, &place, name);
            let field = crate::names::snake(name);
            if seen.contains(&field) {
                let what = format!("`{name}` would be the same Rust field as another header");
                report.refuse(&place, what, "rename one of them");
            }
            seen.push(field);
            let lower = name.to_ascii_lowercase();
            if matches!(
                lower.as_str(),
                "content-type" | "content-length" | "transfer-encoding" | "connection"
            ) {
                let what = format!("the header `{name}` is the server's own");
                report.refuse(&place, what, "remove it; `content` says the media type");
            }
            if let Some(header) = report.spec.follow(place) {
                value(report, &header);
            }
        }
    }
}

fn value(report: &mut Report<'_>, header: &At<'_>) {
    const HINT: &str = "use an unconstrained text, a number, a flag or an enumeration";
    let Some(schema) = header.get("schema") else {
        report.refuse(header, "a header without a schema", HINT);
        return;
    };
    let kind = scalar(&report.spec, schema.clone());
    let constrained = report.spec.follow(schema.clone()).is_none_or(|target| {
        let plain = |key: &String| {
            matches!(
                key.as_str(),
                "type" | "format" | "description" | "example" | "enum" | "title"
            )
        };
        let printable = |value: &At<'_>| {
            value
                .value
                .as_str()
                .is_some_and(|text| text.bytes().all(|b| (0x20..0x7f).contains(&b)))
        };
        let text = target.text("type") == Some("string");
        !target.object().keys().all(plain)
            || !target.items("enum").iter().all(printable)
            || (text && target.get("format").is_some())
    });
    if kind.is_none() || constrained {
        report.refuse(&schema, "this kind of header is not supported", HINT);
    }
    if header
        .get("explode")
        .is_some_and(|at| *at.value != Value::Bool(false))
    {
        report.refuse(
            header,
            "`explode` means nothing for a single value",
            "remove it",
        );
    }
}
