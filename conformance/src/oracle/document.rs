//! The OpenAPI document as the judge of answers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::base::contract::Operation;
use crate::base::digest::sha256_hex;
use crate::base::text::escape;

/// A parsed document with a validator per declared answer.
pub(crate) struct Document {
    pub(crate) sha256: String,
    /// Where it came from; `None` for the one that is part of this program.
    pub(crate) path: Option<PathBuf>,
    pub(crate) root: Value,
    answers: BTreeMap<(Operation, u16), Answer>,
    /// Statuses declared for each operation, such as `201, 400, 422, 500`.
    statuses: BTreeMap<Operation, String>,
}

/// A declared answer.
struct Answer {
    /// `None` if no body is declared.
    body: Option<jsonschema::Validator>,
}

/// A document that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DocumentError {
    /// The file cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// Neither YAML nor JSON.
    #[error("{name}: {what} (hint: an OpenAPI 3.0 document in YAML or JSON)")]
    Syntax {
        /// File name.
        name: String,
        /// What is wrong, with the line.
        what: String,
    },
    /// An operation of the contract is missing.
    #[error("{name}: #/paths/{pointer}: not declared (hint: the contract has five operations)")]
    Missing {
        /// File name.
        name: String,
        /// JSON pointer below `/paths`.
        pointer: String,
    },
    /// A schema that is none.
    #[error("{name}: {pointer}: {what}")]
    Schema {
        /// File name.
        name: String,
        /// JSON pointer to the answer.
        pointer: String,
        /// What is wrong.
        what: String,
    },
}

impl Document {
    /// The published contract that this program was built with.
    pub(crate) fn embedded() -> Self {
        Self::parse(kfp_provider_api::OPENAPI, "openapi.yaml", None)
            .expect("a test parses the embedded document")
    }

    /// Reads a document from a file.
    ///
    /// # Errors
    /// [`DocumentError`] if it cannot be read, is no document, or lacks an operation.
    pub(crate) fn read(path: &Path) -> Result<Self, DocumentError> {
        let text = std::fs::read_to_string(path).map_err(|source| DocumentError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text, &path.display().to_string(), Some(path.to_owned()))
    }

    fn parse(text: &str, name: &str, path: Option<PathBuf>) -> Result<Self, DocumentError> {
        let root = parse_yaml(text).map_err(|what| DocumentError::Syntax {
            name: name.to_owned(),
            what,
        })?;
        let mut answers = BTreeMap::new();
        for endpoint in Operation::ALL {
            let (method, route) = endpoint.place();
            let pointer = format!("{}/{method}", escape(route));
            let operation = root
                .pointer(&format!("/paths/{pointer}/responses"))
                .and_then(Value::as_object)
                .ok_or_else(|| DocumentError::Missing {
                    name: name.to_owned(),
                    pointer: pointer.clone(),
                })?;
            for (status, response) in operation {
                // `default` and ranges say nothing about a single status; none is in the contract.
                let Ok(code) = status.parse::<u16>() else {
                    continue;
                };
                let body = body_schema(&root, response)
                    .map(|schema| validator(&root, schema))
                    .transpose()
                    .map_err(|what| DocumentError::Schema {
                        name: name.to_owned(),
                        pointer: format!("#/paths/{pointer}/responses/{status}"),
                        what,
                    })?;
                answers.insert((endpoint, code), Answer { body });
            }
        }
        let statuses = Operation::ALL.map(|endpoint| {
            let codes = answers.keys().filter(|(of, _)| *of == endpoint);
            let codes: Vec<_> = codes.map(|(_, code)| code.to_string()).collect();
            (endpoint, codes.join(", "))
        });
        Ok(Self {
            sha256: sha256_hex(text.as_bytes()),
            path,
            root,
            answers,
            statuses: statuses.into(),
        })
    }

    /// Whether the status is declared for the operation.
    pub(crate) fn declares(&self, endpoint: Operation, status: u16) -> bool {
        self.answers.contains_key(&(endpoint, status))
    }

