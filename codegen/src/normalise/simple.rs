//! Schemas without what says nothing.

use serde_json::Value;

/// Removes what says nothing: a choice of one, an enumeration of texts without its type.
pub(super) fn simple(schema: &Value) -> Value {
    let mut schema = schema.clone();
    let Some(members) = schema.as_object_mut() else {
        return schema;
    };
    for key in ["oneOf", "anyOf", "allOf"] {
        let only = members
            .get(key)
            .and_then(Value::as_array)
            .filter(|branches| branches.len() == 1);
        let Some(Value::Object(only)) = only.map(|branches| branches[0].clone()) else {
            continue;
        };
        let prose = |key: &String| matches!(key.as_str(), "description" | "title" | "example");
        let bare = members.keys().all(|other| other == key || prose(other));
        if only.contains_key("$ref") && bare && key != "allOf" {
            return Value::Object(only);
        }
        if !only.contains_key("$ref") && bare {
            members.remove(key);
            let outer = std::mem::take(members);
            *members = only;
            members.extend(outer);
            return simple(&schema);
        }
    }
    if members.get("nullable") == Some(&Value::Bool(true))
        && let Some(values) = members.get_mut("enum").and_then(Value::as_array_mut)
    {
        values.retain(|value| !value.is_null());
    }
    let texts = |values: &Vec<Value>| values.iter().all(Value::is_string);
    if !members.contains_key("type")
        && members
            .get("enum")
            .and_then(Value::as_array)
            .is_some_and(texts)
    {
        members.insert("type".into(), "string".into());
    }
    schema
}
