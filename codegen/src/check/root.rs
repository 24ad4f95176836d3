//! Rules about the document as a whole.

use std::collections::HashMap;

use super::report::Report;
use crate::names::{pascal, snake};
use crate::spec::At;

pub(super) fn version(report: &mut Report<'_>) {
    let Some(at) = report.spec.at().get("openapi") else {
        return;
    };
    if !at
        .value
        .as_str()
        .is_some_and(|version| version.starts_with("3.0."))
    {
        report.refuse(
            &at,
            format!("version {} is not supported", at.value),
            "use OpenAPI 3.0",
        );
    }
}

/// Every `$ref` must stay inside the document and lead to something of the right kind.
pub(super) fn references(report: &mut Report<'_>) {
    let root = report.spec.at();
    let mut found = Vec::new();
    collect(&root, &mut found);
    for at in found {
        let Some(reference) = at.reference() else {
            continue;
        };
        if !reference.starts_with('#') {
            report.refuse(
                &at,
                format!("`{reference}` is another document"),
                "bundle the documents into one",
            );
        } else if report.spec.follow(at.clone()).is_none() {
            report.refuse(
                &at,
                format!("`{reference}` leads nowhere"),
                "add the target, or correct the reference",
            );
        } else if in_schema(&at.pointer) && !names_component(reference) {
            let hint = "put the schema under `components/schemas`, where it has a name";
            report.refuse(&at, format!("`{reference}` is not a named schema"), hint);
        }
    }
}

fn collect<'a>(at: &At<'a>, found: &mut Vec<At<'a>>) {
    if at.reference().is_some() {
        found.push(at.clone());
    }
    // What stands under these keys is data, in which `$ref` means nothing.
    let data = |key: &str| {
        matches!(key, "example" | "examples" | "default" | "enum") || key.starts_with("x-")
    };
    let is_list = at.value.is_array();
    let keys: Vec<String> = match at.value.as_array() {
        Some(items) => (0..items.len()).map(|index| index.to_string()).collect(),
        None => at.object().keys().cloned().collect(),
    };
    for key in keys.iter().filter(|key| is_list || !data(key)) {
        let value = if is_list {
            key.parse::<usize>().ok().and_then(|i| at.value.get(i))
        } else {
            at.value.get(key.as_str())
        };
        if let Some(value) = value {
            collect(
                &At {
                    pointer: crate::document::child(&at.pointer, key),
                    value,
                },
                found,
            );
        }
    }
}

fn in_schema(pointer: &str) -> bool {
    pointer.starts_with("/components/schemas/") || pointer.contains("/schema")
}

fn names_component(reference: &str) -> bool {
    reference
        .strip_prefix("#/components/schemas/")
        .is_some_and(|name| !name.contains('/'))
}

/// Generated code asks nobody who they are, so a document that wants it would be lied to.
pub(super) fn security(report: &mut Report<'_>) {
    let root = report.spec.at();
    let holders = report
        .spec
        .operations()
        .into_iter()
        .map(|operation| operation.at)
        .chain([root]);
    for at in holders.filter_map(|at| at.get("security")) {
        if at
            .value
            .as_array()
            .is_some_and(|schemes| !schemes.is_empty())
        {
            report.refuse(
                &at,
                "security is not enforced by generated code",
                "remove it, and authenticate in front of the service",
            );
        }
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

pub(super) fn component_names(report: &mut Report<'_>) {
    let Some(components) = report.spec.at().get("components") else {
        return;
    };
    let mut seen: HashMap<String, &str> = HashMap::new();
    for (name, at) in components.members("schemas") {
        if TAKEN_TYPES.contains(&pascal(name).as_str()) {
            let what = format!("`{name}` is a name that the generated types need");
            report.refuse(&at, what, "rename the schema");
        }
        match seen.get(&pascal(name)) {
            Some(other) => {
                let what = format!("`{name}` and `{other}` would be the same Rust type");
                report.refuse(&at, what, "rename one of them");
            }
            None => {
                seen.insert(pascal(name), name);
            }
        }
    }
}

pub(super) fn operation_ids(report: &mut Report<'_>) {
    let mut seen: HashMap<String, String> = HashMap::new();
    for operation in report.spec.operations() {
        let Some(id) = operation.at.text("operationId").filter(|id| !id.is_empty()) else {
            report.refuse(
                &operation.at,
                "no `operationId`",
                "it becomes the name of a method",
            );
            continue;
        };
        let method = snake(id);
        if TAKEN_METHODS.contains(&method.as_str()) || method.starts_with("refuse_") {
            let what = format!("`{id}` is a name that the generated code needs");
            report.refuse(&operation.at, what, "rename the operation");
        }
        match seen.get(&method) {
            Some(first) => {
                let at = operation
                    .at
                    .get("operationId")
                    .unwrap_or(operation.at.clone());
                report.refuse(
                    &at,
                    format!("`{id}` would be the same method as at {first}"),
                    "rename one of them",
                );
            }
            None => {
                seen.insert(method, operation.at.pointer.clone());
            }
        }
    }
}
