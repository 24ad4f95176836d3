//! What the effective document says of request bodies, ready to generate from and to compare with.
//!
//! References are followed, so that each place in a body has a shape of its own: `/name` and `/pipelineName` are told
//! apart although they share a schema.

use std::sync::LazyLock;

use kfp_operator_sim::ResourceKind;
use kfp_operator_sim::json::Json;
use serde_json::{Map, Value};

use crate::oracle::escape;

/// Deeper schemas than any contract has; beyond it, a schema contains itself.
const MAX_DEPTH: usize = 32;

/// The bodies of the effective document.
pub(crate) struct Grammar {
    bodies: Vec<(ResourceKind, Shape)>,
}

/// What may stand at one place of a body.
pub(crate) struct Shape {
    /// Place in the body as a JSON pointer, with `*` for any member or item: `/artifacts/*/path`.
    pub(crate) place: String,
    /// Place of the schema in the document, as a JSON pointer.
    pub(crate) schema: String,
    /// `None` allows everything.
    pub(crate) form: Option<Form>,
    /// Whether `null` is good, too.
    pub(crate) nullable: bool,
}

/// A JSON type with what is asked of its values.
pub(crate) enum Form {
    Text(Vec<Rule>),
    List(Box<Shape>),
    Object {
        members: Vec<Member>,
        /// What members of other names have to be; `None` allows everything.
        others: Option<Box<Shape>>,
    },
}

/// A declared member of an object.
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) required: bool,
    pub(crate) shape: Shape,
}

/// A rule for texts.
pub(crate) struct Rule {
    pub(crate) keyword: Keyword,
    validator: jsonschema::Validator,
}

/// Something that a schema asks for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub enum Keyword {
    /// The JSON type.
    Type,
    /// `null` beside it: can only be met.
    Nullable,
    /// Presence; stands at the place of the member.
    Required,
    /// A regular expression.
    Pattern,
    /// A format, such as `date-time`.
    Format,
}

/// Why a document cannot be generated from.
#[derive(Debug, thiserror::Error)]
#[error("{pointer}: {what}")]
pub(crate) struct GrammarError {
    pointer: String,
    what: String,
}

static EMBEDDED: LazyLock<Grammar> = LazyLock::new(|| {
    let root = serde_json::from_str(kfp_provider_api::EFFECTIVE).expect("the build wrote JSON");
    Grammar::of(&root).expect("a test reads the embedded document")
});

impl Grammar {
    /// That of the effective document which this program was built with.
    pub(crate) fn embedded() -> &'static Self {
        &EMBEDDED
    }

    fn of(root: &Value) -> Result<Self, GrammarError> {
        let body = |kind: ResourceKind| {
            let pointer = format!(
                "/paths/~1resource~1{}/post/requestBody/content/application~1json/schema",
                kind.as_str()
            );
            let reader = Reader { root, depth: 0 };
            Ok((kind, reader.shape(&pointer, String::new())?))
        };
        let bodies = ResourceKind::ALL
            .into_iter()
            .map(body)
            .collect::<Result<_, _>>()?;
        Ok(Self { bodies })
    }

    /// What a body of that type has to be.
    pub(crate) fn body(&self, kind: ResourceKind) -> &Shape {
        let found = self.bodies.iter().find(|(of, _)| *of == kind);
        &found.expect("every type was read").1
    }
}

impl Rule {
    pub(crate) fn holds(&self, text: &str) -> bool {
        self.validator.is_valid(&Value::from(text))
    }
}

impl Shape {
    /// Tells `seen` of every keyword that a value meets or violates, and where.
    pub(crate) fn visit<'a>(&'a self, value: &Json, seen: &mut dyn FnMut(&'a Self, Keyword, bool)) {
        if self.nullable && matches!(value, Json::Null) {
            return seen(self, Keyword::Nullable, true);
        }
        let Some(form) = &self.form else { return };
        match (form, value) {
            (Form::Text(rules), Json::String(text)) => {
                seen(self, Keyword::Type, true);
                for rule in rules {
                    seen(self, rule.keyword, rule.holds(text));
                }
            }
            (Form::List(items), Json::Array(values)) => {
                seen(self, Keyword::Type, true);
                for value in values {
                    items.visit(value, seen);
                }
            }
            (Form::Object { members, others }, Json::Object(_)) => {
                seen(self, Keyword::Type, true);
                visit_members(members, others.as_deref(), value, seen);
            }
            _ => seen(self, Keyword::Type, false),
        }
    }

    /// Every shape, this one first, and whether its member has to be there.
    pub(crate) fn walk<'a>(&'a self, required: bool, each: &mut dyn FnMut(&'a Self, bool)) {
        each(self, required);
        match &self.form {
            Some(Form::List(items)) => items.walk(false, each),
            Some(Form::Object { members, others }) => {
                for member in members {
                    member.shape.walk(member.required, each);
                }
                if let Some(others) = others {
                    others.walk(false, each);
                }
            }
            Some(Form::Text(_)) | None => {}
        }
    }

