//! Rules about parameters: where they are, how they are written, what they are.

use std::collections::HashMap;

use super::report::Report;
use crate::names::snake;
use crate::schema::walk::scalar;
use crate::spec::{At, Operation, variables};

pub(super) fn all(report: &mut Report<'_>, operation: &Operation<'_>) {
    for parameter in report.spec.parameters(operation) {
        match parameter.text("in") {
            Some("path") => in_path(report, operation, &parameter),
            Some("query") => in_query(report, &parameter),
            Some("header") => in_header(report, &parameter),
            place => {
                let name = parameter.text("name").unwrap_or_default();
                let what = format!(
                    "the parameter `{name}` is in {}; path, query and header parameters are supported",
                    place.unwrap_or_default()
                );
                report.refuse(
                    &parameter,
                    what,
                    "put it into the path, the query or a header",
                );
                continue;
            }
        }
        style(report, &parameter);
        schema(report, &parameter);
    }
    let declared = report.spec.parameters(operation);
    for name in variables(operation.path) {
        let is_path = |at: &At<'_>| at.text("name") == Some(name) && at.text("in") == Some("path");
        if !declared.iter().any(is_path) {
            let what = format!("the path variable `{name}` is not declared");
            report.refuse(&operation.at, what, "add it to `parameters`");
        }
    }
}

fn in_path(report: &mut Report<'_>, operation: &Operation<'_>, parameter: &At<'_>) {
    let name = parameter.text("name").unwrap_or_default();
    if !variables(operation.path).contains(&name) {
        let what = format!(
            "the path parameter `{name}` is not in the path {}",
            operation.path
        );
        let hint = "add `{…}` with this name to the path, or remove the parameter";
        report.refuse(parameter, what, hint);
    }
    if !parameter.flag("required") {
        report.refuse(
            parameter,
            format!("the path parameter `{name}` is not required"),
            "say `required: true`",
        );
    }
}

fn in_query(report: &mut Report<'_>, parameter: &At<'_>) {
    for key in ["allowReserved", "allowEmptyValue"] {
        if parameter.flag(key) {
            let what = format!("`{key}` is not supported");
            report.refuse(parameter, what, "remove it; every character can be encoded");
        }
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

fn in_header(report: &mut Report<'_>, parameter: &At<'_>) {
    let name = parameter.text("name").unwrap_or_default();
    header_name(report, parameter, name);
    if TAKEN.contains(&name.to_ascii_lowercase().as_str()) {
        let what = format!("`{name}` means something in HTTP itself");
        report.refuse(parameter, what, "remove the parameter, or rename it");
    }
}

/// Refuses what is no header name, on which HTTP libraries panic.
pub(super) fn header_name(report: &mut Report<'_>, at: &At<'_>, name: &str) {
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || !name.chars().all(token) {
        let what = format!("{name:?} is not the name of a header");
        report.refuse(at, what, "use letters, digits and `-`");
    }
}

fn style(report: &mut Report<'_>, parameter: &At<'_>) {
    let query = parameter.text("in") == Some("query");
    let only = if query { "form" } else { "simple" };
    if parameter.text("style").is_some_and(|style| style != only) {
        let what = format!("only the style `{only}` is supported");
        report.refuse(parameter, what, "remove `style`");
    }
    let unexploded = parameter
        .get("explode")
        .is_some_and(|at| at.value == &serde_json::Value::Bool(false));
    if query && unexploded {
        let hint = "remove `explode`; a list repeats the parameter";
        report.refuse(parameter, "lists with commas are not supported", hint);
    }
}

fn schema(report: &mut Report<'_>, parameter: &At<'_>) {
    let name = parameter.text("name").unwrap_or_default();
    let Some(schema) = parameter.get("schema") else {
        report.refuse(
            parameter,
            format!("`{name}` has no schema"),
            "describe it by `schema`, not by `content`",
        );
        return;
    };
    let Some(target) = report.spec.follow(schema.clone()) else {
        return;
    };
    let list = parameter.text("in") == Some("query") && target.text("type") == Some("array");
    if !list {
        if scalar(&report.spec, schema.clone()).is_none() {
            let hint = "use text, a number or a flag; in the query, also a list of such";
            report.refuse(&schema, format!("`{name}` is not a single value"), hint);
        }
        return;
    }
    let plain = |key: &String| matches!(key.as_str(), "type" | "items" | "description" | "example");
    if schema.reference().is_some() || !target.object().keys().all(plain) {
        let hint = "write `type: array` and `items` here, and nothing else";
        report.refuse(&schema, "a list with a name, a bound or a default", hint);
    }
    let item = target
        .get("items")
        .and_then(|items| scalar(&report.spec, items));
    if item.is_none() {
        let hint = "use text, numbers or flags";
        report.refuse(
            &schema,
            format!("`{name}` is not a list of single values"),
            hint,
        );
    }
}

/// Names that the generated methods use for themselves.
const RESERVED: [&str; 2] = ["body", "header_map"];

/// All parameters of an operation are arguments of one method.
pub(super) fn names(report: &mut Report<'_>, operation: &Operation<'_>) {
    let mut seen: HashMap<String, &str> = HashMap::new();
    for parameter in report.spec.parameters(operation) {
        let name = parameter.text("name").unwrap_or_default();
        let argument = snake(name);
        if let Some(other) = seen.get(&argument) {
            let what = format!("`{name}` would be the same argument as the parameter `{other}`");
            report.refuse(&parameter, what, "rename one of them");
        }
        if RESERVED.contains(&argument.as_str()) {
            let what = format!("`{name}` is a name that the generated method needs");
            report.refuse(&parameter, what, "rename the parameter");
        }
        seen.insert(argument, name);
    }
}
