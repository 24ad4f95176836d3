//! Rules about schemas of several forms: something must tell them apart.

use std::collections::{HashMap, HashSet};

use super::report::Report;
use crate::api::{Api, Schema};
use crate::schema::merge::merged;
use crate::schema::tags::tags;
use crate::schema::walk::{all, branches, parts, scalar};

/// Serde would take the first form that fits, which may be the wrong one.
pub(super) fn told_apart(report: &mut Report<'_>, api: &Api) {
    let schemas = all(api);
    let parts = parts(api, &schemas);
    for schema in schemas {
        if schema.discriminator.is_some() || only_chosen_bodies(&parts, schema) {
            continue;
        }
        for (keyword, forms) in [("oneOf", schema.one_of()), ("anyOf", schema.any_of())] {
            if let Some(at) = schema.place(keyword).filter(|_| forms.len() > 1) {
                let hint = "add a `discriminator`; for a request body, `x-body-by-parameter`; or use one object with optional members";
                report.refuse(at, "several forms, and nothing tells them apart", hint);
            }
        }
    }
}

/// Whether the schema is used as a whole request body and nowhere else.
fn only_chosen_bodies(parts: &HashSet<&str>, schema: &Schema) -> bool {
    let pointer = &schema.at.pointer;
    if pointer.contains("/requestBody/content/")
        || pointer.starts_with("/components/requestBodies/")
    {
        return pointer.ends_with("/schema");
    }
    let name = pointer.strip_prefix("/components/schemas/");
    name.is_some_and(|name| !name.contains('/') && !parts.contains(name))
}

pub(super) fn forms(report: &mut Report<'_>, _: &Api, schema: &Schema) {
    let choices = [
        ("oneOf", schema.one_of()),
        ("anyOf", schema.any_of()),
        ("allOf", schema.all_of()),
    ];
    let present = choices
        .into_iter()
        .filter_map(|(keyword, branches)| Some((schema.place(keyword)?, branches)));
    let present: Vec<_> = present.collect();
    for (at, _) in present.iter().filter(|(_, branches)| branches.is_empty()) {
        let hint = "list at least one schema, or remove it";
        report.refuse(at, "a choice of nothing", hint);
    }
    if present.len() > 1 {
        let hint = "give each a schema of its own";
        let what = "several of oneOf, anyOf and allOf at once";
        report.refuse(&schema.at, what, hint);
    }
}

/// A member that every form has, with another value in each.
pub(super) fn discriminator(report: &mut Report<'_>, api: &Api, schema: &Schema) {
    let Some(discriminator) = &schema.discriminator else {
        return;
    };
    if branches(schema).next().is_none() {
        let what = "a discriminator without `oneOf` or `anyOf`";
        let hint = "put it beside the `oneOf` that lists the forms";
        report.refuse(discriminator.at(), what, hint);
        return;
    }
    let others = ["type", "properties", "required", "additionalProperties"];
    if let Some(at) = others.iter().find_map(|keyword| schema.place(keyword)) {
        let hint = "put it into each of the forms";
        report.refuse(at, "a member of its own beside several forms", hint);
    }
    for branch in branches(schema) {
        form(report, api, branch, &discriminator.member);
    }
    if let Err((at, what)) = tags(schema) {
        report.refuse(&at, what, "map one value to each of the forms");
    }
}

fn form(report: &mut Report<'_>, api: &Api, branch: &Schema, member: &str) {
    if branch.component().is_none() {
        let hint = "put it under `components/schemas` and refer to it";
        report.refuse(&branch.at, "a form without a name", hint);
        return;
    }
    let is_required_text = merged(&api.schemas, branch).is_ok_and(|object| {
        let property = object.property(member);
        let kind = property.and_then(|property| scalar(&api.schemas, property));
        object.requires(member) && kind == Some("string")
    });
    if !is_required_text {
        let what =
            format!("`{member}`, by which the forms are told apart, is no required text here");
        let hint =
            "every form must be an object that declares it under `properties` and `required`";
        report.refuse(&branch.at, what, hint);
    }
}

/// The value of a form becomes part of its type, so it must be the same wherever the form is used.
pub(super) fn agreement(report: &mut Report<'_>, api: &Api) {
    let mut known: HashMap<&str, (&str, String)> = HashMap::new();
    for schema in all(api) {
        let Some(discriminator) = &schema.discriminator else {
            continue;
        };
        let member = discriminator.member.as_str();
        for (value, form) in tags(schema).into_iter().flatten() {
            match known.get(form) {
                Some((other_member, other)) if *other_member != member || *other != value => {
                    let what = format!(
                        "`{form}` has `{member}: {value}` here and `{other_member}: {other}` elsewhere"
                    );
                    report.refuse(&schema.at, what, "map it to the same value everywhere");
                }
                Some(_) => {}
                None => drop(known.insert(form, (member, value))),
            }
        }
    }
}
