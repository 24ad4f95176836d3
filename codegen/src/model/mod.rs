//! What is generated, as plain data: every name and every decision is made here.

mod refusal;
mod status;

pub(crate) use refusal::RefusalKind;
pub(crate) use status::{is_bodiless, status_name};

use serde_json::{Value, json};

use crate::names::{pascal, snake};
use crate::normalise::{Normal, is_empty_object};
use crate::spec::{At, BODY_BY_PARAMETER, JSON, Operation as Source, Spec, variables};

/// The whole of one API.
pub(crate) struct Model {
    pub(crate) title: String,
    /// The normalised document, in the form that the client generator takes.
    pub(crate) document: Value,
    pub(crate) components: Vec<Component>,
    pub(crate) operations: Vec<Operation>,
    /// Enumerations of bodies that a parameter chooses between; each is written once.
    pub(crate) choices: Vec<Choice>,
}

/// A named schema.
pub(crate) struct Component {
    /// The name as the document has it.
    pub(crate) name: String,
    pub(crate) rust: String,
    pub(crate) schema: Value,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Progenitor writes the type.
    Plain,
    /// JSON that is carried as text; we write the type.
    Opaque,
    /// An object without members; we write the type.
    Empty,
}

/// One operation.
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) summary: String,
    pub(crate) description: String,
    pub(crate) tags: Vec<String>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    pub(crate) replies: Vec<Reply>,
    pub(crate) refusals: Vec<(RefusalKind, u16)>,
}

/// A path parameter.
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) schema: Value,
    pub(crate) kind: ParameterKind,
}

pub(crate) enum ParameterKind {
    Text,
    Integer,
    Number,
    Flag,
    Named(String),
}

pub(crate) struct Body {
    /// The type of the schema as a whole.
    pub(crate) rust: String,
    /// How a parameter chooses between its branches, if one does.
    pub(crate) choice: Option<ChosenBy>,
}

pub(crate) struct ChosenBy {
    pub(crate) parameter: String,
    pub(crate) choice: String,
}

/// The body as an enumeration whose variant a parameter has chosen.
#[derive(PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) rust: String,
    pub(crate) parameter_type: String,
    /// Value of the parameter, variant, type of the body.
    pub(crate) variants: Vec<(String, String, String)>,
}

/// A declared response.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) variant: String,
    pub(crate) description: String,
    /// The type of the body; `None` if there is none.
    pub(crate) body: Option<String>,
}

pub(crate) fn lower(normal: &Normal) -> Model {
    let spec = Spec { root: &normal.root };
    let components: Vec<Component> = spec
        .at()
        .get("components")
        .map(|components| components.members("schemas"))
        .unwrap_or_default()
        .into_iter()
        .map(|(name, schema)| component(normal, name, schema.value))
        .collect();
    let mut choices = Vec::new();
    let operations = spec.operations();
    let operations = operations
        .iter()
        .map(|source| operation(&spec, source, &mut choices))
        .collect();
    let title = spec
        .at()
        .get("info")
        .and_then(|info| info.text("title"))
        .unwrap_or("API")
        .to_owned();
    let mut document = normal.root.clone();
    crate::emit::client::unify_errors(&mut document);
    let mut model = Model {
        title,
        document,
        components,
        operations,
        choices,
    };
    model.adopt_unified_errors();
    model
}

impl Model {
    pub(crate) fn component(&self, rust: &str) -> Option<&Component> {
        self.components
            .iter()
            .find(|component| component.rust == rust)
    }

    /// The client's document may have gained components; they are types like any other.
    fn adopt_unified_errors(&mut self) {
        let all = self
            .document
            .pointer("/components/schemas")
            .and_then(Value::as_object);
        let new = all
            .into_iter()
            .flatten()
            .filter(|(name, _)| !self.components.iter().any(|c| c.name == **name));
        let new: Vec<Component> = new
            .map(|(name, schema)| Component {
                name: name.clone(),
                rust: pascal(name),
                schema: schema.clone(),
                kind: Kind::Plain,
            })
            .collect();
        self.components.extend(new);
    }
}

fn component(normal: &Normal, name: &str, schema: &Value) -> Component {
    let opaque = normal.opaque.as_deref() == Some(name) || crate::normalise::is_opaque(schema);
    let kind = match () {
        () if opaque => Kind::Opaque,
        () if is_empty_object(schema) => Kind::Empty,
        () => Kind::Plain,
    };
    Component {
        name: name.to_owned(),
        rust: pascal(name),
        schema: schema.clone(),
        kind,
    }
}

