//! The Go types into which the reference server reads bodies.

use kfp_operator_sim::ResourceKind;

use super::decode::{Struct, Type};

/// The type of a body.
pub(super) fn of(kind: ResourceKind) -> &'static Struct {
    match kind {
        ResourceKind::Pipeline => &WRAPPER,
        ResourceKind::Run => &RUN,
        ResourceKind::RunSchedule => &RUN_SCHEDULE,
        ResourceKind::Experiment => &EXPERIMENT,
    }
}

static WRAPPER: Struct = Struct {
    name: "PipelineDefinitionWrapper",
    fields: &[
        ("pipelineDefinition", Type::Struct(&PIPELINE)),
        ("compiledPipeline", Type::Anything),
    ],
};

static PIPELINE: Struct = Struct {
    name: "PipelineDefinition",
    fields: &[
        ("name", Type::Name),
        ("version", Type::Text),
        ("image", Type::Text),
        ("env", Type::List(&Type::Struct(&NAMED_VALUE))),
        ("framework", Type::Struct(&FRAMEWORK)),
    ],
};

static FRAMEWORK: Struct = Struct {
    name: "PipelineFramework",
    fields: &[
        ("name", Type::Text),
        ("parameters", Type::Map(&Type::Anything)),
    ],
};

static NAMED_VALUE: Struct = Struct {
    name: "NamedValue",
    fields: &[("name", Type::Text), ("value", Type::Text)],
};

static RUN: Struct = Struct {
    name: "RunDefinition",
    fields: &[
        ("name", Type::Name),
        ("version", Type::Text),
        ("pipelineName", Type::Name),
        ("pipelineVersion", Type::Text),
        ("runConfigurationName", Type::Name),
        ("experimentName", Type::Name),
        ("parameters", Type::Map(&Type::Text)),
        ("artifacts", Type::List(&Type::Struct(&ARTIFACT))),
        ("triggerIndicator", Type::Struct(&INDICATOR)),
    ],
};

static RUN_SCHEDULE: Struct = Struct {
    name: "RunScheduleDefinition",
    fields: &[
        ("name", Type::Name),
        ("version", Type::Text),
        ("pipelineName", Type::Name),
        ("pipelineVersion", Type::Text),
        ("runConfigurationName", Type::Name),
        ("experimentName", Type::Name),
        ("schedule", Type::Struct(&SCHEDULE)),
        ("parameters", Type::Map(&Type::Text)),
        ("artifacts", Type::List(&Type::Struct(&ARTIFACT))),
        ("triggerIndicator", Type::Struct(&INDICATOR)),
    ],
};

static SCHEDULE: Struct = Struct {
    name: "Schedule",
    fields: &[
        ("cronExpression", Type::Text),
        ("startTime", Type::Time),
        ("endTime", Type::Time),
    ],
};

static ARTIFACT: Struct = Struct {
    name: "OutputArtifact",
    fields: &[("name", Type::Text), ("path", Type::Path)],
};

static INDICATOR: Struct = Struct {
    name: "Indicator",
    fields: &[
        ("type", Type::Text),
        ("source", Type::Text),
        ("sourceNamespace", Type::Text),
    ],
};

static EXPERIMENT: Struct = Struct {
    name: "ExperimentDefinition",
    fields: &[
        ("name", Type::Name),
        ("version", Type::Text),
        ("description", Type::Text),
    ],
};
