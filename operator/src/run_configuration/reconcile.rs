//! One look at a run configuration: what it makes, what it deletes, what it notes.

use std::collections::BTreeMap;

use kfp_provider_domain::{NamedValue, NamespacedName};

use super::halted::Halted;
use super::resource::{OnChange, RunConfiguration, RunConfigurationStatus, TriggerState};
use crate::construct::{ConstructionError, split_pipeline};
use crate::dependencies::Surroundings;
use crate::resource::{
    GROUP, Metadata, OwnerReference, PipelineDependency, Run, RunConfigurationDependency,
    RunSchedule, RunScheduleSpec, RunSpec, RunStatus,
};
use crate::schedule::ScheduleSpec;

/// What a run configuration has made before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owned {
    /// Its runs. Only one whose pipeline version is not noted yet can keep it from making another of the same kind.
    pub runs: Vec<Run>,
    /// Its schedules.
    pub schedules: Vec<OwnedSchedule>,
}

/// A schedule that a run configuration has made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedSchedule {
    /// Its name.
    pub name: String,
    /// The hash of its specification.
    pub version: String,
}

/// What a run configuration comes to. The operator gets there in several passes, each of which ends with a note.
#[derive(Clone, Debug, PartialEq)]
pub struct Pass {
    /// What is noted.
    pub status: RunConfigurationStatus,
    /// The run that is made, if a trigger went off.
    pub run: Option<Run>,
    /// The schedules that are made.
    pub created: Vec<RunSchedule>,
    /// The names of the schedules that are deleted. None is ever updated.
    pub deleted: Vec<String>,
    /// Places in `spec.triggers.schedules` whose times the operator cannot keep: each look makes another schedule and
    /// deletes the one before, without end. Only the first of them is in this pass.
    pub restless: Vec<usize>,
    /// Why nothing is made although something could be. The condition says Succeeded nevertheless.
    pub unresolved: Option<ConstructionError>,
}

impl RunConfiguration {
    /// Looks at everything that the run configuration depends on, and says what follows. `name` makes a name from a
    /// prefix, as the API server does with five random characters.
    ///
    /// # Errors
    /// It is bound to another Provider, or its parameters make the operator panic.
    pub fn reconcile(
        &self,
        around: &Surroundings,
        owned: &Owned,
        mut name: impl FnMut(&str) -> String,
    ) -> Result<Pass, Halted> {
        let bound = &self.status.provider;
        if !bound.is_empty() && *bound != self.spec.run.provider {
            return Err(Halted::ProviderChanged);
        }
        let mut pass = Pass {
            status: self.observed(around),
            run: None,
            created: Vec::new(),
            deleted: Vec::new(),
            restless: self.restless(),
            unresolved: None,
        };
        let parameters = match self.spec.run.resolve(&pass.status.dependencies) {
            Ok(parameters) => parameters,
            Err(reason) => {
                pass.unresolved = Some(reason);
                pass.restless.clear(); // no schedule is made
                return Ok(pass);
            }
        };
        if self.spec.triggers.on_change.contains(&OnChange::RunSpec) {
            self.spec.run.hashable()?;
        }
        let watched = self.watched(&pass.status, around);
        if watched != self.status.triggers {
            let run = self.run(&pass.status, &watched, &mut name);
            if !owned.runs.is_empty() {
                self.spec.run.hashable()?; // to compare with
            }
            let same = |other: &Run| hash(other) == hash(&run);
            if !owned.runs.iter().any(same) {
                pass.run = Some(run);
            }
            pass.status.triggers = watched;
        }
        let wanted = self.wanted_schedules(&pass.status, &parameters);
        for (version, spec) in &wanted {
            if !owned.schedules.iter().any(|one| one.version == *version) {
                pass.created.push(self.schedule(spec.clone(), &mut name));
            }
        }
        let excess =
            |one: &&OwnedSchedule| wanted.iter().all(|(version, _)| *version != one.version);
        pass.deleted = owned
            .schedules
            .iter()
            .filter(excess)
            .map(|one| one.name.clone())
            .collect();
        Ok(pass)
    }

    fn restless(&self) -> Vec<usize> {
        let schedules = self.spec.triggers.schedules.iter().enumerate();
        let restless = schedules.filter(|(_, schedule)| schedule.is_unstable());
        restless.map(|(index, _)| index).collect()
    }

    fn observed(&self, around: &Surroundings) -> RunConfigurationStatus {
        let mut status = self.status.clone();
        status.provider = self.spec.run.provider.clone();
        let run = &self.spec.run;
        let dependencies = &mut status.dependencies;
        dependencies.refresh_pipeline(&self.metadata, run, around);
        dependencies.run_configurations =
            around.last_runs(&self.metadata, run.references().map(|to| (&to.name, to)));
        for name in &self.spec.triggers.run_configurations {
            let last = around.last_run(&self.metadata, name);
            let entry = dependencies.run_configurations.entry(name.to_string());
            entry.or_default().provider_id =
                last.map_or_else(String::new, |last| last.provider_id.clone());
        }
        status
    }

