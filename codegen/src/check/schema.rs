//! Rules about schemas: what the types would not keep, or progenitor would panic on.

use std::collections::{HashMap, HashSet};

use super::report::Report;
use crate::api::{Additional, Api, Schema};
use crate::names::{pascal, snake};
use crate::schema::bounds::{holds, is_bounded};
use crate::schema::merge::{is_sum, merged};
use crate::schema::walk::branches;

pub(super) fn types(report: &mut Report<'_>, _: &Api, schema: &Schema) {
    const KNOWN: [&str; 6] = ["object", "array", "string", "integer", "number", "boolean"];
    let Some(name) = schema.kind() else {
        return;
    };
    if !KNOWN.contains(&name) {
        let hint =
            "use one of object, array, string, integer, number, boolean, and `nullable` for null";
        let what = format!("OpenAPI 3.0 has no type `{name}`");
        report.refuse(&schema.at, what, hint);
    }
    if name == "array" && schema.items.is_none() {
        let hint = "say what it is a list of";
        report.refuse(&schema.at, "a list without `items`", hint);
    }
}

/// The types that a keyword means something for.
const FITTING: [(&str, &[&str]); 8] = [
    ("properties", &["object"]),
    ("additionalProperties", &["object"]),
    ("required", &["object"]),
    ("items", &["array"]),
    ("pattern", &["string"]),
    ("minLength", &["string"]),
    ("maxLength", &["string"]),
    ("format", &["string", "integer", "number"]),
];

pub(super) fn fitting_keywords(report: &mut Report<'_>, _: &Api, schema: &Schema) {
    for (keyword, types) in FITTING {
        let Some(at) = schema.place(keyword) else {
            continue;
        };
        let own = schema.kind().unwrap_or("none");
        let in_sum = schema.all_of.is_some() && own == "none" && types == ["object"];
        if !types.contains(&own) && !in_sum {
            let what = format!("`{keyword}` means nothing for the type {own}");
            let hint = "add the type that is meant, or remove the keyword";
            report.refuse(at, what, hint);
        }
    }
}

/// A pattern is compiled when the generated code runs, where it is too late to complain.
pub(super) fn patterns(report: &mut Report<'_>, _: &Api, schema: &Schema) {
    let Some(pattern) = &schema.pattern else {
        return;
    };
    if let Err(error) = regress::Regex::new(pattern) {
        let what = format!("not a regular expression: {error}");
        report.refuse(pattern.at(), what, "patterns are those of ECMAScript");
    }
}

pub(super) fn defaults(report: &mut Report<'_>, _: &Api, schema: &Schema) {
    let Some(default) = &schema.default else {
        return;
    };
    let fits = match schema.kind() {
        Some("string") => default.is_string(),
        Some("integer") => default.as_i64().is_some_and(|value| holds(schema, value)),
        Some("number") => default.is_number(),
        Some("boolean") => default.is_boolean(),
        _ => false,
    };
    let mut values = schema.values().iter();
    let known = schema.values.is_none() || values.any(|value| **value == **default);
    let formatted = schema.kind() == Some("string") && schema.format.is_some();
    let constrained = formatted
        || is_bounded(schema)
        || schema.pattern.is_some()
        || schema.min_length.is_some()
        || schema.max_length.is_some();
    if !fits || !known || constrained {
        let hint = "a default must be a text, number or flag of the schema's own type, without further constraints";
        report.refuse(default.at(), "this default is not supported", hint);
    }
}

/// Formats that are types of their own.
const FORMATS: [&str; 6] = ["uuid", "date", "date-time", "ip", "ipv4", "ipv6"];

pub(super) fn unsupported_keywords(report: &mut Report<'_>, _: &Api, schema: &Schema) {
    if let Some(at) = schema.place("not") {
        let hint = "say what is allowed instead";
        report.refuse(at, "`not` would not be enforced", hint);
    }
    if schema.is_empty_object() && schema.properties.is_some() {
        let what = "an object that must be empty has no properties";
        report.refuse(&schema.at, what, "remove them, or `maxProperties`");
    }
    let formatted = schema
        .format()
        .is_some_and(|format| FORMATS.contains(&format));
    for keyword in ["pattern", "minLength", "maxLength", "enum"] {
        if let Some(at) = schema.place(keyword).filter(|_| formatted) {
            let what = format!("`{keyword}` beside a format that is a type of its own");
            report.refuse(at, what, "keep one of them");
        }
    }
}

