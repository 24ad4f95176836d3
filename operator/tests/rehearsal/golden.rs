//! What the operator's own reconcilers made of resources in front of an API server, down to the hashes.

use kfp_operator_sim::json::Json;
use kfp_operator_sim::{CustomResource, Halted, Pipeline, Provider, Run, RunSchedule};

fn read(kind: &str, spec: &str) -> CustomResource {
    let text = format!(
        r#"{{"apiVersion":"pipelines.kubeflow.org/v1beta1","kind":"{kind}","metadata":{{"name":"oak","namespace":"weft"}},"spec":{spec}}}"#
    );
    let json = Json::parse(text.as_bytes()).unwrap();
    CustomResource::read(&json).unwrap_or_else(|violations| panic!("{text}: {violations:?}"))
}

fn provider(patches: &str) -> Provider {
    let spec = format!(
        r#"{{"serviceImage":"s","serviceAccount":"s","pipelineRootStorage":"r","frameworks":[{{"name":"kfpsdk","patches":{patches}}}]}}"#
    );
    match read("Provider", &spec) {
        CustomResource::Provider(provider) => provider,
        other => panic!("{other:?}"),
    }
}

fn pipeline(name: &str, env: &str, parameters: &str) -> Pipeline {
    let spec = format!(
        r#"{{"provider":"mill/loom","image":"registry.example.org/weft/{name}:7","env":{env},"framework":{{"name":"kfpsdk","parameters":{parameters}}}}}"#
    );
    match read("Pipeline", &spec) {
        CustomResource::Pipeline(pipeline) => pipeline,
        other => panic!("{other:?}"),
    }
}

#[test]
fn numbers_become_what_the_api_server_returns() {
    let parameters = r#"{"i64max":9223372036854775807,"i64over":9223372036854775808,"u64max":18446744073709551615,
        "u64over":18446744073709551616,"huge":123456789012345678901234567890,"neg":-9223372036854775808,
        "negover":-9223372036854775809,"one":1.0,"hundred":1e2,"big":1e21,"bigger":1.5e300,"small":1e-7,
        "smaller":1.25e-300,"negzero":-0.0,"third":0.3333333333333333333333,"hex":31,"oct":8,"octnew":15,"bin":5,
        "under":1000,"dot":0.5,"plus":12,"gone":null,"list":[1.0,2.50,1e3,1000000000000000000000]}"#;
    let built = pipeline("numbers", "[]", parameters)
        .construct(&provider("[]"))
        .unwrap();
    assert_eq!(built.version, "7-074013");
    let expected = r#""parameters":{"big":1e+21,"bigger":1.5e+300,"bin":5,"dot":0.5,"hex":31,"huge":1.2345678901234568e+29,"hundred":100,"i64max":9223372036854775807,"i64over":9223372036854776000,"list":[1,2.5,1000,1e+21],"neg":-9223372036854775808,"negover":-9223372036854776000,"negzero":0,"oct":8,"octnew":15,"one":1,"plus":12,"small":1e-7,"smaller":1.25e-300,"third":0.3333333333333333,"u64max":18446744073709552000,"u64over":18446744073709552000,"under":1000}"#;
    assert!(built.definition.contains(expected), "{}", built.definition);
}

#[test]
fn a_json_patch_ends_the_escaping() {
    let patch = r#"[{"op":"test","path":"/name","value":"weft/oak"},
        {"op":"add","path":"/env/-","value":{"name":"LAST","value":"<&>"}},
        {"op":"add","path":"/env/0","value":{"name":"FIRST","value":"1"}},
        {"op":"copy","from":"/framework/parameters/a~1b","path":"/framework/parameters/copied"},
        {"op":"move","from":"/framework/parameters/m~0n","path":"/moved"},
        {"op":"replace","path":"/framework/parameters/num","value":1.50},
        {"op":"add","path":"/new/parents/0/x","value":[1e2,"\u003c<"]},
        {"op":"remove","path":"/image"}]"#;
    let patches = Json::Array(vec![Json::object([
        ("type", Json::from("json")),
        ("payload", Json::from(patch)),
    ])]);
    let built = pipeline(
        "jp",
        r#"[{"name":"MID","value":"m"}]"#,
        r#"{"a/b":{"x":"<&>"},"m~n":[1,2],"num":10000000000000001}"#,
    )
    .construct(&provider(&patches.to_string()))
    .unwrap();
    assert_eq!(built.version, "7-ef4de0");
    assert_eq!(
        built.definition,
        r#"{"name":"weft/oak","version":"7-ef4de0","env":[{"name":"FIRST","value":"1"},{"name":"MID","value":"m"},{"name":"LAST","value":"<&>"}],"framework":{"name":"kfpsdk","parameters":{"a/b":{"x":"\u003c\u0026\u003e"},"num":1.50,"copied":{"x":"\u003c\u0026\u003e"}}},"moved":[1,2],"new":{"parents":[{"x":[1e2,"\u003c<"]}]}}"#
    );
}

