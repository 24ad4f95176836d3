//! What runs and run configurations find when they look at what they depend on.

use std::collections::BTreeMap;

use kfp_provider_domain::NamespacedName;

use crate::construct::split_pipeline;
use crate::resource::{
    Dependencies, Metadata, Run, RunConfigurationDependency, RunConfigurationRef, RunSpec,
};
use crate::state::State;

/// The other resources in the cluster, as far as somebody may depend on them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Pipelines by name and namespace.
    pub pipelines: BTreeMap<NamespacedName, KnownPipeline>,
    /// The last successful run of run configurations, by their name and namespace.
    pub run_configurations: BTreeMap<NamespacedName, RunConfigurationDependency>,
}

/// A Pipeline as others see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownPipeline {
    /// Its state.
    pub state: State,
    /// The version in its status.
    pub version: String,
}

/// What a run can do after a look at its pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observed {
    /// The version of its pipeline is noted: it goes on, and looks no more.
    Ready,
    /// Its pipeline is not there, or not in Succeeded: it waits, without a state.
    Waiting,
}

impl Run {
    /// Notes what the run depends on, once: artifacts of run configurations first, then the version of its pipeline. A
    /// version that the specification gives is taken unchecked. What is noted stays as it is.
    pub fn observe(&mut self, around: &Surroundings) -> Observed {
        let Self {
            metadata,
            spec,
            status,
        } = self;
        if !status.dependencies.pipeline.version.is_empty() {
            return Observed::Ready;
        }
        status.dependencies.run_configurations =
            around.last_runs(metadata, spec.references().map(|to| (&to.name, to)));
        let version = match split_pipeline(&spec.pipeline) {
            (_, "") => around
                .pipeline(metadata, spec)
                .filter(|pipeline| pipeline.state == State::Succeeded)
                .map(|pipeline| pipeline.version.clone()),
            (_, version) => Some(version.to_owned()),
        };
        match version {
            Some(version) if !version.is_empty() => {
                status.dependencies.pipeline.version = version;
                Observed::Ready
            }
            _ => Observed::Waiting,
        }
    }
}

impl RunSpec {
    /// What parameters are taken from.
    pub(crate) fn references(&self) -> impl Iterator<Item = &RunConfigurationRef> {
        self.parameters
            .iter()
            .filter_map(|parameter| parameter.value_from.as_ref())
            .map(|from| &from.run_configuration_ref)
    }
}

impl Surroundings {
    /// The pipeline of a run, which is one in the run's own namespace.
    pub(crate) fn pipeline(&self, metadata: &Metadata, spec: &RunSpec) -> Option<&KnownPipeline> {
        let (name, _) = split_pipeline(&spec.pipeline);
        let name = NamespacedName::new(metadata.namespace.as_str(), name).ok()?;
        self.pipelines.get(&name)
    }

    /// What the last successful runs left, by the text of the references: only the artifacts that are referred to, and
    /// an empty entry for a run configuration that is not there.
    pub(crate) fn last_runs<'a>(
        &self,
        metadata: &Metadata,
        references: impl Iterator<Item = (&'a NamespacedName, &'a RunConfigurationRef)>,
    ) -> BTreeMap<String, RunConfigurationDependency> {
        let mut found = BTreeMap::new();
        for (name, reference) in references {
            let last = self.last_run(metadata, name);
            let entry: &mut RunConfigurationDependency = found.entry(name.to_string()).or_default();
            entry.provider_id = last.map_or_else(String::new, |last| last.provider_id.clone());
            let artifacts = last.map_or(&[][..], |last| &last.artifacts);
            let wanted = artifacts
                .iter()
                .filter(|artifact| artifact.name == reference.output_artifact);
            for artifact in wanted {
                if !entry.artifacts.contains(artifact) {
                    entry.artifacts.push(artifact.clone());
                }
            }
        }
        found
    }

    /// The last successful run of a run configuration; one without a namespace is beside what refers to it.
    pub(crate) fn last_run(
        &self,
        metadata: &Metadata,
        name: &NamespacedName,
    ) -> Option<&RunConfigurationDependency> {
        let namespace = match name.namespace() {
            "" => &metadata.namespace,
            namespace => namespace,
        };
        let name = NamespacedName::new(namespace, name.name()).ok()?;
        self.run_configurations.get(&name)
    }
}

impl Dependencies {
    /// Notes a pipeline's version again and again, as run configurations do: a pipeline that is missing or deleted makes
    /// it empty, and one that is neither deleted nor in Succeeded leaves it as it is.
    pub(crate) fn refresh_pipeline(
        &mut self,
        metadata: &Metadata,
        spec: &RunSpec,
        around: &Surroundings,
    ) {
        let (_, explicit) = split_pipeline(&spec.pipeline);
        if !explicit.is_empty() {
            self.pipeline.version = explicit.to_owned();
            return;
        }
        match around.pipeline(metadata, spec) {
            Some(pipeline) if pipeline.state == State::Succeeded => {
                self.pipeline.version.clone_from(&pipeline.version);
            }
            Some(pipeline) if pipeline.state != State::Deleted => {}
            _ => self.pipeline.version.clear(),
        }
    }
}