    /// The keywords that stand here.
    pub(crate) fn keywords(&self, required: bool) -> Vec<Keyword> {
        let mut keywords = Vec::new();
        keywords.extend(self.form.is_some().then_some(Keyword::Type));
        keywords.extend(self.nullable.then_some(Keyword::Nullable));
        keywords.extend(required.then_some(Keyword::Required));
        if let Some(Form::Text(rules)) = &self.form {
            keywords.extend(rules.iter().map(|rule| rule.keyword));
        }
        keywords
    }
}

fn visit_members<'a>(
    members: &'a [Member],
    others: Option<&'a Shape>,
    object: &Json,
    seen: &mut dyn FnMut(&'a Shape, Keyword, bool),
) {
    for member in members {
        let value = object.get(&member.name);
        if member.required {
            seen(&member.shape, Keyword::Required, value.is_some());
        }
        if let Some(value) = value {
            member.shape.visit(value, seen);
        }
    }
    let (Some(others), Json::Object(all)) = (others, object) else {
        return;
    };
    for (name, value) in all {
        if !members.iter().any(|member| member.name == *name) {
            others.visit(value, seen);
        }
    }
}

/// Reads schemas into shapes.
#[derive(Clone, Copy)]
struct Reader<'a> {
    root: &'a Value,
    depth: usize,
}

impl Reader<'_> {
    /// The shape of the schema at `pointer`, for `place` of a body.
    fn shape(self, pointer: &str, place: String) -> Result<Shape, GrammarError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(kind: ResourceKind, body: &str) -> Vec<(String, Keyword)> {
        let mut violated = Vec::new();
        let value = Json::parse(body.as_bytes()).expect("JSON");
        Grammar::embedded()
            .body(kind)
            .visit(&value, &mut |shape, keyword, holds| {
                if !holds {
                    violated.push((shape.place.clone(), keyword));
                }
            });
        violated
    }

    #[test]
    fn violations_are_seen_where_they_are() {
        use ResourceKind::{Experiment, Pipeline, Run};
        type Row<'a> = (ResourceKind, &'a str, &'a [(&'a str, Keyword)]);
        let table: &[Row<'_>] = &[
            (
                Experiment,
                r#"{"name":"a/b","version":"1","description":""}"#,
                &[],
            ),
            (
                Experiment,
                r#"{"name":"a/b","version":"1"}"#,
                &[("/description", Keyword::Required)],
            ),
            (
                Experiment,
                r#"{"name":"a/","version":1,"description":""}"#,
                &[("/name", Keyword::Pattern), ("/version", Keyword::Type)],
            ),
            (Experiment, "[]", &[("", Keyword::Type)]),
            (
                Pipeline,
                r#"{"pipelineDefinition":{"name":"a","env":[{"name":"x"}],"framework":{"parameters":null}},"compiledPipeline":1e999}"#,
                &[("/pipelineDefinition/env/*/value", Keyword::Required)],
            ),
            (
                Run,
                r#"{"name":"a","version":"","pipelineName":"b","pipelineVersion":"","runConfigurationName":"","experimentName":"","triggerIndicator":{"type":"","source":"","sourceNamespace":""},"parameters":{"a":1},"artifacts":[{"name":"","path":"a"}]}"#,
                &[
                    ("/parameters/*", Keyword::Type),
                    ("/artifacts/*/path", Keyword::Pattern),
                ],
            ),
        ];
        for (kind, body, expected) in table {
            let mut found = seen(*kind, body);
            let mut expected: Vec<_> = expected
                .iter()
                .map(|(place, keyword)| ((*place).to_owned(), *keyword))
                .collect();
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{kind}: {body}");
        }
    }

    #[test]
    fn what_cannot_be_generated_from_is_told_with_its_place() {
        let with = |schema: Value| {
            let mut root: Value = serde_json::from_str(kfp_provider_api::EFFECTIVE).expect("JSON");
            root["components"]["schemas"]["Experiment"] = schema;
            Grammar::of(&root).err().expect("refused").to_string()
        };
        let table = [
            (serde_json::json!({"oneOf": []}), "keyword \"oneOf\""),
            (serde_json::json!({"type": "tuple"}), "type \"tuple\""),
            (
                serde_json::json!({"type": "string", "pattern": "("}),
                "/components/schemas/Experiment: ",
            ),
            (
                serde_json::json!({"$ref": "#/components/schemas/Experiment"}),
                "contains itself",
            ),
            (
                serde_json::json!({"$ref": "other.json"}),
                "not a local reference",
            ),
        ];
        for (schema, part) in table {
            let error = with(schema.clone());
            assert!(error.contains(part), "{schema}: {error}");
        }
    }
}
