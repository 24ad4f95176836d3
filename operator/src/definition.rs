//! Definitions: the JSON that describes a resource to a provider, member by member as the operator's Go structs write it.

use std::collections::BTreeMap;

use kfp_provider_domain::{NamedValue, NamespacedName, OutputArtifact, Schedule, TriggerIndicator};

use crate::json::Json;
use crate::kind::ResourceKind;
use crate::schedule::is_go_zero;

/// A pipeline's definition. What the compiler made of it travels beside it: see [`pipeline_body`](crate::pipeline_body).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipelineDefinition {
    /// The pipeline's name.
    pub name: NamespacedName,
    /// The image's tag and a hash, or the hash alone.
    pub version: String,
    /// The image that compiles the pipeline.
    pub image: String,
    /// Environment of the compilation; left out when empty.
    pub env: Vec<NamedValue>,
    /// How the pipeline is compiled.
    pub framework: Framework,
}

/// The framework of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Framework {
    /// The name, as the pipeline spells it.
    pub name: String,
    /// Free-form parameters: an object, or `null` when there is no map at all.
    pub parameters: Json,
}

/// A run's definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunDefinition {
    /// The run's name.
    pub name: NamespacedName,
    /// The hash of its specification and of the pipeline version.
    pub version: String,
    /// The pipeline to run, in the run's namespace.
    pub pipeline_name: NamespacedName,
    /// The version of the pipeline; never empty.
    pub pipeline_version: String,
    /// The run configuration that made the run; empty if a person did.
    pub run_configuration_name: NamespacedName,
    /// The experiment; empty if none.
    pub experiment_name: NamespacedName,
    /// Parameters of the pipeline; left out when empty. A key may be empty.
    pub parameters: BTreeMap<String, String>,
    /// Artifacts to report; left out when empty.
    pub artifacts: Vec<OutputArtifact>,
    /// What triggered the run; the operator always sends it.
    pub trigger_indicator: Option<TriggerIndicator>,
}

/// A run schedule's definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunScheduleDefinition {
    /// The schedule's name.
    pub name: NamespacedName,
    /// The hash of its specification.
    pub version: String,
    /// The pipeline to run, in the schedule's namespace.
    pub pipeline_name: NamespacedName,
    /// The version of the pipeline; empty when the schedule does not pin one.
    pub pipeline_version: String,
    /// The run configuration that made the schedule; empty if a person did.
    pub run_configuration_name: NamespacedName,
    /// The experiment; empty if none.
    pub experiment_name: NamespacedName,
    /// When to run; may be empty, but is always sent.
    pub schedule: Schedule,
    /// Parameters of the pipeline; left out when empty.
    pub parameters: BTreeMap<String, String>,
    /// Artifacts to report; left out when empty.
    pub artifacts: Vec<OutputArtifact>,
    /// What triggered the schedule; the operator always sends it.
    pub trigger_indicator: Option<TriggerIndicator>,
}

/// An experiment's definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExperimentDefinition {
    /// The experiment's name.
    pub name: NamespacedName,
    /// The hash of its description.
    pub version: String,
    /// For people; may be empty, but is always sent.
    pub description: String,
}

/// A definition of any kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Definition {
    /// A pipeline's.
    Pipeline(PipelineDefinition),
    /// A run's.
    Run(RunDefinition),
    /// A run schedule's.
    RunSchedule(RunScheduleDefinition),
    /// An experiment's.
    Experiment(ExperimentDefinition),
}

impl Definition {
    /// The kind of resource that is defined.
    pub fn kind(&self) -> ResourceKind {
        match self {
            Self::Pipeline(_) => ResourceKind::Pipeline,
            Self::Run(_) => ResourceKind::Run,
            Self::RunSchedule(_) => ResourceKind::RunSchedule,
            Self::Experiment(_) => ResourceKind::Experiment,
        }
    }

    /// The JSON; its text is [`Json`]'s `Display`.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Pipeline(definition) => definition.to_json(),
            Self::Run(definition) => definition.to_json(),
            Self::RunSchedule(definition) => definition.to_json(),
            Self::Experiment(definition) => definition.to_json(),
        }
    }
}

impl PipelineDefinition {
    /// The JSON. The parameters' own members are sorted, as Go writes a map; what is nested in them stays as it is.
    pub fn to_json(&self) -> Json {
        let Self {
            name,
            version,
            image,
            env,
            framework,
        } = self;
        let env: Vec<_> = env.iter().map(named_value).collect();
        members([
            Some(("name", text(name))),
            Some(("version", text(version))),
            Some(("image", text(image))),
            unless_empty("env", env),
            Some(("framework", framework.to_json())),
        ])
    }
}

