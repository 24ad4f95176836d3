//! Rules about responses.

use super::body::media_types;
use super::parameter::header_name;
use super::report::Report;
use crate::api::{Api, Header, Operation, Response, Schema};
use crate::model::{is_bodiless, status_name};
use crate::names::snake;
use crate::schema::walk::scalar;
use crate::spec::Status;

pub(super) fn responses(report: &mut Report<'_>, api: &Api, operation: &Operation) {
    if operation.statuses().into_iter().all(Status::is_error) {
        report.refuse(
            &operation.at,
            "no successful response",
            "declare one with a status of 2xx",
        );
    }
    for response in &operation.responses {
        let Response { at, name, .. } = response;
        let known = match Status::read(name) {
            Some(Status::One(code)) => status_name(code).is_some(),
            Some(Status::Class(_)) => true,
            None => name == "default",
        };
        if !known {
            let what = format!("responses under `{name}` are not supported");
            let hint = "declare a status by its number, from 200, or 2XX, 4XX, 5XX or default";
            report.refuse(at, what, hint);
        } else if let Some(content) = &response.content {
            bodiless(report, operation, response);
            media_types(report, api, at, content);
        }
    }
}

/// Refuses content where HTTP has none.
fn bodiless(report: &mut Report<'_>, operation: &Operation, response: &Response) {
    let Response { at, name, .. } = response;
    if name.parse().is_ok_and(is_bodiless) {
        let what = format!("a response of status {name} has no content");
        report.refuse(at, what, "remove `content`, or use 200");
    }
    if operation.method == "head" {
        let hint = "remove `content`; the headers can be described";
        report.refuse(at, "a response to HEAD has no content", hint);
    }
}

/// Headers that the server writes itself.
const TAKEN: [&str; 4] = [
    "content-type",
    "content-length",
    "transfer-encoding",
    "connection",
];

/// Headers are written by generated code, from types that cannot break a header.
pub(super) fn headers(report: &mut Report<'_>, api: &Api, operation: &Operation) {
    for response in &operation.responses {
        let mut seen: Vec<String> = Vec::new();
        for header in &response.headers {
            let Header { named_at, name, .. } = header;
            header_name(report, named_at, name);
            let field = snake(name);
            if seen.contains(&field) {
                let what = format!("`{name}` would be the same Rust field as another header");
                report.refuse(named_at, what, "rename one of them");
            }
            seen.push(field);
            if TAKEN.contains(&name.to_ascii_lowercase().as_str()) {
                let what = format!("the header `{name}` is the server's own");
                let hint = "remove it; `content` says the media type";
                report.refuse(named_at, what, hint);
            }
            value(report, api, header);
        }
    }
}

fn value(report: &mut Report<'_>, api: &Api, header: &Header) {
    const HINT: &str = "use an unconstrained text, a number, a flag or an enumeration";
    let Some(schema) = &header.schema else {
        report.refuse(&header.at, "a header without a schema", HINT);
        return;
    };
    let target = api.schemas.follow(schema);
    if scalar(&api.schemas, schema).is_none() || target.is_none_or(is_constrained) {
        report.refuse(&schema.at, "this kind of header is not supported", HINT);
    }
    if header.explode == Some(true) {
        let what = "`explode` means nothing for a single value";
        report.refuse(&header.at, what, "remove it");
    }
}

fn is_constrained(schema: &Schema) -> bool {
    let plain = ["type", "format", "description", "example", "enum", "title"];
    let mut values = schema.values().iter().map(|value| value.as_str());
    let printable = |text: &str| text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    let text = schema.kind() == Some("string");
    !schema.has_only(&plain)
        || !values.all(|text| text.is_some_and(printable))
        || (text && schema.format.is_some())
}
