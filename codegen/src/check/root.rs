//! Rules about the document as a whole.

use std::collections::HashMap;

use super::report::Report;
use crate::api::Api;
use crate::names::{pascal, snake};

pub(super) fn version(report: &mut Report<'_>, api: &Api) {
    if !api.version.starts_with("3.0.") {
        let what = format!("version {:?} is not supported", *api.version);
        report.refuse(api.version.at(), what, "use OpenAPI 3.0");
    }
}

/// Generated code authenticates no caller, so a document that asks for it would not be kept.
pub(super) fn security(report: &mut Report<'_>, api: &Api) {
    let operations = api.operations.iter().map(|operation| &operation.security);
    for at in operations.chain([&api.security]).flatten() {
        report.refuse(
            at,
            "security is not enforced by generated code",
            "remove it, and authenticate in front of the service",
        );
    }
}

/// Names that mean something else in the generated types.
const TAKEN_TYPES: [&str; 4] = ["Err", "None", "Ok", "Some"];

/// Names that mean something else in the generated client or server.
const TAKEN_METHODS: [&str; 9] = [
    "api_version",
    "baseurl",
    "client",
    "exec",
    "inner",
    "new",
    "new_with_client",
    "post",
    "pre",
];

pub(super) fn component_names(report: &mut Report<'_>, api: &Api) {
    let mut seen: HashMap<String, &str> = HashMap::new();
    for (name, schema) in api.schemas.all() {
        if TAKEN_TYPES.contains(&pascal(name).as_str()) {
            let what = format!("`{name}` is a name that the generated types need");
            report.refuse(&schema.at, what, "rename the schema");
        }
        match seen.get(&pascal(name)) {
            Some(other) => {
                let what = format!("`{name}` and `{other}` would be the same Rust type");
                report.refuse(&schema.at, what, "rename one of them");
            }
            None => {
                seen.insert(pascal(name), name);
            }
        }
    }
}

pub(super) fn operation_ids(report: &mut Report<'_>, api: &Api) {
    let mut seen: HashMap<String, &str> = HashMap::new();
    for operation in &api.operations {
        let Some(id) = operation.id.as_ref().filter(|id| !id.is_empty()) else {
            let hint = "it becomes the name of a method";
            report.refuse(&operation.at, "no `operationId`", hint);
            continue;
        };
        let method = snake(id);
        let text = id.as_str();
        if TAKEN_METHODS.contains(&method.as_str()) || method.starts_with("refuse_") {
            let what = format!("`{text}` is a name that the generated code needs");
            report.refuse(&operation.at, what, "rename the operation");
        }
        match seen.get(&method) {
            Some(first) => {
                let what = format!("`{text}` would be the same method as at {first}");
                report.refuse(id.at(), what, "rename one of them");
            }
            None => {
                seen.insert(method, &operation.at.pointer);
            }
        }
    }
}
