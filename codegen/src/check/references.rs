//! Rules about references, before anything follows them.

use super::report::Report;
use crate::document::child;
use crate::spec::{At, Spec};

/// Every `$ref` must stay inside the document and lead to something of the right kind.
pub(super) fn all(report: &mut Report<'_>) {
    let spec = Spec {
        root: &report.document.value,
    };
    let root = spec.at();
    let mut found = Vec::new();
    collect(&root, &mut found);
    for at in found {
        let Some(reference) = at.reference() else {
            continue;
        };
        if !reference.starts_with('#') {
            report.refuse_unread(
                &at,
                format!("`{reference}` is another document"),
                "bundle the documents into one",
            );
        } else if spec.follow(at.clone()).is_none() {
            report.refuse_unread(
                &at,
                format!("`{reference}` leads nowhere"),
                "add the target, or correct the reference",
            );
        } else if in_schema(&at.pointer) && !names_component(reference) {
            let hint = "put the schema under `components/schemas`, where it has a name";
            report.refuse_unread(&at, format!("`{reference}` is not a named schema"), hint);
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
                    pointer: child(&at.pointer, key),
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
