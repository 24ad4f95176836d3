//! The types: progenitor's, the ones that it cannot write, and the schema of each.

mod absent;
mod bounded;
mod tagged;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::present;
use super::text::{docs, ident, parsed};
use crate::model::{BodyKind, Component, Kind, Model};
use crate::names::pascal;

pub(super) fn types(model: &Model, items: Vec<syn::Item>) -> Result<Vec<syn::Item>, String> {
    let chosen: Vec<&str> = model
        .operations
        .iter()
        .filter_map(|operation| operation.body.as_ref())
        .filter_map(|body| match &body.kind {
            BodyKind::Json {
                rust,
                choice: Some(_),
            } => Some(rust.as_str()),
            _ => None,
        })
        .collect();
    let mut items: Vec<syn::Item> = items
        .into_iter()
        .map(|item| without_guessing(item, &chosen))
        .map(|item| absent::leave_out(item, model))
        .map(|item| present::mark(item, model))
        .collect();
    let ours: TokenStream = model.components.iter().map(ours).collect();
    let schemas: TokenStream = model
        .components
        .iter()
        .filter(|component| component.kind != Kind::Opaque)
        .map(|component| schema(model, component))
        .collect();
    items.extend(parsed(quote! { #ours #schemas })?);
    Ok(items)
}

/// The types that progenitor does not write.
fn ours(component: &Component) -> TokenStream {
    match &component.kind {
        Kind::Plain => TokenStream::new(),
        Kind::Opaque => {
            let name = ident(&component.rust);
            quote! { ::openapi_codegen_runtime::opaque!(#name); }
        }
        Kind::Empty => empty(component),
        Kind::Bounded(bounds) => bounded::bounded(component, bounds),
        Kind::Tagged { member, forms } => tagged::tagged(component, member, forms),
    }
}

/// A body that a parameter chooses between can be sent, but never read without the parameter:
/// reading it would take the first branch that fits.
fn without_guessing(mut item: syn::Item, chosen: &[&str]) -> syn::Item {
    if let syn::Item::Enum(choice) = &mut item
        && chosen.iter().any(|name| choice.ident == name)
    {
        for attribute in choice
            .attrs
            .iter_mut()
            .filter(|attribute| attribute.path().is_ident("derive"))
        {
            let mut kept: Vec<syn::Path> = Vec::new();
            // A derive that does not parse would not have compiled either; it is left alone.
            let _ = attribute.parse_nested_meta(|meta| {
                let last = meta
                    .path
                    .segments
                    .last()
                    .map(|segment| segment.ident.to_string());
                if last.as_deref() != Some("Deserialize") {
                    kept.push(meta.path);
                }
                Ok(())
            });
            *attribute = syn::parse_quote!(#[derive(#(#kept),*)]);
        }
    }
    item
}

fn empty(component: &Component) -> TokenStream {
    let name = ident(&component.rust);
    let text = component.schema.description();
    let doc = docs(text.unwrap_or("An object without members."));
    quote! {
        #(#doc)*
        #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
        pub struct #name {}
    }
}

/// The schema exactly as the document has it; a derived one would have lost the constraints.
fn schema(model: &Model, component: &Component) -> TokenStream {
    let name = ident(&component.rust);
    let schema = for_schemars(model, &component.schema.json());
    let text = schema.to_string();
    let label = &component.name;
    let mut references = Vec::new();
    collect_references(&schema, &mut references);
    let generator = ident(if references.is_empty() {
        "_"
    } else {
        "generator"
    });
    let references = references.iter().map(|name| ident(name));
    quote! {
        impl ::schemars::JsonSchema for #name {
            fn schema_name() -> ::std::string::String {
                #label.to_owned()
            }
            fn json_schema(#generator: &mut ::schemars::r#gen::SchemaGenerator) -> ::schemars::schema::Schema {
                #(generator.subschema_for::<#references>();)*
                ::openapi_codegen_runtime::documented(#text)
            }
        }
    }
}

/// The schema in the form that schemars has for it: opaque JSON is any JSON, its type has a name in
/// Rust only; and an exclusive bound is a number, not a flag beside one.
fn for_schemars(model: &Model, schema: &Value) -> Value {
    let opaque = |schema: &Value| {
        let target = schema.get("$ref").and_then(Value::as_str).and_then(target);
        let component = target.and_then(|rust| model.component(&rust));
        component.is_some_and(|component| component.kind == Kind::Opaque)
    };
    match schema {
        schema if opaque(schema) => Value::Object(serde_json::Map::new()),
        Value::Object(members) => {
            let all = members
                .iter()
                .map(|(key, value)| (key.clone(), for_schemars(model, value)));
            let mut schema: serde_json::Map<String, Value> = all.collect();
            exclusive(&mut schema, "minimum", "exclusiveMinimum");
            exclusive(&mut schema, "maximum", "exclusiveMaximum");
            Value::Object(schema)
        }
        Value::Array(items) => items.iter().map(|item| for_schemars(model, item)).collect(),
        other => other.clone(),
    }
}

/// The Rust type that a reference means.
fn target(reference: &str) -> Option<String> {
    reference.strip_prefix("#/components/schemas/").map(pascal)
}

fn exclusive(schema: &mut serde_json::Map<String, Value>, bound: &str, flag: &str) {
    // A property may have such a name too; then it is a schema.
    if !schema.get(flag).is_some_and(Value::is_boolean) {
        return;
    }
    if schema.shift_remove(flag) == Some(Value::Bool(true))
        && let Some(value) = schema.shift_remove(bound)
    {
        schema.insert(flag.to_owned(), value);
    }
}

fn collect_references(schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(members) => {
            for (key, value) in members {
                match value.as_str().and_then(target) {
                    Some(name) if key == "$ref" && !found.contains(&name) => found.push(name),
                    Some(_) if key == "$ref" => {}
                    _ => collect_references(value, found),
                }
            }
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect_references(item, found)),
        _ => {}
    }
}