/// Null can stand where a value stands, not in place of what has a name or a method.
pub(super) fn nullable(report: &mut Report<'_>, _: &Api, schema: &Schema) {
    if !schema.is_nullable() {
        return;
    }
    if schema.kind.is_none() && schema.all_of().len() != 1 {
        let hint = "add the type that is meant, or put one reference into `allOf`";
        report.refuse(&schema.at, "`nullable` without a type", hint);
    }
    let pointer = &schema.at.pointer;
    let around = pointer.rsplit_once('/').map_or("", |(around, _)| around);
    let is_member = around.ends_with("/properties")
        || pointer.ends_with("/items")
        || pointer.ends_with("/additionalProperties");
    if !is_member {
        let hint = "say `nullable` at the property: `{nullable: true, allOf: [{$ref: …}]}`";
        report.refuse(&schema.at, "only a member or an item can be null", hint);
    }
}

/// One type serves both directions, so a member cannot be required in one of them only.
pub(super) fn directions(report: &mut Report<'_>, _: &Api, schema: &Schema) {
    for (name, property) in schema.properties() {
        let directions = [&property.read_only, &property.write_only];
        let one_way = directions.into_iter().flatten().any(|flag| **flag);
        if one_way && schema.requires(name) {
            let what = format!("`{name}` is required, but in one direction only");
            let hint = "describe request and response by schemas of their own";
            report.refuse(&property.at, what, hint);
        }
    }
}

/// A schema that is made of itself has no values, and its type no size.
pub(super) fn circles(report: &mut Report<'_>, api: &Api, schema: &Schema) {
    let Some(name) = schema.at.pointer.strip_prefix("/components/schemas/") else {
        return;
    };
    let made_of = |schema: &Schema| -> Vec<String> {
        let branches = branches(schema).chain(schema.all_of());
        let parts = branches.filter_map(Schema::component);
        parts.map(str::to_owned).collect()
    };
    let mut known: HashSet<String> = HashSet::new();
    let mut next = made_of(schema);
    while let Some(part) = next.pop() {
        if part == name {
            let hint = "break the circle by an object or a list";
            report.refuse(&schema.at, "a schema that is made of itself", hint);
            return;
        }
        if known.len() < 64
            && known.insert(part.clone())
            && let Some(schema) = api.schemas.get(&part)
        {
            next.extend(made_of(schema));
        }
    }
}

pub(super) fn enumerations(report: &mut Report<'_>, _: &Api, schema: &Schema) {
    let values = schema.values();
    if schema.values.is_some() && values.is_empty() {
        report.refuse(&schema.at, "an enumeration without values", "list them");
    }
    let mut others = values.iter().filter(|value| !value.is_string());
    if others.any(|value| !value.is_null() || !schema.is_nullable()) {
        let what = "an enumeration of other things than texts";
        report.refuse(&schema.at, what, "use texts");
    }
    let mut seen: HashSet<String> = HashSet::new();
    for value in values {
        let Some(text) = value.as_str() else {
            continue;
        };
        if !seen.insert(pascal(text)) {
            let what = format!("{text:?} would be the same Rust variant as another value");
            report.refuse(value.at(), what, "rename one of them");
        }
    }
}

pub(super) fn required(report: &mut Report<'_>, api: &Api, schema: &Schema) {
    let sum = sum(api, schema);
    let properties = sum.as_ref().unwrap_or(schema);
    let mut seen: HashSet<&str> = HashSet::new();
    for required in schema.required() {
        let name = required.as_str();
        if !seen.insert(name) {
            let what = format!("`{name}` is required twice");
            report.refuse(required.at(), what, "remove one");
        }
        // A part of a sum may require what another part describes; the sum says so itself.
        let is_part = schema.at.pointer.contains("/allOf/");
        if !is_part && properties.property(name).is_none() {
            let what = format!("`{name}` is required, but is no property");
            report.refuse(required.at(), what, "describe it under `properties`");
        }
    }
}

/// What the parts of a schema make together, if they do.
fn sum(api: &Api, schema: &Schema) -> Option<Schema> {
    is_sum(schema).then(|| merged(&api.schemas, schema).ok())?
}

/// Serde reads the members that it does not know into values first, where numbers are rounded and
/// opaque JSON is no longer text.
pub(super) fn flattened(report: &mut Report<'_>, _: &Api, schema: &Schema) {
    let Some(additional) = &schema.additional else {
        return;
    };
    if matches!(**additional, Additional::Of(_)) && schema.properties.is_some() {
        let what = "named properties beside additional ones of a schema";
        let hint = "put the additional ones into a property of their own";
        report.refuse(additional.at(), what, hint);
    }
}

pub(super) fn property_names(report: &mut Report<'_>, api: &Api, schema: &Schema) {
    let sum = sum(api, schema);
    let mut seen: HashMap<String, &str> = HashMap::new();
    for (name, property) in sum.as_ref().unwrap_or(schema).properties() {
        if let Some(other) = seen.insert(snake(name), name) {
            let at = if sum.is_some() {
                &schema.at
            } else {
                &property.at
            };
            let what = format!("`{name}` would be the same Rust field as the property `{other}`");
            report.refuse(at, what, "rename one of them");
        }
    }
}
