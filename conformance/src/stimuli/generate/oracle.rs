//! Whether a generated body is what it is meant to be: the second opinion of a schema validator.

use std::sync::LazyLock;

use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use kfp_operator_sim::ResourceKind;
use kfp_operator_sim::json::Json;
use serde_json::{Map, Value, json};

use super::Flaw;
use crate::oracle::{Document, validator};
use crate::stimuli::grammar::Keyword;

/// Validators of request bodies.
pub(crate) struct Oracle {
    effective: Vec<(ResourceKind, Validator)>,
    published: Vec<(ResourceKind, Validator)>,
}

static EMBEDDED: LazyLock<Oracle> = LazyLock::new(|| {
    let effective =
        serde_json::from_str(kfp_provider_api::EFFECTIVE).expect("the build wrote JSON");
    Oracle {
        effective: bodies(&effective),
        published: bodies(&Document::embedded().root),
    }
});

/// Validators of the schemas that have the types' names.
fn bodies(root: &Value) -> Vec<(ResourceKind, Validator)> {
    let body = |kind: ResourceKind| {
        let schema = json!({ "$ref": format!("#/components/schemas/{kind:?}") });
        (
            kind,
            validator(root, &schema).expect("a test reads the embedded documents"),
        )
    };
    ResourceKind::ALL.into_iter().map(body).collect()
}

fn of(validators: &[(ResourceKind, Validator)], kind: ResourceKind) -> &Validator {
    let found = validators.iter().find(|(of, _)| *of == kind);
    &found.expect("every type was read").1
}

impl Oracle {
    pub(crate) fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// Whether the effective document allows the body.
    pub(super) fn is_valid(&self, kind: ResourceKind, body: &Json) -> bool {
        of(&self.effective, kind).is_valid(&value(body))
    }

    /// Whether the effective document forbids the body for this flaw and nothing else.
    pub(super) fn violates_only(&self, kind: ResourceKind, body: &Json, flaw: &Flaw) -> bool {
        self.violations(kind, body) == [flaw.pointer.to_string()]
    }

    /// Where the effective document forbids the body.
    pub(super) fn violations(&self, kind: ResourceKind, body: &Json) -> Vec<String> {
        violations(of(&self.effective, kind), body)
    }

    /// Whether the published document has something against it, too. `null` does not count: to the operator, and to
    /// many a decoder, it is the same as nothing.
    pub(super) fn published_forbids(&self, kind: ResourceKind, body: &Json, flaw: &Flaw) -> bool {
        let null = matches!(flaw.pointer.of(body), Some(Json::Null));
        flaw.keyword == Keyword::Type
            && !null
            && violations(of(&self.published, kind), body).contains(&flaw.pointer.to_string())
    }
}

/// Where a validator finds fault; of a missing member, where it would be.
fn violations(validator: &Validator, body: &Json) -> Vec<String> {
    let value = value(body);
    let place = |error: jsonschema::ValidationError<'_>| {
        let at = error.instance_path().to_string();
        match error.kind() {
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                format!("{at}/{}", crate::base::text::escape(name))
            }
            _ => at,
        }
    };
    validator.iter_errors(&value).map(place).collect()
}

/// The tree for the validator. Numbers that it cannot hold stand only where anything is allowed, or where no number is.
fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(text) => serde_json::from_str(text).unwrap_or_else(|_| Value::from(0)),
        Json::String(text) => Value::String(text.clone()),
        Json::Array(items) => Value::Array(items.iter().map(value).collect()),
        Json::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, item)| (name.clone(), value(item)))
                .collect::<Map<_, _>>(),
        ),
    }
}
