//! The parameters of an operation, as the fields of a request.

use crate::api::{
    Location, Operation as Source, Parameter as SourceParameter, Placed, Read, Schema, Schemas,
    missing,
};
use crate::names::{pascal, snake};
use crate::schema::bounds::number_type;
use crate::schema::walk::reference;
use crate::spec::variables;

/// A parameter.
pub(crate) struct Parameter {
    pub(crate) name: String,
    /// The field of the request.
    pub(crate) field: String,
    pub(crate) place: Place,
    pub(crate) description: Option<String>,
    pub(crate) schema: Schema,
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
    /// A value, which the type of the parameter may be around.
    Value(Literal),
}

/// A value as Rust writes it.
pub(crate) enum Literal {
    Flag(bool),
    Integer(i64),
    Number(f64),
    Text(String),
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
    pub(super) fn of(schema: &Schema) -> Self {
        match (reference(schema), schema.kind()) {
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

pub(super) fn all(schemas: &Schemas, source: &Source) -> Read<Vec<Parameter>> {
    let parameters = source.parameters.iter();
    let parameters = parameters.map(|parameter| lowered(schemas, parameter));
    let mut parameters = parameters.collect::<Read<Vec<Parameter>>>()?;
    let order = variables(&source.path);
    let position = |parameter: &Parameter| match parameter.place {
        Place::Path => order.iter().position(|name| *name == parameter.name),
        _ => None,
    };
    parameters.sort_by_key(|parameter| position(parameter).unwrap_or(usize::MAX));
    Ok(parameters)
}

fn lowered(schemas: &Schemas, source: &SourceParameter) -> Read<Parameter> {
    let SourceParameter { at, name, .. } = source;
    let place = match source.location {
        Location::Path => Place::Path,
        Location::Query => Place::Query,
        Location::Header => Place::Header,
        Location::Other(_) => return Err(missing(at, "in a place that requests have")),
    };
    let schema = source.schema.as_ref();
    let schema = schema.ok_or_else(|| missing(at, "a parameter with a schema"))?;
    let many = schema.kind() == Some("array");
    let single = if many { schema.items() } else { Some(schema) };
    let single = single.ok_or_else(|| missing(at, "a list of something"))?;
    let mut field = snake(name);
    if RESERVED.contains(&field.as_str()) {
        field.push('_');
    }
    let default = schemas
        .follow(schema)
        .and_then(|schema| Some((schema, schema.default.as_ref()?)));
    Ok(Parameter {
        name: name.clone(),
        field,
        place,
        description: source.description.clone(),
        kind: ParameterKind::of(single),
        many,
        required: source.required,
        default: match default {
            Some((schema, default)) => Some(fallback(schema, default)?),
            None => None,
        },
        schema: schema.clone(),
    })
}

fn fallback(schema: &Schema, default: &Placed<serde_json::Value>) -> Read<Fallback> {
    if let (Some(_), Some(text)) = (&schema.values, default.as_str()) {
        return Ok(Fallback::Variant(pascal(text)));
    }
    let literal = match ParameterKind::of(schema) {
        ParameterKind::Flag => default.as_bool().map(Literal::Flag),
        ParameterKind::Integer(_) => default.as_i64().map(Literal::Integer),
        ParameterKind::Number(_) => default.as_f64().map(Literal::Number),
        ParameterKind::Text | ParameterKind::Named(_) => {
            default.as_str().map(|text| Literal::Text(text.to_owned()))
        }
    };
    let literal = literal.ok_or_else(|| missing(default.at(), "a value of the schema's type"))?;
    Ok(Fallback::Value(literal))
}
