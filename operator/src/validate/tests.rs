use super::*;

mod specs;

fn read(text: &str) -> Vec<String> {
    let json = Json::parse(text.as_bytes()).expect(text);
    match crate::custom::CustomResource::read(&json) {
        Ok(_) => Vec::new(),
        Err(violations) => violations.iter().map(ToString::to_string).collect(),
    }
}

fn assert_says(text: &str, expected: &[&str]) {
    let found = read(text);
    assert_eq!(found.len(), expected.len(), "{text}: {found:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.contains(expected), "{text}: {found}");
    }
}

#[test]
fn numbers_that_nobody_can_hold() {
    let text = r#"{"apiVersion":"pipelines.kubeflow.org/v1beta1","kind":"Pipeline","metadata":{"name":"x"},
        "spec":{"provider":"p/q","image":"i","framework":{"name":"f","parameters":{"a":1e400}}}}"#;
    assert_says(
        text,
        &[
            "spec.framework.parameters.a: number 1e400 is beyond what a 64-bit float holds (hint: write it as a text, in quotes)",
        ],
    );
}

#[test]
fn what_all_kinds_have() {
    let table: &[(&str, &[&str])] = &[
        ("7", &["resource: not an object"]),
        ("{}", &["apiVersion: missing, or not a text"]),
        (
            r#"{"apiVersion":"pipelines.kubeflow.org/v1alpha6","kind":"Run"}"#,
            &[
                "apiVersion: \"pipelines.kubeflow.org/v1alpha6\" is not understood (hint: only pipelines.kubeflow.org/v1beta1 is)",
            ],
        ),
        (
            r#"{"apiVersion":"pipelines.kubeflow.org/v1beta1"}"#,
            &["kind: missing"],
        ),
        (
            r#"{"apiVersion":"pipelines.kubeflow.org/v1beta1","kind":"pipeline"}"#,
            &[
                "kind: \"pipeline\" is none of the operator's kinds (hint: one of Provider, Experiment",
            ],
        ),
        (
            r#"{"apiVersion":"pipelines.kubeflow.org/v1beta1","kind":"Run"}"#,
            &["resource: metadata is missing", "resource: spec is missing"],
        ),
        (
            r#"{"apiVersion":"pipelines.kubeflow.org/v1beta1","kind":"Run","metadata":{"labels":{}},"spec":{"provider":"p/q"}}"#,
            &["metadata: name is missing (hint: a name, or generateName, from which one is made)"],
        ),
        (
            r#"{"apiVersion":"pipelines.kubeflow.org/v1beta1","kind":"Run","metadata":{"name":"A","namespace":"a.b","labels":{"x":1}},"spec":{"provider":"p/q"},"speck":1}"#,
            &[
                "metadata.name: \"A\" has the wrong form",
                "metadata.namespace: \"a.b\" has the wrong form",
                "metadata.labels.x: a number",
                "speck: unknown field",
            ],
        ),
        (
            r#"{"apiVersion":"pipelines.kubeflow.org/v1beta1","kind":"Run","metadata":{"name":"a.b-c","finalizers":[]},"spec":{"provider":"p/q"},"status":{"dependencies":{"pipeline":{"version":"v"}},"x":1}}"#,
            &[],
        ),
        (
            r#"{"apiVersion":"pipelines.kubeflow.org/v1beta1","kind":"Run","metadata":{"name":"a"},"spec":{"provider":"p/q"},"status":{"dependencies":{"pipeline":{"version":7}}}}"#,
            &["status.dependencies.pipeline.version: a number"],
        ),
    ];
    for (text, expected) in table {
        assert_says(text, expected);
    }
}

/// A Run with this metadata.
fn run_with(metadata: &str) -> String {
    format!(
        r#"{{"apiVersion":"{API_VERSION}","kind":"Run","metadata":{metadata},"spec":{{"provider":"p/q"}}}}"#
    )
}

