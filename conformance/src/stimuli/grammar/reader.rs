//! Schemas, read into shapes.

use serde_json::{Map, Value};

use super::{Form, GrammarError, Keyword, Member, Rule, Shape};
use crate::base::text::escape;

/// Deeper schemas than any contract has; beyond it, a schema contains itself.
const MAX_DEPTH: usize = 32;

/// Reads schemas into shapes.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) root: &'a Value,
    pub(super) depth: usize,
}

impl Reader<'_> {
    /// The shape of the schema at `pointer`, for `place` of a body.
    pub(super) fn shape(self, pointer: &str, place: String) -> Result<Shape, GrammarError> {
        let fail = |what: &str| GrammarError {
            pointer: pointer.to_owned(),
            what: what.to_owned(),
        };
        if self.depth > MAX_DEPTH {
            return Err(fail("the schema contains itself"));
        }
        let schema = self.root.pointer(pointer).and_then(Value::as_object);
        let schema = schema.ok_or_else(|| fail("no schema"))?;
        if let Some(Value::String(reference)) = schema.get("$ref") {
            let target = reference
                .strip_prefix('#')
                .ok_or_else(|| fail("not a local reference"))?;
            return self.deeper().shape(target, place);
        }
        const KNOWN: &[&str] = &[
            "type",
            "nullable",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "pattern",
            "format",
            "description",
            "x-opaque",
        ];
        if let Some(unknown) = schema.keys().find(|key| !KNOWN.contains(&key.as_str())) {
            return Err(fail(&format!("keyword {unknown:?} is not known here")));
        }
        let form = match schema.get("type").and_then(Value::as_str) {
            None => None,
            Some("string") => Some(Form::Text(rules(schema).map_err(|what| fail(&what))?)),
            Some("array") => {
                let items = format!("{pointer}/items");
                Some(Form::List(Box::new(
                    self.deeper().shape(&items, format!("{place}/*"))?,
                )))
            }
            Some("object") => Some(self.object(schema, pointer, &place)?),
            Some(other) => return Err(fail(&format!("type {other:?} is not known here"))),
        };
        Ok(Shape {
            place,
            schema: pointer.to_owned(),
            form,
            nullable: schema.get("nullable") == Some(&Value::Bool(true)),
        })
    }

    fn object(
        self,
        schema: &Map<String, Value>,
        pointer: &str,
        place: &str,
    ) -> Result<Form, GrammarError> {
        let required = schema.get("required").and_then(Value::as_array);
        let is_required =
            |name: &str| required.is_some_and(|names| names.iter().any(|known| known == name));
        let mut members = Vec::new();
        let properties = schema.get("properties").and_then(Value::as_object);
        for name in properties.into_iter().flat_map(Map::keys) {
            let at = format!("{pointer}/properties/{}", escape(name));
            members.push(Member {
                name: name.clone(),
                required: is_required(name),
                shape: self
                    .deeper()
                    .shape(&at, format!("{place}/{}", escape(name)))?,
            });
        }
        let others = match schema.get("additionalProperties") {
            None | Some(Value::Bool(true)) => None,
            Some(_) => {
                let at = format!("{pointer}/additionalProperties");
                Some(Box::new(self.deeper().shape(&at, format!("{place}/*"))?))
            }
        };
        Ok(Form::Object { members, others })
    }

    fn deeper(self) -> Self {
        Self {
            depth: self.depth + 1,
            ..self
        }
    }
}

fn rules(schema: &Map<String, Value>) -> Result<Vec<Rule>, String> {
    let rule = |(key, keyword): (&str, Keyword)| {
        let value = schema.get(key)?;
        let validator = jsonschema::draft4::new(&serde_json::json!({ key: value }));
        Some(
            validator
                .map_err(|error| error.to_string())
                .map(|validator| Rule { keyword, validator }),
        )
    };
    [("pattern", Keyword::Pattern), ("format", Keyword::Format)]
        .into_iter()
        .filter_map(rule)
        .collect()
}
