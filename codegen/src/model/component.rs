//! Named schemas, and which of them we write ourselves.

use std::collections::{HashMap, HashSet};

use crate::api::{Read, Schema, missing};
use crate::names::pascal;
use crate::normalise::Normal;
use crate::schema::bounds::Bounds;
use crate::schema::tags::tags;
use crate::schema::walk::{branches, reference};

/// A named schema.
pub(crate) struct Component {
    /// The name as the document has it.
    pub(crate) name: String,
    pub(crate) rust: String,
    pub(crate) schema: Schema,
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// Progenitor writes the type.
    Plain,
    /// JSON that is carried as text; we write the type.
    Opaque,
    /// An object without members; we write the type.
    Empty,
    /// A number, list or map that keeps its bounds; we write the type.
    Bounded(Bounds),
    /// Several forms that a member tells apart; we write the type.
    Tagged { member: String, forms: Vec<Form> },
}

/// One form of a tagged type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Form {
    /// The value of the member.
    pub(crate) value: String,
    /// The type, which is also the name of the variant.
    pub(crate) rust: String,
    /// Whether the form can hold the tagged type, which then has to be behind a pointer.
    pub(crate) boxed: bool,
}

impl Component {
    pub(super) fn plain(name: &str, schema: &Schema) -> Self {
        Self {
            name: name.to_owned(),
            rust: pascal(name),
            schema: schema.clone(),
            kind: Kind::Plain,
        }
    }
}

pub(super) fn all(normal: &Normal) -> Read<Vec<Component>> {
    let schemas = normal.api.schemas.all();
    let holds: HashMap<String, Vec<String>> = schemas
        .iter()
        .map(|(name, schema)| (pascal(name), held(schema)))
        .collect();
    let component = |(name, schema): &(String, Schema)| {
        Ok(Component {
            kind: kind(normal, name, schema, &holds)?,
            ..Component::plain(name, schema)
        })
    };
    schemas.iter().map(component).collect()
}

fn kind(
    normal: &Normal,
    name: &str,
    schema: &Schema,
    holds: &HashMap<String, Vec<String>>,
) -> Read<Kind> {
    if normal.opaque.as_deref() == Some(name) || schema.is_opaque() {
        return Ok(Kind::Opaque);
    }
    if schema.is_empty_object() {
        return Ok(Kind::Empty);
    }
    if let Some(bounds) = Bounds::of(schema) {
        return Ok(if bounds.say_nothing() {
            Kind::Plain
        } else {
            Kind::Bounded(bounds)
        });
    }
    let Some(discriminator) = &schema.discriminator else {
        return Ok(Kind::Plain);
    };
    let tags = tags(schema).map_err(|(at, _)| missing(&at, "a form with a value of its own"))?;
    let forms = tags.into_iter().map(|(value, form)| {
        let rust = pascal(form);
        Form {
            value,
            boxed: reaches(holds, &rust, &pascal(name)),
            rust,
        }
    });
    Ok(Kind::Tagged {
        member: discriminator.member.clone(),
        forms: forms.collect(),
    })
}

/// The types that are inside of a value, not behind a list or map.
fn held(schema: &Schema) -> Vec<String> {
    let mut held = Vec::new();
    let mut next = vec![schema];
    while let Some(schema) = next.pop() {
        held.extend(reference(schema));
        next.extend(schema.properties().iter().map(|(_, schema)| schema));
        next.extend(branches(schema).chain(schema.all_of()));
    }
    held
}

fn reaches(holds: &HashMap<String, Vec<String>>, from: &str, to: &str) -> bool {
    let mut known: HashSet<&str> = HashSet::new();
    let mut next = vec![from];
    while let Some(name) = next.pop() {
        if name == to {
            return true;
        }
        if known.insert(name) {
            next.extend(holds.get(name).into_iter().flatten().map(String::as_str));
        }
    }
    false
}
