//! Rules about bounds: there must be something within them.

use super::report::Report;
use crate::api::{Api, Schema};
use crate::schema::bounds::{Bounds, is_bounded};

const NUMERIC: [&str; 5] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
];

pub(super) fn numbers(report: &mut Report<'_>, _: &Api, schema: &Schema) {
    let is_number = matches!(schema.kind(), Some("integer" | "number"));
    let bound = NUMERIC.iter().find_map(|keyword| schema.place(keyword));
    if let Some(at) = bound.filter(|_| !is_number) {
        let hint = "add `type: integer` or `type: number`, or remove it";
        report.refuse(at, "a bound on what is no number", hint);
        return;
    }
    if let Some(step) = &schema.multiple_of {
        let whole = step.as_i64().filter(|step| *step > 0);
        if schema.kind() == Some("number") || whole.is_none() {
            let hint = "only whole multiples of a positive whole number can be told exactly";
            report.refuse(step.at(), "this `multipleOf` is not supported", hint);
            return;
        }
    }
    possible(report, schema);
}

pub(super) fn sizes(report: &mut Report<'_>, _: &Api, schema: &Schema) {
    for keyword in ["minItems", "maxItems", "uniqueItems"] {
        if let Some(at) = schema.place(keyword)
            && schema.kind() != Some("array")
        {
            let what = format!("`{keyword}` of what is no list");
            report.refuse(at, what, "add `type: array`, or remove it");
        }
    }
    for keyword in ["minProperties", "maxProperties"] {
        let Some(at) = schema.place(keyword) else {
            continue;
        };
        if schema.kind() != Some("object") {
            let what = format!("`{keyword}` of what is no object");
            report.refuse(at, what, "add `type: object`, or remove it");
        } else if schema.properties.is_some() {
            let what = format!("`{keyword}` of an object with named properties");
            let hint = "say `required`, or give the object `additionalProperties` only";
            report.refuse(at, what, hint);
        }
    }
    if matches!(schema.kind(), Some("array" | "object")) {
        possible(report, schema);
    }
}

fn possible(report: &mut Report<'_>, schema: &Schema) {
    if is_bounded(schema) && Bounds::of(schema).is_none() {
        report.refuse(
            &schema.at,
            "no value is within these bounds",
            "correct them",
        );
    }
}
