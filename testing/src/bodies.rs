//! Bodies as the operator sends them.

/// The resource types, as they stand in paths.
pub const TYPES: [&str; 4] = ["pipeline", "run", "runschedule", "experiment"];

/// A body as the operator sends it for a resource of this type and name.
pub fn body(kind: &str, name: &str) -> String {
    let run = format!(
        r#""name":"{name}","version":"d6fa98","pipelineName":"a/p","pipelineVersion":"","runConfigurationName":"","experimentName":"""#
    );
    let trigger = r#""triggerIndicator":{"type":"","source":"","sourceNamespace":""}"#;
    match kind {
        "pipeline" => format!(
            r#"{{"pipelineDefinition": {{"name":"{name}","version":"v1-a44efe","image":"i","framework":{{"name":"plain","parameters":{{}}}}}}, "compiledPipeline": {{"kind": "secret-part"}}}}"#
        ),
        "run" => format!("{{{run},{trigger}}}\n"),
        "runschedule" => {
            format!("{{{run},\"schedule\":{{\"cronExpression\":\"15 4 * * 1-5\"}},{trigger}}}\n")
        }
        _ => format!("{{\"name\":\"{name}\",\"version\":\"5ba93c\",\"description\":\"\"}}\n"),
    }
}
