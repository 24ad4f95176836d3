//! Custom resources become the requests that the operator sends for them, byte for byte.
//!
//! The samples were made by the operator's own code.
#![expect(clippy::unwrap_used, reason = "tests")]

mod golden;

use std::fs;
use std::path::PathBuf;

use kfp_operator_sim::{
    Construction, Experiment, Operation, Pipeline, Provider, Request, ResourceKind, Run,
    RunConfiguration, RunSchedule, Workflow,
};
use serde::de::DeserializeOwned;

fn sample(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/samples")
        .join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn resource<T: DeserializeOwned>(name: &str) -> T {
    serde_saphyr::from_str(&sample(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What the compiler wrote is the one thing that no resource tells; the samples hold it behind the definition.
fn compiled(body: &str) -> &str {
    let start = body.find(r#", "compiledPipeline": "#).unwrap() + r#", "compiledPipeline": "#.len();
    &body[start..body.len() - 1]
}

fn construct(kind: ResourceKind, source: &str, provider: &Provider) -> Construction {
    match kind {
        ResourceKind::Pipeline => resource::<Pipeline>(source).construct(provider).unwrap(),
        ResourceKind::Run => resource::<Run>(source).construct(provider).unwrap(),
        ResourceKind::RunSchedule => resource::<RunSchedule>(source).construct(provider).unwrap(),
        ResourceKind::Experiment => resource::<Experiment>(source).construct(provider).unwrap(),
    }
}

#[test]
fn bodies_versions_and_targets() {
    let provider: Provider = resource("cr/provider.yaml");
    let index: serde_json::Value = serde_json::from_str(&sample("index.json")).unwrap();
    let entries = index.as_object().unwrap();
    assert_eq!(entries.len(), 8, "index.json");
    for (file, entry) in entries {
        let kind: ResourceKind = entry["parameters"]["resource-kind"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        let built = construct(kind, entry["from"].as_str().unwrap(), &provider);
        assert_eq!(built.kind, kind, "{file}");
        assert_eq!(built.version, entry["version"].as_str().unwrap(), "{file}");
        assert_eq!(
            built.framework_image.as_deref(),
            entry["parameters"]["pipeline-framework-image"].as_str(),
            "{file}"
        );
        let expected = sample(file);
        let compiled = if kind == ResourceKind::Pipeline {
            compiled(&expected)
        } else {
            ""
        };
        let body = built.body(compiled);
        assert_eq!(String::from_utf8_lossy(&body), expected, "{file}");
        let request = Request::create(kind, body);
        assert_eq!(
            format!("{} {}", request.method, request.target),
            entry["request"].as_str().unwrap(),
            "{file}"
        );
        assert_workflow(entry, &built, &provider);
    }
}

/// The workflow that the operator makes for a creation.
fn assert_workflow(entry: &serde_json::Value, built: &Construction, provider: &Provider) {
    let source = entry["from"].as_str().unwrap();
    let resource: serde_json::Value = serde_saphyr::from_str(&sample(source)).unwrap();
    let metadata = serde_json::from_value(resource["metadata"].clone()).unwrap();
    let service = entry["parameters"]["provider-service-url"]
        .as_str()
        .unwrap();
    let found = Workflow::new(
        Operation::Create,
        built.kind,
        &metadata,
        provider,
        service,
        "",
        Some(built),
    );
    let expected = &entry["workflow"];
    assert_eq!(found.template, expected["template"], "{source}");
    assert_eq!(found.generate_name, expected["generateName"], "{source}");
    assert_eq!(found.namespace, expected["namespace"], "{source}");
    let labels: serde_json::Map<_, _> = found
        .labels
        .iter()
        .map(|(key, value)| (key.clone(), value.as_str().into()))
        .collect();
    assert_eq!(
        serde_json::Value::Object(labels),
        expected["labels"],
        "{source}"
    );
    let mut parameters: serde_json::Map<_, _> = found
        .parameters
        .iter()
        .map(|(key, value)| ((*key).to_owned(), value.as_str().into()))
        .collect();
    assert_eq!(
        parameters.remove("resource-definition"),
        Some(built.definition.as_str().into()),
        "{source}"
    );
    assert_eq!(
        serde_json::Value::Object(parameters),
        entry["parameters"],
        "{source}"
    );
    assert_eq!(found.refused_label(), None, "{source}");
}

#[test]
fn run_configurations_notice_changes_by_the_same_hash() {
    for (name, version) in [("minimal", "b3e54b"), ("typical", "4cf893")] {
        let resource: RunConfiguration = resource(&format!("cr/runconfiguration-{name}.yaml"));
        assert_eq!(resource.spec.run.spec_version(), version, "{name}");
    }
}
