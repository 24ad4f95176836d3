use super::*;

/// Bodies of the operator's form. That they are the operator's own is seen to where they are made.
fn examples() -> Vec<(ResourceKind, Vec<u8>)> {
    const BODY: &str =
        r#"{"pipelineDefinition": {"name": "n/p", "env": []}, "compiledPipeline": {}}"#;
    ResourceKind::ALL
        .map(|kind| (kind, BODY.as_bytes().to_vec()))
        .to_vec()
}

#[test]
fn the_published_document_has_its_known_defects() {
    let found = lint(&Document::embedded(), &examples());
    let outcomes: Vec<(&str, Outcome)> = found
        .iter()
        .map(|check| (check.requirement.as_str(), check.outcome))
        .collect();
    assert_eq!(
        outcomes,
        [
            ("spec.request-satisfiable", Outcome::Fail),
            ("spec.required-id", Outcome::Fail),
            ("spec.put-error-id", Outcome::Fail),
            ("spec.501-documented", Outcome::Fail),
            ("spec.delete-400", Outcome::Fail),
            ("spec.env-array", Outcome::Fail),
            ("spec.schedule-object", Outcome::Fail),
            ("spec.copies-agree", Outcome::Skip),
            ("spec.events-described", Outcome::Fail),
        ]
    );
}

/// What mends a defect.
type Mend = fn(&mut Value);

fn responses<'a>(root: &'a mut Value, route: &str, method: &str) -> &'a mut Value {
    &mut root["paths"][route][method]["responses"]
}

/// Gives the bodies of these answers to PUT an id, and takes it from the others.
fn with_put_ids(root: &mut Value, statuses: &[&str]) {
    let schema = |properties: Value| {
        let schema = json!({ "type": "object", "properties": properties });
        json!({ "description": "", "content": { "application/json": { "schema": schema } } })
    };
    for status in ["400", "404", "422", "500"] {
        let with_id = statuses.contains(&status);
        let properties = if with_id {
            json!({ "id": {} })
        } else {
            json!({})
        };
        responses(root, ONE, "put")[status] = schema(properties);
    }
}

const MENDS: &[(&str, Mend)] = &[
    ("spec.request-satisfiable", |root| {
        let schema = json!({ "type": "object" });
        let body = json!({ "content": { "application/json": { "schema": schema } } });
        root["paths"][MANY]["post"]["requestBody"] = body;
    }),
    ("spec.required-id", |root| {
        let schema = json!({ "type": "object", "required": ["id"] });
        let answer = json!({ "content": { "application/json": { "schema": schema } } });
        responses(root, MANY, "post")["201"] = answer.clone();
        responses(root, ONE, "put")["200"] = answer;
    }),
    ("spec.put-error-id", |root| {
        with_put_ids(root, &["400", "404", "422", "500"]);
    }),
    ("spec.501-documented", |root| {
        for (route, method) in [(MANY, "post"), (ONE, "put"), (ONE, "delete")] {
            responses(root, route, method)["501"] = json!({});
        }
    }),
    ("spec.delete-400", |root| {
        responses(root, ONE, "delete")["400"] = json!({});
    }),
    ("spec.env-array", |root| {
        let env = json!({ "properties": { "env": { "type": "array" } } });
        let pipeline = json!({ "properties": { "pipelineDefinition": env } });
        root["components"]["schemas"]["Pipeline"] = pipeline;
    }),
    ("spec.schedule-object", |root| {
        let schedule = json!({ "type": "object" });
        root["components"]["schemas"]["RunSchedule"]["properties"]["schedule"] = schedule;
    }),
    ("spec.events-described", |root| {
        root["paths"]["/some/events"] = json!({});
    }),
];

fn outcome(document: &Document, id: &str) -> (Outcome, String) {
    let mut checks = lint(document, &examples()).into_iter();
    let check = checks.find(|check| check.requirement == id).expect(id);
    (check.outcome, check.actual)
}

#[test]
fn what_is_mended_passes_and_nothing_else_does() {
    for (id, mend) in MENDS {
        let mut document = Document::embedded();
        mend(&mut document.root);
        for check in lint(&document, &examples()) {
            let expected = match check.requirement.as_str() {
                mended if mended == *id => Outcome::Pass,
                "spec.copies-agree" => Outcome::Skip,
                _ => Outcome::Fail,
            };
            assert_eq!(check.outcome, expected, "{id}: {check:?}");
            assert!(!check.actual.is_empty(), "{check:?}");
        }
    }
}

#[test]
fn what_is_half_mended_is_named() {
    let mut document = Document::embedded();
    let (_, told) = outcome(&document, "spec.request-satisfiable");
    assert!(
        told.starts_with("what the operator sends for a pipeline is invalid"),
        "{told}"
    );
    with_put_ids(&mut document.root, &["400", "404", "500"]);
    let (_, told) = outcome(&document, "spec.put-error-id");
    assert!(told.starts_with("put 422: no id"), "{told}");
    responses(&mut document.root, MANY, "post")["501"] = json!({});
    let (_, told) = outcome(&document, "spec.501-documented");
    assert!(told.starts_with("put: no 501"), "{told}");
    let (_, told) = outcome(&document, "spec.env-array");
    assert!(told.starts_with("env: the operator sends [{"), "{told}");
    document.root["components"]["schemas"]["RunSchedule"] = json!({});
    let (found, told) = outcome(&document, "spec.schedule-object");
    assert_eq!(
        (found, told.as_str()),
        (Outcome::Fail, "schedule: not described")
    );
    let item = json!({ "post": { "callbacks": {} } });
    document.root["paths"]["/subscribe"] = item;
    let (found, _) = outcome(&document, "spec.events-described");
    assert_eq!(found, Outcome::Pass);
}
