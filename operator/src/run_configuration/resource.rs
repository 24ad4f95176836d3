//! The resource.

use std::collections::BTreeMap;

use kfp_provider_domain::NamespacedName;
use serde::Deserialize;

use crate::resource::{
    Dependencies, Metadata, PipelineDependency, RunConfigurationDependency, RunSpec,
};
use crate::schedule::ScheduleSpec;

/// A RunConfiguration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct RunConfiguration {
    /// Name and namespace.
    pub metadata: Metadata,
    /// What is wanted.
    #[serde(default)]
    pub spec: RunConfigurationSpec,
    /// What the operator has noted.
    #[serde(default)]
    pub status: RunConfigurationStatus,
}

/// What is wanted of a RunConfiguration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct RunConfigurationSpec {
    /// What its runs are like.
    pub run: RunSpec,
    /// When there are runs.
    pub triggers: Triggers,
}

/// When a RunConfiguration makes runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Triggers {
    /// At these times: a RunSchedule each.
    pub schedules: Vec<ScheduleSpec>,
    /// When one of these has changed.
    pub on_change: Vec<OnChange>,
    /// When a run of one of these has succeeded; without a namespace, one beside this.
    pub run_configurations: Vec<NamespacedName>,
}

/// What a RunConfiguration watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OnChange {
    /// The version of the pipeline.
    Pipeline,
    /// Its own `spec.run`.
    RunSpec,
}

/// What the operator has noted about a RunConfiguration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RunConfigurationStatus {
    /// The Provider that it is bound to; empty if none yet.
    pub provider: NamespacedName,
    /// What it depends on, as last seen.
    pub dependencies: Dependencies,
    /// What its last run was made for.
    pub triggers: TriggerState,
    /// Its last runs.
    pub latest_runs: LatestRuns,
}

/// The last runs of a RunConfiguration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct LatestRuns {
    /// The last one that succeeded.
    pub succeeded: RunConfigurationDependency,
}

/// What a RunConfiguration watches, at one time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TriggerState {
    /// The version of the pipeline, if that is watched.
    pub pipeline: PipelineDependency,
    /// The hash of `spec.run`, if that is watched.
    pub run_spec: PipelineDependency,
    /// The ids of the last successful runs of other run configurations, by the text by which they are referred to.
    pub run_configurations: BTreeMap<String, RunConfigurationDependency>,
}
