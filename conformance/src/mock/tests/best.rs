//! Without a fault.

use super::*;

#[tokio::test]
async fn without_faults_every_answer_is_the_best_one() {
    let deep = format!(
        r#"{{"pipelineDefinition":{{"name":"t/deep"}},"compiledPipeline":{}1{}}}"#,
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    let long = format!(r#"{{"name":"{}"}}"#, "a/".repeat(20_000));
    let table: &[(&str, &str, &str, &str)] = &[
        ("GET", "/livez", "", "204"),
        ("GET", "/readyz", "", "204"),
        ("HEAD", "/livez", "", "405"),
        (
            "POST",
            "/resource/experiment",
            EXPERIMENT,
            r#"201 {"id":"experiment-000000000001"}"#,
        ),
        (
            "POST",
            "/resource/experiment",
            EXPERIMENT,
            r#"201 {"id":"experiment-000000000001"}"#,
        ),
        (
            "POST",
            "/resource/experiment",
            "{\"name\":\"u/e\",\"description\":\"\"}\n",
            r#"201 {"id":"experiment-000000000002"}"#,
        ),
        (
            "POST",
            "/resource/run",
            RUN,
            r#"422 {"providerError":"there is no pipeline `t/p`"}"#,
        ),
        (
            "POST",
            "/resource/pipeline",
            PIPELINE,
            r#"201 {"id":"pipeline-000000000001"}"#,
        ),
        (
            "POST",
            "/resource/pipeline",
            &deep,
            r#"201 {"id":"pipeline-000000000002"}"#,
        ),
        (
            "POST",
            "/resource/run",
            RUN,
            r#"201 {"id":"run-000000000001"}"#,
        ),
        (
            "POST",
            "/resource/runschedule",
            SCHEDULE,
            r#"201 {"id":"runschedule-000000000001"}"#,
        ),
        (
            "PUT",
            "/resource/experiment/experiment-000000000001",
            EXPERIMENT,
            r#"200 {"id":"experiment-000000000001"}"#,
        ),
        (
            "PUT",
            "/resource/run/run-000000000001",
            RUN,
            r#"200 {"id":"run-000000000001"}"#,
        ),
        (
            "PUT",
            "/resource/run/%72un-000000000001",
            RUN,
            r#"200 {"id":"run-000000000001"}"#,
        ),
        (
            "PUT",
            "/resource/run/a%2F%2520",
            RUN,
            r#"404 {"id":"a/%20","providerError":"no `run` with id `a/%20`"}"#,
        ),
        (
            "PUT",
            "/resource/run/run-000000000001",
            "{",
            r#"400 {"id":"run-000000000001","providerError":"body is not JSON: EOF while parsing an object at line 1 column 1"}"#,
        ),
        (
            "PUT",
            "/resource/run/run-000000000001",
            "{}",
            r#"422 {"id":"run-000000000001","providerError":"a run needs the member pipelineName"}"#,
        ),
        (
            "POST",
            "/resource/run",
            "",
            r#"400 {"providerError":"body is empty"}"#,
        ),
        (
            "POST",
            "/resource/run",
            "{}x",
            r#"400 {"providerError":"body has something after the JSON value"}"#,
        ),
        (
            "POST",
            "/resource/run",
            "null",
            r#"422 {"providerError":"body is no JSON object"}"#,
        ),
        (
            "POST",
            "/resource/experiment",
            PIPELINE,
            r#"422 {"providerError":"a experiment has no member pipelineDefinition"}"#,
        ),
        (
            "POST",
            "/resource/experiment",
            r#"{"name":7}"#,
            r#"422 {"providerError":"name is not a string"}"#,
        ),
        (
            "POST",
            "/resource/experiment",
            "{}",
            r#"422 {"providerError":"a experiment needs a name"}"#,
        ),
        (
            "POST",
            "/resource/experiment",
            r#"{"name":"a/b/c"}"#,
            r#"422 {"providerError":"name `a/b/c` is not namespace/name"}"#,
        ),
        (
            "POST",
            "/resource/nope",
            EXPERIMENT,
            r#"400 {"providerError":"`nope` is no type of resource"}"#,
        ),
        (
            "PUT",
            "/resource/nope/a",
            EXPERIMENT,
            r#"404 {"id":"a","providerError":"no `nope` with id `a`"}"#,
        ),
        ("DELETE", "/resource/nope/a", "", "404 {}"),
        ("DELETE", "/resource/run/nope", "", "404 {}"),
        ("DELETE", "/resource/run/run-000000000001", "", "200 {}"),
        ("DELETE", "/resource/run/run-000000000001", "", "404 {}"),
        (
            "DELETE",
            "/resource/run/%FF",
            "",
            r#"400 {"providerError":"id `%FF` is not percent-encoded UTF-8"}"#,
        ),
        (
            "PUT",
            "/resource/run/run-000000000001",
            RUN,
            r#"404 {"id":"run-000000000001","providerError":"no `run` with id `run-000000000001`"}"#,
        ),
        (
            "GET",
            "/resource/run",
            "",
            r#"405 {"providerError":"no such method on this path"}"#,
        ),
        (
            "GET",
            "/nope",
            "",
            r#"404 {"providerError":"no such path"}"#,
        ),
    ];
    let mock = Mock::start(Behaviour::default()).unwrap();
    for (method, target, body, expected) in table {
        let answer = send(&mock, &request(method, target, "", body.as_bytes())).await;
        assert_eq!(gist(&answer), *expected, "{method} {target} {body:.60}");
    }
    let answer = send(
        &mock,
        &request("POST", "/resource/experiment", "", long.as_bytes()),
    )
    .await;
    assert!(
        gist(&answer).len() < 1_000,
        "messages repeat little of what came"
    );
}

#[tokio::test]
async fn requests_come_in_every_framing() {
    let chunked = "POST /resource/experiment HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\
                   10\r\n{\"name\":\"t/a\",\"v\r\na;x=1\r\nersion\":1}\r\n0\r\nX: y\r\n\r\n";
    let expect = request(
        "POST",
        "/resource/experiment",
        "Expect: 100-continue\r\n",
        EXPERIMENT.as_bytes(),
    );
    let table: &[(&str, &[u8], &str)] = &[
        ("chunked", chunked.as_bytes(), "422"),
        ("expect", &expect, "100"),
        ("no request", b"\x16\x03\x01\r\n\r\n", "400"),
        (
            "length no number",
            b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
            "400",
        ),
        (
            "two framings",
            b"POST / HTTP/1.1\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
            "400",
        ),
        (
            "too large",
            b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
            "413",
        ),
        (
            "chunk no number",
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "400",
        ),
        (
            "chunk too large",
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
            "413",
        ),
        (
            "body broken off",
            b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab",
            "",
        ),
    ];
    let mock = Mock::start(Behaviour::default()).unwrap();
    for (name, bytes, status) in table {
        let answer = send(&mock, bytes).await;
        assert_eq!(
            answer.split(' ').nth(1).unwrap_or_default(),
            *status,
            "{name}: {answer}"
        );
    }
}
