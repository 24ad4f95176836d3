//! Rules about schemas of several forms: something must tell them apart.

use std::collections::HashMap;

use super::report::Report;
use crate::schema::merge::merged;
use crate::schema::tags::{branches, component, tags};
use crate::schema::walk::{all, scalar};
use crate::spec::At;

/// Serde would take the first form that fits, which may be the wrong one.
pub(super) fn forms(report: &mut Report<'_>, schema: &At<'_>) {
    for key in ["oneOf", "anyOf", "allOf"] {
        let Some(at) = schema.get(key) else { continue };
        if schema.items(key).is_empty() {
            let hint = "list at least one schema, or remove it";
            report.refuse(&at, "a choice of nothing", hint);
        }
    }
    for key in ["oneOf", "anyOf"] {
        let Some(at) = schema.get(key) else { continue };
        let told_apart =
            schema.get("discriminator").is_some() || only_chosen_bodies(report, schema);
        if schema.items(key).len() > 1 && !told_apart {
            let hint = "add a `discriminator`; for a request body, `x-body-by-parameter`; or use one object with optional members";
            report.refuse(&at, "several forms, and nothing tells them apart", hint);
        }
    }
    let kinds = ["oneOf", "anyOf", "allOf"]
        .iter()
        .filter(|key| schema.get(key).is_some());
    if kinds.count() > 1 {
        let hint = "give each a schema of its own";
        report.refuse(schema, "several of oneOf, anyOf and allOf at once", hint);
    }
}

/// Whether the schema is used as a whole request body and nowhere else.
fn only_chosen_bodies(report: &Report<'_>, schema: &At<'_>) -> bool {
    if schema.pointer.contains("/requestBody/content/")
        || schema.pointer.starts_with("/components/requestBodies/")
    {
        return schema.pointer.ends_with("/schema");
    }
    let name = schema.pointer.strip_prefix("/components/schemas/");
    name.is_some_and(|name| !name.contains('/') && !report.parts.contains(name))
}

/// A member that every form has, with another value in each.
pub(super) fn discriminator(report: &mut Report<'_>, schema: &At<'_>) {
    let Some(at) = schema.get("discriminator") else {
        return;
    };
    let branches = branches(schema);
    if branches.is_empty() {
        let hint = "put it beside the `oneOf` that lists the forms";
        report.refuse(&at, "a discriminator without `oneOf` or `anyOf`", hint);
        return;
    }
    let member = at.text("propertyName").unwrap_or_default();
    let others = ["type", "properties", "required", "additionalProperties"];
    if let Some(other) = others.iter().find_map(|key| schema.get(key)) {
        let hint = "put it into each of the forms";
        report.refuse(&other, "a member of its own beside several forms", hint);
    }
    for branch in &branches {
        form(report, branch, member);
    }
    if let Err((at, what)) = tags(schema) {
        let hint = "map one value to each of the forms";
        report.refuse(&at, what, hint);
    }
}

fn form(report: &mut Report<'_>, branch: &At<'_>, member: &str) {
    if component(branch).is_none() {
        let hint = "put it under `components/schemas` and refer to it";
        report.refuse(branch, "a form without a name", hint);
        return;
    }
    let merged = merged(&report.spec, branch).unwrap_or_default();
    let at = At {
        pointer: String::new(),
        value: &merged,
    };
    let required = at.items("required").iter().any(|name| name.value == member);
    let property = at.get("properties").and_then(|all| all.get(member));
    let kind = property.and_then(|property| scalar(&report.spec, property));
    if !required || kind != Some("string") {
        let what =
            format!("`{member}`, by which the forms are told apart, is no required text here");
        let hint =
            "every form must be an object that declares it under `properties` and `required`";
        report.refuse(branch, what, hint);
    }
}

/// The value of a form becomes part of its type, so it must be the same wherever the form is used.
pub(super) fn agreement(report: &mut Report<'_>) {
    let mut known: HashMap<&str, (&str, String)> = HashMap::new();
    for schema in all(&report.spec) {
        let Some(member) = schema
            .get("discriminator")
            .and_then(|at| at.text("propertyName"))
        else {
            continue;
        };
        for (value, form) in tags(&schema).unwrap_or_default() {
            match known.get(form) {
                Some((other_member, other)) if *other_member != member || *other != value => {
                    let what = format!(
                        "`{form}` has `{member}: {value}` here and `{other_member}: {other}` elsewhere"
                    );
                    report.refuse(&schema, what, "map it to the same value everywhere");
                }
                Some(_) => {}
                None => drop(known.insert(form, (member, value))),
            }
        }
    }
}
