//! Rules about parameters: where they are, how they are written, what they are.

use std::collections::HashMap;

use super::report::Report;
use crate::api::{Api, Location, Operation, Parameter};
use crate::error::Place;
use crate::names::snake;
use crate::schema::walk::scalar;
use crate::spec::variables;

pub(super) fn all(report: &mut Report<'_>, api: &Api, operation: &Operation) {
    for parameter in &operation.parameters {
        match &parameter.location {
            Location::Path => in_path(report, operation, parameter),
            Location::Query => in_query(report, parameter),
            Location::Header => in_header(report, parameter),
            Location::Other(place) => {
                let what = format!(
                    "the parameter `{}` is in {place}; path, query and header parameters are supported",
                    parameter.name
                );
                let hint = "put it into the path, the query or a header";
                report.refuse(&parameter.at, what, hint);
                continue;
            }
        }
        style(report, parameter);
        schema(report, api, parameter);
    }
    for name in variables(&operation.path) {
        let mut declared = operation.parameters_in(Location::Path);
        if !declared.any(|parameter| parameter.name == name) {
            let what = format!("the path variable `{name}` is not declared");
            report.refuse(&operation.at, what, "add it to `parameters`");
        }
    }
}

fn in_path(report: &mut Report<'_>, operation: &Operation, parameter: &Parameter) {
    let Parameter { at, name, .. } = parameter;
    if !variables(&operation.path).contains(&name.as_str()) {
        let path = &operation.path;
        let what = format!("the path parameter `{name}` is not in the path {path}");
        let hint = "add `{…}` with this name to the path, or remove the parameter";
        report.refuse(at, what, hint);
    }
    if !parameter.required {
        let what = format!("the path parameter `{name}` is not required");
        report.refuse(at, what, "say `required: true`");
    }
}

fn in_query(report: &mut Report<'_>, parameter: &Parameter) {
    let flags = [
        ("allowReserved", parameter.allow_reserved),
        ("allowEmptyValue", parameter.allow_empty_value),
    ];
    for (key, _) in flags.into_iter().filter(|(_, on)| *on) {
        let what = format!("`{key}` is not supported");
        let hint = "remove it; every character can be encoded";
        report.refuse(&parameter.at, what, hint);
    }
}

/// The headers that the specification takes away from parameters, and those of the connection.
const TAKEN: [&str; 8] = [
    "accept",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "expect",
    "host",
    "transfer-encoding",
];

fn in_header(report: &mut Report<'_>, parameter: &Parameter) {
    let Parameter { at, name, .. } = parameter;
    header_name(report, at, name);
    if TAKEN.contains(&name.to_ascii_lowercase().as_str()) {
        let what = format!("`{name}` means something in HTTP itself");
        report.refuse(at, what, "remove the parameter, or rename it");
    }
}

/// Refuses what is no header name, on which HTTP libraries panic.
pub(super) fn header_name(report: &mut Report<'_>, at: &Place, name: &str) {
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || !name.chars().all(token) {
        let what = format!("{name:?} is not the name of a header");
        report.refuse(at, what, "use letters, digits and `-`");
    }
}

fn style(report: &mut Report<'_>, parameter: &Parameter) {
    let query = parameter.location == Location::Query;
    let only = if query { "form" } else { "simple" };
    if parameter.style.as_ref().is_some_and(|style| style != only) {
        let what = format!("only the style `{only}` is supported");
        report.refuse(&parameter.at, what, "remove `style`");
    }
    if query && parameter.explode == Some(false) {
        let hint = "remove `explode`; a list repeats the parameter";
        report.refuse(&parameter.at, "lists with commas are not supported", hint);
    }
}

fn schema(report: &mut Report<'_>, api: &Api, parameter: &Parameter) {
    let name = &parameter.name;
    let Some(schema) = &parameter.schema else {
        let hint = "describe it by `schema`, not by `content`";
        report.refuse(&parameter.at, format!("`{name}` has no schema"), hint);
        return;
    };
    let Some(target) = api.schemas.follow(schema) else {
        return;
    };
    let list = parameter.location == Location::Query && target.kind() == Some("array");
    if !list {
        if scalar(&api.schemas, schema).is_none() {
            let hint = "use text, a number or a flag; in the query, also a list of such";
            report.refuse(&schema.at, format!("`{name}` is not a single value"), hint);
        }
        return;
    }
    let plain = ["type", "items", "description", "example"];
    if schema.reference.is_some() || !target.has_only(&plain) {
        let hint = "write `type: array` and `items` here, and nothing else";
        report.refuse(&schema.at, "a list with a name, a bound or a default", hint);
    }
    let item = target.items().and_then(|items| scalar(&api.schemas, items));
    if item.is_none() {
        let what = format!("`{name}` is not a list of single values");
        report.refuse(&schema.at, what, "use text, numbers or flags");
    }
}

/// Names that the generated methods use for themselves.
const RESERVED: [&str; 2] = ["body", "header_map"];

/// All parameters of an operation are arguments of one method.
pub(super) fn names(report: &mut Report<'_>, _: &Api, operation: &Operation) {
    let mut seen: HashMap<String, &str> = HashMap::new();
    for Parameter { at, name, .. } in &operation.parameters {
        let argument = snake(name);
        if let Some(other) = seen.get(&argument) {
            let what = format!("`{name}` would be the same argument as the parameter `{other}`");
            report.refuse(at, what, "rename one of them");
        }
        if RESERVED.contains(&argument.as_str()) {
            let what = format!("`{name}` is a name that the generated method needs");
            report.refuse(at, what, "rename the parameter");
        }
        seen.insert(argument, name);
    }
}
