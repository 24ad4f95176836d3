//! The `spec` of each kind.

use super::*;

/// Kind, the resource's `spec` in JSON, and what is said about it; nothing if it gets in.
const SPECS: &[(&str, &str, &[&str])] = &[
    ("Experiment", r#"{"provider":"p/q"}"#, &[]),
    (
        "Experiment",
        r#"{"provider":"p-1/q-2","description":""}"#,
        &[],
    ),
    (
        "Experiment",
        r#"{}"#,
        &["spec: provider is missing (hint: a text is wanted there)"],
    ),
    (
        "Experiment",
        r#"null"#,
        &["spec: null where an object is wanted (hint: it needs a value)"],
    ),
    (
        "Experiment",
        r#"{"provider":"q"}"#,
        &[
            "spec.provider: \"q\" has the wrong form (hint: namespace/name of a Provider, both without dots)",
        ],
    ),
    (
        "Experiment",
        r#"{"provider":"P/q"}"#,
        &["spec.provider: \"P/q\" has the wrong form"],
    ),
    (
        "Experiment",
        r#"{"provider":"p/q.r"}"#,
        &["spec.provider: \"p/q.r\" has the wrong form"],
    ),
    (
        "Experiment",
        r#"{"provider":"p/q/r"}"#,
        &["spec.provider: "],
    ),
    ("Experiment", r#"{"provider":"-p/q"}"#, &["spec.provider: "]),
    ("Experiment", r#"{"provider":"p/q-"}"#, &["spec.provider: "]),
    (
        "Experiment",
        r#"{"provider":"p/q","description":7}"#,
        &["spec.description: a number where a text is wanted (hint: put it in quotes)"],
    ),
    (
        "Experiment",
        r#"{"provider":"p/q","descripton":"x","a~/b":1}"#,
        &[
            "spec.descripton: unknown field (hint: known here: provider, description)",
            "spec.a~/b: unknown field",
        ],
    ),
    (
        "Pipeline",
        r#"{"provider":"p/q","image":"","framework":{"name":"","parameters":{}}}"#,
        &[],
    ),
    (
        "Pipeline",
        r#"{"provider":"p/q","image":"i","framework":{"name":"f","parameters":{"a":[null,{"b":1e300}]}},"env":[{"name":"a","value":""}]}"#,
        &[],
    ),
    (
        "Pipeline",
        r#"{"provider":"p/q","image":"i","framework":{"name":"f"}}"#,
        &["spec.framework: parameters is missing (hint: an object is wanted there)"],
    ),
    (
        "Pipeline",
        r#"{"provider":"p/q"}"#,
        &["spec: image is missing", "spec: framework is missing"],
    ),
    (
        "Pipeline",
        r#"{"provider":"p/q","image":"i","framework":{"name":"f","parameters":{}},"env":{"A":"b"}}"#,
        &[
            "spec.env: an object where a list is wanted (hint: put a hyphen in front, or brackets around it)",
        ],
    ),
    (
        "Pipeline",
        r#"{"provider":"p/q","image":"i","framework":{"name":"f","parameters":{}},"env":[{"name":"A","value":30},{"name":"B"}]}"#,
        &[
            "spec.env[0].value: a number where a text is wanted",
            "spec.env[1]: value is missing",
        ],
    ),
    (
        "RunConfiguration",
        r#"{"run":{"provider":"p/q"},"triggers":{"schedules":[{"cronExpression":"a"},{},{"cronExpression":"b"},{"cronExpression":"a"},{"cronExpression":""}],"onChange":["pipeline","runSpec","pipeline"]}}"#,
        &[
            "spec.triggers.schedules[3]: {\"cronExpression\":\"a\"} is there twice (hint: leave one out)",
            "spec.triggers.schedules[4]: {\"cronExpression\":\"\"} is there twice",
            "spec.triggers.onChange[2]: \"pipeline\" is there twice",
        ],
    ),
    (
        "RunConfiguration",
        r#"{"triggers":{"schedules":[{"startTime":"2027-03-01T06:00:00Z"},{"startTime":"2027-03-01T06:00:00Z"}],"onChange":["pipeline","runSpec"]}}"#,
        &[],
    ),
    ("Run", r#"{"provider":"p/q"}"#, &[]),
    (
        "Run",
        r#"{"provider":"p/q","pipeline":"A_b-9:v1.0-x_","parameters":[{"name":"a"},{"name":"b","value":""}]}"#,
        &[],
    ),
    (
        "Run",
        r#"{"provider":"p/q","pipeline":""}"#,
        &["spec.pipeline: \"\" has the wrong form"],
    ),
    (
        "Run",
        r#"{"provider":"p/q","pipeline":"a.b"}"#,
        &["spec.pipeline: \"a.b\" has the wrong form (hint: name or name:version"],
    ),
    (
        "Run",
        r#"{"provider":"p/q","pipeline":"a:"}"#,
        &["spec.pipeline: "],
    ),
    (
        "Run",
        r#"{"provider":"p/q","pipeline":"a:b:c"}"#,
        &["spec.pipeline: "],
    ),
    (
        "Run",
        r#"{"provider":"p/q","pipeline":"ns/a"}"#,
        &["spec.pipeline: "],
    ),
    (
        "Run",
        r#"{"provider":"p/q","pipeline":"\u00e9"}"#,
        &["spec.pipeline: "],
    ),
    (
        "Run",
        r#"{"provider":"p/q","artifacts":[{"name":"a","path":"c:d"},{"name":"a","path":"c:d:"},{"name":"a","path":"c:d:003[x == 1]"}]}"#,
        &[],
    ),
    (
        "Run",
        r#"{"provider":"p/q","artifacts":[{"name":"a","path":"c"},{"path":"c:d:x"},{"name":"a"}]}"#,
        &[
            "spec.artifacts[0].path: \"c\" has the wrong form",
            "spec.artifacts[1]: name is missing",
            "spec.artifacts[1].path: ",
            "spec.artifacts[2]: path is missing",
        ],
    ),
    (
        "Run",
        r#"{"provider":"p/q","artifacts":[{"name":"a","path":"c:d:99999999999999999999"}]}"#,
        &["spec.artifacts[0].path: "],
    ),
    (
        "Run",
        r#"{"provider":"p/q","parameters":[{"name":"a","valueFrom":{"runConfigurationRef":{"name":"n/rc","outputArtifact":"o","optional":true}}}]}"#,
        &[],
    ),
    (
        "Run",
        r#"{"provider":"p/q","parameters":[{"name":"a","value":"","valueFrom":{"runConfigurationRef":{"name":"rc","outputArtifact":"o"}}}]}"#,
        &[],
    ),
    (
        "Run",
        r#"{"provider":"p/q","parameters":[{"name":"a","value":"v","valueFrom":{"runConfigurationRef":{"name":"rc","outputArtifact":"o"}}}]}"#,
        &["spec.parameters[0]: both value and valueFrom are given (hint: leave one out)"],
    ),
    (
        "Run",
        r#"{"provider":"p/q","parameters":[{"name":"a","valueFrom":{}}]}"#,
        &["spec.parameters[0].valueFrom: runConfigurationRef is missing"],
    ),
    (
        "Run",
        r#"{"provider":"p/q","parameters":[{"name":"a","valueFrom":{"runConfigurationRef":{"name":"a/b/c","optional":"yes"}}}]}"#,
        &[
            "runConfigurationRef.name: \"a/b/c\" has the wrong form (hint: name or namespace/name)",
            "runConfigurationRef: outputArtifact is missing",
            "runConfigurationRef.optional: a text where a boolean is wanted",
        ],
    ),
    ("RunSchedule", r#"{"provider":"p/q"}"#, &[]),
    (
        "RunSchedule",
        r#"{"provider":"p/q","schedule":{"cronExpression":"","startTime":"2027-03-01T06:00:00.5+01:00"},"parameters":[{"name":"a","value":"b"}]}"#,
        &[],
    ),
    (
        "RunSchedule",
        r#"{"provider":"p/q","schedule":"0 0 * * *"}"#,
        &["spec.schedule: a text where an object is wanted"],
    ),
    (
        "RunSchedule",
        r#"{"provider":"p/q","schedule":{"endTime":"2027-03-01"}}"#,
        &["spec.schedule.endTime: \"2027-03-01\" has the wrong form (hint: RFC 3339"],
    ),
    (
        "RunSchedule",
        r#"{"provider":"p/q","parameters":[{"name":"a","valueFrom":{}}]}"#,
        &[
            "spec.parameters[0]: value is missing",
            "spec.parameters[0].valueFrom: unknown field",
        ],
    ),
    ("RunConfiguration", r#"{}"#, &[]),
    (
        "RunConfiguration",
        r#"{"run":{"provider":"p/q"},"triggers":{"onChange":["pipeline","runSpec"],"runConfigurations":["a","n/a"],"schedules":[{}]}}"#,
        &[],
    ),
    (
        "RunConfiguration",
        r#"{"run":{}}"#,
        &["spec.run: provider is missing"],
    ),
    (
        "RunConfiguration",
        r#"{"run":{"provider":"p/q"},"triggers":{"onChange":["pipelines"],"runConfigurations":["/a"]}}"#,
        &[
            "spec.triggers.onChange[0]: \"pipelines\" is not known (hint: one of pipeline, runSpec)",
            "spec.triggers.runConfigurations[0]: \"/a\" has the wrong form",
        ],
    ),
    (
        "RunConfiguration",
        r#"{"run":{"provider":"p/q","parameters":[{"name":"a","value":"v","valueFrom":{"runConfigurationRef":{"name":"rc","outputArtifact":"o"}}}]}}"#,
        &["spec.run.parameters[0]: both value and valueFrom"],
    ),
    (
        "Provider",
        r#"{"serviceImage":"i","serviceAccount":"a","pipelineRootStorage":""}"#,
        &[],
    ),
    (
        "Provider",
        r#"{"serviceImage":"i","serviceAccount":"a","pipelineRootStorage":"","parameters":{"a":[1]},"frameworks":[{}],"podTemplateEnv":[{"name":"LOG","value":"x"}]}"#,
        &[],
    ),
    (
        "Provider",
        r#"{"serviceAccount":"A"}"#,
        &[
            "spec: serviceImage is missing",
            "spec.serviceAccount: \"A\" has the wrong form",
            "spec: pipelineRootStorage is missing",
        ],
    ),
    (
        "Provider",
        r#"{"serviceImage":"i","serviceAccount":"a","pipelineRootStorage":"","frameworks":[{"patches":[{"type":"xml","patch":"[]"}]}]}"#,
        &[
            "spec.frameworks[0].patches[0].type: \"xml\" is not known (hint: one of json, merge)",
            "spec.frameworks[0].patches[0].patch: unknown field (hint: known here: type, payload)",
        ],
    ),
    (
        "Provider",
        r#"{"serviceImage":"i","serviceAccount":"a","pipelineRootStorage":"","podTemplateEnv":[{"name":"ProviderName"},{"name":"parameters_x"},{"name":"PipelineRootStorage"}]}"#,
        &[
            "podTemplateEnv[0].name: \"ProviderName\" is set by the operator",
            "podTemplateEnv[1].name: ",
            "podTemplateEnv[2].name: ",
        ],
    ),
];

#[test]
fn specifications() {
    for (kind, spec, expected) in SPECS {
        let text = format!(
            r#"{{"apiVersion":"{API_VERSION}","kind":"{kind}","metadata":{{"name":"x"}},"spec":{spec}}}"#
        );
        assert_says(&text, expected);
    }
}
