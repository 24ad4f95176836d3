//! The mock itself: right by default, and wrong in each of the ways that it names.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::HashSet;
use std::time::Duration;

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

/// A conversation in which every fault and variant has something to do. All bytes that come back.
async fn transcript(behaviour: Behaviour) -> Vec<String> {
    let mock = Mock::start(behaviour).unwrap();
    let mut answers = Vec::new();
    for bytes in script() {
        answers.push(send(&mock, &bytes).await);
        // What was issued last is what the next requests are about.
        let id = issued(answers.last().unwrap());
        for (method, target, body) in follow_ups(&id) {
            answers.push(send(&mock, &request(method, &target, "", body.as_bytes())).await);
        }
    }
    answers
}

/// The id of a created experiment, percent-encoded in full.
fn issued(answer: &str) -> String {
    let id = answer
        .split(r#"{"id":"experiment"#)
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let encode = |id: &str| {
        format!("experiment{id}")
            .bytes()
            .map(|b| format!("%{b:02X}"))
            .collect()
    };
    id.map_or_else(String::new, encode)
}

fn follow_ups(id: &str) -> Vec<(&'static str, String, String)> {
    if id.is_empty() {
        return Vec::new();
    }
    let target = format!("/resource/experiment/{id}");
    let mut steps = vec![
        ("PUT", target.clone(), EXPERIMENT.to_owned()),
        ("PUT", target.clone(), EXPERIMENT.to_owned()),
        ("PUT", target.clone(), "{".to_owned()),
        ("PUT", target.clone(), PIPELINE.to_owned()),
    ];
    steps.extend((2..7).map(|v| {
        (
            "PUT",
            target.clone(),
            EXPERIMENT.replace('1', &v.to_string()),
        )
    }));
    // Letters need no escapes: another spelling of the same id.
    steps.push(("PUT", target.replace("%65", "e"), EXPERIMENT.to_owned()));
    steps.push((
        "DELETE",
        target.replace("/experiment/", "/run/"),
        String::new(),
    ));
    steps.push(("DELETE", target.clone(), String::new()));
    steps.push(("DELETE", target.clone(), String::new()));
    steps.push(("PUT", target, EXPERIMENT.to_owned()));
    steps
}

fn script() -> Vec<Vec<u8>> {
    let post =
        |kind: &str, body: &str| request("POST", &format!("/resource/{kind}"), "", body.as_bytes());
    let ask = |method: &str, target: &str| request(method, target, "", b"");
    let with = |header: &str| {
        request(
            "POST",
            "/resource/experiment",
            header,
            EXPERIMENT.as_bytes(),
        )
    };
    let bare = b"GET /livez HTTP/1.1\r\nHost: pod:1\r\n\r\n".to_vec();
    let other = EXPERIMENT.replace("t/e", "u/e");
    let deep = |levels: usize| {
        format!(
            r#"{{"pipelineDefinition":{{"name":"t/d","framework":{{"parameters":null}},"extra":1}},"compiledPipeline":{}{}}}"#,
            "[".repeat(levels),
            "]".repeat(levels)
        )
    };
    let pair =
        |header: &str| [ask("GET", "/livez"), request("GET", "/livez", header, b"")].concat();
    let mut script = vec![
        bare,
        ask("GET", "/readyz"),
        pair(""),
        [
            request("GET", "/livez", "Connection: close\r\n", b""),
            ask("GET", "/livez"),
        ]
        .concat(),
        post("pipeline", PIPELINE),
        post("pipeline", &deep(100)),
        post("pipeline", &deep(2_000)),
        post("run", &RUN.replace("t/p", "t/none")),
        post("run", RUN),
        post("pipeline", &PIPELINE.replace("t/p", "t/p1")),
        post("run", &RUN.replace("t/p", "t/p1").replace("t/r", "t/s")),
        request("PUT", "/resource/run/run-000000000001", "", RUN.as_bytes()),
        ask("DELETE", "/resource/run/run-000000000001"),
        post("runschedule", SCHEDULE),
        post("runschedule", BARE_SCHEDULE),
        request(
            "PUT",
            "/resource/runschedule/runschedule-000000000001",
            "",
            SCHEDULE.as_bytes(),
        ),
        post("experiment", EXPERIMENT),
        post("experiment", &other),
        post("experiment", EXPERIMENT),
        post("experiment", &EXPERIMENT.replace("t/e", "t/same-1")),
        post("experiment", &EXPERIMENT.replace("t/e", "t/same-1")),
        post("experiment", &EXPERIMENT.replace("\"d\"", "\"é\"")),
        post(
            "experiment",
            &format!("{}\n", EXPERIMENT.replace("\"d\"", "\"\"")),
        ),
        with("Host: elsewhere:1\r\nContent-Type: application/json; charset=utf-8\r\n"),
        [request(
            "POST",
            "/resource/experiment",
            "Expect: 100-continue\r\n",
            EXPERIMENT.as_bytes(),
        )]
        .concat(),
        post("experiment", r#"{"name":7}"#),
        post("experiment", r#"{"name":7}"#),
        post("experiment", "{}"),
        post("experiment", r#"{"name":"a/b/c"}"#),
        post("experiment", "{"),
        post("experiment", "{}x"),
        post("experiment", "[]"),
        post("experiment", ""),
        post("experiment", PIPELINE),
        post("runschedule", &SCHEDULE.replace("15 4 * * 1-5", "soon")),
        post("nope", EXPERIMENT),
        ask("GET", "/nope"),
        ask("PATCH", "/resource/run"),
        request(
            "PUT",
            "/resource/experiment/a%2Fb%2520%28%29",
            "",
            EXPERIMENT.as_bytes(),
        ),
        ask("DELETE", "/resource/experiment/..%2F..%2Fetc"),
        ask("DELETE", "/resource/experiment/%00"),
        ask(
            "DELETE",
            &format!("/resource/experiment/{}", "a".repeat(8_192)),
        ),
    ];
    // Neighbours that differ in namespace or number only, deleted one by one.
    for name in ["a-b/c", "a/b-c", "b/x", "a/x", "n/n-1", "n/n-2"] {
        script.push(post("pipeline", &PIPELINE.replace("t/p", name)));
    }
    for id in [
        "pipeline-000000000006",
        "pipeline-000000000008",
        "pipeline-000000000009",
    ] {
        script.push(ask("DELETE", &format!("/resource/pipeline/{id}")));
    }
    script
}

/// Faults and variants that only time, size or parallel requests bring to light; tested one by one.
const NOT_IN_TRANSCRIPT: &[&str] = &[
    "slow-probe",
    "never-answers",
    "probe-blocked-by-upload",
    "mixes-concurrent-answers",
    "crash-on-aborted-body",
    "large-refused-with-html",
    "delayed-answers",
    "slow-drip",
    "worn-out",
    "closes-after-refusal",
    "swaps-concurrent-answers",
    "loses-concurrent-creates",
    "update-revives",
    "sometimes-no-content-type",
    "forgets-beyond-many",
    "ids-used-twice",
];

/// Those that only hooks and replicas bring to light, which a conversation does not have; the self-test has.
const NEEDS_HELP: &[&str] = &[
    "create-without-effect",
    "dead-without-backend",
    "delete-without-effect",
    "failed-delete-done-later",
    "failed-delete-stuck",
    "forgets-on-restart",
    "half-created-with-id",
    "half-created-without-id",
    "no-recovery",
    "outage-delete-200",
    "outage-put-without-id",
    "queues-in-outage",
    "ready-without-backend",
    "replicas-apart",
    "second-create-duplicates",
    "update-without-effect",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_and_variant_shows() {
    let right = transcript(Behaviour::default()).await;
    assert_eq!(
        transcript(Behaviour::default()).await,
        right,
        "the conversation is repeatable"
    );
    let faults = FAULTS
        .iter()
        .map(|spec| (spec.name, Behaviour::fault(spec.name.parse().unwrap())));
    let variants = VARIANTS
        .iter()
        .map(|spec| (spec.name, Behaviour::variant(spec.name.parse().unwrap())));
    let mut transcripts = tokio::task::JoinSet::new();
    // Events are no answers: the self-test of the runner shows them.
    let shown = |(name, _): &(&str, Behaviour)| {
        !NOT_IN_TRANSCRIPT.contains(name)
            && !NEEDS_HELP.contains(name)
            && !name.starts_with("event")
    };
    for (name, behaviour) in faults.chain(variants).filter(shown) {
        transcripts.spawn(async move { (name, transcript(behaviour).await) });
    }
    let mut silent = Vec::new();
    while let Some(joined) = transcripts.join_next().await {
        let (name, answers) = joined.unwrap();
        if answers == right {
            silent.push(name);
        }
    }
    assert!(silent.is_empty(), "{silent:?} change nothing");
}

#[tokio::test]
async fn faults_keep_to_the_type_they_are_given() {
    let only = Some("run".to_owned());
    let faulty = Behaviour {
        only,
        ..Behaviour::fault(Fault::DeleteNull)
    };
    let mock = Mock::start(faulty).unwrap();
    for (kind, body, deleted) in [
        ("pipeline", PIPELINE, "200 {}"),
        ("run", RUN, "200 null"),
        ("experiment", EXPERIMENT, "200 {}"),
    ] {
        // The run needs the pipeline's name only while it is created.
        let target = format!("/resource/{kind}");
        send(
            &mock,
            &request("POST", "/resource/pipeline", "", PIPELINE.as_bytes()),
        )
        .await;
        send(&mock, &request("POST", &target, "", body.as_bytes())).await;
        let answer = send(
            &mock,
            &request("DELETE", &format!("{target}/{kind}-000000000001"), "", b""),
        )
        .await;
        assert_eq!(gist(&answer), deleted, "{kind}");
    }
}

#[tokio::test(start_paused = true)]
async fn slow_behaviours_take_their_time() {
    let probe = request("GET", "/livez", "", b"");
    let delete = request(
        "DELETE",
        "/resource/experiment/experiment-000000000001",
        "",
        b"",
    );
    let table = [
        (
            Behaviour::fault(Fault::SlowProbe),
            &probe,
            Duration::from_secs(1),
        ),
        (
            Behaviour::fault(Fault::NeverAnswers),
            &delete,
            Duration::from_secs(60),
        ),
        (
            Behaviour::variant(Variant::Delayed),
            &probe,
            Duration::from_millis(10),
        ),
    ];
    for (behaviour, slow, at_least) in table {
        let mock = Mock::start(behaviour.clone()).unwrap();
        send(
            &mock,
            &request("POST", "/resource/experiment", "", EXPERIMENT.as_bytes()),
        )
        .await;
        send(&mock, &delete).await;
        let start = tokio::time::Instant::now();
        send(&mock, slow).await;
        assert!(
            start.elapsed() > at_least,
            "{behaviour:?} took {:?}",
            start.elapsed()
        );
    }
}

#[tokio::test]
async fn large_bodies_are_read_unless_the_fault_refuses_them() {
    let large = PIPELINE.replace("1e400", &"1".repeat(5 * 1024 * 1024));
    let request = request("POST", "/resource/pipeline", "", large.as_bytes());
    let table = [
        (Behaviour::default(), "201 {"),
        (Behaviour::fault(Fault::LargeRefused), "413 <html>"),
    ];
    for (behaviour, expected) in table {
        let mock = Mock::start(behaviour).unwrap();
        let answer = gist(&send(&mock, &request).await);
        assert!(answer.starts_with(expected), "{answer}");
    }
}

#[tokio::test]
async fn answers_that_drip_arrive_complete() {
    let mock = Mock::start(Behaviour::variant(Variant::SlowDrip)).unwrap();
    let answer = send(
        &mock,
        &request("POST", "/resource/experiment", "", EXPERIMENT.as_bytes()),
    )
    .await;
    assert_eq!(gist(&answer), r#"201 {"id":"experiment-000000000001"}"#);
}

#[tokio::test]
async fn concurrent_creates_of_one_family_are_mixed_up() {
    let mock = Mock::start(Behaviour::fault(Fault::MixesConcurrent)).unwrap();
    let create = |name: &str| {
        let body = EXPERIMENT.replace("t/e", name);
        request("POST", "/resource/experiment", "", body.as_bytes())
    };
    let (a, b, other) = (create("t/a-1"), create("t/a-2"), create("t/b-1"));
    let (a, b, other) = tokio::join!(send(&mock, &a), send(&mock, &b), send(&mock, &other));
    assert_eq!(gist(&a), gist(&b));
    assert_ne!(gist(&a), gist(&other));
    let later = send(&mock, &create("t/a-3")).await;
    assert_ne!(
        gist(&a),
        gist(&later),
        "one after another they are told apart"
    );
}

#[tokio::test]
async fn a_create_that_broke_off_gets_no_answer() {
    let mock = Mock::start(Behaviour::fault(Fault::CrashOnAbort)).unwrap();
    let create = request("POST", "/resource/experiment", "", EXPERIMENT.as_bytes());
    send(&mock, &create[..create.len() - 5]).await;
    assert_eq!(send(&mock, &create).await, "");
    let other = EXPERIMENT.replace("t/e", "t/other");
    let other = request("POST", "/resource/experiment", "", other.as_bytes());
    assert_eq!(
        gist(&send(&mock, &other).await),
        r#"201 {"id":"experiment-000000000001"}"#
    );
}

#[tokio::test]
async fn probes_can_be_blocked_by_an_upload() {
    let table = [
        (Behaviour::default(), false),
        (Behaviour::fault(Fault::ProbeBlockedByUpload), true),
    ];
    for (behaviour, blocked) in table {
        let mock = Mock::start(behaviour).unwrap();
        let create = request(
            "POST",
            "/resource/experiment",
            "Expect: 100-continue\r\n",
            EXPERIMENT.as_bytes(),
        );
        let mut upload = TcpStream::connect(mock.address()).await.unwrap();
        upload.write_all(&create[..create.len() - 5]).await.unwrap();
        // The interim answer tells that the body is awaited.
        upload.read_exact(&mut [0; 25]).await.unwrap();
        let probe = request("GET", "/livez", "", b"");
        let mut early = std::pin::pin!(send(&mock, &probe));
        let waited = tokio::time::timeout(Duration::from_millis(200), &mut early).await;
        // Without the fault the answer may take its time on a busy machine, so only this is sure.
        assert!(
            waited.is_err() || !blocked,
            "a probe was answered during an upload"
        );
        if waited.is_err() {
            upload.write_all(&create[create.len() - 5..]).await.unwrap();
            assert_eq!(gist(&early.await), "204");
        }
    }
}

#[tokio::test]
async fn dropping_the_mock_ends_its_connections() {
    let mock = Mock::start(Behaviour::default()).unwrap();
    let mut idle = TcpStream::connect(mock.address()).await.unwrap();
    idle.write_all(&request("GET", "/livez", "", b""))
        .await
        .unwrap();
    idle.read_exact(&mut [0; 10]).await.unwrap();
    drop(mock);
    let mut rest = Vec::new();
    idle.read_to_end(&mut rest).await.unwrap();
}

#[test]
fn names_are_unique_and_lead_back() {
    let mut seen = HashSet::new();
    for spec in FAULTS {
        assert!(seen.insert(spec.name), "{} twice", spec.name);
        assert_eq!(spec.name.parse::<Fault>().unwrap().spec(), spec);
        assert!(!spec.red.is_empty(), "{} has to be noticed", spec.name);
        let unique: HashSet<_> = spec.red.iter().collect();
        assert_eq!(
            unique.len(),
            spec.red.len(),
            "{} lists a requirement twice",
            spec.name
        );
    }
    for spec in VARIANTS {
        assert!(seen.insert(spec.name), "{} twice", spec.name);
        assert_eq!(spec.name.parse::<Variant>().unwrap().as_str(), spec.name);
    }
}

#[test]
fn unknown_names_are_told() {
    let error = "missing-di".parse::<Fault>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "missing-di: no fault has this name (hint: `kfp-conformance mock --list` prints them)"
    );
}
