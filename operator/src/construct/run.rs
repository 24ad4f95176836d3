//! Runs and run schedules.

use kfp_provider_domain::{NamedValue, NamespacedName, TriggerIndicator};

use super::construction::{Construction, ConstructionError};
use crate::definition::{RunDefinition, RunScheduleDefinition};
use crate::kind::ResourceKind;
use crate::resource::{
    Dependencies, GROUP, Metadata, OwnerReference, Provider, Run, RunConfigurationRef,
    RunParameter, RunSchedule, RunSpec,
};

impl Run {
    /// What is sent to create the run.
    ///
    /// # Errors
    /// The provider does not serve the namespace, a parameter or the pipeline's version is not known, or a name is
    /// unusable.
    pub fn construct(&self, provider: &Provider) -> Result<Construction, ConstructionError> {
        provider.admit(&self.metadata)?;
        let definition = self.definition()?;
        Ok(Construction {
            kind: ResourceKind::Run,
            definition: definition.to_json().to_string(),
            version: definition.version,
            framework_image: None,
        })
    }

    /// The definition.
    ///
    /// # Errors
    /// A parameter or the pipeline's version is not known, or a name is unusable.
    pub fn definition(&self) -> Result<RunDefinition, ConstructionError> {
        let Self {
            metadata,
            spec,
            status,
        } = self;
        let pipeline_version = &status.dependencies.pipeline.version;
        if pipeline_version.is_empty() {
            return Err(ConstructionError::PipelineVersion);
        }
        Ok(RunDefinition {
            name: metadata.named("name")?,
            version: spec.version(pipeline_version),
            pipeline_name: metadata.beside("pipelineName", split_pipeline(&spec.pipeline).0)?,
            pipeline_version: pipeline_version.clone(),
            run_configuration_name: metadata.beside_if_any(
                "runConfigurationName",
                metadata.label("runconfiguration.name"),
            )?,
            experiment_name: metadata.beside_if_any("experimentName", &spec.experiment_name)?,
            parameters: spec
                .resolve(&status.dependencies)?
                .into_iter()
                .map(|NamedValue { name, value }| (name, value))
                .collect(), // of several with one name the last counts
            artifacts: spec.artifacts.clone(),
            trigger_indicator: Some(TriggerIndicator {
                kind: metadata.label("trigger-type").to_owned(),
                source: metadata.label("trigger-source").to_owned(),
                source_namespace: metadata.label("trigger-source-namespace").to_owned(),
            }),
        })
    }
}

impl RunSpec {
    /// The parameters with their values, in the order of the specification. An optional one whose artifact is not there
    /// has an empty name and an empty value: a defect of the operator that providers see.
    ///
    /// # Errors
    /// A parameter that is not optional cannot be taken from where it should come from.
    pub fn resolve(
        &self,
        dependencies: &Dependencies,
    ) -> Result<Vec<NamedValue>, ConstructionError> {
        let resolve = |parameter: &RunParameter| match &parameter.value_from {
            None => Ok(NamedValue {
                name: parameter.name.clone(),
                value: parameter.value.clone(),
            }),
            Some(from) => parameter.artifact_value(&from.run_configuration_ref, dependencies),
        };
        self.parameters.iter().map(resolve).collect()
    }

    /// The names of the optional parameters whose artifacts are not there.
    pub fn unresolved_optional(&self, dependencies: &Dependencies) -> Vec<&str> {
        let lacks = |parameter: &&RunParameter| {
            parameter.value_from.as_ref().is_some_and(|from| {
                let reference = &from.run_configuration_ref;
                reference.optional && reference.location(dependencies).is_err()
            })
        };
        let lacking = self.parameters.iter().filter(lacks);
        lacking.map(|parameter| parameter.name.as_str()).collect()
    }
}