impl Framework {
    fn to_json(&self) -> Json {
        let mut parameters = self.parameters.clone();
        if let Json::Object(members) = &mut parameters {
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
        }
        members([
            Some(("name", text(&self.name))),
            Some(("parameters", parameters)),
        ])
    }
}

impl RunDefinition {
    /// The JSON.
    pub fn to_json(&self) -> Json {
        let Self {
            name,
            version,
            pipeline_name,
            pipeline_version,
            run_configuration_name,
            experiment_name,
            parameters,
            artifacts,
            trigger_indicator,
        } = self;
        members([
            Some(("name", text(name))),
            Some(("version", text(version))),
            Some(("pipelineName", text(pipeline_name))),
            Some(("pipelineVersion", text(pipeline_version))),
            Some(("runConfigurationName", text(run_configuration_name))),
            Some(("experimentName", text(experiment_name))),
            parameter_map(parameters),
            artifact_list(artifacts),
            indicator(trigger_indicator.as_ref()),
        ])
    }
}

impl RunScheduleDefinition {
    /// The JSON.
    pub fn to_json(&self) -> Json {
        let Self {
            name,
            version,
            pipeline_name,
            pipeline_version,
            run_configuration_name,
            experiment_name,
            schedule,
            parameters,
            artifacts,
            trigger_indicator,
        } = self;
        members([
            Some(("name", text(name))),
            Some(("version", text(version))),
            Some(("pipelineName", text(pipeline_name))),
            Some(("pipelineVersion", text(pipeline_version))),
            Some(("runConfigurationName", text(run_configuration_name))),
            Some(("experimentName", text(experiment_name))),
            Some(("schedule", schedule_json(schedule))),
            parameter_map(parameters),
            artifact_list(artifacts),
            indicator(trigger_indicator.as_ref()),
        ])
    }
}

impl ExperimentDefinition {
    /// The JSON.
    pub fn to_json(&self) -> Json {
        let Self {
            name,
            version,
            description,
        } = self;
        members([
            Some(("name", text(name))),
            Some(("version", text(version))),
            Some(("description", text(description))),
        ])
    }
}

type Member = Option<(&'static str, Json)>;

/// An object of the members that are present.
fn members<const N: usize>(members: [Member; N]) -> Json {
    Json::object(members.into_iter().flatten())
}

fn text(value: &impl ToString) -> Json {
    Json::String(value.to_string())
}

fn unless_empty(key: &'static str, items: Vec<Json>) -> Member {
    (!items.is_empty()).then_some((key, Json::Array(items)))
}

fn named_value(NamedValue { name, value }: &NamedValue) -> Json {
    Json::object([("name", text(name)), ("value", text(value))])
}

fn parameter_map(parameters: &BTreeMap<String, String>) -> Member {
    let object = Json::object(
        parameters
            .iter()
            .map(|(key, value)| (key.as_str(), text(value))),
    );
    (!parameters.is_empty()).then_some(("parameters", object))
}

fn artifact_list(artifacts: &[OutputArtifact]) -> Member {
    let one = |OutputArtifact { name, path }: &OutputArtifact| {
        Json::object([("name", text(name)), ("path", text(path))])
    };
    unless_empty("artifacts", artifacts.iter().map(one).collect())
}

fn indicator(indicator: Option<&TriggerIndicator>) -> Member {
    let TriggerIndicator {
        kind,
        source,
        source_namespace,
    } = indicator?;
    let members = [
        ("type", text(kind)),
        ("source", text(source)),
        ("sourceNamespace", text(source_namespace)),
    ];
    Some(("triggerIndicator", Json::object(members)))
}

fn schedule_json(schedule: &Schedule) -> Json {
    let Schedule {
        cron_expression,
        start_time,
        end_time,
    } = schedule;
    let time = |time: &chrono::DateTime<chrono::Utc>| match is_go_zero(time) {
        true => Json::Null,
        false => Json::String(time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)),
    };
    members([
        cron_expression
            .as_ref()
            .map(|cron| ("cronExpression", text(cron))),
        start_time.as_ref().map(|start| ("startTime", time(start))),
        end_time.as_ref().map(|end| ("endTime", time(end))),
    ])
}
