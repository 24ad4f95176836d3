//! Request bodies, and how a parameter chooses between their forms.

use super::parameter::{Parameter, ParameterKind, Place};
use crate::names::{pascal, snake};
use crate::schema::kind::reference;
use crate::spec::{At, BODY_BY_PARAMETER, Media, content};

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

pub(super) fn lower_body(
    body: &At<'_>,
    parameters: &[Parameter],
    choices: &mut Vec<Choice>,
) -> Option<Body> {
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
