//! What the KFP Operator does, without a cluster and without a network.
//!
//! - **Resources to requests**: a custom resource ([`Pipeline`], [`Run`], [`RunSchedule`], [`Experiment`]) and its
//!   [`Provider`] become a [`Construction`] (definition and version); its body becomes a [`Request`], byte for byte as
//!   the operator's `curl` sends it.
//! - **Answers to states**: an [`Answer`] becomes a [`StepResult`] as the workflow step makes it; [`settle`] says in
//!   which [`Status`] the resource ends, [`next_action`] what a later change or deletion sends, and [`consequence`] what
//!   that means, in words.
//! - **What depends on what**: a [`RunConfiguration`] makes runs and schedules of its own
//!   ([`reconcile`](RunConfiguration::reconcile)), and a run waits for a pipeline ([`observe`](Run::observe)).
//! - **What gets in**: [`manifest`] reads files as kubectl does, and [`CustomResource::read`] refuses what the API server
//!   would refuse, each with the place.
//! - **What comes back**: [`webhook`] answers run completion events and says what they change.
//! - [`json`] is the ground of both: JSON as Go reads and writes it.
//!
//! Status codes mean nothing to the operator except 501. Everything else hangs on the body.

pub mod json;
pub mod manifest;
pub mod webhook;

mod admission;
mod argo;
mod body;
mod completion;
mod consequence;
mod construct;
mod custom;
mod definition;
mod dependencies;
mod kind;
mod names;
mod patch;
mod request;
mod resource;
mod run_configuration;
mod schedule;
mod state;
mod step;
mod stored;
mod validate;
mod version;
mod workflow;

pub use admission::{Refusal, admit};
pub use argo::{Arrival, Change, Parameters};
pub use body::{pipeline_body, simple_body};
pub use completion::{Afterlife, afterlife};
pub use consequence::consequence;
pub use construct::{Construction, ConstructionError};
pub use custom::CustomResource;
pub use definition::{
    Definition, ExperimentDefinition, Framework, PipelineDefinition, RunDefinition,
    RunScheduleDefinition,
};
pub use dependencies::{KnownPipeline, Observed, Surroundings};
pub use kind::{API_VERSION, CustomKind, Operation, ResourceKind, UnknownKind};
pub use names::generated_name;
pub use patch::PatchError;
pub use request::{Request, encode_id, encode_id_jq16, squash_dots};
pub use resource::{
    ArtifactLocation, Dependencies, Experiment, ExperimentSpec, FrameworkSpec, Metadata,
    OwnerReference, PatchSpec, Pipeline, PipelineDependency, PipelineSpec, Provider,
    ProviderFramework, ProviderSpec, Run, RunConfigurationDependency, RunConfigurationRef,
    RunParameter, RunSchedule, RunScheduleSpec, RunSpec, RunStatus, ValueFrom,
};
pub use run_configuration::{
    Halted, LatestRuns, OnChange, Owned, OwnedSchedule, Pass, RunConfiguration,
    RunConfigurationSpec, RunConfigurationStatus, TriggerState, Triggers, condition,
};
pub use schedule::ScheduleSpec;
pub use state::{Action, Desire, MAX_MESSAGE, Settled, State, Status, begin, next_action, settle};
pub use step::{
    Answer, MAX_OUTPUT, ProviderOutput, Reply, StepFailure, StepResult, UnreadableOutput,
};
pub use validate::Violation;
pub use version::ParameterOrder;
pub use workflow::{MAX_LABEL, Workflow};
