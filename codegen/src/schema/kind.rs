//! Schemas of a kind of their own.

use serde_json::Value;

use crate::names::pascal;
use crate::spec::OPAQUE;

/// JSON that is carried, never interpreted.
pub(crate) fn is_opaque(schema: &Value) -> bool {
    schema.get(OPAQUE) == Some(&Value::Bool(true))
}

/// An object that may hold nothing.
pub(crate) fn is_empty_object(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("object")
        && schema.get("maxProperties") == Some(&Value::from(0))
}

/// The Rust type of a schema that is a reference.
pub(crate) fn reference(schema: &Value) -> Option<String> {
    Some(pascal(
        schema
            .get("$ref")?
            .as_str()?
            .strip_prefix("#/components/schemas/")?,
    ))
}
