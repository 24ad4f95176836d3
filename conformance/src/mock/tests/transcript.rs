//! A conversation that each fault changes.

use super::*;

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
    script.extend(peculiar());
    script
}

/// Bodies that have one peculiar thing each, and requests that the contract does not know.
fn peculiar() -> Vec<Vec<u8>> {
    let replaced = |kind: &str, body: &str, from: &str, to: &str| {
        let body = body.replace(from, to);
        assert!(body.contains(to), "{kind}: nothing was replaced by {to}");
        request("POST", &format!("/resource/{kind}"), "", body.as_bytes())
    };
    let schedule = |from: &str, to: &str| replaced("runschedule", SCHEDULE, from, to);
    let pipeline = |from: &str, to: &str| replaced("pipeline", PIPELINE, from, to);
    let experiment = |from: &str, to: &str| replaced("experiment", EXPERIMENT, from, to);
    let trigger = r#"{"type":"runConfiguration","source":"c","sourceNamespace":""}"#;
    let none = r#"{"type":"","source":"","sourceNamespace":""}"#;
    let twice = r#""env":[{"name":"A","value":"c"},"#;
    vec![
        experiment("t/e", "t/e.1"),
        experiment("\"d\"", "\"\\u003cd\\u003e\""),
        experiment("\"d\"", "\"\\u2028\""),
        experiment("\"d\"", "\"\u{1d4b3}\""),
        replaced("run", RUN, none, trigger),
        replaced(
            "run",
            RUN,
            "\"runConfigurationName\":\"\"",
            "\"runConfigurationName\":\"t/c\"",
        ),
        schedule("{\"\":\"\"}", "{\"a\":\"\"}"),
        schedule("\"2027-03-01T06:00:00Z\"", "null"),
        pipeline("\"env\":[", twice),
        pipeline("\"value\":\"b\"", "\"value\":\"\""),
        pipeline("\"parameters\":{}", "\"parameters\":{\"a\":true}"),
        pipeline(
            "\"parameters\":{}",
            "\"parameters\":{\"a\":18446744073709552000}",
        ),
        pipeline("{\"a\":[1e400,12345678901234567890]}", "[1]"),
        request(
            "PUT",
            "/resource/runschedule/runschedule-000000000001",
            "",
            SCHEDULE
                .replace("{\"\":\"\"}", "{\"a\":\"\\u003c\"}")
                .as_bytes(),
        ),
        request(
            "POST",
            "/resource/experiment",
            "Content-Type: text/plain\r\n",
            EXPERIMENT.as_bytes(),
        ),
        request("OPTIONS", "/livez", "", b""),
        request("DELETE", "//resource/run/a", "", b""),
    ]
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
    "sometimes-slow",
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
