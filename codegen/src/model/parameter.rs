//! The parameters of an operation, as the fields of a request.

use serde_json::{Value, json};

use crate::names::{pascal, snake};
use crate::schema::bounds::number_type;
use crate::schema::kind::reference;
use crate::spec::{At, Operation as Source, Spec, variables};

/// A parameter.
pub(crate) struct Parameter {
    pub(crate) name: String,
    /// The field of the request.
    pub(crate) field: String,
    pub(crate) place: Place,
    pub(crate) description: String,
    pub(crate) schema: Value,
    pub(crate) kind: ParameterKind,
    /// Whether it may be repeated; then it is a list.
    pub(crate) many: bool,
    pub(crate) required: bool,
    /// What its absence means.
    pub(crate) default: Option<Fallback>,
}

/// The value of a parameter that was left out.
pub(crate) enum Fallback {
    /// The variant of an enumeration.
    Variant(String),
    /// A value of this kind, which the type of the parameter may be around.
    Value(ParameterKind, Value),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ParameterKind {
    Text,
    /// A whole number, of this Rust type.
    Integer(&'static str),
    /// A number, of this Rust type.
    Number(&'static str),
    Flag,
    Named(String),
}

impl ParameterKind {
    /// The kind of a normalised schema.
    pub(super) fn of(schema: &Value) -> Self {
        let kind = schema.get("type").and_then(Value::as_str);
        match (reference(schema), kind) {
            (Some(rust), _) => Self::Named(rust),
            (None, Some("integer")) => Self::Integer(number_type(schema)),
            (None, Some("number")) => Self::Number(number_type(schema)),
            (None, Some("boolean")) => Self::Flag,
            (None, _) => Self::Text,
        }
    }
}

/// Names that the generated code uses for something else.
const RESERVED: [&str; 8] = [
    "request_id",
    "raw",
    "rqctx",
    "incoming",
    "path",
    "request",
    "query",
    "exchange",
];

pub(super) fn all(spec: &Spec<'_>, source: &Source<'_>) -> Vec<Parameter> {
    let mut parameters: Vec<Parameter> = spec
        .parameters(source)
        .iter()
        .map(|at| parameter(spec, at))
        .collect();
    let order = variables(source.path);
    let position = |parameter: &Parameter| match parameter.place {
        Place::Path => order.iter().position(|name| *name == parameter.name),
        _ => None,
    };
    parameters.sort_by_key(|parameter| position(parameter).unwrap_or(usize::MAX));
    parameters
}

fn parameter(spec: &Spec<'_>, at: &At<'_>) -> Parameter {
    let place = match at.text("in") {
        Some("query") => Place::Query,
        Some("header") => Place::Header,
        _ => Place::Path,
    };
    let schema = at.value.get("schema").cloned().unwrap_or(json!({}));
    let many = schema.get("type").and_then(Value::as_str) == Some("array");
    let single = if many { &schema["items"] } else { &schema };
    let kind = ParameterKind::of(single);
    let name = at.text("name").unwrap_or_default().to_owned();
    let mut field = snake(&name);
    if RESERVED.contains(&field.as_str()) {
        field.push('_');
    }
    Parameter {
        field,
        place,
        description: at.text("description").unwrap_or_default().trim().to_owned(),
        default: at
            .get("schema")
            .and_then(|schema| fallback(&spec.follow(schema)?)),
        kind,
        many,
        required: at.flag("required"),
        name,
        schema,
    }
}

fn fallback(schema: &At<'_>) -> Option<Fallback> {
    let value = schema.value.get("default")?;
    Some(match (schema.get("enum"), value.as_str()) {
        (Some(_), Some(text)) => Fallback::Variant(pascal(text)),
        _ => Fallback::Value(ParameterKind::of(schema.value), value.clone()),
    })
}
