//! `--watch`: run completion events, and what they set off.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};

use super::*;
use crate::text;

/// A rehearsal that waits for events.
struct Watching {
    /// The host and port where it does.
    address: String,
    child: Child,
    told: BufReader<ChildStderr>,
    _folder: tempfile::TempDir,
}

impl Watching {
    fn start(documents: &[&str], provider: &Provider, more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x.yaml");
        fs::write(&file, [PROVIDER, &documents.concat()].concat()).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_kfp-provider"))
            .args(["rehearse", "-f", &file.display().to_string()])
            .args(["--provider", &provider.address])
            .args(["--watch", "127.0.0.1:0", "--watch-for", "60s"])
            .args(more)
            .env_clear()
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut told = BufReader::new(child.stderr.take().unwrap());
        told.read_line(&mut line).unwrap();
        let (_, rest) = line.trim().split_once("received at http://").unwrap();
        let address = rest.strip_suffix("/events").unwrap().to_owned();
        Self {
            address,
            child,
            told,
            _folder: folder,
        }
    }

    /// Sends a request as a provider does, and returns the status of the answer; 0 if there is none.
    fn send(&self, method: &str, path: &str, content_type: &str, body: &str) -> u16 {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
            .split(' ')
            .nth(1)
            .map_or(0, |status| status.parse().unwrap())
    }

    fn report(&self, event: &str) -> u16 {
        self.send("POST", "/events", "application/json", event)
    }

    /// Waits for the end; what was said on standard output and standard error.
    fn end(mut self, exit: i32) -> (String, String) {
        let mut told = String::new();
        self.told.read_to_string(&mut told).unwrap();
        let ended = self.child.wait_with_output().unwrap();
        let said = text(&ended.stdout);
        assert_eq!(ended.status.code(), Some(exit), "{said}{told}");
        (said, told)
    }
}

fn event(run: &str, configuration: &str, artifacts: &str) -> String {
    let configuration = match configuration {
        "" => String::new(),
        name => format!("birch/{name}"),
    };
    format!(
        r#"{{"status":"succeeded","pipelineName":"birch/acorn","runName":"birch/{run}","runConfigurationName":"{configuration}",
            "runId":"{run}-id","provider":"ml/forge","pipelineComponents":[{{"name":"train","componentArtifacts":[
            {artifacts}]}}]}}"#
    )
}

/// An output `model` of a step with one artifact.
fn model(uri: &str, pushed: u32) -> String {
    format!(
        r#"{{"name":"model","artifacts":[{{"uri":"{uri}","metadata":{{"pushed":{pushed}}}}}]}}"#
    )
}

/// The name of the run that the nth request creates, once it has come.
fn created_run(provider: &Provider, nth: usize) -> String {
    let deadline = Instant::now() + Duration::from_secs(600);
    loop {
        if let Some(request) = provider.requests().get(nth) {
            let name = request.split("\"name\":\"birch/").nth(1).unwrap();
            return name.split('"').next().unwrap().to_owned();
        }
        assert!(Instant::now() < deadline, "request {nth} does not come");
        std::thread::yield_now();
    }
}

/// `up`, which declares an artifact, and `down`, which is triggered by `up` and takes the artifact as a parameter.
fn chain(path: &str) -> [String; 2] {
    let up = configuration("0 1 * * *")
        .replace("daily", "up")
        .replace(
            "pipeline: acorn}",
            &format!("pipeline: acorn, artifacts: [{{name: m, path: '{path}'}}]}}"),
        )
        .replace("    schedules: [{cronExpression: '0 1 * * *'}]\n", "");
    let down = configuration("0 1 * * *")
        .replace("daily", "down")
        .replace(
            "pipeline: acorn}",
            "pipeline: acorn, parameters: [{name: from, valueFrom: {runConfigurationRef: {name: up, outputArtifact: m}}}]}",
        )
        .replace("onChange: [pipeline]", "runConfigurations: [up]")
        .replace("    schedules: [{cronExpression: '0 1 * * *'}]\n", "");
    [up, down]
}

