use super::*;
use crate::catalogue::ids;

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
            (ids::SPEC_REQUEST_SATISFIABLE, Outcome::Fail),
            (ids::SPEC_REQUIRED_ID, Outcome::Fail),
            (ids::SPEC_PUT_ERROR_ID, Outcome::Fail),
            (ids::SPEC_501_DOCUMENTED, Outcome::Fail),
            (ids::SPEC_DELETE_400, Outcome::Fail),
            (ids::SPEC_ENV_ARRAY, Outcome::Fail),
            (ids::SPEC_SCHEDULE_OBJECT, Outcome::Fail),
            (ids::SPEC_COPIES_AGREE, Outcome::Skip),
            (ids::SPEC_EVENTS_DESCRIBED, Outcome::Fail),
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
    (ids::SPEC_REQUEST_SATISFIABLE, |root| {
        let schema = json!({ "type": "object" });
        let body = json!({ "content": { "application/json": { "schema": schema } } });
        root["paths"][MANY]["post"]["requestBody"] = body;
    }),
    (ids::SPEC_REQUIRED_ID, |root| {
        let schema = json!({ "type": "object", "required": ["id"] });
        let answer = json!({ "content": { "application/json": { "schema": schema } } });
        responses(root, MANY, "post")["201"] = answer.clone();
        responses(root, ONE, "put")["200"] = answer;
    }),
    (ids::SPEC_PUT_ERROR_ID, |root| {
        with_put_ids(root, &["400", "404", "422", "500"]);
    }),
    (ids::SPEC_501_DOCUMENTED, |root| {
        for (route, method) in [(MANY, "post"), (ONE, "put"), (ONE, "delete")] {
            responses(root, route, method)["501"] = json!({});
        }
    }),
    (ids::SPEC_DELETE_400, |root| {
        responses(root, ONE, "delete")["400"] = json!({});
    }),
    (ids::SPEC_ENV_ARRAY, |root| {
        let env = json!({ "properties": { "env": { "type": "array" } } });
        let pipeline = json!({ "properties": { "pipelineDefinition": env } });
        root["components"]["schemas"]["Pipeline"] = pipeline;
    }),
    (ids::SPEC_SCHEDULE_OBJECT, |root| {
        let schedule = json!({ "type": "object" });
        root["components"]["schemas"]["RunSchedule"]["properties"]["schedule"] = schedule;
    }),
    (ids::SPEC_EVENTS_DESCRIBED, |root| {
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
                ids::SPEC_COPIES_AGREE => Outcome::Skip,
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
    let (_, told) = outcome(&document, ids::SPEC_REQUEST_SATISFIABLE);
    assert!(
        told.starts_with("what the operator sends for a pipeline is invalid"),
        "{told}"
    );
    with_put_ids(&mut document.root, &["400", "404", "500"]);
    let (_, told) = outcome(&document, ids::SPEC_PUT_ERROR_ID);
    assert!(told.starts_with("put 422: no id"), "{told}");
    responses(&mut document.root, MANY, "post")["501"] = json!({});
    let (_, told) = outcome(&document, ids::SPEC_501_DOCUMENTED);
    assert!(told.starts_with("put: no 501"), "{told}");
    let (_, told) = outcome(&document, ids::SPEC_ENV_ARRAY);
    assert!(told.starts_with("env: the operator sends [{"), "{told}");
    document.root["components"]["schemas"]["RunSchedule"] = json!({});
    let (found, told) = outcome(&document, ids::SPEC_SCHEDULE_OBJECT);
    assert_eq!(
        (found, told.as_str()),
        (Outcome::Fail, "schedule: not described")
    );
    let item = json!({ "post": { "callbacks": {} } });
    document.root["paths"]["/subscribe"] = item;
    let (found, _) = outcome(&document, ids::SPEC_EVENTS_DESCRIBED);
    assert_eq!(found, Outcome::Pass);
}
