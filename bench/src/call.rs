//! The requests that every server is asked, and the answers that each must give.

/// The body of a run of ordinary size: 310 bytes.
const RUN: &str = concat!(
    r#"{"name":"team-birch/salmon-daily-x7k2p","version":"bdedbd","pipelineName":"team-birch/salmon","#,
    r#""pipelineVersion":"v4.2.0-630ab5","runConfigurationName":"team-birch/salmon-daily","experimentName":"","#,
    r#""parameters":{"river":"kalix"},"triggerIndicator":{"type":"onChange","source":"","sourceNamespace":"team-birch"}}"#
);
/// The size of the largest body, in bytes.
const LARGE: usize = 1 << 20;

/// A request and the status that answers it.
pub(crate) struct Call {
    pub(crate) name: &'static str,
    pub(crate) request: Vec<u8>,
    pub(crate) status: u16,
    /// How often callgrind, which is slow, looks at it.
    pub(crate) sample: u64,
}

/// Everything that is measured: one request without a body, two small ones, two large ones.
pub(crate) fn calls() -> Vec<Call> {
    let pipeline = pipeline();
    let call = |name, method, target, body, status| Call {
        name,
        request: request(method, target, body),
        status,
        sample: if str::len(body) < LARGE { 500 } else { 10 },
    };
    vec![
        call("GET /livez", "GET", "/livez", "", 204),
        call("POST run, 310 B", "POST", "/resource/run", RUN, 201),
        call("PUT run, 310 B", "PUT", "/resource/run/run-17", RUN, 200),
        call(
            "POST pipeline, 1 MiB",
            "POST",
            "/resource/pipeline",
            &pipeline,
            201,
        ),
        call(
            "PUT pipeline, 1 MiB",
            "PUT",
            "/resource/pipeline/pipeline-17",
            &pipeline,
            200,
        ),
    ]
}

/// A request as it goes over the wire; an empty body is none.
pub(crate) fn request(method: &str, target: &str, body: &str) -> Vec<u8> {
    let mut head = format!("{method} {target} HTTP/1.1\r\nHost: provider\r\nAccept: */*\r\n");
    if !body.is_empty() {
        let length = body.len();
        head.push_str(&format!(
            "Content-Type: application/json\r\nContent-Length: {length}\r\n"
        ));
    }
    head.push_str("\r\n");
    head.push_str(body);
    head.into_bytes()
}

/// A pipeline whose compiled form, small objects as compilers write them, makes its body exactly as long as wanted.
fn pipeline() -> String {
    let head = concat!(
        r#"{"pipelineDefinition":{"name":"team-birch/salmon-counter","version":"v4.2.0-630ab5","#,
        r#""image":"registry.example/salmon:4.2.0","env":[{"name":"LEVEL","value":"info"}],"#,
        r#""framework":{"name":"tfx","parameters":{"pipeline":"salmon.counter"}}},"compiledPipeline":{"tasks":["#
    );
    let task = r#"{"name":"trainer","inputs":{"rate":0.25,"steps":1200},"after":["reader","splitter"],"cached":true},"#;
    let tail = |filler: &str| format!(r#"{{"note":"{filler}"}}]}}}}"#);
    let room = LARGE - head.len() - tail("").len();
    let tasks = room / task.len();
    let filler = "x".repeat(room % task.len());
    [head, &task.repeat(tasks), &tail(&filler)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kfp_provider_api::types;

    #[test]
    fn bodies_are_valid_and_as_long_as_they_are_said_to_be() {
        assert_eq!(RUN.len(), 310);
        assert!(serde_json::from_str::<types::Run>(RUN).is_ok());
        let pipeline = pipeline();
        assert_eq!(pipeline.len(), LARGE);
        assert!(serde_json::from_str::<types::Pipeline>(&pipeline).is_ok());
    }
}
