//! What is in the requests, and in the report for programs.

use super::*;

#[test]
fn bodies_are_those_of_the_operator() {
    let (said, requests) = play(&Scene {
        name: "bodies",
        first: vec![pipeline("acorn:v1")],
        update: vec![],
        arguments: &["--compiled", "cat; echo", "-o", "json"],
        answers: vec![created("p")],
        exit: 0,
        requests: &["POST /resource/pipeline"],
        says: &[],
    });
    let definition = r#"{"name":"birch/acorn","version":"v1-7ff66e","image":"acorn:v1","framework":{"name":"plain","parameters":{}}}"#;
    let (_, body) = requests[0].split_once("\r\n\r\n").unwrap();
    let version = body.split('"').nth(9).unwrap();
    let definition = definition.replace("v1-7ff66e", version);
    assert_eq!(
        body,
        format!(r#"{{"pipelineDefinition": {definition}, "compiledPipeline": {definition}}}"#)
    );
    let report: serde_json::Value = serde_json::from_str(&said).unwrap();
    let step = &report["steps"][0];
    assert_eq!(report["well"], true);
    assert_eq!(step["request"]["body"], body);
    assert_eq!(
        step["workflow"]["parameters"]["resource-definition"],
        definition
    );
    assert_eq!(
        step["workflow"]["parameters"]["pipeline-framework-image"],
        "compiler"
    );
    assert_eq!(step["answer"]["status"], 201);
    assert_eq!(
        (&step["state"], &step["id"]),
        (&"Succeeded".into(), &"p".into())
    );
}
