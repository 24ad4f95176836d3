//! The mock itself: right by default, and wrong in each of the ways that it names.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod best;
mod faults;
mod names;
mod transcript;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

const PIPELINE: &str = r#"{"pipelineDefinition": {"name":"t/p","version":"1","image":"a","env":[{"name":"A","value":"b"}],"framework":{"name":"f","parameters":{}}}, "compiledPipeline": {"a":[1e400,12345678901234567890]}}"#;
const RUN: &str = r#"{"name":"t/r","version":"1","pipelineName":"t/p","pipelineVersion":"1","runConfigurationName":"","experimentName":"","triggerIndicator":{"type":"","source":"","sourceNamespace":""}}"#;
const SCHEDULE: &str = r#"{"name":"t/s","version":"1","pipelineName":"t/p","pipelineVersion":"","runConfigurationName":"","experimentName":"t/e","schedule":{"cronExpression":"15 4 * * 1-5","startTime":"2027-03-01T06:00:00Z"},"parameters":{"":""},"artifacts":[{"name":"m","path":"a:b:0"},{"name":"n","path":"a:b:1[x == y]"}],"triggerIndicator":{"type":"schedule","source":"s","sourceNamespace":"t"}}"#;
const BARE_SCHEDULE: &str = r#"{"name":"t/b","version":"1","pipelineName":"t/p","pipelineVersion":"","runConfigurationName":"","experimentName":"","schedule":{},"triggerIndicator":{"type":"","source":"","sourceNamespace":""}}"#;
const EXPERIMENT: &str = r#"{"name":"t/e","version":"1","description":"d"}"#;

/// A request as the operator's curl writes it.
fn request(method: &str, target: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = if body.is_empty() && method != "POST" {
        String::new()
    } else {
        format!(
            "Content-Type: application/json\r\nContent-Length: {}\r\n",
            body.len()
        )
    };
    let host = if headers.contains("Host:") {
        ""
    } else {
        "Host: 127.0.0.1:80\r\n"
    };
    let head = format!("{method} {target} HTTP/1.1\r\n{host}Accept: */*\r\n{headers}{length}\r\n");
    [head.as_bytes(), body].concat()
}

/// Sends bytes, says that no more follow, and returns all that comes back.
async fn send(mock: &Mock, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(mock.address()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer).await {
        // What came before it is still there.
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {}
        read => drop(read.unwrap()),
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// Status line and body.
fn gist(answer: &str) -> String {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer, ""));
    let status = head.split(' ').nth(1).unwrap_or_default();
    format!("{status} {body}").trim_end().to_owned()
}
