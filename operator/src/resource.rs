//! Custom resources (`pipelines.kubeflow.org/v1beta1`), as far as requests depend on them.
//!
//! The types read from any serde format; members that matter to nothing here are ignored.

use std::collections::BTreeMap;

use kfp_provider_domain::{NamedValue, NamespacedName, OutputArtifact};
use serde::Deserialize;

use crate::json::Json;
use crate::schedule::ScheduleSpec;

/// The group of the operator's resources, and the start of its label names.
pub(crate) const GROUP: &str = "pipelines.kubeflow.org";

/// What every resource says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Metadata {
    /// The name.
    pub name: String,
    /// What a name that is made starts with; empty unless the resource asks for one.
    pub generate_name: String,
    /// The namespace.
    pub namespace: String,
    /// Labels: those of a run tell what triggered it.
    pub labels: BTreeMap<String, String>,
    /// Owners: that of a schedule tells which run configuration made it.
    pub owner_references: Vec<OwnerReference>,
}

/// A resource that owns another.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnerReference {
    /// Group and version.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// The name; an owner lives in the namespace of what it owns.
    pub name: String,
    /// Whether this owner manages the resource.
    #[serde(default)]
    pub controller: bool,
}

/// A Pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Pipeline {
    /// Name and namespace.
    pub metadata: Metadata,
    /// What is wanted.
    pub spec: PipelineSpec,
}

/// What is wanted of a Pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PipelineSpec {
    /// The Provider resource.
    pub provider: NamespacedName,
    /// The image that compiles the pipeline.
    pub image: String,
    /// Environment of the compilation.
    #[serde(default)]
    pub env: Vec<NamedValue>,
    /// How the pipeline is compiled.
    pub framework: FrameworkSpec,
}

/// The framework of a Pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FrameworkSpec {
    /// The name; its case does not count.
    pub name: String,
    /// Free-form parameters.
    #[serde(default)]
    pub parameters: Option<BTreeMap<String, Json>>,
}

/// A Run.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Run {
    /// Name, namespace and labels.
    pub metadata: Metadata,
    /// What is wanted.
    pub spec: RunSpec,
    /// What the operator has noted about the things that the run depends on.
    #[serde(default)]
    pub status: RunStatus,
}

/// What is wanted of a Run; the same in a RunConfiguration, under `spec.run`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunSpec {
    /// The Provider resource.
    pub provider: NamespacedName,
    /// The pipeline, `name` or `name:version`.
    #[serde(default)]
    pub pipeline: String,
    /// The experiment; empty if none.
    #[serde(default)]
    pub experiment_name: String,
    /// Parameters of the pipeline.
    #[serde(default)]
    pub parameters: Vec<RunParameter>,
    /// Artifacts to report.
    #[serde(default)]
    pub artifacts: Vec<OutputArtifact>,
}

/// A parameter of a run: a value, or where to take it from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunParameter {
    /// The name.
    pub name: String,
    /// The value, unless it comes from elsewhere.
    #[serde(default)]
    pub value: String,
    /// Where the value comes from.
    #[serde(default)]
    pub value_from: Option<ValueFrom>,
}

/// Where a parameter's value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ValueFrom {
    /// An artifact of a run configuration's last successful run.
    pub run_configuration_ref: RunConfigurationRef,
}

/// An artifact of a run configuration.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunConfigurationRef {
    /// The run configuration; without a namespace, one beside the run.
    pub name: NamespacedName,
    /// The artifact's name.
    pub output_artifact: String,
    /// Whether the run may start without it.
    #[serde(default)]
    pub optional: bool,
}

/// What the operator has noted about a Run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct RunStatus {
    /// The things that the run depends on, as they were when it was made.
    pub dependencies: Dependencies,
    /// `Succeeded` or `Failed` once an event has told; empty until then.
    #[serde(rename = "completionState")]
    pub completion_state: String,
}

/// Snapshots of what a run depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Dependencies {
    /// The pipeline.
    pub pipeline: PipelineDependency,
    /// The run configurations, by the text by which the run refers to them.
    pub run_configurations: BTreeMap<String, RunConfigurationDependency>,
}

/// The pipeline that a run depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PipelineDependency {
    /// Its version; empty until known.
    pub version: String,
}

/// A run configuration's last successful run, as others depend on it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RunConfigurationDependency {
    /// The run's id at the provider; empty if none has succeeded.
    pub provider_id: String,
    /// The artifacts of its last successful run.
    pub artifacts: Vec<ArtifactLocation>,
}

/// A named artifact and where it lies.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ArtifactLocation {
    /// The name.
    pub name: String,
    /// The address.
    pub location: String,
}

/// A RunSchedule.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct RunSchedule {
    /// Name, namespace and owners.
    pub metadata: Metadata,
    /// What is wanted.
    pub spec: RunScheduleSpec,
}

/// What is wanted of a RunSchedule.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunScheduleSpec {
    /// The Provider resource.
    pub provider: NamespacedName,
    /// The pipeline, `name` or `name:version`.
    #[serde(default)]
    pub pipeline: String,
    /// The experiment; empty if none.
    #[serde(default)]
    pub experiment_name: String,
    /// Parameters of the pipeline.
    #[serde(default)]
    pub parameters: Vec<NamedValue>,
    /// Artifacts to report.
    #[serde(default)]
    pub artifacts: Vec<OutputArtifact>,
    /// When to run.
    #[serde(default)]
    pub schedule: ScheduleSpec,
}

/// An Experiment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Experiment {
    /// Name and namespace.
    pub metadata: Metadata,
    /// What is wanted.
    pub spec: ExperimentSpec,
}

/// What is wanted of an Experiment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ExperimentSpec {
    /// The Provider resource.
    pub provider: NamespacedName,
    /// For people.
    #[serde(default)]
    pub description: String,
}

/// A Provider.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Provider {
    /// Name and namespace.
    pub metadata: Metadata,
    /// What is wanted.
    pub spec: ProviderSpec,
}

/// What is wanted of a Provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProviderSpec {
    /// The frameworks that pipelines may name.
    pub frameworks: Vec<ProviderFramework>,
    /// The namespaces whose resources may use the provider; all if none is listed.
    pub allowed_namespaces: Vec<String>,
}

/// A framework that a Provider offers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ProviderFramework {
    /// The name: only one in lower case is ever found.
    pub name: String,
    /// The image that brings the compiler.
    pub image: String,
    /// Changes to every definition that uses the framework, in order.
    pub patches: Vec<PatchSpec>,
}

/// A change to pipeline definitions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PatchSpec {
    /// `json` (RFC 6902) or `merge` (RFC 7396).
    #[serde(rename = "type")]
    pub kind: String,
    /// The patch, as JSON text.
    pub payload: String,
}
