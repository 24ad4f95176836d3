//! Named schemas, and which of them we write ourselves.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::names::pascal;
use crate::normalise::Normal;
use crate::schema::bounds::{Bounds, Size};
use crate::schema::kind::{is_empty_object, is_opaque, reference};
use crate::schema::tags::tags;
use crate::spec::{At, Spec};

/// A named schema.
pub(crate) struct Component {
    /// The name as the document has it.
    pub(crate) name: String,
    pub(crate) rust: String,
    pub(crate) schema: Value,
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
    pub(super) fn plain(name: &str, schema: &Value) -> Self {
        Self {
            name: name.to_owned(),
            rust: pascal(name),
            schema: schema.clone(),
            kind: Kind::Plain,
        }
    }
}

pub(super) fn all(normal: &Normal) -> Vec<Component> {
    let spec = Spec { root: &normal.root };
    let members = spec
        .at()
        .get("components")
        .map(|components| components.members("schemas"))
        .unwrap_or_default();
    let holds: HashMap<String, Vec<String>> = members
        .iter()
        .map(|(name, at)| (pascal(name), held(at.value)))
        .collect();
    members
        .iter()
        .map(|(name, at)| Component {
            kind: kind(normal, name, at, &holds),
            ..Component::plain(name, at.value)
        })
        .collect()
}

fn kind(normal: &Normal, name: &str, at: &At<'_>, holds: &HashMap<String, Vec<String>>) -> Kind {
    if normal.opaque.as_deref() == Some(name) || is_opaque(at.value) {
        return Kind::Opaque;
    }
    if is_empty_object(at.value) {
        return Kind::Empty;
    }
    if let Some(bounds) = Bounds::of(at.value) {
        let boundless = Size {
            min: None,
            max: None,
        };
        let list = Bounds::List {
            size: boundless,
            unique: false,
        };
        // Bounds that say nothing, such as `minItems: 0`, leave a plain list or map.
        let plain = bounds == list || bounds == Bounds::Map(boundless);
        return if plain {
            Kind::Plain
        } else {
            Kind::Bounded(bounds)
        };
    }
    let member = at
        .get("discriminator")
        .and_then(|at| at.text("propertyName"));
    let Some(member) = member else {
        return Kind::Plain;
    };
    let forms = tags(at)
        .unwrap_or_default()
        .into_iter()
        .map(|(value, form)| {
            let rust = pascal(form);
            Form {
                value,
                boxed: reaches(holds, &rust, &pascal(name)),
                rust,
            }
        });
    Kind::Tagged {
        member: member.to_owned(),
        forms: forms.collect(),
    }
}

/// The types that are inside of a value, not behind a list or map.
fn held(schema: &Value) -> Vec<String> {
    let mut held = Vec::new();
    let mut next = vec![schema];
    while let Some(schema) = next.pop() {
        held.extend(reference(schema));
        let members = schema.get("properties").and_then(Value::as_object);
        next.extend(members.into_iter().flat_map(|members| members.values()));
        for key in ["oneOf", "anyOf", "allOf"] {
            next.extend(
                schema
                    .get(key)
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten(),
            );
        }
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
