//! Discriminators: the forms of a schema by the value of a member that all of them have.

use serde_json::{Value, json};

use super::merge::merged;
use crate::spec::{At, Spec};

/// The forms of a schema.
pub(crate) fn branches<'a>(schema: &At<'a>) -> Vec<At<'a>> {
    let mut branches = schema.items("oneOf");
    branches.extend(schema.items("anyOf"));
    branches
}

/// The name of the component that a schema refers to.
pub(crate) fn component<'a>(schema: &At<'a>) -> Option<&'a str> {
    schema.reference()?.strip_prefix("#/components/schemas/")
}

/// The value and the component of each form, in the order of the forms.
pub(crate) fn tags<'a>(schema: &At<'a>) -> Result<Vec<(String, &'a str)>, (At<'a>, String)> {
    let Some(discriminator) = schema.get("discriminator") else {
        return Ok(Vec::new());
    };
    let forms: Vec<(At<'a>, &str)> = branches(schema)
        .into_iter()
        .filter_map(|branch| component(&branch).map(|name| (branch, name)))
        .collect();
    let mapping: Vec<(&str, At<'a>, &str)> = discriminator
        .members("mapping")
        .into_iter()
        .filter_map(|(value, at)| {
            let target = at.value.as_str()?;
            Some((
                value,
                at,
                target
                    .strip_prefix("#/components/schemas/")
                    .unwrap_or(target),
            ))
        })
        .collect();
    if let Some((_, at, target)) = mapping
        .iter()
        .find(|(_, _, target)| !forms.iter().any(|(_, form)| form == target))
    {
        return Err((at.clone(), format!("`{target}` is none of the forms")));
    }
    let mut tags: Vec<(String, &str)> = Vec::new();
    for (branch, form) in forms {
        let values: Vec<&str> = mapping
            .iter()
            .filter(|(_, _, target)| *target == form)
            .map(|(value, ..)| *value)
            .collect();
        let value = match values[..] {
            [] => form,
            [value] => value,
            _ => return Err((branch, format!("`{form}` is meant by several values"))),
        };
        if tags
            .iter()
            .any(|(known, name)| known == value || *name == form)
        {
            return Err((branch, format!("`{value}` means several forms")));
        }
        tags.push((value.to_owned(), form));
    }
    Ok(tags)
}

/// The document with the value of each form fixed in the form itself, so that the types cannot
/// contradict the choice.
pub(crate) fn fix<'a>(spec: &Spec<'a>, schemas: &[At<'a>]) -> Value {
    let mut root = spec.root.clone();
    for schema in schemas {
        let member = schema
            .get("discriminator")
            .and_then(|at| at.text("propertyName"));
        let Some(member) = member else { continue };
        for (value, form) in tags(schema).unwrap_or_default() {
            let at = spec
                .at()
                .get("components")
                .and_then(|all| all.get("schemas")?.get(form));
            let Some(mut object) = at.and_then(|at| merged(spec, &at).ok()) else {
                continue;
            };
            let described = object["properties"][member].get("description").cloned();
            object["properties"][member] = json!({ "type": "string", "enum": [value] });
            if let Some(text) = described {
                object["properties"][member]["description"] = text;
            }
            root["components"]["schemas"][form] = object;
        }
    }
    root
}
