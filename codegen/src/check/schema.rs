//! Rules about schemas: what the types would not keep, or progenitor would panic on.

use std::collections::{HashMap, HashSet};

use super::report::Report;
use crate::names::snake;
use crate::schema::bounds::{holds, is_bounded};
use crate::schema::kind::is_empty_object;
use crate::schema::merge::{is_sum, merged};
use crate::schema::tags::component;
use crate::spec::At;

pub(super) fn types(report: &mut Report<'_>, schema: &At<'_>) {
    const KNOWN: [&str; 6] = ["object", "array", "string", "integer", "number", "boolean"];
    let Some(name) = schema.text("type") else {
        return;
    };
    if !KNOWN.contains(&name) {
        let hint =
            "use one of object, array, string, integer, number, boolean, and `nullable` for null";
        report.refuse(schema, format!("OpenAPI 3.0 has no type `{name}`"), hint);
    }
    if name == "array" && schema.get("items").is_none() {
        report.refuse(schema, "a list without `items`", "say what it is a list of");
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

pub(super) fn fitting_keywords(report: &mut Report<'_>, schema: &At<'_>) {
    for (key, types) in FITTING {
        let Some(at) = schema.get(key) else { continue };
        let own = schema.text("type").unwrap_or("none");
        let in_sum = schema.get("allOf").is_some() && own == "none" && types == ["object"];
        if !types.contains(&own) && !in_sum {
            let what = format!("`{key}` means nothing for the type {own}");
            report.refuse(
                &at,
                what,
                "add the type that is meant, or remove the keyword",
            );
        }
    }
}

/// A pattern is compiled when the generated code runs, where it is too late to complain.
pub(super) fn patterns(report: &mut Report<'_>, schema: &At<'_>) {
    let Some(at) = schema.get("pattern") else {
        return;
    };
    if let Err(error) = regress::Regex::new(at.value.as_str().unwrap_or_default()) {
        report.refuse(
            &at,
            format!("not a regular expression: {error}"),
            "patterns are those of ECMAScript",
        );
    }
}

pub(super) fn defaults(report: &mut Report<'_>, schema: &At<'_>) {
    let Some(at) = schema.get("default") else {
        return;
    };
    let fits = match schema.text("type") {
        Some("string") => at.value.is_string(),
        Some("integer") => at
            .value
            .as_i64()
            .is_some_and(|value| holds(schema.value, value)),
        Some("number") => at.value.is_number(),
        Some("boolean") => at.value.is_boolean(),
        _ => false,
    };
    let known = schema.get("enum").is_none()
        || schema.items("enum").iter().any(|one| one.value == at.value);
    let constraints = ["pattern", "minLength", "maxLength"];
    let formatted = schema.text("type") == Some("string") && schema.get("format").is_some();
    let constrained = formatted
        || is_bounded(schema.value)
        || constraints.iter().any(|key| schema.get(key).is_some());
    if !fits || !known || constrained {
        let hint = "a default must be a text, number or flag of the schema's own type, without further constraints";
        report.refuse(&at, "this default is not supported", hint);
    }
}

pub(super) fn unsupported_keywords(report: &mut Report<'_>, schema: &At<'_>) {
    if let Some(at) = schema.get("not") {
        report.refuse(
            &at,
            "`not` would not be enforced",
            "say what is allowed instead",
        );
    }
    if is_empty_object(schema.value) && schema.get("properties").is_some() {
        report.refuse(
            schema,
            "an object that must be empty has no properties",
            "remove them, or `maxProperties`",
        );
    }
    let formatted = schema.text("format").is_some_and(|format| {
        matches!(
            format,
            "uuid" | "date" | "date-time" | "ip" | "ipv4" | "ipv6"
        )
    });
    for key in ["pattern", "minLength", "maxLength", "enum"] {
        if let Some(at) = schema.get(key).filter(|_| formatted) {
            let what = format!("`{key}` beside a format that is a type of its own");
            report.refuse(&at, what, "keep one of them");
        }
    }
}

/// Null can stand where a value stands, not in place of what has a name or a method.
pub(super) fn nullable(report: &mut Report<'_>, schema: &At<'_>) {
    if !schema.flag("nullable") {
        return;
    }
    let of_one = schema.items("allOf").len() == 1;
    if schema.text("type").is_none() && !of_one {
        let hint = "add the type that is meant, or put one reference into `allOf`";
        report.refuse(schema, "`nullable` without a type", hint);
    }
    let inside = ["/properties/", "/items", "/additionalProperties"];
    let last = schema
        .pointer
        .rsplit_once('/')
        .map_or("", |(around, _)| around);
    let is_member = last.ends_with("/properties")
        || inside[1..].iter().any(|key| schema.pointer.ends_with(key));
    if !is_member {
        let hint = "say `nullable` at the property: `{nullable: true, allOf: [{$ref: …}]}`";
        report.refuse(schema, "only a member or an item can be null", hint);
    }
}

/// One type serves both directions, so a member cannot be required in one of them only.
pub(super) fn directions(report: &mut Report<'_>, schema: &At<'_>) {
    let required: HashSet<&str> = schema
        .items("required")
        .iter()
        .filter_map(|at| at.value.as_str())
        .collect();
    for (name, at) in schema.members("properties") {
        for key in ["readOnly", "writeOnly"] {
            if at.flag(key) && required.contains(name) {
                let what = format!("`{name}` is required, but in one direction only");
                report.refuse(
                    &at,
                    what,
                    "describe request and response by schemas of their own",
                );
            }
        }
    }
}

/// A schema that is made of itself has no values, and its type no size.
pub(super) fn circles(report: &mut Report<'_>, schema: &At<'_>) {
    let Some(name) = schema.pointer.strip_prefix("/components/schemas/") else {
        return;
    };
    let made_of = |at: &At<'_>| -> Vec<String> {
        let branches = ["oneOf", "anyOf", "allOf"]
            .iter()
            .flat_map(|key| at.items(key));
        branches
            .filter_map(|branch| Some(component(&branch)?.to_owned()))
            .collect()
    };
    let Some(schemas) = report
        .spec
        .at()
        .get("components")
        .and_then(|all| all.get("schemas"))
    else {
        return;
    };
    let mut known: HashSet<String> = HashSet::new();
    let mut next = made_of(schema);
    while let Some(part) = next.pop() {
        if part == name {
            let hint = "break the circle by an object or a list";
            report.refuse(schema, "a schema that is made of itself", hint);
            return;
        }
        if known.len() < 64
            && known.insert(part.clone())
            && let Some(at) = schemas.get(&part)
        {
            next.extend(made_of(&at));
        }
    }
}

pub(super) fn enumerations(report: &mut Report<'_>, schema: &At<'_>) {
    let values = schema.items("enum");
    if schema.get("enum").is_some() && values.is_empty() {
        report.refuse(schema, "an enumeration without values", "list them");
    }
    let null = |value: &At<'_>| value.value.is_null() && schema.flag("nullable");
    if !values
        .iter()
        .all(|value| value.value.is_string() || null(value))
    {
        report.refuse(
            schema,
            "an enumeration of other things than texts",
            "use texts",
        );
    }
    let mut seen: HashSet<String> = HashSet::new();
    for value in values {
        let Some(text) = value.value.as_str() else {
            continue;
        };
        let variant = crate::names::pascal(text);
        if !seen.insert(variant) {
            report.refuse(
                &value,
                format!("{text:?} would be the same Rust variant as another value"),
                "rename one of them",
            );
        }
    }
}

pub(super) fn required(report: &mut Report<'_>, schema: &At<'_>) {
    let mut seen: HashSet<&str> = HashSet::new();
    let own = schema.get("properties");
    let sum = is_sum(schema.value)
        .then(|| merged(&report.spec, schema).ok())
        .flatten();
    let properties = sum
        .as_ref()
        .map(|sum| &sum["properties"])
        .or(own.as_ref().map(|at| at.value));
    for at in schema.items("required") {
        let name = at.value.as_str().unwrap_or_default();
        if !seen.insert(name) {
            report.refuse(&at, format!("`{name}` is required twice"), "remove one");
        }
        // A part of a sum may require what another part describes; the sum says so itself.
        let is_part = schema.pointer.contains("/allOf/");
        if !is_part && properties.is_none_or(|known| known.get(name).is_none()) {
            report.refuse(
                &at,
                format!("`{name}` is required, but is no property"),
                "describe it under `properties`",
            );
        }
    }
}

/// Serde reads the members that it does not know into values first, where numbers are rounded and
/// opaque JSON is no longer text.
pub(super) fn flattened(report: &mut Report<'_>, schema: &At<'_>) {
    let Some(values) = schema.get("additionalProperties") else {
        return;
    };
    if values.value.is_object() && schema.get("properties").is_some() {
        let what = "named properties beside additional ones of a schema";
        report.refuse(
            &values,
            what,
            "put the additional ones into a property of their own",
        );
    }
}

pub(super) fn property_names(report: &mut Report<'_>, schema: &At<'_>) {
    let sum = is_sum(schema.value)
        .then(|| merged(&report.spec, schema).ok())
        .flatten();
    let at = |value| At {
        pointer: schema.pointer.clone(),
        value,
    };
    let members = sum.as_ref().map_or_else(
        || schema.members("properties"),
        |sum| at(sum).members("properties"),
    );
    let mut seen: HashMap<String, &str> = HashMap::new();
    for (name, place) in members {
        if let Some(other) = seen.insert(snake(name), name) {
            let place = if sum.is_some() { schema } else { &place };
            let what = format!("`{name}` would be the same Rust field as the property `{other}`");
            report.refuse(place, what, "rename one of them");
        }
    }
}
