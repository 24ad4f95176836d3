//! Custom resources of any kind, as they come in.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use crate::json::Json;
use crate::kind::CustomKind;
use crate::resource::{Experiment, Metadata, Pipeline, Provider, Run, RunSchedule};
use crate::run_configuration::RunConfiguration;
use crate::stored::stored;
use crate::validate::{self, Violation};

/// A custom resource of any kind.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the variants are the kinds, which are documented there"
)]
pub enum CustomResource {
    Provider(Provider),
    Experiment(Experiment),
    Pipeline(Pipeline),
    RunConfiguration(Box<RunConfiguration>),
    RunSchedule(RunSchedule),
    Run(Run),
}

impl CustomResource {
    /// Reads a resource as the API server and the operator's webhooks let it in.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of the text.
    pub fn read(json: &Json) -> Result<Self, Vec<Violation>> {
        let kind = validate::kind(json).map_err(|violation| vec![violation])?;
        let json = validate::pruned(kind, json).map_err(|violation| vec![violation])?;
        let violations = validate::validate(kind, &json);
        if !violations.is_empty() {
            return Err(violations);
        }
        let mut json = stored(kind, &json);
        let parameters = take_parameters(kind, &mut json);
        let text = json.to_string();
        match kind {
            CustomKind::Provider => decode(&text).map(Self::Provider),
            CustomKind::Experiment => decode(&text).map(Self::Experiment),
            CustomKind::Pipeline => decode::<Pipeline>(&text).map(|mut pipeline| {
                pipeline.spec.framework.parameters = parameters;
                Self::Pipeline(pipeline)
            }),
            CustomKind::RunConfiguration => {
                decode(&text).map(|one| Self::RunConfiguration(Box::new(one)))
            }
            CustomKind::RunSchedule => decode(&text).map(Self::RunSchedule),
            CustomKind::Run => decode(&text).map(Self::Run),
        }
        .map_err(|error| vec![Violation::undecodable(&error)])
    }

    /// The kind.
    pub fn kind(&self) -> CustomKind {
        match self {
            Self::Provider(_) => CustomKind::Provider,
            Self::Experiment(_) => CustomKind::Experiment,
            Self::Pipeline(_) => CustomKind::Pipeline,
            Self::RunConfiguration(_) => CustomKind::RunConfiguration,
            Self::RunSchedule(_) => CustomKind::RunSchedule,
            Self::Run(_) => CustomKind::Run,
        }
    }

    /// What it says about itself.
    pub fn metadata(&self) -> &Metadata {
        match self {
            Self::Provider(resource) => &resource.metadata,
            Self::Experiment(resource) => &resource.metadata,
            Self::Pipeline(resource) => &resource.metadata,
            Self::RunConfiguration(resource) => &resource.metadata,
            Self::RunSchedule(resource) => &resource.metadata,
            Self::Run(resource) => &resource.metadata,
        }
    }

    /// As [`Self::metadata`], to be changed.
    pub fn metadata_mut(&mut self) -> &mut Metadata {
        match self {
            Self::Provider(resource) => &mut resource.metadata,
            Self::Experiment(resource) => &mut resource.metadata,
            Self::Pipeline(resource) => &mut resource.metadata,
            Self::RunConfiguration(resource) => &mut resource.metadata,
            Self::RunSchedule(resource) => &mut resource.metadata,
            Self::Run(resource) => &mut resource.metadata,
        }
    }
}

/// The parameters of a pipeline's framework. They go around the decoder of the other members, which reads floats less
/// exactly than Go does, and stops at a depth that they may well have.
fn take_parameters(kind: CustomKind, json: &mut Json) -> Option<BTreeMap<String, Json>> {
    if kind != CustomKind::Pipeline {
        return None;
    }
    let path = ["spec", "framework", "parameters"];
    let parameters = path
        .into_iter()
        .try_fold(json, |json, member| json.get_mut(member))?;
    match std::mem::take(parameters) {
        Json::Null => None,
        mut taken => Some(taken.take_members().into_iter().collect()),
    }
}

fn decode<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    serde_json::from_str(text)
}
