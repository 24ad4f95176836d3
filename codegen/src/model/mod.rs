//! What is generated, as plain data: every name and every decision is made here.

mod body;
mod component;
mod errors;
mod operation;
mod outcome;
mod parameter;
mod refusal;
mod reply;
mod status;

pub(crate) use body::{Body, BodyKind, Choice, ChosenBy};
pub(crate) use component::{Component, Form, Kind};
pub(crate) use operation::Operation;
pub(crate) use outcome::{Outcome, Side};
pub(crate) use parameter::{Fallback, Parameter, ParameterKind, Place};
pub(crate) use refusal::RefusalKind;
pub(crate) use reply::{Header, Payload, Reply};
pub(crate) use status::{is_bodiless, status_name};

use std::collections::HashMap;

use serde_json::Value;

use crate::normalise::Normal;
use crate::spec::Spec;

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

pub(crate) fn lower(normal: &Normal) -> Model {
    let spec = Spec { root: &normal.root };
    let components = component::all(normal);
    let mut choices = Vec::new();
    let operations: Vec<Operation> = spec
        .operations()
        .iter()
        .map(|source| operation::operation(&spec, source, &mut choices))
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
