//! Checks of the document itself. They blame the document, never the provider.

use kfp_operator_sim::ResourceKind;
use serde_json::{Value, json};

use super::document::{Document, escape, follow};
use crate::catalogue::Catalogue;
use crate::fixture::Body;
use crate::outcome::Outcome;
use crate::record::DocumentCheck;

type Lint = fn(&Document) -> Result<String, String>;

const LINTS: &[(&str, Lint)] = &[
    ("spec.request-satisfiable", request_satisfiable),
    ("spec.required-id", required_id),
    ("spec.put-error-id", put_error_id),
    ("spec.501-documented", not_implemented_documented),
    ("spec.delete-400", delete_400),
    ("spec.env-array", env_array),
    ("spec.schedule-object", schedule_object),
    ("spec.events-described", events_described),
];

/// Runs all checks of the document, in the catalogue's order.
pub(crate) fn lint(document: &Document) -> Vec<DocumentCheck> {
    Catalogue::embedded()
        .document()
        .map(|requirement| {
            let lint = LINTS
                .iter()
                .find(|(id, _)| *id == requirement.id)
                .map(|(_, lint)| lint);
            let (outcome, actual) = match lint.map(|lint| lint(document)) {
                Some(Ok(actual)) => (Outcome::Pass, actual),
                Some(Err(actual)) => (Outcome::Fail, actual),
                None => (
                    Outcome::Skip,
                    "needs a second document to compare with".to_owned(),
                ),
            };
            DocumentCheck {
                requirement: requirement.id.clone(),
                title: requirement.title.clone(),
                outcome,
                actual,
            }
        })
        .collect()
}

fn operation<'a>(document: &'a Document, route: &str, method: &str) -> &'a Value {
    let pointer = format!("/paths/{}/{method}", escape(route));
    document.root.pointer(&pointer).unwrap_or(&Value::Null)
}

fn response_schema<'a>(
    document: &'a Document,
    route: &str,
    method: &str,
    status: &str,
) -> &'a Value {
    let response = follow(
        &document.root,
        &operation(document, route, method)["responses"][status],
    );
    follow(
        &document.root,
        &response["content"]["application/json"]["schema"],
    )
}

fn component<'a>(document: &'a Document, name: &str) -> &'a Value {
    follow(
        &document.root,
        &document.root["components"]["schemas"][name],
    )
}

const ONE: &str = "/resource/{type}/{id}";
const MANY: &str = "/resource/{type}";

fn request_satisfiable(document: &Document) -> Result<String, String> {
    let body = follow(
        &document.root,
        &operation(document, MANY, "post")["requestBody"],
    );
    let schema = &body["content"]["application/json"]["schema"];
    let validator = document.schema(schema)?;
    for kind in ResourceKind::ALL {
        let body = Body::valid(kind, "example", "kfp-conformance/pipeline", None);
        let value: Value =
            serde_json::from_slice(&body.bytes()).map_err(|error| error.to_string())?;
        if let Some(error) = validator.iter_errors(&value).next() {
            let text = error.masked().to_string();
            return Err(format!(
                "what the operator sends for a {kind} is invalid: {text}"
            ));
        }
    }
    Ok("what the operator sends is valid for every type".to_owned())
}

fn required_id(document: &Document) -> Result<String, String> {
    for (route, method, status) in [(MANY, "post", "201"), (ONE, "put", "200")] {
        let schema = response_schema(document, route, method, status);
        let required = schema["required"]
            .as_array()
            .is_some_and(|names| names.contains(&json!("id")));
        if !required {
            return Err(format!(
                "{method} {status}: id is not required, but the operator fails without it"
            ));
        }
    }
    Ok("id is required in 201 and 200".to_owned())
}

fn put_error_id(document: &Document) -> Result<String, String> {
    for status in ["400", "404", "422", "500"] {
        let schema = response_schema(document, ONE, "put", status);
        if schema["properties"].get("id").is_none() {
            return Err(format!(
                "put {status}: no id, but the operator forgets the resource without it"
            ));
        }
    }
    Ok("every error answer to PUT has an id".to_owned())
}

fn not_implemented_documented(document: &Document) -> Result<String, String> {
    let missing = [(MANY, "post"), (ONE, "put"), (ONE, "delete")]
        .into_iter()
        .find(|(route, method)| {
            operation(document, route, method)["responses"]
                .get("501")
                .is_none()
        });
    match missing {
        Some((_, method)) => Err(format!(
            "{method}: no 501, the only status that the operator knows"
        )),
        None => Ok("501 is declared".to_owned()),
    }
}

fn delete_400(document: &Document) -> Result<String, String> {
    match operation(document, ONE, "delete")["responses"].get("400") {
        Some(_) => Ok("delete 400 is declared".to_owned()),
        None => Err("delete: no 400, which the operator's own server sends".to_owned()),
    }
}

fn accepts(
    document: &Document,
    schema: &Value,
    value: &Value,
    what: &str,
) -> Result<String, String> {
    if schema.is_null() {
        return Err(format!("{what}: not described"));
    }
    let validator = document.schema(schema)?;
    match validator.iter_errors(value).next() {
        None => Ok(format!("{what}: as the operator sends it")),
        Some(error) => Err(format!("{what}: the operator sends {value}: {error}")),
    }
}

fn env_array(document: &Document) -> Result<String, String> {
    let pipeline = component(document, "Pipeline");
    let definition = follow(
        &document.root,
        &pipeline["properties"]["pipelineDefinition"],
    );
    let env = json!([{ "name": "REGION", "value": "north" }]);
    accepts(document, &definition["properties"]["env"], &env, "env")
}

fn schedule_object(document: &Document) -> Result<String, String> {
    let schema = &component(document, "RunSchedule")["properties"]["schedule"];
    accepts(
        document,
        schema,
        &json!({ "cronExpression": "15 4 * * 1-5" }),
        "schedule",
    )
}

fn events_described(document: &Document) -> Result<String, String> {
    let paths = document.root["paths"].as_object();
    let described = paths.is_some_and(|paths| {
        paths.iter().any(|(path, item)| {
            path.ends_with("/events") || item.to_string().contains("\"callbacks\"")
        })
    });
    if described {
        Ok("run completion events are described".to_owned())
    } else {
        Err("run completion events are not described".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_document_has_its_known_defects() {
        let found = lint(&Document::embedded());
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
        let mut checks = lint(document).into_iter();
        let check = checks.find(|check| check.requirement == id).expect(id);
        (check.outcome, check.actual)
    }

    #[test]
    fn what_is_mended_passes_and_nothing_else_does() {
        for (id, mend) in MENDS {
            let mut document = Document::embedded();
            mend(&mut document.root);
            for check in lint(&document) {
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
}
