use super::*;

fn seen(kind: ResourceKind, body: &str) -> Vec<(String, Keyword)> {
    let mut violated = Vec::new();
    let value = Json::parse(body.as_bytes()).expect("JSON");
    Grammar::embedded()
        .body(kind)
        .visit(&value, &mut |shape, keyword, holds| {
            if !holds {
                violated.push((shape.place.clone(), keyword));
            }
        });
    violated
}

#[test]
fn violations_are_seen_where_they_are() {
    use ResourceKind::{Experiment, Pipeline, Run};
    type Row<'a> = (ResourceKind, &'a str, &'a [(&'a str, Keyword)]);
    let table: &[Row<'_>] = &[
        (
            Experiment,
            r#"{"name":"a/b","version":"1","description":""}"#,
            &[],
        ),
        (
            Experiment,
            r#"{"name":"a/b","version":"1"}"#,
            &[("/description", Keyword::Required)],
        ),
        (
            Experiment,
            r#"{"name":"a/","version":1,"description":""}"#,
            &[("/name", Keyword::Pattern), ("/version", Keyword::Type)],
        ),
        (Experiment, "[]", &[("", Keyword::Type)]),
        (
            Pipeline,
            r#"{"pipelineDefinition":{"name":"a","env":[{"name":"x"}],"framework":{"parameters":null}},"compiledPipeline":1e999}"#,
            &[("/pipelineDefinition/env/*/value", Keyword::Required)],
        ),
        (
            Run,
            r#"{"name":"a","version":"","pipelineName":"b","pipelineVersion":"","runConfigurationName":"","experimentName":"","triggerIndicator":{"type":"","source":"","sourceNamespace":""},"parameters":{"a":1},"artifacts":[{"name":"","path":"a"}]}"#,
            &[
                ("/parameters/*", Keyword::Type),
                ("/artifacts/*/path", Keyword::Pattern),
            ],
        ),
    ];
    for (kind, body, expected) in table {
        let mut found = seen(*kind, body);
        let mut expected: Vec<_> = expected
            .iter()
            .map(|(place, keyword)| ((*place).to_owned(), *keyword))
            .collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{kind}: {body}");
    }
}

#[test]
fn what_cannot_be_generated_from_is_told_with_its_place() {
    let with = |schema: Value| {
        let mut root: Value = serde_json::from_str(kfp_provider_api::EFFECTIVE).expect("JSON");
        root["components"]["schemas"]["Experiment"] = schema;
        Grammar::of(&root).err().expect("refused").to_string()
    };
    let table = [
        (serde_json::json!({"oneOf": []}), "keyword \"oneOf\""),
        (serde_json::json!({"type": "tuple"}), "type \"tuple\""),
        (
            serde_json::json!({"type": "string", "pattern": "("}),
            "/components/schemas/Experiment: ",
        ),
        (
            serde_json::json!({"$ref": "#/components/schemas/Experiment"}),
            "contains itself",
        ),
        (
            serde_json::json!({"$ref": "other.json"}),
            "not a local reference",
        ),
    ];
    for (schema, part) in table {
        let error = with(schema.clone());
        assert!(error.contains(part), "{schema}: {error}");
    }
}
