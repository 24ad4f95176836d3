//! `rehearse`.

mod bodies;
mod events;
mod fidelity;
mod files;
mod refusals;
mod scenes;
mod unsent;
mod usage;

use std::fs;

use crate::provider::{Answer, Provider, json};
use crate::{assert_says, run_to};

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
    let (said, _) = run_to(scene.name, scene.exit, arguments);
    assert_says(scene.name, &said, scene.says);
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
