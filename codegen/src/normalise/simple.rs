//! Schemas without what says nothing.

use crate::api::{Placed, Schema};

/// Removes what says nothing: a choice of one, an enumeration of texts without its type.
pub(super) fn simple(schema: &Schema) -> Schema {
    for keyword in ["oneOf", "anyOf", "allOf"] {
        let only = match keyword {
            "oneOf" => schema.one_of(),
            "anyOf" => schema.any_of(),
            _ => schema.all_of(),
        };
        let [only] = only else { continue };
        let bare = schema.has_only(&[keyword, "description", "title", "example"]);
        if only.reference.is_some() && bare && keyword != "allOf" {
            return only.clone();
        }
        if only.reference.is_none() && bare {
            return simple(&within(schema, only));
        }
    }
    let mut schema = schema.clone();
    if schema.is_nullable()
        && let Some(values) = &mut schema.values
    {
        values.retain(|value| !value.is_null());
    }
    let texts = schema.values().iter().all(|value| value.is_string());
    if schema.kind.is_none() && schema.values.is_some() && texts {
        schema.kind = Some(Placed::made("string".to_owned()));
        schema.order.push("type".to_owned());
    }
    schema
}

/// The only form of a schema, under the words that the schema has for it.
fn within(outer: &Schema, only: &Schema) -> Schema {
    let mut inner = only.clone();
    inner.at = outer.at.clone();
    for keyword in outer.keywords() {
        match keyword {
            "description" => inner.description = outer.description.clone(),
            "title" => inner.title = outer.title.clone(),
            "example" => inner.example = outer.example.clone(),
            _ => continue,
        }
        if !inner.order.iter().any(|known| known == keyword) {
            inner.order.push(keyword.to_owned());
        }
    }
    inner
}
