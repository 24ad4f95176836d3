//! `rehearse`.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::provider::{Answer, Provider, json};
use crate::{run, text};

const PROVIDER: &str = "\
apiVersion: pipelines.kubeflow.org/v1beta1
kind: Provider
metadata: {name: forge, namespace: ml}
spec:
  serviceImage: forge
  serviceAccount: forge
  pipelineRootStorage: roots
  allowedNamespaces: [birch]
  frameworks:
    - {name: plain, image: compiler}
";

/// A resource of the namespace `birch` at Provider `ml/forge`; `spec` is what else it wants.
fn resource(kind: &str, name: &str, spec: &str) -> String {
    format!(
        "---\napiVersion: pipelines.kubeflow.org/v1beta1\nkind: {kind}\nmetadata: {{name: {name}, namespace: birch}}\n\
         spec:\n  provider: ml/forge\n{spec}"
    )
}

fn experiment(description: &str) -> String {
    resource(
        "Experiment",
        "plot",
        &format!("  description: {description}\n"),
    )
}

fn pipeline(image: &str) -> String {
    resource(
        "Pipeline",
        "acorn",
        &format!("  image: {image}\n  framework: {{name: plain, parameters: {{}}}}\n"),
    )
}

fn a_run(pipeline: &str) -> String {
    resource("Run", "once", &format!("  pipeline: {pipeline}\n"))
}

fn configuration(cron: &str) -> String {
    format!(
        "---\napiVersion: pipelines.kubeflow.org/v1beta1\nkind: RunConfiguration\nmetadata: {{name: daily, namespace: birch}}\n\
         spec:\n  run: {{provider: ml/forge, pipeline: acorn}}\n  triggers:\n    onChange: [pipeline]\n    schedules: [{{cronExpression: '{cron}'}}]\n"
    )
}

fn created(id: &str) -> Answer {
    json(201, &format!(r#"{{"id":"{id}"}}"#))
}

fn updated(id: &str) -> Answer {
    json(200, &format!(r#"{{"id":"{id}"}}"#))
}

fn deleted() -> Answer {
    json(200, "{}")
}

struct Scene<'a> {
    name: &'a str,
    first: Vec<String>,
    update: Vec<String>,
    arguments: &'a [&'a str],
    answers: Vec<Answer>,
    exit: i32,
    /// Request lines without the version.
    requests: &'a [&'a str],
    /// What the report says, among other things.
    says: &'a [&'a str],
}

fn play(scene: &Scene<'_>) -> (String, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, documents: &[String]| {
        let path = folder.path().join(name);
        fs::write(&path, documents.concat()).unwrap();
        path.display().to_string()
    };
    let mut first = scene.first.clone();
    first.insert(0, PROVIDER.to_owned());
    let provider = Provider::start(scene.answers.clone());
    let mut arguments = vec![
        "rehearse".to_owned(),
        "-f".to_owned(),
        write("first.yaml", &first),
    ];
    arguments.extend(["--provider".to_owned(), provider.address.clone()]);
    if !scene.update.is_empty() {
        arguments.extend(["--update".to_owned(), write("update.yaml", &scene.update)]);
    }
    arguments.extend(scene.arguments.iter().map(|&one| one.to_owned()));
    let ended = run(arguments);
    let (said, told) = (text(&ended.stdout), text(&ended.stderr));
    assert_eq!(
        ended.status.code(),
        Some(scene.exit),
        "{}: {said}{told}",
        scene.name
    );
    for fragment in scene.says {
        assert!(
            said.contains(fragment),
            "{}: no {fragment:?} in\n{said}",
            scene.name
        );
    }
    let requests = provider.requests();
    let lines: Vec<_> = requests
        .iter()
        .map(|request| {
            request
                .lines()
                .next()
                .unwrap()
                .trim_end_matches(" HTTP/1.1")
        })
        .collect();
    assert_eq!(lines, scene.requests, "{}: {said}", scene.name);
    (said, requests)
}

