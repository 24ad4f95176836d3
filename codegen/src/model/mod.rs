//! What is generated, as plain data: every name and every decision is made here.

mod component;
pub(crate) mod errors;
mod parameter;
mod refusal;
mod reply;
mod status;

pub(crate) use component::{Component, Form, Kind};
pub(crate) use parameter::{Fallback, Parameter, ParameterKind, Place};
pub(crate) use refusal::RefusalKind;
pub(crate) use reply::{Header, Payload, Reply};
pub(crate) use status::{is_bodiless, status_name};

use std::collections::HashMap;

use serde_json::Value;

use crate::names::{pascal, snake};
use crate::normalise::Normal;
use crate::spec::{At, BODY_BY_PARAMETER, Media, Operation as Source, Spec, Status, content};

/// The whole of one API.
pub(crate) struct Model {
    pub(crate) title: String,
    /// The normalised document, in the form that the client generator takes.
    pub(crate) document: Value,
    pub(crate) components: Vec<Component>,
    /// The components by their Rust name.
    by_name: HashMap<String, usize>,
    pub(crate) operations: Vec<Operation>,
    /// Enumerations of bodies that a parameter chooses between; each is written once.
    pub(crate) choices: Vec<Choice>,
}

/// One operation.
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) summary: String,
    pub(crate) description: String,
    pub(crate) deprecated: bool,
    pub(crate) tags: Vec<String>,
    /// Those in the path first, in the order of the path.
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    pub(crate) replies: Vec<Reply>,
    pub(crate) refusals: Vec<(RefusalKind, u16)>,
    /// The types that progenitor's method cannot return; `None` if it does as it is.
    pub(crate) outcome: Option<Outcome>,
}

/// What a client method returns, where one type for all successes or all errors does not do.
pub(crate) struct Outcome {
    pub(crate) success: Side,
    pub(crate) failure: Side,
}

/// The successes or the errors of an operation.
pub(crate) enum Side {
    /// All of them carry the same.
    Same(Payload),
    /// An enumeration of this name, with a variant per response.
    Several(String),
}

pub(crate) struct Body {
    pub(crate) kind: BodyKind,
    pub(crate) optional: bool,
}

pub(crate) enum BodyKind {
    Json {
        /// The type of the schema as a whole.
        rust: String,
        /// How a parameter chooses between its branches, if one does.
        choice: Option<ChosenBy>,
    },
    /// Members by name, each a text on the wire.
    Form {
        rust: String,
    },
    Text,
    Bytes,
}

pub(crate) struct ChosenBy {
    /// The field of the request.
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

pub(crate) fn lower(normal: &Normal) -> Model {
    let spec = Spec { root: &normal.root };
    let components = component::all(normal);
    let mut choices = Vec::new();
    let operations: Vec<Operation> = spec
        .operations()
        .iter()
        .map(|source| operation(&spec, source, &mut choices))
        .collect();
    let title = spec
        .at()
        .get("info")
        .and_then(|info| info.text("title"))
        .unwrap_or("API")
        .to_owned();
    let native: Vec<&str> = operations
        .iter()
        .filter(|operation| operation.outcome.is_none())
        .map(|operation| operation.id.as_str())
        .collect();
    let mut document = normal.root.clone();
    let unified = errors::unify_errors(&mut document, &native);
    let mut model = Model {
        title,
        document,
        components,
        by_name: HashMap::new(),
        operations,
        choices,
    };
    model.components.extend(
        unified
            .iter()
            .map(|(name, schema)| Component::plain(name, schema)),
    );
    let named = model.components.iter().enumerate();
    model.by_name = named
        .map(|(index, component)| (component.rust.clone(), index))
        .collect();
    model
}

impl Model {
    pub(crate) fn component(&self, rust: &str) -> Option<&Component> {
        self.components.get(*self.by_name.get(rust)?)
    }
}

fn operation(spec: &Spec<'_>, source: &Source<'_>, choices: &mut Vec<Choice>) -> Operation {
    let parameters = parameter::all(spec, source);
    let body = spec
        .body(source)
        .and_then(|body| lower_body(&body, &parameters, choices));
    let sources = spec.replies(source);
    let replies: Vec<Reply> = sources
        .iter()
        .filter_map(|(status, at)| reply::reply(*status, at))
        .collect();
    let declared: Vec<Status> = replies.iter().map(|reply| reply.status).collect();
    let within = |place: Place| {
        parameters
            .iter()
            .filter(move |parameter| parameter.place == place)
    };
    let typed_path = within(Place::Path).any(|parameter| parameter.kind != ParameterKind::Text);
    let query = within(Place::Query).next().is_some();
    let header = within(Place::Header).next().is_some();
    let refusals = RefusalKind::ALL
        .into_iter()
        .filter(|kind| kind.applies(typed_path, query, header, body.is_some()))
        .filter_map(|kind| Some((kind, kind.status(&source.at, &declared)?)))
        .collect();
    let text = |key: &str| source.at.text(key).unwrap_or_default().trim().to_owned();
    let id = text("operationId");
    Operation {
        method: source.method.to_uppercase(),
        path: source.path.to_owned(),
        summary: text("summary"),
        description: text("description"),
        deprecated: source.at.flag("deprecated"),
        tags: source
            .at
            .items("tags")
            .iter()
            .filter_map(|tag| Some(tag.value.as_str()?.to_owned()))
            .collect(),
        parameters,
        body,
        refusals,
        outcome: reply::outcome(spec, &id, &replies, &sources),
        replies,
        id,
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

fn lower_body(body: &At<'_>, parameters: &[Parameter], choices: &mut Vec<Choice>) -> Option<Body> {
    let (_, media, at) = content(body)?;
    let optional = !body.flag("required");
    let rust = || reference(at.value.get("schema")?);
    let kind = match media {
        Media::Json => {
            let rust = rust()?;
            let choice = at
                .get(BODY_BY_PARAMETER)
                .and_then(|by| choice(&by, &rust, parameters, choices));
            BodyKind::Json { rust, choice }
        }
        Media::Form => BodyKind::Form { rust: rust()? },
        Media::Text => BodyKind::Text,
        Media::Bytes => BodyKind::Bytes,
    };
    Some(Body { kind, optional })
}

fn choice(
    by: &At<'_>,
    rust: &str,
    parameters: &[Parameter],
    choices: &mut Vec<Choice>,
) -> Option<ChosenBy> {
    let name = by.text("parameter")?;
    let parameter = parameters
        .iter()
        .find(|parameter| parameter.name == name && parameter.place == Place::Path)?;
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
        rust.to_owned()
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
}