impl RunParameter {
    fn artifact_value(
        &self,
        reference: &RunConfigurationRef,
        dependencies: &Dependencies,
    ) -> Result<NamedValue, ConstructionError> {
        match reference.location(dependencies) {
            Ok(value) => Ok(NamedValue {
                name: self.name.clone(),
                value,
            }),
            Err(_) if reference.optional => Ok(NamedValue {
                name: String::new(),
                value: String::new(),
            }),
            Err(reason) => Err(ConstructionError::Parameter {
                parameter: self.name.clone(),
                reason,
            }),
        }
    }
}

impl RunConfigurationRef {
    /// The location of the artifact, or the operator's words for why there is none.
    fn location(&self, dependencies: &Dependencies) -> Result<String, String> {
        let Self {
            name,
            output_artifact,
            ..
        } = self;
        let printed = format!("'{{{} {}}}'", name.name(), name.namespace());
        let dependency = dependencies.run_configurations.get(&name.to_string());
        let artifacts = &dependency
            .ok_or_else(|| format!("dependency {printed} not found"))?
            .artifacts;
        artifacts
            .iter()
            .find(|artifact| artifact.name == *output_artifact)
            .map(|artifact| artifact.location.clone())
            .ok_or_else(|| {
                format!("artifact '{output_artifact}' not found in dependency {printed}")
            })
    }
}

impl RunSchedule {
    /// What is sent to create or update the schedule.
    ///
    /// # Errors
    /// The provider does not serve the namespace, or a name is unusable.
    pub fn construct(&self, provider: &Provider) -> Result<Construction, ConstructionError> {
        provider.admit(&self.metadata)?;
        let definition = self.definition()?;
        Ok(Construction {
            kind: ResourceKind::RunSchedule,
            definition: definition.to_json().to_string(),
            version: definition.version,
            framework_image: None,
        })
    }

    /// The definition. The pipeline's version is what the specification pins, and empty if it pins none.
    ///
    /// # Errors
    /// A name is unusable.
    pub fn definition(&self) -> Result<RunScheduleDefinition, ConstructionError> {
        let Self { metadata, spec } = self;
        let (pipeline, pipeline_version) = split_pipeline(&spec.pipeline);
        Ok(RunScheduleDefinition {
            name: metadata.named("name")?,
            version: spec.version(),
            pipeline_name: metadata.beside("pipelineName", pipeline)?,
            pipeline_version: pipeline_version.to_owned(),
            run_configuration_name: metadata.owning_run_configuration()?,
            experiment_name: metadata.beside_if_any("experimentName", &spec.experiment_name)?,
            schedule: spec.schedule.sent(),
            parameters: spec
                .parameters
                .iter()
                .map(|NamedValue { name, value }| (name.clone(), value.clone()))
                .collect(),
            artifacts: spec.artifacts.clone(),
            trigger_indicator: Some(TriggerIndicator {
                kind: "schedule".to_owned(),
                source: metadata.name.clone(),
                source_namespace: metadata.namespace.clone(),
            }),
        })
    }
}

/// Name and version of `name:version`; the version may be missing.
pub(crate) fn split_pipeline(pipeline: &str) -> (&str, &str) {
    pipeline.split_once(':').unwrap_or((pipeline, ""))
}

impl Metadata {
    /// The value of one of the operator's labels; empty if it is not there.
    fn label(&self, name: &str) -> &str {
        self.labels
            .get(&format!("{GROUP}/{name}"))
            .map_or("", String::as_str)
    }

    /// The run configuration that manages the resource, if one does.
    fn owning_run_configuration(&self) -> Result<NamespacedName, ConstructionError> {
        let manages = |owner: &&OwnerReference| {
            let group = owner.api_version.split_once('/').map(|(group, _)| group);
            owner.controller && owner.kind == "RunConfiguration" && group == Some(GROUP)
        };
        let owner = self.owner_references.iter().find(manages);
        self.beside_if_any(
            "runConfigurationName",
            owner.map_or("", |owner| &owner.name),
        )
    }
}
