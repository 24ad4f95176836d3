//! `allOf` of several objects, written out as the one object that they make together.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::document::child;
use crate::spec::{At, Spec};

/// Why the parts of an `allOf` make no object.
pub(crate) struct Problem<'a> {
    pub(crate) at: At<'a>,
    pub(crate) what: String,
    pub(crate) hint: &'static str,
}

/// Parts inside of parts are followed this far.
const DEPTH: usize = 16;

/// Whether a schema is the sum of several: `allOf` of more than one, or beside own members.
pub(crate) fn is_sum(schema: &Value) -> bool {
    let parts = schema.get("allOf").and_then(Value::as_array);
    let own = schema.get("properties").is_some() || schema.get("required").is_some();
    parts.is_some_and(|parts| parts.len() > 1 || (!parts.is_empty() && own))
}

/// The object that a schema is, with the parts of `allOf` written out.
pub(crate) fn merged<'a>(spec: &Spec<'a>, schema: &At<'a>) -> Result<Value, Problem<'a>> {
    let mut sum = Sum::default();
    sum.add(spec, schema)?;
    let mut object = Map::new();
    let outer = spec.follow(schema.clone()).map(|at| at.object());
    for (key, value) in outer.into_iter().flatten() {
        if matches!(
            key.as_str(),
            "title" | "description" | "example" | "nullable"
        ) {
            object.insert(key.clone(), value.clone());
        }
    }
    object.insert("type".into(), "object".into());
    if !sum.required.is_empty() {
        object.insert("required".into(), json!(sum.required));
    }
    object.insert("properties".into(), Value::Object(sum.properties));
    if sum.closed {
        object.insert("additionalProperties".into(), false.into());
    }
    Ok(Value::Object(object))
}

#[derive(Default)]
struct Sum {
    properties: Map<String, Value>,
    required: Vec<String>,
    /// The parts around the present one, to notice a circle.
    around: Vec<String>,
    /// The parts that were added, to add none twice.
    added: HashSet<String>,
    /// Whether the object may have no other members; only an object without parts can say so.
    closed: bool,
}

impl Sum {
    fn add<'a>(&mut self, spec: &Spec<'a>, part: &At<'a>) -> Result<(), Problem<'a>> {
        let Some(part) = spec.follow(part.clone()) else {
            return Ok(()); // refused elsewhere
        };
        if self.around.contains(&part.pointer) || self.around.len() > DEPTH {
            let hint = "write the members out";
            return Err(problem(
                part,
                "an `allOf` that contains itself, or goes too deep",
                hint,
            ));
        }
        if !self.added.insert(part.pointer.clone()) {
            return Ok(());
        }
        self.fits(&part)?;
        self.around.push(part.pointer.clone());
        for inner in part.items("allOf") {
            self.add(spec, &inner)?;
        }
        self.around.pop();
        self.members(&part)
    }

    fn fits<'a>(&mut self, part: &At<'a>) -> Result<(), Problem<'a>> {
        let is_object = part.text("type").is_none_or(|kind| kind == "object");
        let describes = part.get("properties").is_some() || part.get("allOf").is_some();
        if !is_object || !(describes || part.text("type") == Some("object")) {
            let hint = "only objects can be put together";
            return Err(problem(
                part.clone(),
                "a part of `allOf` that is no object",
                hint,
            ));
        }
        for (key, value) in part.object() {
            let at = || At {
                pointer: child(&part.pointer, key),
                value,
            };
            let alone = self.around.is_empty() && part.get("allOf").is_none();
            match key.as_str() {
                "type" | "properties" | "required" | "allOf" | "title" | "description"
                | "example" | "externalDocs" | "deprecated" => {}
                "nullable" if self.around.is_empty() => {}
                "additionalProperties" if *value == Value::Bool(true) => {}
                "additionalProperties" if alone && *value == Value::Bool(false) => {
                    self.closed = true
                }
                key if key.starts_with("x-") => {}
                key => {
                    let what = format!("`{key}` in a part of `allOf`");
                    let hint = "the parts may have `properties` and `required`";
                    return Err(problem(at(), what, hint));
                }
            }
        }
        Ok(())
    }

    fn members<'a>(&mut self, part: &At<'a>) -> Result<(), Problem<'a>> {
        for (name, at) in part.members("properties") {
            match self.properties.get(name) {
                Some(other) if other != at.value => {
                    let what =
                        format!("`{name}` is described in two ways by the parts of an `allOf`");
                    return Err(problem(at, what, "describe it once"));
                }
                Some(_) => {}
                None => drop(self.properties.insert(name.to_owned(), at.value.clone())),
            }
        }
        for name in part
            .items("required")
            .iter()
            .filter_map(|at| at.value.as_str())
        {
            if !self.required.iter().any(|known| known == name) {
                self.required.push(name.to_owned());
            }
        }
        Ok(())
    }
}

fn problem<'a>(at: At<'a>, what: impl Into<String>, hint: &'static str) -> Problem<'a> {
    Problem {
        at,
        what: what.into(),
        hint,
    }
}
