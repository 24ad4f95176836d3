//! The types tell their schemas as the document has them.

use schemars::JsonSchema;
use serde_json::{Map, Value, json};

use crate::generated::values::types;

fn document() -> Value {
    let text = include_str!("../../codegen/tests/fixtures/accepted/values.json");
    serde_json::from_str(text).unwrap()
}

/// The schema with every reference replaced by what it refers to, unless that is around it, and
/// without the wrappers that say nothing.
fn inlined(schema: &Value, components: &Map<String, Value>, around: &[&str]) -> Value {
    let Some(members) = schema.as_object() else {
        return schema.clone();
    };
    if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
        let name = reference.rsplit('/').next().unwrap();
        if around.contains(&name) {
            return json!({ "around": name });
        }
        let target = components
            .get(name)
            .unwrap_or_else(|| panic!("{name} is not told"));
        return inlined(target, components, &[around, &[name]].concat());
    }
    let mut result = Map::new();
    for (key, value) in members {
        let value = match (key.as_str(), value) {
            ("properties", Value::Object(all)) => {
                let each = all.iter();
                let each = each.map(|(k, v)| (k.clone(), inlined(v, components, around)));
                let sorted: std::collections::BTreeMap<_, _> = each.collect();
                Value::Object(sorted.into_iter().collect())
            }
            ("items" | "additionalProperties", value) => inlined(value, components, around),
            ("oneOf" | "allOf", Value::Array(all)) => {
                all.iter().map(|v| inlined(v, components, around)).collect()
            }
            _ => value.clone(),
        };
        result.insert(key.clone(), value);
    }
    if let Some(Value::Array(parts)) = result.get("allOf")
        && parts.len() == 1
        && let Value::Object(mut only) = parts[0].clone()
    {
        // What stands around the one part is said of the whole.
        result.remove("allOf");
        only.extend(result);
        result = only;
    }
    for (bound, flag) in [
        ("minimum", "exclusiveMinimum"),
        ("maximum", "exclusiveMaximum"),
    ] {
        // An exclusive bound is a number in schemars, and a flag beside one in OpenAPI.
        if result.get(flag) == Some(&Value::Bool(true)) {
            let value = result.remove(bound).unwrap();
            result.insert(flag.to_owned(), value);
        }
    }
    for (key, value) in &mut result {
        if let Some(names) = value.as_array_mut().filter(|_| key == "required") {
            names.sort_by_key(ToString::to_string);
        }
        let bound = key.ends_with("imum") || key == "multipleOf";
        if let Some(number) = value.as_f64().filter(|_| bound) {
            *value = json!(number);
        }
    }
    let mut sorted: Vec<_> = result.into_iter().collect();
    sorted.sort_by(|a, b| a.0.cmp(&b.0));
    Value::Object(sorted.into_iter().collect())
}

fn told<T: JsonSchema>() -> Value {
    let mut generator = schemars::r#gen::SchemaSettings::openapi3().into_generator();
    let root = generator.subschema_for::<T>();
    let definitions = generator.take_definitions();
    let components = serde_json::to_value(definitions).unwrap();
    inlined(
        &serde_json::to_value(root).unwrap(),
        components.as_object().unwrap(),
        &[],
    )
}

/// What the normal form changes on purpose: sums are written out, and the value by which a form
/// is told is fixed in it.
fn written_out(document: &mut Value) {
    let schemas = &mut document["components"]["schemas"];
    for (form, value) in [("Cat", "cat"), ("Dog", "dog")] {
        let kind = json!({ "type": "string", "enum": [value] });
        let target = &mut schemas[form];
        if form == "Dog" {
            *target = json!({ "type": "object", "required": ["kind"], "properties": {
                "kind": {}, "name": { "type": "string" },
                "friends": { "type": "array", "items": { "$ref": "#/components/schemas/Pet" } },
            }});
        }
        let description = target["properties"]["kind"].get("description").cloned();
        target["properties"]["kind"] = kind;
        if let Some(text) = description {
            target["properties"]["kind"]["description"] = text;
        }
    }
    schemas["Sum"] = json!({
        "description": "Everything at once.",
        "type": "object",
        "required": ["id", "extra", "name"],
        "properties": {
            "id": { "type": "integer" },
            "when": { "type": "string", "format": "date-time" },
            "name": { "type": "string", "minLength": 1 },
            "extra": { "type": "boolean" },
        },
    });
    // A value that must be text in the document, and opaque JSON, have no schema to tell.
    schemas["Cat"]["properties"]["notes"] = json!({});
    let sizes = &mut schemas["Nulls"]["properties"]["size"];
    sizes["enum"] = json!(["s", "m"]);
}

#[test]
fn the_types_tell_the_schemas_of_the_document() {
    let mut document = document();
    written_out(&mut document);
    let components = document["components"]["schemas"].as_object().unwrap();
    let table: [(&str, Value); 7] = [
        ("Bounded", told::<types::Bounded>()),
        ("Cat", told::<types::Cat>()),
        ("Dog", told::<types::Dog>()),
        ("Pet", told::<types::Pet>()),
        ("Nulls", told::<types::Nulls>()),
        ("Tree", told::<types::Tree>()),
        ("Sum", told::<types::Sum>()),
    ];
    for (name, found) in table {
        let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
        let expected = inlined(&reference, components, &[]);
        assert_eq!(
            serde_json::to_string_pretty(&found).unwrap(),
            serde_json::to_string_pretty(&expected).unwrap(),
            "{name}"
        );
    }
}
