use serde_json::json;

use super::*;

#[test]
fn what_documents_have_is_read() {
    let comments = "# switched off\n".repeat(2_000);
    let text = kfp_provider_api::OPENAPI.replace("\npaths:\n", &format!("\npaths:\n{comments}"));
    assert!(text.len() > kfp_provider_api::OPENAPI.len());
    let shared =
        "x-shared: &shared {a: [1, 2]}\nx-many:\n".to_owned() + &"- *shared\n".repeat(2_000);
    let deep = format!("x-deep: {}1{}\n", "[".repeat(150), "]".repeat(150));
    let text = [text, shared, deep].concat();
    let read = Document::parse(&text, "openapi.yaml", None).err();
    assert!(
        read.is_none(),
        "{}",
        read.map(|error| error.to_string()).unwrap_or_default()
    );
}

#[test]
fn bombs_are_told() {
    for text in [
        format!("a: {}1{}", "[".repeat(2_000), "]".repeat(2_000)),
        (0..2_000)
            .map(|i| format!("{}a:\n", " ".repeat(i)))
            .collect(),
    ] {
        let error = Document::parse(&text, "x.yaml", None)
            .err()
            .map(|error| error.to_string());
        let said = error.unwrap_or_default();
        assert!(
            said.starts_with("x.yaml: ") && said.contains("(hint: "),
            "{said}"
        );
    }
}

#[test]
fn the_embedded_document_declares_the_contract() {
    let document = Document::embedded();
    let table = [
        (Operation::Create, "201, 400, 422, 500"),
        (Operation::Update, "200, 400, 404, 422, 500"),
        (Operation::Delete, "200, 404, 500"),
        (Operation::Livez, "204, 503"),
        (Operation::Readyz, "204, 503"),
    ];
    for (endpoint, statuses) in table {
        assert_eq!(document.statuses(endpoint), statuses, "{endpoint:?}");
    }
    for (endpoint, status, declared, body) in [
        (Operation::Create, 201, true, true),
        (Operation::Create, 200, false, false),
        (Operation::Delete, 200, true, true),
        (Operation::Livez, 204, true, false),
        (Operation::Livez, 200, false, false),
    ] {
        assert_eq!(
            document.declares(endpoint, status),
            declared,
            "{endpoint:?} {status}"
        );
        assert_eq!(
            document.has_body(endpoint, status),
            body,
            "{endpoint:?} {status}"
        );
    }
}

#[test]
fn a_document_can_come_from_a_file() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("openapi.yaml");
    std::fs::write(&path, kfp_provider_api::OPENAPI).expect("writes");
    let document = Document::read(&path).expect("a document");
    assert_eq!(document.path, Some(path));
    assert_eq!(document.sha256, Document::embedded().sha256);
    let error = Document::read(&dir.path().join("none")).err();
    assert!(
        matches!(error, Some(DocumentError::Read { .. })),
        "{error:?}"
    );
}

#[test]
fn violations_name_their_place() {
    let document = Document::embedded();
    let found = |body| document.violation(Operation::Create, 201, &body);
    let inside = found(json!({"id": 7})).expect("a violation");
    assert!(inside.starts_with("/id: 7"), "{inside}");
    let outside = found(json!([])).expect("a violation");
    assert!(outside.starts_with("[] is not"), "{outside}");
    assert_eq!(found(json!({"id": "a"})), None);
    assert_eq!(document.violation(Operation::Livez, 204, &json!(7)), None);
}

#[test]
fn paths_are_escaped_and_references_followed() {
    assert_eq!(escape("/a~b/{id}"), "~1a~0b~1{id}");
    let root = json!({"a": {"b": 7}});
    assert_eq!(follow(&root, &json!({"$ref": "#/a/b"})), &json!(7));
    for whole in [
        json!({"$ref": "other.yaml#/a"}),
        json!({"$ref": "#/none"}),
        json!(1),
    ] {
        assert_eq!(follow(&root, &whole), &whole);
    }
}

#[test]
fn bodies_are_validated_against_their_status() {
    let document = Document::embedded();
    let table = [
        (201, json!({"id": "a"}), true),
        (201, json!({}), true),
        (201, json!({"id": 7}), false),
        (201, json!([]), false),
        (400, json!({"providerError": "x"}), true),
        (400, json!({"providerError": {}}), false),
        (418, json!([]), true),
    ];
    for (status, body, valid) in table {
        let violation = document.violation(Operation::Create, status, &body);
        assert_eq!(violation.is_none(), valid, "{status} {body}: {violation:?}");
    }
}

#[test]
fn unusable_documents_say_why() {
    let table = [
        ("paths: {}", "#/paths/~1resource~1{type}/post: not declared"),
        ("a: [", "hint: an OpenAPI 3.0 document"),
    ];
    for (text, part) in table {
        let error = Document::parse(text, "x.yaml", None)
            .err()
            .expect(text)
            .to_string();
        assert!(
            error.contains(part) && error.starts_with("x.yaml: "),
            "{text}: {error}"
        );
    }
}

#[test]
fn nullable_becomes_json_schema() {
    let root = json!({"components": {"schemas": {"A": {"type": "string", "nullable": true}}}});
    let schema = json!({"type": "object", "properties": {"a": {"$ref": "#/components/schemas/A"}}});
    let validator = validator(&root, &schema).expect("a schema");
    let list = json!({"anyOf": [{"type": "string", "nullable": true}]});
    let strict = json!({"type": "string", "nullable": false});
    for (schema, valid) in [(&list, true), (&strict, false)] {
        let validator = super::validator(&root, schema).expect("a schema");
        assert_eq!(validator.is_valid(&json!(null)), valid, "{schema}");
    }
    for (body, valid) in [
        (json!({"a": null}), true),
        (json!({"a": "x"}), true),
        (json!({"a": 1}), false),
    ] {
        assert_eq!(validator.is_valid(&body), valid, "{body}");
    }
}
