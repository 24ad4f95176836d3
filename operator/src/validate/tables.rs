//! The fields of the operator's custom resources. What the operator writes itself, below `status`, is looked at only as
//! far as a rehearsal starts from it.

use super::rules::{Form, Member, Rule, optional, required};

const TEXT: Rule = Rule::Text;
const ANY: Rule = Rule::Any;

const METADATA: Rule = Rule::Named(&[
    optional("name", Rule::Form(Form::ResourceName)),
    optional("generateName", Rule::Form(Form::NameStart)),
    optional("namespace", Rule::Form(Form::Label)),
    optional("labels", Rule::Texts(&Rule::Form(Form::LabelValue))),
    optional("annotations", Rule::Texts(&TEXT)),
    optional(
        "ownerReferences",
        Rule::List(&Rule::Open(&[
            required("apiVersion", TEXT),
            required("kind", TEXT),
            required("name", TEXT),
            optional("controller", Rule::Bool),
        ])),
    ),
]);

const PROVIDER_NAME: Rule = Rule::Form(Form::ProviderName);

const NAMED_VALUES: Rule = Rule::List(&Rule::Object(&[
    required("name", TEXT),
    required("value", TEXT),
]));

const ARTIFACTS: Rule = Rule::List(&Rule::Object(&[
    required("name", TEXT),
    required("path", Rule::Form(Form::ArtifactPath)),
]));

const SCHEDULE: Rule = Rule::Object(&[
    optional("cronExpression", TEXT),
    optional("startTime", Rule::Form(Form::Time)),
    optional("endTime", Rule::Form(Form::Time)),
]);

const RUN_PARAMETERS: Rule = Rule::List(&Rule::Object(&[
    required("name", TEXT),
    optional("value", TEXT),
    optional(
        "valueFrom",
        Rule::Object(&[required(
            "runConfigurationRef",
            Rule::Object(&[
                required("name", Rule::Form(Form::Reference)),
                required("outputArtifact", TEXT),
                optional("optional", Rule::Bool),
            ]),
        )]),
    ),
]));

const RUN_SPEC: Rule = Rule::Object(&[
    required("provider", PROVIDER_NAME),
    optional("pipeline", Rule::Form(Form::PipelineReference)),
    optional("experimentName", TEXT),
    optional("parameters", RUN_PARAMETERS),
    optional("artifacts", ARTIFACTS),
]);

const VERSION: Rule = Rule::Open(&[optional("version", TEXT)]);

const LAST_RUN: Rule = Rule::Open(&[
    optional("providerId", TEXT),
    optional(
        "artifacts",
        Rule::List(&Rule::Open(&[
            required("name", TEXT),
            required("location", TEXT),
        ])),
    ),
]);

const DEPENDENCIES: Rule = Rule::Open(&[
    optional("pipeline", VERSION),
    optional("runConfigurations", Rule::Map(&LAST_RUN)),
]);

/// A kind of resource: its `spec` and `status`, and what all have.
macro_rules! resource {
    ($spec:expr, $status:expr) => {
        &[
            required("apiVersion", TEXT),
            required("kind", TEXT),
            required("metadata", METADATA),
            $spec,
            optional("status", $status),
        ]
    };
}

pub(super) const EXPERIMENT: &[Member] = resource!(
    required(
        "spec",
        Rule::Object(&[
            required("provider", PROVIDER_NAME),
            optional("description", TEXT),
        ])
    ),
    ANY
);

pub(super) const PIPELINE: &[Member] = resource!(
    required(
        "spec",
        Rule::Object(&[
            required("provider", PROVIDER_NAME),
            required("image", TEXT),
            optional("env", NAMED_VALUES),
            required(
                "framework",
                Rule::Object(&[
                    required("name", TEXT),
                    required("parameters", Rule::Map(&ANY)),
                ])
            ),
        ])
    ),
    ANY
);

pub(super) const RUN: &[Member] = resource!(
    required("spec", RUN_SPEC),
    Rule::Open(&[
        optional("dependencies", DEPENDENCIES),
        optional("completionState", TEXT),
    ])
);

pub(super) const RUN_SCHEDULE: &[Member] = resource!(
    required(
        "spec",
        Rule::Object(&[
            required("provider", PROVIDER_NAME),
            optional("pipeline", Rule::Form(Form::PipelineReference)),
            optional("experimentName", TEXT),
            optional("parameters", NAMED_VALUES),
            optional("artifacts", ARTIFACTS),
            optional("schedule", SCHEDULE),
        ])
    ),
    ANY
);

pub(super) const RUN_CONFIGURATION: &[Member] = resource!(
    optional(
        "spec",
        Rule::Object(&[
            optional("run", RUN_SPEC),
            optional(
                "triggers",
                Rule::Object(&[
                    optional("schedules", Rule::List(&SCHEDULE)),
                    optional(
                        "onChange",
                        Rule::List(&Rule::OneOf(&["pipeline", "runSpec"]))
                    ),
                    optional(
                        "runConfigurations",
                        Rule::List(&Rule::Form(Form::Reference))
                    ),
                ])
            ),
        ])
    ),
    Rule::Open(&[
        optional("provider", Rule::Form(Form::Reference)),
        optional("dependencies", DEPENDENCIES),
        optional(
            "triggers",
            Rule::Open(&[
                optional("pipeline", VERSION),
                optional("runSpec", VERSION),
                optional("runConfigurations", Rule::Map(&LAST_RUN)),
            ])
        ),
        optional("latestRuns", Rule::Open(&[optional("succeeded", LAST_RUN)])),
    ])
);

pub(super) const PROVIDER: &[Member] = resource!(
    required(
        "spec",
        Rule::Object(&[
            required("serviceImage", TEXT),
            required("serviceAccount", Rule::Form(Form::Label)),
            required("pipelineRootStorage", TEXT),
            optional("executionMode", TEXT),
            optional("parameters", Rule::Map(&ANY)),
            optional(
                "frameworks",
                Rule::List(&Rule::Object(&[
                    optional("name", TEXT),
                    optional("image", TEXT),
                    optional(
                        "patches",
                        Rule::List(&Rule::Object(&[
                            optional("type", Rule::OneOf(&["json", "merge"])),
                            optional("payload", TEXT),
                        ]))
                    ),
                ]))
            ),
            optional("allowedNamespaces", Rule::List(&TEXT)),
            optional(
                "podTemplateEnv",
                Rule::List(&Rule::Object(&[
                    required("name", TEXT),
                    optional("value", TEXT),
                    optional("valueFrom", Rule::Map(&ANY)),
                ]))
            ),
            optional(
                "podTemplateVolumes",
                Rule::List(&Rule::Open(&[required("name", TEXT)]))
            ),
            optional(
                "podTemplateVolumeMounts",
                Rule::List(&Rule::Open(&[
                    required("mountPath", TEXT),
                    required("name", TEXT),
                ]))
            ),
        ])
    ),
    ANY
);