#[test]
fn scenes() {
    let scenes = [
        Scene {
            name: "life",
            first: vec![experiment("one")],
            update: vec![experiment("two")],
            arguments: &["--delete"],
            answers: vec![created("e 1"), updated("e2"), deleted()],
            exit: 0,
            requests: &[
                "POST /resource/experiment",
                "PUT /resource/experiment/e%201",
                "DELETE /resource/experiment/e2",
            ],
            says: &[
                "Experiment birch/plot  POST /resource/experiment",
                "3 steps, all as they should be",
                "the operator forgets id \"e 1\"",
                "the operator's shell may change the id",
            ],
        },
        Scene {
            name: "no change, no request",
            first: vec![experiment("one")],
            update: vec![experiment("one")],
            arguments: &[],
            answers: vec![created("e1")],
            exit: 0,
            requests: &["POST /resource/experiment"],
            says: &["1 steps, all"],
        },
        Scene {
            name: "order of dependence, whatever the order of the files",
            first: vec![a_run("acorn"), pipeline("acorn:v1"), experiment("one")],
            update: vec![],
            arguments: &["--delete"],
            answers: vec![created("e"), created("p"), created("r"), deleted()],
            exit: 0,
            requests: &[
                "POST /resource/experiment",
                "POST /resource/pipeline",
                "POST /resource/run",
                "DELETE /resource/run/r",
                "DELETE /resource/pipeline/p",
                "DELETE /resource/experiment/e",
            ],
            says: &["6 steps, all"],
        },
        Scene {
            name: "stuck deletion",
            first: vec![experiment("one")],
            update: vec![],
            arguments: &["--delete"],
            answers: vec![created("e"), json(404, r#"{"providerError":"not found"}"#)],
            exit: 1,
            requests: &["POST /resource/experiment", "DELETE /resource/experiment/e"],
            says: &[
                "Deleting   operation progress unknown",
                "stays in Deleting for ever (not found)",
                "1 not as they should be",
            ],
        },
        Scene {
            name: "lost id",
            first: vec![experiment("one")],
            update: vec![experiment("two")],
            arguments: &["--delete"],
            answers: vec![created("e"), json(500, r#"{"providerError":"busy"}"#)],
            exit: 1,
            requests: &["POST /resource/experiment", "PUT /resource/experiment/e"],
            says: &[
                "forgets id \"e\": the next change creates a second resource",
                "the provider is not asked, because no id is known",
            ],
        },
        Scene {
            name: "501",
            first: vec![experiment("one")],
            update: vec![],
            arguments: &[],
            answers: vec![json(501, r#"{"providerError":"no experiments"}"#)],
            exit: 1,
            requests: &["POST /resource/experiment"],
            says: &["Failed  operation failed", "status 501 fails the step"],
        },
        Scene {
            name: "a status that nobody looks at",
            first: vec![experiment("one")],
            update: vec![],
            arguments: &[],
            answers: vec![json(500, r#"{"id":"e"}"#)],
            exit: 0,
            requests: &["POST /resource/experiment"],
            says: &["status 500 counts as a success"],
        },
        Scene {
            name: "hang",
            first: vec![experiment("one")],
            update: vec![],
            arguments: &["--timeout", "200ms"],
            answers: vec![Answer::Hang],
            exit: 1,
            requests: &["POST /resource/experiment"],
            says: &[
                "none in time",
                "Failed  operation failed",
                "no answer in time",
            ],
        },
        Scene {
            name: "reset",
            first: vec![experiment("one")],
            update: vec![],
            arguments: &[],
            answers: vec![Answer::Reset],
            exit: 1,
            requests: &[],
            says: &[
                "Failed  operation failed",
                "POST /resource/experiment: no answer: ",
            ],
        },
        Scene {
            name: "run configuration",
            first: vec![configuration("0 1 * * *"), pipeline("acorn:v1")],
            update: vec![configuration("0 2 * * *")],
            arguments: &["--delete"],
            answers: vec![
                created("p"),
                created("s1"),
                created("r1"),
                deleted(),
                created("s2"),
                deleted(),
            ],
            exit: 0,
            requests: &[
                "POST /resource/pipeline",
                "POST /resource/runschedule",
                "POST /resource/run",
                "DELETE /resource/runschedule/s1",
                "POST /resource/runschedule",
                "DELETE /resource/run/r1",
                "DELETE /resource/runschedule/s2",
                "DELETE /resource/pipeline/p",
            ],
            says: &["RunConfiguration birch/daily", "all as they should be"],
        },
        Scene {
            name: "a pipeline's change triggers a run and moves the schedules",
            first: vec![configuration("0 1 * * *"), pipeline("acorn:v1")],
            update: vec![pipeline("acorn:v2")],
            arguments: &[],
            answers: vec![
                created("p"),
                created("s1"),
                created("r1"),
                updated("p"),
                deleted(),
                created("s2"),
                created("r2"),
            ],
            exit: 0,
            requests: &[
                "POST /resource/pipeline",
                "POST /resource/runschedule",
                "POST /resource/run",
                "PUT /resource/pipeline/p",
                "DELETE /resource/runschedule/s1",
                "POST /resource/runschedule",
                "POST /resource/run",
            ],
            says: &["all as they should be"],
        },
        Scene {
            name: "pipeline fails, run waits",
            first: vec![pipeline("acorn"), a_run("acorn")],
            update: vec![],
            arguments: &["--delete"],
            answers: vec![json(422, r#"{"providerError":"bad"}"#)],
            exit: 1,
            requests: &["POST /resource/pipeline"],
            says: &["Failed   bad", "Run birch/once"],
        },
        Scene {
            name: "immutable",
            first: vec![a_run("acorn:v1")],
            update: vec![a_run("acorn:v2")],
            arguments: &[],
            answers: vec![created("r")],
            exit: 1,
            requests: &["POST /resource/run"],
            says: &["the specification of a Run is immutable"],
        },
        Scene {
            name: "unresolved parameter",
            first: vec![
                resource("RunConfiguration", "up", "").replace(
                    "  provider: ml/forge\n",
                    "  run: {provider: ml/forge, pipeline: acorn}\n",
                ),
                resource(
                    "Run",
                    "once",
                    "  pipeline: acorn:v1\n  parameters: [{name: m, valueFrom: {runConfigurationRef: {name: up, outputArtifact: model}}}]\n",
                ),
            ],
            update: vec![],
            arguments: &[],
            answers: vec![created("never")],
            exit: 1,
            requests: &[],
            says: &[
                "Succeeded  Unable to resolve parameters: artifact 'model' not found in dependency '{up }'",
                "nothing is ever sent",
            ],
        },
        Scene {
            name: "framework",
            first: vec![pipeline("acorn").replace("plain", "fancy")],
            update: vec![],
            arguments: &[],
            answers: vec![created("never")],
            exit: 1,
            requests: &[],
            says: &[
                "Failed  error constructing workflow",
                "framework \"fancy\": the Provider offers no such framework",
            ],
        },
        Scene {
            name: "namespace",
            first: vec![experiment("one").replace("birch", "alder")],
            update: vec![],
            arguments: &[],
            answers: vec![created("never")],
            exit: 1,
            requests: &[],
            says: &[
                "error constructing workflow",
                "namespace \"alder\": not among the Provider's allowedNamespaces",
            ],
        },
        Scene {
            name: "no Provider",
            first: vec![experiment("one").replace("ml/forge", "ml/other")],
            update: vec![],
            arguments: &[],
            answers: vec![created("never")],
            exit: 1,
            requests: &[],
            says: &["(none)", "Provider ml/other is in none of the files"],
        },
        Scene {
            name: "other Provider",
            first: vec![
                experiment("one"),
                PROVIDER
                    .replace("forge", "other")
                    .replace("apiVersion", "---\napiVersion"),
            ],
            update: vec![experiment("two").replace("ml/forge", "ml/other")],
            arguments: &["--delete"],
            answers: vec![created("e")],
            exit: 1,
            requests: &["POST /resource/experiment"],
            says: &[
                "Failed     the provider has changed",
                "bound to Provider ml/forge",
            ],
        },
        Scene {
            name: "long name",
            first: vec![experiment("one").replace("plot", &"x".repeat(64))],
            update: vec![],
            arguments: &[],
            answers: vec![created("never")],
            exit: 1,
            requests: &[],
            says: &[
                "Failed  operation progress unknown",
                "owner.name is longer than 63 characters",
            ],
        },
        Scene {
            name: "compiler fails",
            first: vec![pipeline("acorn")],
            update: vec![],
            arguments: &["--compiled", "echo no >&2; exit 3"],
            answers: vec![created("never")],
            exit: 1,
            requests: &[],
            says: &[
                "Failed  operation failed",
                "the pipeline is not compiled: command \"echo no >&2; exit 3\": exit status: 3",
                ": no\n",
            ],
        },
        Scene {
            name: "dry run",
            first: vec![experiment("'<1>'")],
            update: vec![experiment("two")],
            arguments: &["--dry-run", "--delete"],
            answers: vec![created("never")],
            exit: 0,
            requests: &[],
            says: &[
                "# create Experiment birch/plot: workflow experiment-plot-…, template create-simple, in ml\nPOST /resource/experiment HTTP/1.1\nHost: 127.0.0.1:",
                "\n\n{\"name\":\"birch/plot\",\"version\":\"",
                "\"description\":\"\\u003c1\\u003e\"}\n\n",
                "PUT /resource/experiment/assumed-1 HTTP/1.1",
                "assumed 200 {}",
            ],
        },
    ];
    for scene in &scenes {
        play(scene);
    }
}

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

/// Runs a rehearsal of one file that must not come to a request; what it says on standard error.
fn refused(folder: &Path, content: &[u8], exit: i32) -> String {
    let path = folder.join("x.yaml");
    fs::write(&path, content).unwrap();
    let ended = run([
        "rehearse",
        "-f",
        &path.display().to_string(),
        "--provider",
        "127.0.0.1:1",
    ]);
    assert_eq!(ended.status.code(), Some(exit), "{}", text(content));
    assert!(ended.stdout.is_empty(), "{}", text(&ended.stdout));
    text(&ended.stderr)
}

#[test]
fn malformed_resources_are_refused_with_their_place() {
    let folder = tempfile::tempdir().unwrap();
    let twice = [experiment("a"), experiment("b")].concat();
    let table: &[(&[u8], &[&str])] = &[
        (b"", &["x.yaml: no resource in any of the files"]),
        (b"# nothing\n---\n", &["x.yaml: no resource in any of the files"]),
        (b"\xff", &["x.yaml: not UTF-8"]),
        (b"a: [", &["x.yaml:1: "]),
        (b"a: 1\na: 2\n", &["x.yaml:2: duplicate mapping key: a"]),
        (b"- 1\n", &["x.yaml:1: resource: not an object"]),
        (b"kind: Run\n", &["x.yaml:1: apiVersion: missing, or not a text"]),
        (b"apiVersion: v1\nkind: ConfigMap\n", &["x.yaml:1: apiVersion: \"v1\" is not understood"]),
        (twice.as_bytes(), &["x.yaml:9: Experiment birch/plot is at ", "x.yaml:2 already (hint: a change of it belongs into --update)"]),
        (
            b"apiVersion: pipelines.kubeflow.org/v1beta1\nkind: Pipeline\nmetadata:\n  name: Acorn\nspec:\n  provider: ml/forge\n  image: 7\n  framework:\n    name: plain\n    parameters: {}\n  env:\n    - name: A\n      value: yes\n    - nam: B\n",
            &[
                "x.yaml:4: Pipeline Acorn: metadata.name: \"Acorn\" has the wrong form",
                "x.yaml:7: Pipeline Acorn: spec.image: a number where a text is wanted (hint: put it in quotes)",
                "x.yaml:13: Pipeline Acorn: spec.env[0].value: a boolean where a text is wanted (hint: put it in quotes)",
                "x.yaml:14: Pipeline Acorn: spec.env[1]: name is missing",
                "x.yaml:14: Pipeline Acorn: spec.env[1].nam: unknown field (hint: known here: name, value)",
            ],
        ),
    ];
    for (content, expected) in table {
        let said = refused(folder.path(), content, 2);
        for fragment in *expected {
            assert!(
                said.contains(fragment),
                "{}: no {fragment:?} in\n{said}",
                text(content)
            );
        }
    }
    let said = refused(
        folder.path(),
        experiment("a").replace("v1beta1", "v1beta2").as_bytes(),
        2,
    );
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn usage() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().display().to_string();
    let file = folder.path().join("x.yml");
    let table = [
        (vec!["rehearse"], 2, "--filename"),
        (vec!["rehearse", "-f", &empty], 2, "--provider"),
        (
            vec!["rehearse", "-f", &empty, "--dry-run"],
            2,
            "no .yaml or .yml file in it",
        ),
        (
            vec!["rehearse", "-f", "/no/such", "--dry-run"],
            2,
            "/no/such: cannot be read",
        ),
    ];
    for (arguments, exit, says) in table {
        let ended = run(&arguments);
        let said = text(&ended.stderr);
        assert_eq!(ended.status.code(), Some(exit), "{arguments:?}: {said}");
        assert!(said.contains(says), "{arguments:?}: {said}");
    }
    fs::write(&file, [PROVIDER, &experiment("one")].concat()).unwrap();
    let ended = run(["rehearse", "-f", &empty, "--provider", "ftp://x"]);
    assert_eq!(ended.status.code(), Some(3), "{}", text(&ended.stderr));
    let ended = run(["rehearse", "-f", &empty, "--provider", &Provider::absent()]);
    assert_eq!(ended.status.code(), Some(1), "{}", text(&ended.stdout));
    assert!(text(&ended.stdout).contains("operation failed"));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = listener.local_addr().unwrap().to_string();
    let ended = run([
        "rehearse",
        "-f",
        &empty,
        "--provider",
        "127.0.0.1:1",
        "--watch",
        &taken,
    ]);
    assert_eq!(ended.status.code(), Some(2), "{}", text(&ended.stderr));
    assert!(text(&ended.stderr).contains("cannot be listened at"));
}

/// Sends an event as a provider does; the status of the answer.
fn report(url: &str, event: &str) -> u16 {
    let (address, path) = url.trim_start_matches("http://").split_once('/').unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let length = event.len();
    write!(
        stream,
        "POST /{path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{event}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

fn event(run: &str, configuration: &str, location: &str) -> String {
    format!(
        r#"{{"status":"succeeded","pipelineName":"birch/acorn","runName":"birch/{run}","runConfigurationName":"birch/{configuration}",
            "runId":"{run}-id","provider":"ml/forge","pipelineComponents":[{{"name":"train","componentArtifacts":[
            {{"name":"model","artifacts":[{{"uri":"{location}","metadata":{{}}}}]}}]}}]}}"#
    )
}

/// The name of the run that the nth request creates, once it has come.
fn created_run(provider: &Provider, nth: usize) -> String {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(request) = provider.requests().get(nth) {
            let name = request.split("\"name\":\"birch/").nth(1).unwrap();
            return name.split('"').next().unwrap().to_owned();
        }
        assert!(Instant::now() < deadline, "request {nth} does not come");
        std::thread::yield_now();
    }
}

#[test]
fn events_complete_runs_and_set_off_others() {
    let up = configuration("0 1 * * *")
        .replace("daily", "up")
        .replace(
            "pipeline: acorn}",
            "pipeline: acorn, artifacts: [{name: m, path: 'train:model'}]}",
        )
        .replace("    schedules: [{cronExpression: '0 1 * * *'}]\n", "");
    let down = up
        .replace("name: up", "name: down")
        .replace("artifacts: [{name: m, path: 'train:model'}]", "parameters: [{name: from, valueFrom: {runConfigurationRef: {name: up, outputArtifact: m}}}]")
        .replace("onChange: [pipeline]", "runConfigurations: [up]")
        .replace("name: down, outputArtifact", "name: up, outputArtifact");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.yaml");
    fs::write(
        &file,
        [PROVIDER, &pipeline("acorn:v1"), &up, &down].concat(),
    )
    .unwrap();
    let provider = Provider::start(vec![created("p"), created("r1"), created("r2")]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_kfp-provider"))
        .args([
            "rehearse",
            "-f",
            &file.display().to_string(),
            "--provider",
            &provider.address,
        ])
        .args(["--watch", "127.0.0.1:0", "--watch-for", "60s"])
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut told = BufReader::new(child.stderr.take().unwrap());
    told.read_line(&mut line).unwrap();
    let url = line.trim().rsplit(' ').next().unwrap().to_owned();

    let first = created_run(&provider, 1);
    assert!(first.starts_with("up-"), "{first}");
    assert_eq!(report(&url, "{}"), 500);
    assert_eq!(report(&url, &event("nobody", "nothing", "x")), 410);
    assert_eq!(report(&url, &event(&first, "up", "gs://made")), 200);
    let second = created_run(&provider, 2);
    assert!(second.starts_with("down-"), "{second}");
    assert_eq!(report(&url, &event(&second, "down", "x")), 200);

    let ended = child.wait_with_output().unwrap();
    let said = text(&ended.stdout);
    assert_eq!(ended.status.code(), Some(0), "{said}");
    let body = &provider.requests()[2];
    assert!(
        body.contains(r#""parameters":{"from":"gs://made"}"#),
        "{body}"
    );
    for fragment in [&first, &second, "has ended: completionState is Succeeded"] {
        assert!(said.contains(fragment), "no {fragment:?} in\n{said}");
    }
}

#[test]
fn silence_is_told() {
    play(&Scene {
        name: "silence",
        first: vec![a_run("acorn:v1")],
        update: vec![],
        arguments: &["--watch", "127.0.0.1:0", "--watch-for", "100ms"],
        answers: vec![created("r")],
        exit: 1,
        requests: &["POST /resource/run"],
        says: &["no event has told within 100ms that it has ended"],
    });
}
