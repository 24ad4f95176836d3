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
mod unify;

pub(crate) use body::{Body, BodyKind, Choice, ChosenBy};
pub(crate) use component::{Component, Form, Kind};
pub(crate) use operation::Operation;
pub(crate) use outcome::{Outcome, Side};
pub(crate) use parameter::{Fallback, Literal, Parameter, ParameterKind, Place};
pub(crate) use refusal::RefusalKind;
pub(crate) use reply::{Header, Payload, Reply};
pub(crate) use status::{is_bodiless, status_name};

use std::collections::HashMap;

use crate::api::{Info, Read};
use crate::normalise::Normal;

/// The whole of one API.
pub(crate) struct Model {
    pub(crate) info: Info,
    pub(crate) components: Vec<Component>,
    /// The components by their Rust name.
    by_name: HashMap<String, usize>,
    pub(crate) operations: Vec<Operation>,
    /// Enumerations of bodies that a parameter chooses between; each is written once.
    pub(crate) choices: Vec<Choice>,
}

pub(crate) fn lower(normal: &Normal) -> Read<Model> {
    let mut components = component::all(normal)?;
    let mut choices = Vec::new();
    let sources = normal.api.operations.iter();
    let mut operations = sources
        .map(|source| operation::operation(&normal.api.schemas, source, &mut choices))
        .collect::<Read<Vec<_>>>()?;
    components.extend(unify::unify(&normal.api.schemas, &mut operations));
    let names = components.iter().map(|component| component.rust.clone());
    Ok(Model {
        info: normal.api.info.clone(),
        by_name: names
            .enumerate()
            .map(|(index, name)| (name, index))
            .collect(),
        components,
        operations,
        choices,
    })
}

impl Model {
    pub(crate) fn component(&self, rust: &str) -> Option<&Component> {
        self.components.get(*self.by_name.get(rust)?)
    }
}
