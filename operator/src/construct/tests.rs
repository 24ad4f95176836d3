use super::*;
use crate::resource::{Pipeline, Run, RunSchedule};

fn provider(spec: &str) -> Provider {
    serde_json::from_str(&format!(
        r#"{{"metadata":{{"name":"p","namespace":"pn"}},"spec":{spec}}}"#
    ))
    .expect("a Provider")
}

fn pipeline(spec: &str) -> Pipeline {
    let text = format!(
        r#"{{"metadata":{{"name":"x","namespace":"ns"}},"spec":{{"provider":"pn/p","image":"i",{spec}}}}}"#
    );
    serde_json::from_str(&text).expect("a Pipeline")
}

fn run(labels: &str, spec: &str, dependencies: &str) -> Run {
    let text = format!(
        r#"{{"metadata":{{"name":"r","namespace":"ns","labels":{labels}}},"spec":{{"provider":"pn/p","pipeline":"x",{spec}}},
            "status":{{"dependencies":{dependencies}}}}}"#
    );
    serde_json::from_str(&text).expect("a Run")
}

fn schedule(owners: &str, spec: &str) -> RunSchedule {
    let text = format!(
        r#"{{"metadata":{{"name":"s","namespace":"ns","ownerReferences":{owners}}},"spec":{{"provider":"pn/p",{spec}}}}}"#
    );
    serde_json::from_str(&text).expect("a RunSchedule")
}

