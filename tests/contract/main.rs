//! The contract against what the operator really sends, and against its own promises.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;

use kfp_provider_api::{EFFECTIVE, types};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Bodies as the operator sends them, byte for byte, by the schema that they belong to.
const SAMPLES: [(&str, &str); 8] = [
    ("Pipeline", include_str!("../samples/pipeline-minimal.json")),
    ("Pipeline", include_str!("../samples/pipeline-typical.json")),
    ("Run", include_str!("../samples/run-minimal.json")),
    ("Run", include_str!("../samples/run-typical.json")),
    (
        "RunSchedule",
        include_str!("../samples/runschedule-minimal.json"),
    ),
    (
        "RunSchedule",
        include_str!("../samples/runschedule-typical.json"),
    ),
    (
        "Experiment",
        include_str!("../samples/experiment-minimal.json"),
    ),
    (
        "Experiment",
        include_str!("../samples/experiment-typical.json"),
    ),
];

/// What patches, unresolved parameters and nil maps make of a definition.
fn oddities() -> Vec<(&'static str, Value)> {
    let mut run: Value = serde_json::from_str(SAMPLES[2].1).unwrap();
    run["parameters"] = json!({ "": "" });
    let mut schedule: Value = serde_json::from_str(SAMPLES[4].1).unwrap();
    schedule["schedule"] =
        json!({ "cronExpression": "0 5 * * *", "endTime": "2030-01-01T00:00:00Z" });
    let patched = json!({
        "pipelineDefinition": { "name": "team/p", "team": "added by a patch", "framework": { "name": "x", "parameters": null } },
        "compiledPipeline": null,
    });
    let odd_compiler =
        json!({ "pipelineDefinition": { "name": "p", "env": [] }, "compiledPipeline": [1, "x"] });
    vec![
        ("Run", run),
        ("RunSchedule", schedule),
        ("Pipeline", patched),
        ("Pipeline", odd_compiler),
    ]
}

fn bodies() -> Vec<(&'static str, Value)> {
    let samples = SAMPLES
        .iter()
        .map(|(schema, text)| (*schema, serde_json::from_str(text).unwrap()));
    samples.chain(oddities()).collect()
}

#[test]
fn what_the_operator_sends_is_valid_under_the_effective_document() {
    let document: Value = serde_json::from_str(EFFECTIVE).unwrap();
    for (schema, body) in bodies() {
        let mut root = json!({ "$ref": format!("#/components/schemas/{schema}") });
        root["components"] = document["components"].clone();
        forget_nullable(&mut root);
        let validator = jsonschema::draft4::new(&root).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&body)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{schema} {body}: {errors:?}");
    }
}

/// JSON Schema says `nullable` by another type.
fn forget_nullable(schema: &mut Value) {
    if let Some(members) = schema.as_object_mut() {
        if members.remove("nullable") == Some(Value::Bool(true)) {
            let kind = members["type"].take();
            members["type"] = json!([kind, "null"]);
        }
        members.values_mut().for_each(forget_nullable);
    }
}

#[test]
fn what_the_operator_sends_survives_the_types() {
    for (schema, body) in bodies() {
        match schema {
            "Pipeline" => round_trip::<types::Pipeline>(
                &body,
                &[
                    "/pipelineDefinition/team",
                    "/pipelineDefinition/framework/parameters",
                    "/pipelineDefinition/env",
                ],
            ),
            "Run" => round_trip::<types::Run>(&body, &[]),
            "RunSchedule" => round_trip::<types::RunSchedule>(&body, &[]),
            _ => round_trip::<types::Experiment>(&body, &[]),
        }
    }
}

