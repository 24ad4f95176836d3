//! Progenitor on the normalised document, cut into types and client.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, TypeImpl};
use quote::{ToTokens, quote};
use serde_json::{Map, Value, json};

use crate::model::{Kind, Model, reference};
use crate::names::pascal;
use crate::spec::{JSON, Spec};

/// What the generated client needs and progenitor does not write well enough.
pub(crate) const RUNTIME: &str = include_str!("../../runtime/encode.rs");

/// Progenitor's output.
pub(crate) struct Progenitor {
    pub(crate) types: Vec<syn::Item>,
    pub(crate) client: Vec<syn::Item>,
}

/// Runs progenitor. It panics on documents that it does not like; the checks should have refused
/// those before, so a panic is reported as a defect and not passed on.
pub(crate) fn progenitor(model: &Model) -> Result<Progenitor, String> {
    let document = serde_json::from_value(model.document.clone())
        .map_err(|error| format!("the normalised document is not OpenAPI: {error}"))?;
    let mut settings = GenerationSettings::default();
    settings
        .with_derive("PartialEq")
        .with_map_type("::std::collections::BTreeMap");
    for component in model
        .components
        .iter()
        .filter(|component| component.kind != Kind::Plain)
    {
        // Seen from the client and from the types alike, the types are here.
        let path = format!("super::types::{}", component.rust);
        settings.with_replacement(&component.rust, path, std::iter::empty::<TypeImpl>());
    }
    let run = AssertUnwindSafe(|| Generator::new(&settings).generate_tokens(&document));
    let tokens = catch_unwind(run)
        .map_err(|panic| format!("progenitor panicked: {}", panic_text(&*panic)))?
        .map_err(|error| format!("progenitor: {error}"))?;
    let file: syn::File = syn::parse2(tokens).map_err(|error| format!("progenitor: {error}"))?;
    let (types, client): (Vec<_>, Vec<_>) = file.items.into_iter().partition(is_types);
    let types = types.into_iter().filter_map(|item| match item {
        syn::Item::Mod(module) => module.content,
        _ => None,
    });
    Ok(Progenitor {
        types: types.flat_map(|(_, items)| items).collect(),
        client,
    })
}

fn is_types(item: &syn::Item) -> bool {
    matches!(item, syn::Item::Mod(module) if module.ident == "types")
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without a word")
}

/// The client module. Its imports are our own, because progenitor's `encode_path` lets through
/// what a URL takes for something else.
pub(crate) fn client(items: Vec<syn::Item>) -> TokenStream {
    let items = items
        .into_iter()
        .filter(|item| !matches!(item, syn::Item::Use(_)));
    let items: TokenStream = items.map(|item| item.into_token_stream()).collect();
    quote! {
        #[allow(unused_imports, reason = "not every document needs all of them")]
        use super::types;
        #[allow(unused_imports, reason = "not every document needs all of them")]
        pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
        #[allow(unused_imports, reason = "not every document needs all of them")]
        use progenitor_client::{ClientHooks, OperationInfo, RequestBuilderExt};
        #items
    }
}

/// Gives every operation a single error type, as a generated method can return only one: where
/// the document declares several, an object with all of their members.
pub(crate) fn unify_errors(root: &mut Value) {
    let original = root.clone();
    let spec = Spec { root: &original };
    for operation in spec.operations() {
        let pointer = |status: &str| {
            let media = JSON.replace('/', "~1");
            format!(
                "{}/responses/{status}/content/{media}/schema",
                operation.at.pointer
            )
        };
        let errors: Vec<(&str, Value)> = spec
            .responses(&operation)
            .into_iter()
            .filter(|(status, _)| !status.starts_with('2'))
            .filter_map(|(status, _)| Some((status, original.pointer(&pointer(status))?.clone())))
            .collect();
        let mut distinct: Vec<&Value> = Vec::new();
        for (_, schema) in &errors {
            if !distinct.contains(&schema) {
                distinct.push(schema);
            }
        }
        if distinct.len() < 2 {
            continue;
        }
        let bodies: Vec<&Value> = distinct
            .iter()
            .filter_map(|schema| target(&original, schema))
            .collect();
        let name = free_name(
            root,
            &format!(
                "{}Error",
                pascal(operation.at.text("operationId").unwrap_or_default())
            ),
        );
        root["components"]["schemas"][&name] = union(
            &bodies,
            operation.at.text("operationId").unwrap_or_default(),
        );
        for (status, _) in &errors {
            if let Some(schema) = root.pointer_mut(&pointer(status)) {
                *schema = json!({ "$ref": format!("#/components/schemas/{name}") });
            }
        }
    }
}

fn target<'a>(root: &'a Value, schema: &Value) -> Option<&'a Value> {
    root.pointer(schema.get("$ref")?.as_str()?.strip_prefix('#')?)
}

fn free_name(root: &Value, wanted: &str) -> String {
    let taken = |name: &String| {
        let all = root
            .pointer("/components/schemas")
            .and_then(Value::as_object);
        all.is_some_and(|all| all.keys().any(|known| pascal(known) == *name))
    };
    let mut name = wanted.to_owned();
    while taken(&name) {
        name.push_str("Body");
    }
    name
}

/// An object that each of the bodies is an instance of: all members, required if in all.
fn union(bodies: &[&Value], operation: &str) -> Value {
    let mut properties = Map::new();
    for body in bodies {
        let members = body.get("properties").and_then(Value::as_object);
        for (name, schema) in members.into_iter().flatten() {
            properties
                .entry(name.clone())
                .or_insert_with(|| schema.clone());
        }
    }
    let requires = |body: &&Value, name: &str| {
        let required = body.get("required").and_then(Value::as_array);
        required.is_some_and(|all| all.iter().any(|known| known == name))
    };
    let required: Vec<&String> = properties
        .keys()
        .filter(|name| bodies.iter().all(|body| requires(body, name)))
        .collect();
    let mut schema = json!({
        "type": "object",
        "description": format!("Any of the errors of `{operation}`, as the client sees them."),
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema["properties"] = Value::Object(properties);
    schema
}

/// Whether the error bodies can be told as one object; the check asks before it is done.
pub(crate) fn can_unify(bodies: &[&Value]) -> bool {
    let object = |body: &&Value| {
        body.get("type").and_then(Value::as_str) == Some("object")
            && !body
                .get("additionalProperties")
                .is_some_and(Value::is_object)
    };
    let mut seen: Vec<(&String, &Value)> = Vec::new();
    let mut agree = true;
    for body in bodies {
        for (name, schema) in body
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let shape = |schema: &Value| (reference(schema), schema.get("type").cloned());
            agree &= seen
                .iter()
                .all(|(known, other)| *known != name || shape(other) == shape(schema));
            seen.push((name, schema));
        }
    }
    agree && bodies.iter().all(object)
}
