//! Checks of the document itself. They blame the document, never the provider.

use crate::catalogue::ids;
use kfp_operator_sim::ResourceKind;
use serde_json::{Value, json};

use super::document::{Document, follow};
use crate::base::outcome::Outcome;
use crate::base::text::escape;
use crate::catalogue::Catalogue;
use crate::journal::record::DocumentCheck;

/// Bodies that the operator sends to create a resource of a type.
type Examples = [(ResourceKind, Vec<u8>)];
type Lint = fn(&Document, &Examples) -> Result<String, String>;

const LINTS: &[(&str, Lint)] = &[
    (ids::SPEC_REQUEST_SATISFIABLE, request_satisfiable),
    (ids::SPEC_REQUIRED_ID, required_id),
    (ids::SPEC_PUT_ERROR_ID, put_error_id),
    (ids::SPEC_501_DOCUMENTED, not_implemented_documented),
    (ids::SPEC_DELETE_400, delete_400),
    (ids::SPEC_ENV_ARRAY, env_array),
    (ids::SPEC_SCHEDULE_OBJECT, schedule_object),
    (ids::SPEC_EVENTS_DESCRIBED, events_described),
];

/// Runs all checks of the document, in the catalogue's order. `examples` are bodies that the operator sends to create a
/// resource of a type.
pub(crate) fn lint(document: &Document, examples: &Examples) -> Vec<DocumentCheck> {
    Catalogue::embedded()
        .document()
        .map(|requirement| {
            let lint = LINTS
                .iter()
                .find(|(id, _)| *id == requirement.id)
                .map(|(_, lint)| lint);
            let (outcome, actual) = match lint.map(|lint| lint(document, examples)) {
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

fn request_satisfiable(document: &Document, examples: &Examples) -> Result<String, String> {
    let body = follow(
        &document.root,
        &operation(document, MANY, "post")["requestBody"],
    );
    let schema = &body["content"]["application/json"]["schema"];
    let validator = document.schema(schema)?;
    for (kind, body) in examples {
        let value: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        if let Some(error) = validator.iter_errors(&value).next() {
            let text = error.masked().to_string();
            return Err(format!(
                "what the operator sends for a {kind} is invalid: {text}"
            ));
        }
    }
    Ok("what the operator sends is valid for every type".to_owned())
}

fn required_id(document: &Document, _: &Examples) -> Result<String, String> {
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

fn put_error_id(document: &Document, _: &Examples) -> Result<String, String> {
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

fn not_implemented_documented(document: &Document, _: &Examples) -> Result<String, String> {
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

fn delete_400(document: &Document, _: &Examples) -> Result<String, String> {
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

fn env_array(document: &Document, _: &Examples) -> Result<String, String> {
    let pipeline = component(document, "Pipeline");
    let definition = follow(
        &document.root,
        &pipeline["properties"]["pipelineDefinition"],
    );
    let env = json!([{ "name": "REGION", "value": "north" }]);
    accepts(document, &definition["properties"]["env"], &env, "env")
}

fn schedule_object(document: &Document, _: &Examples) -> Result<String, String> {
    let schema = &component(document, "RunSchedule")["properties"]["schedule"];
    accepts(
        document,
        schema,
        &json!({ "cronExpression": "15 4 * * 1-5" }),
        "schedule",
    )
}

fn events_described(document: &Document, _: &Examples) -> Result<String, String> {
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
mod tests;