    /// Statuses declared for the operation, such as `201, 400, 422, 500`.
    pub(crate) fn statuses(&self, endpoint: Operation) -> &str {
        &self.statuses[&endpoint]
    }

    /// Whether the declared answer has a body.
    pub(crate) fn has_body(&self, endpoint: Operation, status: u16) -> bool {
        self.answers
            .get(&(endpoint, status))
            .is_some_and(|answer| answer.body.is_some())
    }

    /// Why a body violates the schema of its status, with the place in the body; `None` if it
    /// does not, or if nothing is declared.
    pub(crate) fn violation(
        &self,
        endpoint: Operation,
        status: u16,
        body: &Value,
    ) -> Option<String> {
        let validator = self.answers.get(&(endpoint, status))?.body.as_ref()?;
        let error = validator.iter_errors(body).next()?;
        let place = error.instance_path().to_string();
        Some(if place.is_empty() {
            error.to_string()
        } else {
            format!("{place}: {error}")
        })
    }

    /// The schema of a request or a part of it, ready to validate with.
    pub(crate) fn schema(&self, schema: &Value) -> Result<jsonschema::Validator, String> {
        validator(&self.root, schema)
    }
}

/// The bounds of the generator, which reads the same documents.
fn bounds() -> serde_saphyr::Options {
    serde_saphyr::options! {
        // Without it `y` and `no` would be booleans, as keys too.
        strict_booleans: true,
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: 100_000 },
        budget: serde_saphyr::budget! {
            max_depth: 200,
            flow_nesting_limit: 200,
            max_events: 10_000_000,
            max_nodes: 10_000_000,
            max_aliases: 100_000,
            max_anchors: 100_000,
            max_buffered_comment_events: usize::MAX,
            max_total_comment_bytes: usize::MAX,
            enforce_alias_anchor_ratio: false,
        },
    }
}

/// The document as JSON has it.
fn parse_yaml(text: &str) -> Result<Value, String> {
    let read = || serde_saphyr::from_str_with_options(text, bounds());
    // The library takes much of the stack for every level.
    let thread = std::thread::Builder::new().stack_size(64 << 20);
    let read = std::thread::scope(|scope| {
        match thread.spawn_scoped(scope, read).map(|it| it.join()) {
            Ok(Ok(read)) => read,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            // No thread is to be had: most documents are not deep.
            Err(_) => read(),
        }
    });
    read.map_err(|error| {
        let what = error.to_string();
        what.lines().next().unwrap_or_default().to_owned()
    })
}

/// The schema of the JSON body of a response, references followed.
fn body_schema<'a>(root: &'a Value, response: &'a Value) -> Option<&'a Value> {
    follow(root, response).pointer("/content/application~1json/schema")
}

/// Follows a local reference; anything else is returned as it is.
pub(crate) fn follow<'a>(root: &'a Value, value: &'a Value) -> &'a Value {
    value
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|reference| reference.strip_prefix('#'))
        .and_then(|pointer| root.pointer(pointer))
        .unwrap_or(value)
}

/// A validator for a schema of OpenAPI 3.0, which is Draft 4 but for `nullable`.
pub(crate) fn validator(root: &Value, schema: &Value) -> Result<jsonschema::Validator, String> {
    let mut standalone = serde_json::json!({ "allOf": [schema] });
    standalone["components"] = root.get("components").cloned().unwrap_or(Value::Null);
    nullable(&mut standalone);
    jsonschema::draft4::new(&standalone).map_err(|error| error.to_string())
}

/// Rewrites `nullable: true`, which no draft of JSON Schema knows.
fn nullable(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(nullable),
        Value::Object(members) => {
            members.values_mut().for_each(nullable);
            if members.remove("nullable") == Some(Value::Bool(true)) {
                let plain = Value::Object(std::mem::take(members));
                *value = serde_json::json!({ "anyOf": [plain, { "enum": [null] }] });
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
