//! Rules about one operation: what it is called with.

use super::Report;
use crate::spec::{At, Operation, variables};

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