#[test]
fn names_that_are_to_be_made() {
    let long = "a".repeat(253);
    let table: &[(&str, &[&str])] = &[
        (r#"{"generateName":"a-"}"#, &[]),
        (r#"{"generateName":"a"}"#, &[]),
        (r#"{"generateName":"a--"}"#, &[]),
        (r#"{"generateName":"a-","name":null}"#, &[]),
        (r#"{"generateName":"a-","name":""}"#, &[]),
        (r#"{"generateName":"","name":"a"}"#, &[]),
        (r#"{"generateName":null,"name":"a","namespace":null}"#, &[]),
        (&format!(r#"{{"generateName":"{long}"}}"#), &[]),
        (
            &format!(r#"{{"generateName":"{long}--"}}"#),
            &["metadata.generateName: "],
        ),
        (
            r#"{"generateName":"A-"}"#,
            &[
                "metadata.generateName: \"A-\" has the wrong form (hint: lower-case letters, digits, - and ., such as salmon-counter-; five",
            ],
        ),
        (r#"{"generateName":"-"}"#, &["metadata.generateName: "]),
        (r#"{"generateName":"a."}"#, &["metadata.generateName: "]),
        (r#"{"generateName":"é-"}"#, &["metadata.generateName: "]),
        (
            r#"{"generateName":7}"#,
            &["metadata.generateName: a number"],
        ),
        (
            r#"{"generateName":"","name":""}"#,
            &["metadata: name is missing"],
        ),
        (
            r#"{"generateName":"A-","name":"B"}"#,
            &["metadata.name: ", "metadata.generateName: "],
        ),
    ];
    for (metadata, expected) in table {
        assert_says(&run_with(metadata), expected);
    }
}

#[test]
fn labels() {
    let long = "a".repeat(64);
    let table: &[(&str, &[&str])] = &[
        (
            r#"{"name":"a","labels":null,"annotations":null,"ownerReferences":null,"finalizers":null}"#,
            &[],
        ),
        (
            r#"{"name":"a","labels":{"x":null,"y":""},"annotations":{"z":null}}"#,
            &[],
        ),
        (r#"{"name":"a","labels":{"x":"A_b.c-9"}}"#, &[]),
        (
            r#"{"name":"a","labels":{"x":"-a"}}"#,
            &["metadata.labels.x: \"-a\" has the wrong form (hint: up to 63 letters"],
        ),
        (
            r#"{"name":"a","labels":{"x":"a/b"}}"#,
            &["metadata.labels.x: "],
        ),
        (
            &format!(r#"{{"name":"a","labels":{{"x":"{long}"}},"annotations":{{"x":"{long}"}}}}"#),
            &["metadata.labels.x: "],
        ),
        (r#"{"name":"a","labels":[]}"#, &["metadata.labels: a list"]),
        (r#"{"name":"a","labels":""}"#, &["metadata.labels: a text"]),
    ];
    for (metadata, expected) in table {
        assert_says(&run_with(metadata), expected);
    }
}

/// Kind, a specification with null in it, and what is said about it.
const NULLS: &[(&str, &str, &[&str])] = &[
    (
        "Experiment",
        r#"{"provider":"p/q","description":null}"#,
        &[],
    ),
    (
        "Experiment",
        r#"{"provider":null}"#,
        &["spec.provider: null where a text is wanted (hint: it needs a value)"],
    ),
    (
        "Run",
        r#"{"provider":"p/q","pipeline":null,"experimentName":null,"parameters":null,"artifacts":null}"#,
        &[],
    ),
    (
        "Run",
        r#"{"provider":"p/q","parameters":[{"name":"a","value":null,"valueFrom":null}]}"#,
        &[],
    ),
    (
        "Run",
        r#"{"provider":"p/q","parameters":[null]}"#,
        &["spec.parameters[0]: null where an object is wanted"],
    ),
    (
        "Run",
        r#"{"provider":"p/q","parameters":[{"name":null,"value":"b"}]}"#,
        &["spec.parameters[0].name: null"],
    ),
    (
        "Run",
        r#"{"provider":"p/q","parameters":[{"name":"a","valueFrom":{"runConfigurationRef":{"name":"rc","outputArtifact":"o","optional":null}}}]}"#,
        &[],
    ),
    (
        "Run",
        r#"{"provider":"p/q","parameters":[{"name":"a","valueFrom":{"runConfigurationRef":null}}]}"#,
        &["valueFrom.runConfigurationRef: null"],
    ),
    (
        "Run",
        r#"{"provider":"p/q","other":null}"#,
        &["spec.other: unknown field"],
    ),
    (
        "RunSchedule",
        r#"{"provider":"p/q","schedule":{"cronExpression":null,"startTime":null,"endTime":null}}"#,
        &[],
    ),
    (
        "RunSchedule",
        r#"{"provider":"p/q","schedule":null,"parameters":[{"name":"a","value":null}]}"#,
        &["spec.parameters[0].value: null"],
    ),
    (
        "RunConfiguration",
        r#"{"run":{"provider":"p/q","parameters":null},"triggers":{"schedules":null,"onChange":null,"runConfigurations":null}}"#,
        &[],
    ),
    ("RunConfiguration", r#"{"run":null,"triggers":null}"#, &[]),
    ("RunConfiguration", "null", &[]),
    (
        "RunConfiguration",
        r#"{"triggers":{"onChange":[null],"schedules":[null]}}"#,
        &[
            "spec.triggers.schedules[0]: null",
            "spec.triggers.onChange[0]: null",
        ],
    ),
    (
        "Pipeline",
        r#"{"provider":"p/q","image":"i","env":null,"framework":{"name":"f","parameters":{"a":null,"b":[null],"c":{"d":null}}}}"#,
        &[],
    ),
    (
        "Pipeline",
        r#"{"provider":"p/q","image":"i","framework":{"name":"f","parameters":null}}"#,
        &["spec.framework.parameters: null where an object is wanted"],
    ),
    (
        "Pipeline",
        r#"{"provider":"p/q","image":null,"framework":null}"#,
        &["spec.image: null", "spec.framework: null"],
    ),
    (
        "Provider",
        r#"{"serviceImage":"i","serviceAccount":"a","pipelineRootStorage":"","executionMode":null,"parameters":{"a":null},"frameworks":[{"name":null,"image":null,"patches":null}],"allowedNamespaces":null,"podTemplateEnv":null,"podTemplateVolumes":null,"podTemplateVolumeMounts":null}"#,
        &[],
    ),
    (
        "Provider",
        r#"{"serviceImage":null,"serviceAccount":"a","pipelineRootStorage":"","allowedNamespaces":[null]}"#,
        &["spec.serviceImage: null", "spec.allowedNamespaces[0]: null"],
    ),
];

#[test]
fn null_is_absent_where_a_field_may_be() {
    for (kind, spec, expected) in NULLS {
        let text = format!(
            r#"{{"apiVersion":"{API_VERSION}","kind":"{kind}","metadata":{{"name":"x"}},"spec":{spec},"status":null}}"#
        );
        assert_says(&text, expected);
    }
    let status = r#""status":{"dependencies":{"pipeline":{"version":null},"runConfigurations":null},"completionState":null}"#;
    assert_says(
        &run_with(r#"{"name":"a"}"#).replace(r#""spec""#, &format!(r#"{status},"spec""#)),
        &[],
    );
}

/// The parameters of a pipeline as they are stored.
fn parameters(text: &str) -> String {
    let text = format!(
        r#"{{"apiVersion":"{API_VERSION}","kind":"Pipeline","metadata":{{"name":"x"}},
        "spec":{{"provider":"p/q","image":"i","framework":{{"name":"f","parameters":{text}}}}}}}"#
    );
    let json = Json::parse(text.as_bytes()).expect(&text);
    match crate::custom::CustomResource::read(&json) {
        Ok(crate::custom::CustomResource::Pipeline(pipeline)) => {
            let parameters = pipeline.spec.framework.parameters.expect("there are some");
            Json::object(parameters).to_string()
        }
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn parameters_are_what_the_api_server_stores() {
    let table = [
        (
            r#"{"a":null,"b":[null],"c":{"d":null}}"#,
            r#"{"b":[null],"c":{"d":null}}"#,
        ),
        (
            r#"{"a":9223372036854775807,"b":-9223372036854775808}"#,
            r#"{"a":9223372036854775807,"b":-9223372036854775808}"#,
        ),
        (
            r#"{"a":9223372036854775808,"b":18446744073709551615}"#,
            r#"{"a":9223372036854776000,"b":18446744073709552000}"#,
        ),
        (
            r#"{"a":-0,"b":1.0,"c":1e2,"d":-0.0,"e":1.50}"#,
            r#"{"a":0,"b":1,"c":100,"d":0,"e":1.5}"#,
        ),
    ];
    for (text, stored) in table {
        assert_eq!(parameters(text), stored);
    }
    let deep = format!(r#"{{"a":{}1{}}}"#, "[".repeat(9_000), "]".repeat(9_000));
    assert_eq!(parameters(&deep), deep);
}
