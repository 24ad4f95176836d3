//! The resources of the contract as an author of a provider sees them: checked, and in plain Rust types.

use std::collections::BTreeMap;

use hyper::body::Bytes;
use kfp_provider_domain::{NamedValue, NamespacedName, OutputArtifact, Schedule, TriggerIndicator};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

pub(crate) mod read;

/// A pipeline: what was asked for, and what the user's own image compiled it to.
///
/// Only the name is certain to be there: patches of the Provider resource may take every other part away.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// Its name; never empty.
    pub name: NamespacedName,
    /// The version that runs refer to, such as `v1-630ab5`.
    pub version: String,
    /// The container image that holds the pipeline's code.
    pub image: String,
    /// Environment for the pipeline's steps: order and duplicates as written.
    pub env: Vec<NamedValue>,
    /// The framework that compiled it.
    pub framework: Option<Framework>,
    /// The output of the compiler: any JSON value, as it was written. Absent if none was sent.
    pub compiled: Option<Box<RawValue>>,
    /// The request body as it was received: patches may have added members that only this provider knows.
    pub raw: Bytes,
}

/// The framework of a pipeline.
#[derive(Clone, Debug)]
pub struct Framework {
    /// Its name, as the user wrote it.
    pub name: String,
    /// Its parameters: any JSON values, as they were written.
    pub parameters: BTreeMap<String, Box<RawValue>>,
}

/// A run: one execution of a pipeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Its name; never empty.
    pub name: NamespacedName,
    /// Changes whenever the run's specification changes.
    pub version: String,
    /// The pipeline to run; never empty.
    pub pipeline: NamespacedName,
    /// The version of the pipeline; empty for the newest.
    pub pipeline_version: String,
    /// The run configuration that the run belongs to.
    pub run_configuration: Option<NamespacedName>,
    /// The experiment that the run belongs to. It need not exist yet.
    pub experiment: Option<NamespacedName>,
    /// Values for the pipeline's parameters. An empty key is possible and means nothing.
    pub parameters: BTreeMap<String, String>,
    /// Artifacts to report when the run is complete.
    pub artifacts: Vec<OutputArtifact>,
    /// What caused the run.
    pub trigger: TriggerIndicator,
}

/// A run schedule: a run that is started again and again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunSchedule {
    /// Its name; never empty.
    pub name: NamespacedName,
    /// Changes whenever the schedule's specification changes.
    pub version: String,
    /// The pipeline to run; never empty, but it need not exist before the schedule fires.
    pub pipeline: NamespacedName,
    /// The version of the pipeline; empty for the newest at the time of firing.
    pub pipeline_version: String,
    /// The run configuration that the schedule belongs to.
    pub run_configuration: Option<NamespacedName>,
    /// The experiment that its runs belong to. It need not exist yet.
    pub experiment: Option<NamespacedName>,
    /// When to run. Without a cron text it never fires; the text is the provider's to judge.
    pub schedule: Schedule,
    /// Values for the pipeline's parameters. An empty key is possible and means nothing.
    pub parameters: BTreeMap<String, String>,
    /// Artifacts to report when a run is complete.
    pub artifacts: Vec<OutputArtifact>,
    /// What caused the schedule.
    pub trigger: TriggerIndicator,
}

/// An experiment: a group of runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Experiment {
    /// Its name; never empty.
    pub name: NamespacedName,
    /// Changes whenever the description changes.
    pub version: String,
    /// What the user says about it; may be empty.
    pub description: String,
}
