//! Request bodies, and how a parameter chooses between their forms.

use super::parameter::{Parameter, ParameterKind, Place};
use crate::api::{Body as Source, ByParameter, Content, Read, missing};
use crate::names::{pascal, snake};
use crate::schema::walk::reference;
use crate::spec::Media;

pub(crate) struct Body {
    pub(crate) description: Option<String>,
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

pub(super) fn body(
    source: &Source,
    parameters: &[Parameter],
    choices: &mut Vec<Choice>,
) -> Read<Body> {
    let known = source.content();
    let (content, media) = known.ok_or_else(|| missing(&source.at, "a body of a known kind"))?;
    let kind = match media {
        Media::Json => {
            let rust = type_of(content)?;
            let choice = match &content.by_parameter {
                Some(by) => Some(chosen(by, &rust, parameters, choices)?),
                None => None,
            };
            BodyKind::Json { rust, choice }
        }
        Media::Form => BodyKind::Form {
            rust: type_of(content)?,
        },
        Media::Text => BodyKind::Text,
        Media::Bytes => BodyKind::Bytes,
    };
    Ok(Body {
        description: source.description.clone(),
        kind,
        optional: !source.required,
    })
}

/// The Rust type of content that is a typed value.
pub(super) fn type_of(content: &Content) -> Read<String> {
    let rust = content.schema.as_ref().and_then(reference);
    rust.ok_or_else(|| missing(&content.at, "content with a schema of its own name"))
}

fn chosen(
    by: &ByParameter,
    rust: &str,
    parameters: &[Parameter],
    choices: &mut Vec<Choice>,
) -> Read<ChosenBy> {
    let parameter = parameters.iter().find(|parameter| {
        parameter.place == Place::Path && Some(&parameter.name) == by.parameter.as_ref()
    });
    let named = parameter.and_then(|parameter| match &parameter.kind {
        ParameterKind::Named(rust) => Some((parameter, rust)),
        _ => None,
    });
    let (parameter, parameter_type) =
        named.ok_or_else(|| missing(&by.at, "a choice by an enumeration in the path"))?;
    let variants = by.mapping.iter().map(|(value, target)| {
        let reference = target.as_str();
        let component = reference.and_then(|text| text.strip_prefix("#/components/schemas/"));
        let component = component.ok_or_else(|| missing(target.at(), "a named schema"))?;
        Ok((pascal(value), pascal(value), pascal(component)))
    });
    let rust = if rust.ends_with("Body") {
        rust.to_owned()
    } else {
        format!("{rust}Body")
    };
    let mut choice = Choice {
        rust,
        parameter_type: parameter_type.clone(),
        variants: variants.collect::<Read<_>>()?,
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
    Ok(ChosenBy {
        parameter: snake(&parameter.name),
        choice: rust,
    })
}