#[test]
fn fractions_of_seconds_are_hashed_until_the_schedule_is_written() {
    let spec = r#"{"provider":"mill/loom","pipeline":"p:v","schedule":{"cronExpression":"*/5 * * * *",
        "startTime":"2027-03-01T08:00:00.750+05:30","endTime":"2027-12-31T23:59:59.999999999-11:45"}}"#;
    let CustomResource::RunSchedule(RunSchedule { metadata, spec }) = read("RunSchedule", spec)
    else {
        panic!("a RunSchedule");
    };
    assert!(spec.schedule.is_unstable());
    let stored = kfp_operator_sim::RunScheduleSpec {
        schedule: spec.schedule.stored(),
        ..spec.clone()
    };
    assert_eq!(
        (spec.version().as_str(), stored.version().as_str()),
        ("c590af", "e8f5bb")
    );
    for spec in [spec, stored] {
        let version = spec.version();
        let metadata = metadata.clone();
        let built = RunSchedule { metadata, spec }
            .construct(&provider("[]"))
            .unwrap();
        assert_eq!(
            built.definition,
            format!(
                r#"{{"name":"weft/oak","version":"{version}","pipelineName":"weft/p","pipelineVersion":"v","runConfigurationName":"","experimentName":"","schedule":{{"cronExpression":"*/5 * * * *","startTime":"2027-03-01T02:30:00Z","endTime":"2028-01-01T11:44:59Z"}},"triggerIndicator":{{"type":"schedule","source":"oak","sourceNamespace":"weft"}}}}"#
            )
        );
    }
}

/// The beginning of the year 1 is Go's zero: it is sent as `null`, and gone once the resource is written.
#[test]
fn the_year_one_is_no_time() {
    let spec = r#"{"provider":"mill/loom","pipeline":"p:v","schedule":{"startTime":"0001-01-01T01:00:00+01:00","endTime":"0001-01-01T00:00:01Z"}}"#;
    let CustomResource::RunSchedule(mut schedule) = read("RunSchedule", spec) else {
        panic!("a RunSchedule");
    };
    let first = schedule.construct(&provider("[]")).unwrap();
    let times = r#""schedule":{"startTime":null,"endTime":"0001-01-01T00:00:01Z"}"#;
    assert!(first.definition.contains(times), "{}", first.definition);
    schedule.spec.schedule = schedule.spec.schedule.stored();
    let second = schedule.construct(&provider("[]")).unwrap();
    let times = r#""schedule":{"endTime":"0001-01-01T00:00:01Z"}"#;
    assert!(second.definition.contains(times), "{}", second.definition);
    assert_ne!(first.version, second.version);
}

#[test]
fn two_parameters_of_one_name_make_the_operator_panic() {
    let run = |first: &str, second: &str| {
        let spec = format!(
            r#"{{"provider":"mill/loom","pipeline":"p:v","parameters":[{first},{second}]}}"#
        );
        match read("Run", &spec) {
            CustomResource::Run(Run { spec, .. }) => spec.hashable(),
            other => panic!("{other:?}"),
        }
    };
    let plain = r#"{"name":"a"}"#;
    let from =
        r#"{"name":"a","valueFrom":{"runConfigurationRef":{"name":"up","outputArtifact":"x"}}}"#;
    let halted = Halted::Panic {
        parameter: "a".to_owned(),
        certain: true,
    };
    assert_eq!(run(plain, from), Err(halted));
    assert_eq!(run(from, plain), Ok(()));
    assert_eq!(run(r#"{"name":"a","value":"1"}"#, from), Ok(()));
}
