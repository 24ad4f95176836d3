//! `allOf` of several objects, written out as the one object that they make together.

use std::collections::HashSet;

use crate::api::{Additional, Named, Placed, Schema, Schemas};
use crate::error::Place;

/// Why the parts of an `allOf` make no object.
pub(crate) struct Problem {
    pub(crate) at: Place,
    pub(crate) what: String,
    pub(crate) hint: &'static str,
}

/// Parts inside of parts are followed this far.
const DEPTH: usize = 16;

/// Whether a schema is the sum of several: `allOf` of more than one, or beside own members.
pub(crate) fn is_sum(schema: &Schema) -> bool {
    let own = schema.properties.is_some() || schema.required.is_some();
    schema.all_of().len() > 1 || (!schema.all_of().is_empty() && own)
}

/// The object that a schema is, with the parts of `allOf` written out.
pub(crate) fn merged(schemas: &Schemas, schema: &Schema) -> Result<Schema, Problem> {
    let mut sum = Sum::default();
    sum.add(schemas, schema)?;
    let placed = |required| Placed::new(schema.at.clone(), required);
    let mut object = Schema {
        at: schema.at.clone(),
        kind: Some(Placed::new(schema.at.clone(), "object".to_owned())),
        required: (!sum.required.is_empty()).then(|| placed(sum.required)),
        properties: Some(Placed::new(schema.at.clone(), sum.properties)),
        additional: sum
            .closed
            .then(|| Placed::new(schema.at.clone(), Additional::Allowed(false))),
        ..Schema::default()
    };
    if let Some(outer) = schemas.follow(schema) {
        object.title = outer.title.clone();
        object.description = outer.description.clone();
        object.example = outer.example.clone();
        object.nullable = outer.nullable.clone();
        object.order = outer.order.clone();
        let prose = ["title", "description", "example", "nullable"];
        object
            .order
            .retain(|keyword| prose.contains(&keyword.as_str()));
    }
    let rest = ["type", "required", "properties", "additionalProperties"];
    object.order.extend(rest.map(str::to_owned));
    Ok(object)
}

#[derive(Default)]
struct Sum {
    properties: Named,
    required: Vec<Placed<String>>,
    /// The parts around the present one, to notice a circle.
    around: Vec<String>,
    /// The parts that were added, to add none twice.
    added: HashSet<String>,
    /// Whether the object may have no other members; only an object without parts can say so.
    closed: bool,
}

impl Sum {
    fn add(&mut self, schemas: &Schemas, part: &Schema) -> Result<(), Problem> {
        let Some(part) = schemas.follow(part) else {
            return Ok(()); // refused elsewhere
        };
        let pointer = &part.at.pointer;
        if self.around.contains(pointer) || self.around.len() > DEPTH {
            let what = "an `allOf` that contains itself, or goes too deep";
            return Err(problem(&part.at, what, "write the members out"));
        }
        if !self.added.insert(pointer.clone()) {
            return Ok(());
        }
        self.fits(part)?;
        self.around.push(pointer.clone());
        for inner in part.all_of() {
            self.add(schemas, inner)?;
        }
        self.around.pop();
        self.members(part)
    }

    fn fits(&mut self, part: &Schema) -> Result<(), Problem> {
        let is_object = part.kind().is_none_or(|kind| kind == "object");
        let describes = part.properties.is_some() || part.all_of.is_some();
        if !is_object || !(describes || part.kind() == Some("object")) {
            let what = "a part of `allOf` that is no object";
            return Err(problem(&part.at, what, "only objects can be put together"));
        }
        let outermost = self.around.is_empty();
        for keyword in part.keywords() {
            let fits = match keyword {
                "type" | "properties" | "required" | "allOf" | "title" | "description"
                | "example" | "externalDocs" | "deprecated" => true,
                "nullable" => outermost,
                "additionalProperties" => match part.additional.as_deref() {
                    Some(Additional::Allowed(false)) if outermost && part.all_of.is_none() => {
                        self.closed = true;
                        true
                    }
                    Some(Additional::Allowed(allowed)) => *allowed,
                    _ => false,
                },
                keyword => keyword.starts_with("x-"),
            };
            if !fits {
                let what = format!("`{keyword}` in a part of `allOf`");
                let hint = "the parts may have `properties` and `required`";
                let at = part.place(keyword).unwrap_or(&part.at);
                return Err(problem(at, what, hint));
            }
        }
        Ok(())
    }

    fn members(&mut self, part: &Schema) -> Result<(), Problem> {
        for (name, schema) in part.properties() {
            let known = self.properties.iter().find(|(known, _)| known == name);
            match known {
                Some((_, other)) if other.json() != schema.json() => {
                    let what =
                        format!("`{name}` is described in two ways by the parts of an `allOf`");
                    return Err(problem(&schema.at, what, "describe it once"));
                }
                Some(_) => {}
                None => self.properties.push((name.clone(), schema.clone())),
            }
        }
        for name in part.required() {
            if !self.required.iter().any(|known| **known == **name) {
                self.required.push(name.clone());
            }
        }
        Ok(())
    }
}

fn problem(at: &Place, what: impl Into<String>, hint: &'static str) -> Problem {
    Problem {
        at: at.clone(),
        what: what.into(),
        hint,
    }
}