fn operation(spec: &Spec<'_>, source: &Source<'_>, choices: &mut Vec<Choice>) -> Operation {
    let mut parameters: Vec<Parameter> = spec.parameters(source).iter().map(parameter).collect();
    let order = variables(source.path);
    parameters.sort_by_key(|parameter| order.iter().position(|name| *name == parameter.name));
    let body = spec
        .body(source)
        .and_then(|body| lower_body(&body, &parameters, choices));
    let replies: Vec<Reply> = spec
        .responses(source)
        .iter()
        .filter_map(|(status, at)| reply(status, at))
        .collect();
    let declared: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    let typed = parameters
        .iter()
        .any(|parameter| !matches!(parameter.kind, ParameterKind::Text));
    let refusals = RefusalKind::ALL
        .into_iter()
        .filter(|kind| kind.applies(typed, body.is_some()))
        .filter_map(|kind| Some((kind, kind.status(&source.at, &declared)?)))
        .collect();
    let text = |key: &str| source.at.text(key).unwrap_or_default().trim().to_owned();
    Operation {
        id: text("operationId"),
        method: source.method.to_uppercase(),
        path: source.path.to_owned(),
        summary: text("summary"),
        description: text("description"),
        tags: source
            .at
            .items("tags")
            .iter()
            .filter_map(|tag| Some(tag.value.as_str()?.to_owned()))
            .collect(),
        parameters,
        body,
        replies,
        refusals,
    }
}

fn parameter(at: &At<'_>) -> Parameter {
    let schema = at.value.get("schema").cloned().unwrap_or(json!({}));
    let kind = match (
        reference(&schema),
        schema.get("type").and_then(Value::as_str),
    ) {
        (Some(rust), _) => ParameterKind::Named(rust),
        (None, Some("integer")) => ParameterKind::Integer,
        (None, Some("number")) => ParameterKind::Number,
        (None, Some("boolean")) => ParameterKind::Flag,
        (None, _) => ParameterKind::Text,
    };
    let name = at.text("name").unwrap_or_default().to_owned();
    Parameter {
        name,
        description: at.text("description").unwrap_or_default().trim().to_owned(),
        schema,
        kind,
    }
}

/// The Rust type of a schema that is a reference.
pub(crate) fn reference(schema: &Value) -> Option<String> {
    Some(pascal(
        schema
            .get("$ref")?
            .as_str()?
            .strip_prefix("#/components/schemas/")?,
    ))
}

fn media<'a>(holder: &At<'a>) -> Option<At<'a>> {
    holder.get("content")?.get(JSON)
}

fn lower_body(body: &At<'_>, parameters: &[Parameter], choices: &mut Vec<Choice>) -> Option<Body> {
    let media = media(body)?;
    let rust = reference(media.value.get("schema")?)?;
    let choice = media.get(BODY_BY_PARAMETER).and_then(|by| {
        let name = by.text("parameter")?;
        let parameter = parameters.iter().find(|parameter| parameter.name == name)?;
        let ParameterKind::Named(parameter_type) = &parameter.kind else {
            return None;
        };
        let variant = |(value, at): (&str, At<'_>)| {
            let target = at.value.as_str()?.strip_prefix("#/components/schemas/")?;
            Some((pascal(value), pascal(value), pascal(target)))
        };
        let variants = by
            .members("mapping")
            .into_iter()
            .filter_map(variant)
            .collect();
        let rust = if rust.ends_with("Body") {
            rust.clone()
        } else {
            format!("{rust}Body")
        };
        let mut choice = Choice {
            rust,
            parameter_type: parameter_type.clone(),
            variants,
        };
        // The same schema chosen in another way is another enumeration.
        while choices
            .iter()
            .any(|known| known.rust == choice.rust && *known != choice)
        {
            choice.rust.push('_');
        }
        let rust = choice.rust.clone();
        if !choices.contains(&choice) {
            choices.push(choice);
        }
        Some(ChosenBy {
            parameter: snake(name),
            choice: rust,
        })
    });
    Some(Body { rust, choice })
}

fn reply(status: &str, at: &At<'_>) -> Option<Reply> {
    let status: u16 = status.parse().ok()?;
    let name = status_name(status)?;
    let body = media(at).and_then(|media| reference(media.value.get("schema")?));
    let description = at.text("description").unwrap_or_default().trim().to_owned();
    Some(Reply {
        status,
        variant: pascal(&name.to_lowercase()),
        description,
        body,
    })
}
