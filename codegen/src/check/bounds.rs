//! Rules about bounds: there must be something within them.

use super::report::Report;
use crate::schema::bounds::{Bounds, is_bounded};
use crate::spec::At;

const NUMERIC: [&str; 5] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
];

pub(super) fn numbers(report: &mut Report<'_>, schema: &At<'_>) {
    let kind = schema.text("type");
    for at in NUMERIC.iter().filter_map(|key| schema.get(key)) {
        if !matches!(kind, Some("integer" | "number")) {
            let hint = "add `type: integer` or `type: number`, or remove it";
            report.refuse(&at, "a bound on what is no number", hint);
            return;
        }
    }
    if let Some(at) = schema.get("multipleOf") {
        let step = at.value.as_i64().filter(|step| *step > 0);
        if kind == Some("number") || step.is_none() {
            let hint = "only whole multiples of a positive whole number can be told exactly";
            report.refuse(&at, "this `multipleOf` is not supported", hint);
            return;
        }
    }
    possible(report, schema);
}

pub(super) fn sizes(report: &mut Report<'_>, schema: &At<'_>) {
    for key in ["minItems", "maxItems", "uniqueItems"] {
        if let Some(at) = schema.get(key)
            && schema.text("type") != Some("array")
        {
            report.refuse(
                &at,
                format!("`{key}` of what is no list"),
                "add `type: array`, or remove it",
            );
        }
    }
    for key in ["minProperties", "maxProperties"] {
        let Some(at) = schema.get(key) else { continue };
        if schema.text("type") != Some("object") {
            report.refuse(
                &at,
                format!("`{key}` of what is no object"),
                "add `type: object`, or remove it",
            );
        } else if schema.get("properties").is_some() {
            let hint = "say `required`, or give the object `additionalProperties` only";
            report.refuse(
                &at,
                format!("`{key}` of an object with named properties"),
                hint,
            );
        }
    }
    if matches!(schema.text("type"), Some("array" | "object")) {
        possible(report, schema);
    }
}

fn possible(report: &mut Report<'_>, schema: &At<'_>) {
    if is_bounded(schema.value) && Bounds::of(schema.value).is_none() {
        report.refuse(schema, "no value is within these bounds", "correct them");
    }
}