    /// What the triggers watch, as it is now.
    fn watched(&self, status: &RunConfigurationStatus, around: &Surroundings) -> TriggerState {
        let triggers = &self.spec.triggers;
        let if_watched = |what: OnChange, version: String| PipelineDependency {
            version: if triggers.on_change.contains(&what) {
                version
            } else {
                String::new()
            },
        };
        let id = |name: &NamespacedName| {
            let last = around.last_run(&self.metadata, name);
            let provider_id = last.map_or_else(String::new, |last| last.provider_id.clone());
            (
                name.to_string(),
                RunConfigurationDependency {
                    provider_id,
                    artifacts: Vec::new(),
                },
            )
        };
        TriggerState {
            pipeline: if_watched(
                OnChange::Pipeline,
                status.dependencies.pipeline.version.clone(),
            ),
            run_spec: if_watched(OnChange::RunSpec, self.spec.run.spec_version()),
            run_configurations: triggers.run_configurations.iter().map(id).collect(),
        }
    }

    fn run(
        &self,
        status: &RunConfigurationStatus,
        watched: &TriggerState,
        name: &mut impl FnMut(&str) -> String,
    ) -> Run {
        let mut labels = BTreeMap::new();
        labels.insert(
            format!("{GROUP}/runconfiguration.name"),
            self.metadata.name.clone(),
        );
        let (kind, source, namespace) = self.reason(watched).unwrap_or_default();
        for (label, text) in [
            ("trigger-type", kind),
            ("trigger-source", source),
            ("trigger-source-namespace", namespace),
        ] {
            let text = sanitised(&text);
            if !text.is_empty() {
                labels.insert(format!("{GROUP}/{label}"), text);
            }
        }
        Run {
            metadata: Metadata {
                labels,
                ..self.child(name)
            },
            spec: RunSpec {
                pipeline: self.pinned(status),
                ..self.spec.run.clone()
            },
            status: RunStatus::default(),
        }
    }

    /// Type, source and the source's namespace of the trigger that went off; the first of several. One that was only
    /// added is none.
    fn reason(&self, watched: &TriggerState) -> Option<(String, String, String)> {
        let before = &self.status.triggers;
        let Metadata {
            name, namespace, ..
        } = &self.metadata;
        if watched.run_spec != before.run_spec {
            return Some((
                "onChangeRunSpec".to_owned(),
                name.clone(),
                namespace.clone(),
            ));
        }
        if watched.pipeline != before.pipeline {
            let (pipeline, _) = split_pipeline(&self.spec.run.pipeline);
            return Some((
                "onChangePipeline".to_owned(),
                pipeline.to_owned(),
                namespace.clone(),
            ));
        }
        let changed = self.spec.triggers.run_configurations.iter().find(|name| {
            let key = name.to_string();
            let before = before.run_configurations.get(&key);
            before.is_some() && before != watched.run_configurations.get(&key)
        })?;
        Some((
            "runConfiguration".to_owned(),
            changed.name().to_owned(),
            changed.namespace().to_owned(),
        ))
    }

    /// The specifications of the schedules as they are stored, with the hashes that they have then.
    fn wanted_schedules(
        &self,
        status: &RunConfigurationStatus,
        parameters: &[NamedValue],
    ) -> Vec<(String, RunScheduleSpec)> {
        let one = |schedule: &ScheduleSpec| {
            let spec = RunScheduleSpec {
                provider: self.spec.run.provider.clone(),
                pipeline: self.pinned(status),
                experiment_name: self.spec.run.experiment_name.clone(),
                parameters: parameters.to_vec(),
                artifacts: self.spec.run.artifacts.clone(),
                schedule: schedule.stored(),
            };
            (spec.version(), spec)
        };
        self.spec.triggers.schedules.iter().map(one).collect()
    }

    fn schedule(
        &self,
        spec: RunScheduleSpec,
        name: &mut impl FnMut(&str) -> String,
    ) -> RunSchedule {
        RunSchedule {
            metadata: self.child(name),
            spec,
        }
    }

    fn child(&self, name: &mut impl FnMut(&str) -> String) -> Metadata {
        let generate_name = format!("{}-", self.metadata.name);
        Metadata {
            name: name(&generate_name),
            generate_name,
            namespace: self.metadata.namespace.clone(),
            labels: BTreeMap::new(),
            owner_references: vec![OwnerReference {
                api_version: format!("{GROUP}/v1beta1"),
                kind: "RunConfiguration".to_owned(),
                name: self.metadata.name.clone(),
                controller: true,
            }],
        }
    }

    /// The pipeline at the version that was seen; without one if none was.
    fn pinned(&self, status: &RunConfigurationStatus) -> String {
        let (pipeline, _) = split_pipeline(&self.spec.run.pipeline);
        match status.dependencies.pipeline.version.as_str() {
            "" => pipeline.to_owned(),
            version => format!("{pipeline}:{version}"),
        }
    }
}

fn hash(run: &Run) -> String {
    run.spec.version(&run.status.dependencies.pipeline.version)
}

/// A text as the operator makes it fit for a label. Its length is not looked at.
fn sanitised(text: &str) -> String {
    text.chars()
        .map(|c| if c == '/' { '_' } else { c })
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
        .collect()
}