#[test]
fn events_complete_runs_and_set_off_others() {
    let [up, down] = chain("train:model:0[pushed == 1]");
    let provider = Provider::start(vec![created("p"), created("r1"), created("r2")]);
    let watching = Watching::start(&[&pipeline("acorn:v1"), &up, &down], &provider, &[]);
    let first = created_run(&provider, 1);
    assert!(first.starts_with("up-"), "{first}");
    let artifacts = [model("gs://kept", 0), model("gs://pushed", 1)].join(",");
    assert_eq!(watching.report(&event(&first, "up", &artifacts)), 200);
    let second = created_run(&provider, 2);
    assert!(second.starts_with("down-"), "{second}");
    assert_eq!(watching.report(&event(&second, "down", "")), 200);

    let (said, _) = watching.end(0);
    let body = &provider.requests()[2];
    assert_says(
        "filtered",
        body,
        &[r#""parameters":{"from":"gs://pushed"}"#],
    );
    assert_says(
        "completed",
        &said,
        &[&first, &second, "has ended: completionState is Succeeded"],
    );
}

#[test]
fn artifacts_that_are_not_there_are_told() {
    for (path, artifacts, says) in [
        (
            "train:model:0[pushed == 1]",
            model("gs://kept", 0),
            "artifact m: the event holds nothing at train:model:0[pushed == 1]",
        ),
        (
            "train:model:0[pushed =]",
            model("gs://pushed", 1),
            "artifact m: never noted, because of its filter: cannot be read beyond byte ",
        ),
    ] {
        let [up, down] = chain(path);
        let provider = Provider::start(vec![created("p"), created("r1")]);
        let watching = Watching::start(&[&pipeline("acorn:v1"), &up, &down], &provider, &[]);
        let first = created_run(&provider, 1);
        assert_eq!(watching.report(&event(&first, "up", &artifacts)), 200);
        let (said, _) = watching.end(1);
        let unresolved = "no run and no schedule is made, although the state says Succeeded";
        assert_says(path, &said, &[says, unresolved]);
    }
}

#[test]
fn events_are_answered_as_the_operator_does() {
    let provider = Provider::start(vec![created("r")]);
    let run = a_run("acorn:v1");
    let watching = Watching::start(&[&run], &provider, &[]);
    created_run(&provider, 0);
    let fine = event("once", "", "");
    let (other, unknown) = (
        fine.replace("succeeded", "Succeeded"),
        event("nobody", "nothing", ""),
    );
    let json = "application/json";
    let table = [
        ("POST", "/events/", json, fine.as_str(), 404),
        ("PUT", "/events", json, &fine, 405),
        (
            "POST",
            "/events",
            "application/json; charset=utf-8",
            &fine,
            415,
        ),
        ("POST", "/events", json, "", 400),
        ("POST", "/events", json, "{}", 400),
        ("POST", "/events", json, "{", 500),
        ("POST", "/events", json, "null", 0),
        ("POST", "/events", json, &unknown, 410),
        ("POST", "/events", json, &other, 200), // and the run stays open
        ("POST", "/events", json, &fine, 200),
    ];
    for (method, path, content_type, body, status) in table {
        let found = watching.send(method, path, content_type, body);
        assert_eq!(found, status, "{method} {path} {content_type} {body}");
    }
    let (_, told) = watching.end(0);
    let says = [
        "an event is answered with 415: ",
        "an event is answered with 410: ",
        "an event is not answered: ",
        "an event says status \"Succeeded\": the operator knows only",
    ];
    assert_says("odd events", &told, &says);
}

#[test]
fn runs_that_have_ended_are_deleted_in_time() {
    let provider = Provider::start(vec![created("r1"), deleted()]);
    let run = a_run("acorn:v1");
    let ttl = ["--run-completion-ttl", "72h", "--delete"];
    let watching = Watching::start(&[&run], &provider, &ttl);
    let name = created_run(&provider, 0);
    assert_eq!(watching.report(&event(&name, "", "")), 200);
    let (said, _) = watching.end(0);
    let fragments = [
        "the operator deletes it, because it has ended 3days ago",
        "DELETE /resource/run/r1",
        "3 steps, all as they should be",
    ];
    assert_says("ttl", &said, &fragments);
    assert_eq!(provider.requests().len(), 2, "{said}");
}

#[test]
fn silence_is_told() {
    play(&Scene {
        name: "silence",
        first: vec![a_run("acorn:v1")],
        update: vec![],
        arguments: &[
            "--watch",
            "127.0.0.1:0",
            "--watch-for",
            "100ms",
            "--run-completion-ttl",
            "1s",
        ],
        answers: vec![created("r")],
        exit: 1,
        requests: &["POST /resource/run"],
        says: &["no event has told within 100ms that it has ended"],
    });
}

/// The operator takes the event that arrives last for the last run.
#[test]
fn an_event_that_was_overtaken_is_told() {
    let [up, down] = chain("train:model");
    let answers = ["p", "r1", "r2", "r3"].map(created).to_vec();
    let provider = Provider::start(answers);
    let watching = Watching::start(&[&pipeline("acorn:v1"), &up, &down], &provider, &[]);
    let ended = |event: String, hour: u32| {
        let time = format!(r#"{{"runEndTime":"2027-03-01T{hour:02}:00:00Z","#);
        event.replacen('{', &time, 1)
    };
    let first = created_run(&provider, 1);
    let newer = ended(event(&first, "up", &model("gs://newer", 1)), 12);
    assert_eq!(watching.report(&newer), 200);
    let second = created_run(&provider, 2);
    let older = ended(event("gone", "up", &model("gs://older", 1)), 11);
    assert_eq!(watching.report(&older), 200);
    let third = created_run(&provider, 3);
    for run in [second, third] {
        assert_eq!(watching.report(&event(&run, "down", "")), 200);
    }
    let (said, _) = watching.end(0);
    let told = "status.latestRuns goes back to run \"gone-id\", which ended before";
    assert_eq!(said.matches(told).count(), 1, "{said}");
}
