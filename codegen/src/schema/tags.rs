//! Discriminators: the forms of a schema by the value of a member that all of them have.

use super::merge::merged;
use super::walk::branches;
use crate::api::{Placed, Schema, Schemas};
use crate::error::Place;

/// The value and the component of each form, in the order of the forms.
pub(crate) fn tags(schema: &Schema) -> Result<Vec<(String, &str)>, (Place, String)> {
    let Some(discriminator) = &schema.discriminator else {
        return Ok(Vec::new());
    };
    let forms: Vec<(&Schema, &str)> = branches(schema)
        .filter_map(|branch| Some((branch, branch.component()?)))
        .collect();
    let target = |target: &Placed<String>| {
        let name = target.strip_prefix("#/components/schemas/");
        name.unwrap_or(target).to_owned()
    };
    let mapping = || {
        let mapping = discriminator.mapping.iter();
        mapping.map(|(value, placed)| (value, placed.at(), target(placed)))
    };
    if let Some((_, at, target)) =
        mapping().find(|(_, _, target)| !forms.iter().any(|(_, form)| form == target))
    {
        return Err((at.clone(), format!("`{target}` is none of the forms")));
    }
    let mut tags: Vec<(String, &str)> = Vec::new();
    for (branch, form) in forms {
        let values: Vec<&String> = mapping()
            .filter(|(_, _, target)| target == form)
            .map(|(value, ..)| value)
            .collect();
        let value = match values[..] {
            [] => form,
            [value] => value,
            _ => {
                return Err((
                    branch.at.clone(),
                    format!("`{form}` is meant by several values"),
                ));
            }
        };
        if tags
            .iter()
            .any(|(known, name)| known == value || *name == form)
        {
            return Err((branch.at.clone(), format!("`{value}` means several forms")));
        }
        tags.push((value.to_owned(), form));
    }
    Ok(tags)
}

/// The named schemas with the value of each form fixed in the form itself, so that the types cannot contradict the choice.
pub(crate) fn fix(schemas: &Schemas, all: &[&Schema]) -> Schemas {
    let mut fixed = schemas.clone();
    for schema in all {
        let Some(discriminator) = &schema.discriminator else {
            continue;
        };
        for (value, form) in tags(schema).into_iter().flatten() {
            let object = schemas.get(form).map(|schema| merged(schemas, schema));
            if let Some(Ok(object)) = object {
                fixed.replace(form, with_value(object, &discriminator.member, value));
            }
        }
    }
    fixed
}

/// An object whose member has one value.
fn with_value(mut object: Schema, member: &str, value: String) -> Schema {
    let described = object
        .property(member)
        .and_then(|schema| schema.description.clone());
    let only = Schema {
        kind: Some(Placed::made("string".to_owned())),
        values: Some(Placed::made(vec![Placed::made(value.into())])),
        description: described,
        order: ["type", "enum", "description"].map(str::to_owned).into(),
        ..Schema::default()
    };
    let properties = object.properties.iter_mut().flat_map(|all| all.iter_mut());
    for (_, property) in properties.filter(|(name, _)| name == member) {
        *property = only.clone();
    }
    object
}