#[test]
fn frameworks_are_found_in_lower_case() {
    let offered = provider(
        r#"{"frameworks":[{"name":"kfpsdk","image":"first"},{"name":"kfpsdk","image":"second"},{"name":"TFX"}]}"#,
    );
    let construct = |name: &str| {
        pipeline(&format!(
            r#""framework":{{"name":"{name}","parameters":{{}}}}"#
        ))
        .construct(&offered)
    };
    let built = construct("KFPSDK").expect("found");
    assert_eq!(built.framework_image.as_deref(), Some("first"));
    assert!(
        built
            .definition
            .contains(r#""framework":{"name":"KFPSDK","#),
        "{}",
        built.definition
    );
    for name in ["tfx", "TFX", "other", ""] {
        let error = construct(name).expect_err(name);
        assert_eq!(
            error,
            ConstructionError::Framework {
                framework: name.to_owned()
            }
        );
        assert_eq!(
            error.status_message(true),
            format!("error in workflow: [{name}] framework not support by provider")
        );
        assert_eq!(error.status_message(false), "error constructing workflow");
    }
}

#[test]
fn parameters_are_sorted_and_keep_their_digits() {
    let offered = provider(r#"{"frameworks":[{"name":"f"}]}"#);
    let spec = r#""env":[{"name":"b","value":"<"},{"name":"b","value":"<"}],
        "framework":{"name":"f","parameters":{"b":{"z":1,"a":9007199254740993},"a":null}}"#;
    let definition = pipeline(spec)
        .construct(&offered)
        .expect("valid")
        .definition;
    let framework =
        r#""framework":{"name":"f","parameters":{"a":null,"b":{"a":9007199254740993,"z":1}}}}"#;
    assert!(definition.ends_with(framework), "{definition}");
    let env = r#""env":[{"name":"b","value":"\u003c"},{"name":"b","value":"\u003c"}]"#;
    assert!(definition.contains(env), "{definition}");
    let definition = pipeline(r#""framework":{"name":"f"}"#)
        .construct(&offered)
        .expect("valid")
        .definition;
    assert!(
        definition.ends_with(r#""framework":{"name":"f","parameters":null}}"#),
        "{definition}"
    );
}

#[test]
fn namespaces_may_be_listed() {
    let rows = [
        ("[]", true),
        (r#"["other","ns"]"#, true),
        (r#"["other"]"#, false),
    ];
    for (allowed, admitted) in rows {
        let offered = provider(&format!(r#"{{"allowedNamespaces":{allowed}}}"#));
        let built = schedule("[]", r#""pipeline":"x""#).construct(&offered);
        assert_eq!(built.is_ok(), admitted, "allowedNamespaces {allowed}");
    }
}

#[test]
fn a_broken_patch_is_named() {
    let offered = provider(
        r#"{"frameworks":[{"name":"f","patches":[{"type":"merge","payload":"{}"},{"type":"json","payload":"[{\"op\":\"remove\",\"path\":\"/nope\"}]"}]}]}"#,
    );
    let error = pipeline(r#""framework":{"name":"f","parameters":{}}"#)
        .construct(&offered)
        .expect_err("broken");
    assert_eq!(
        error.to_string(),
        r#"patch 1 of framework "f": remove "/nope": the member does not exist"#
    );
    assert_eq!(error.status_message(true), "error constructing workflow");
}

#[test]
fn parameters_come_from_run_configurations() {
    let from = |name: &str, artifact: &str, optional: bool| {
        format!(
            r#""parameters":[{{"name":"a","value":"1"}},{{"name":"a","value":"2"}},{{"name":"p","valueFrom":
                {{"runConfigurationRef":{{"name":"{name}","outputArtifact":"{artifact}","optional":{optional}}}}}}}]"#
        )
    };
    let known = r#"{"pipeline":{"version":"v"},"runConfigurations":
        {"rc":{"artifacts":[{"name":"m","location":"s3://m"}]},"o/rc":{"artifacts":[]}}}"#;
    let parameters = |spec: String| {
        run("{}", &spec, known)
            .definition()
            .map(|definition| definition.parameters)
    };
    let pair = |key: &str, value: &str| {
        [
            ("a".to_owned(), "2".to_owned()),
            (key.to_owned(), value.to_owned()),
        ]
        .into()
    };
    assert_eq!(parameters(from("rc", "m", false)), Ok(pair("p", "s3://m")));
    assert_eq!(parameters(from("nope", "m", true)), Ok(pair("", "")));
    let rows = [
        ("nope", "m", "dependency '{nope }' not found"),
        ("ns/rc", "m", "dependency '{rc ns}' not found"),
        ("rc", "x", "artifact 'x' not found in dependency '{rc }'"),
        ("o/rc", "m", "artifact 'm' not found in dependency '{rc o}'"),
    ];
    for (name, artifact, reason) in rows {
        let error = parameters(from(name, artifact, false)).expect_err(reason);
        assert_eq!(
            error,
            ConstructionError::Parameter {
                parameter: "p".into(),
                reason: reason.into()
            }
        );
    }
}

#[test]
fn a_run_waits_for_its_pipeline() {
    let waiting = run("{}", r#""parameters":[]"#, r#"{"pipeline":{"version":""}}"#);
    assert_eq!(
        waiting.construct(&provider("{}")),
        Err(ConstructionError::PipelineVersion)
    );
}

#[test]
fn owners_of_schedules() {
    let owner = |api_version: &str, kind: &str, controller: bool| {
        format!(
            r#"[{{"apiVersion":"{api_version}","kind":"{kind}","name":"rc","controller":{controller}}}]"#
        )
    };
    let rows = [
        ("[]".to_owned(), ""),
        (
            owner("pipelines.kubeflow.org/v1beta1", "RunConfiguration", true),
            "ns/rc",
        ),
        (
            owner("pipelines.kubeflow.org/v9", "RunConfiguration", true),
            "ns/rc",
        ),
        (
            owner("pipelines.kubeflow.org/v1beta1", "RunConfiguration", false),
            "",
        ),
        (
            owner("pipelines.kubeflow.org/v1beta1", "Pipeline", true),
            "",
        ),
        (owner("example.org/v1beta1", "RunConfiguration", true), ""),
        (owner("v1", "RunConfiguration", true), ""),
    ];
    for (owners, expected) in rows {
        let definition = schedule(&owners, r#""pipeline":"x:v1""#)
            .definition()
            .expect("valid");
        assert_eq!(
            definition.run_configuration_name.to_string(),
            expected,
            "owners {owners}"
        );
        assert_eq!(definition.pipeline_version, "v1");
    }
}

#[test]
fn nothing_can_be_sent_without_a_pipeline_name() {
    let error = schedule("[]", r#""pipeline":"""#)
        .construct(&provider("{}"))
        .expect_err("no name");
    assert!(
        matches!(
            error,
            ConstructionError::Name {
                field: "pipelineName",
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn times_are_sent_in_whole_seconds_of_utc() {
    let spec = r#""pipeline":"x","schedule":{"cronExpression":"* * * * *","startTime":"2027-03-01T08:00:00.9+02:00"}"#;
    let built = schedule("[]", spec)
        .construct(&provider("{}"))
        .expect("valid");
    let expected =
        r#""schedule":{"cronExpression":"* * * * *","startTime":"2027-03-01T06:00:00Z"}"#;
    assert!(built.definition.contains(expected), "{}", built.definition);
}