/// The server's reader refuses null; whoever reads an answer takes it for nothing.
#[test]
fn careless_answers_are_understood() {
    let error: types::ProviderError =
        serde_json::from_str(r#"{"id": null, "providerError": "x"}"#).unwrap();
    assert_eq!(error.id, None);
}

/// Nothing may be lost but what `droppable` names: what a patch added, and what says nothing.
fn round_trip<T: DeserializeOwned + Serialize>(body: &Value, droppable: &[&str]) {
    // Through text, because opaque parts cannot be read from a value.
    let typed: T = serde_json::from_str(&body.to_string()).unwrap();
    let again: Value = serde_json::from_str(&serde_json::to_string(&typed).unwrap()).unwrap();
    for (pointer, value) in leaves(body, String::new()) {
        let kept = again.pointer(&pointer) == Some(&value);
        let droppable = droppable.iter().any(|known| pointer.starts_with(known))
            && again.pointer(&pointer).is_none();
        assert!(kept || droppable, "{pointer} of {body} became {again}");
    }
}

fn leaves(value: &Value, pointer: String) -> Vec<(String, Value)> {
    match value {
        Value::Object(members) if !members.is_empty() => members
            .iter()
            .flat_map(|(key, value)| {
                leaves(
                    value,
                    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")),
                )
            })
            .collect(),
        other => vec![(pointer, other.clone())],
    }
}

#[test]
fn opaque_json_keeps_its_digits_and_its_spaces() {
    let compiled = "{ \"big\": 9007199254740993, \"huge\": 1e400, \"zero\": 0.10,\n \"twice\": 1, \"twice\": 2 }";
    let body =
        format!(r#"{{"pipelineDefinition": {{"name": "n/p"}}, "compiledPipeline": {compiled}}}"#);
    let pipeline: types::Pipeline = serde_json::from_str(&body).unwrap();
    assert_eq!(pipeline.compiled_pipeline.get(), compiled);
    assert!(serde_json::to_string(&pipeline).unwrap().contains(compiled));
}

#[test]
fn names_and_paths_have_the_operators_grammar() {
    let table: [(&str, bool, bool); 8] = [
        ("a/b", true, true),
        ("b", true, true),
        ("", false, true),
        ("a/", false, false),
        ("/b", false, false),
        ("/", false, false),
        ("a/b/c", false, false),
        ("ä b/c.d", true, true),
    ];
    for (text, name, optional) in table {
        assert_eq!(
            text.parse::<types::NamespacedName>().is_ok(),
            name,
            "{text:?}"
        );
        assert_eq!(
            text.parse::<types::OptionalNamespacedName>().is_ok(),
            optional,
            "{text:?}, optional"
        );
    }
    let table = [
        ("trainer:model:0", true),
        ("trainer:model", true),
        ("trainer:model:", true),
        ("trainer:model:12[x == \"y\"]", true),
        ("trainer", false),
        (":model", false),
        ("trainer:model:x", false),
        ("trainer:model:0[]", false),
        ("trainer:model:0[a[b]]", false),
    ];
    for (text, accepted) in table {
        assert_eq!(
            text.parse::<types::ArtifactPath>().is_ok(),
            accepted,
            "{text:?}"
        );
    }
}

/// A reader of the document is never left with a bare name.
#[test]
fn everything_in_the_effective_document_is_described() {
    let document: Value = serde_json::from_str(EFFECTIVE).unwrap();
    let mut bare = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            for key in ["summary", "description", "operationId"] {
                if operation[key].as_str().is_none_or(str::is_empty) {
                    bare.insert(format!("{method} {path}: {key}"));
                }
            }
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        undescribed(schema, name, &mut bare);
    }
    assert!(bare.is_empty(), "{bare:#?}");
}

fn undescribed(schema: &Value, name: &str, bare: &mut BTreeSet<String>) {
    if schema.get("$ref").is_some() {
        return;
    }
    if schema["description"].as_str().is_none_or(str::is_empty) {
        bare.insert(name.to_owned());
    }
    for (property, schema) in schema["properties"].as_object().into_iter().flatten() {
        undescribed(schema, &format!("{name}.{property}"), bare);
    }
    for key in ["items", "additionalProperties"] {
        if schema.get(key).is_some_and(Value::is_object) {
            undescribed(&schema[key], &format!("{name}.{key}"), bare);
        }
    }
}
