//! What the effective document says of request bodies, ready to generate from and to compare with.
//!
//! References are followed, so that each place in a body has a shape of its own: `/name` and `/pipelineName` are told
//! apart although they share a schema.

mod reader;

use std::sync::LazyLock;

use kfp_operator_sim::ResourceKind;
use kfp_operator_sim::json::Json;
use serde_json::Value;

use reader::Reader;

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

#[cfg(test)]
mod tests;
