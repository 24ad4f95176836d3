//! From the generated types to the resources, with an error that names the field.

use hyper::body::Bytes;
use kfp_provider_api::types;
use kfp_provider_domain::{
    ArtifactPath, NamedValue, NamespacedName, OutputArtifact, Schedule, TriggerIndicator,
};

use super::{Experiment, Framework, Pipeline, Run, RunSchedule};
use crate::refusal::Refusal;

type Read<T> = Result<T, Refusal>;

pub(crate) fn pipeline(body: types::Pipeline, raw: Bytes) -> Read<Pipeline> {
    let definition = body.pipeline_definition;
    Ok(Pipeline {
        name: required("pipelineDefinition.name", &definition.name)?,
        version: definition.version.unwrap_or_default(),
        image: definition.image.unwrap_or_default(),
        env: definition
            .env
            .into_iter()
            .map(|types::NamedValue { name, value }| NamedValue { name, value })
            .collect(),
        framework: definition.framework.map(framework),
        compiled: Some(body.compiled_pipeline.0),
        raw,
    })
}

fn framework(framework: types::PipelineDefinitionFramework) -> Framework {
    let parameters = framework
        .parameters
        .into_iter()
        .flatten()
        .map(|(key, value)| (key, value.0))
        .collect();
    Framework {
        name: framework.name.unwrap_or_default(),
        parameters,
    }
}

pub(crate) fn run(body: types::Run) -> Read<Run> {
    Ok(Run {
        name: required("name", &body.name)?,
        version: body.version,
        pipeline: required("pipelineName", &body.pipeline_name)?,
        pipeline_version: body.pipeline_version,
        run_configuration: optional("runConfigurationName", &body.run_configuration_name)?,
        experiment: optional("experimentName", &body.experiment_name)?,
        parameters: body.parameters.into_iter().collect(),
        artifacts: artifacts(body.artifacts)?,
        trigger: trigger(body.trigger_indicator),
    })
}

pub(crate) fn run_schedule(body: types::RunSchedule) -> Read<RunSchedule> {
    Ok(RunSchedule {
        name: required("name", &body.name)?,
        version: body.version,
        pipeline: required("pipelineName", &body.pipeline_name)?,
        pipeline_version: body.pipeline_version,
        run_configuration: optional("runConfigurationName", &body.run_configuration_name)?,
        experiment: optional("experimentName", &body.experiment_name)?,
        schedule: schedule(body.schedule),
        parameters: body.parameters.into_iter().collect(),
        artifacts: artifacts(body.artifacts)?,
        trigger: trigger(body.trigger_indicator),
    })
}

pub(crate) fn experiment(body: types::Experiment) -> Read<Experiment> {
    let name = required("name", &body.name)?;
    Ok(Experiment {
        name,
        version: body.version,
        description: body.description,
    })
}

fn required(field: &str, text: &str) -> Read<NamespacedName> {
    optional(field, text)?
        .ok_or_else(|| Refusal::invalid(format!("{field}: empty (hint: write `namespace/name`)")))
}

fn optional(field: &str, text: &str) -> Read<Option<NamespacedName>> {
    let name: NamespacedName = text
        .parse()
        .map_err(|error| Refusal::invalid(format!("{field}: {error}")))?;
    Ok(Some(name).filter(|name| !name.is_empty()))
}

fn artifacts(artifacts: Vec<types::OutputArtifact>) -> Read<Vec<OutputArtifact>> {
    let artifact =
        |(index, types::OutputArtifact { name, path }): (usize, types::OutputArtifact)| {
            let path: ArtifactPath = path
                .parse()
                .map_err(|error| Refusal::invalid(format!("artifacts[{index}].path: {error}")))?;
            Ok(OutputArtifact { name, path })
        };
    artifacts.into_iter().enumerate().map(artifact).collect()
}

fn schedule(schedule: types::Schedule) -> Schedule {
    Schedule {
        cron_expression: schedule.cron_expression.filter(|text| !text.is_empty()),
        start_time: schedule.start_time.map(Schedule::fit_time),
        end_time: schedule.end_time.map(Schedule::fit_time),
    }
}

fn trigger(indicator: types::TriggerIndicator) -> TriggerIndicator {
    let types::TriggerIndicator {
        type_: kind,
        source,
        source_namespace,
    } = indicator;
    TriggerIndicator {
        kind,
        source,
        source_namespace,
    }
}
