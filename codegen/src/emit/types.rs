//! The types: progenitor's, the ones that it cannot write, and the schema of each.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use serde_json::Value;

use super::{docs, ident, present, pretty, runtime_text};
use crate::model::{Component, Kind, Model};
use crate::names::pascal;

const OPAQUE: &str = include_str!("../../runtime/opaque.rs");
const SCHEMA: &str = include_str!("../../runtime/schema.rs");

pub(super) fn types(model: &Model, items: Vec<syn::Item>) -> Result<String, String> {
    let chosen: Vec<&str> = model
        .operations
        .iter()
        .filter_map(|operation| operation.body.as_ref())
        .filter(|body| body.choice.is_some())
        .map(|body| body.rust.as_str())
        .collect();
    let items: TokenStream = items
        .into_iter()
        .map(|item| without_guessing(item, &chosen))
        .map(|item| present::mark(item, model).into_token_stream())
        .collect();
    let empty: TokenStream = model
        .components
        .iter()
        .filter(|component| component.kind == Kind::Empty)
        .map(empty)
        .collect();
    let schemas: TokenStream = model
        .components
        .iter()
        .filter(|component| component.kind != Kind::Opaque)
        .map(schema)
        .collect();
    let text = pretty(quote! { #items #empty #schemas })?;
    Ok(if present::is_used(&text) {
        format!("{text}\n{}", runtime_text(present::RUNTIME))
    } else {
        text
    })
}

/// The parts that are the same for every document.
pub(super) fn runtime(model: &Model) -> String {
    let opaque = model
        .components
        .iter()
        .filter(|component| component.kind == Kind::Opaque);
    let opaque = opaque.map(|component| runtime_text(OPAQUE).replace("Opaque", &component.rust));
    opaque
        .chain([runtime_text(SCHEMA)])
        .collect::<Vec<_>>()
        .join("\n\n")
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
    let text = component.schema.get("description").and_then(Value::as_str);
    let doc = docs(text.unwrap_or("An object without members."));
    quote! {
        #(#doc)*
        #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
        pub struct #name {}
    }
}

/// The schema exactly as the document has it; a derived one would have lost the constraints.
fn schema(component: &Component) -> TokenStream {
    let name = ident(&component.rust);
    let text = component.schema.to_string();
    let label = &component.name;
    let mut references = Vec::new();
    collect_references(&component.schema, &mut references);
    let references = references.iter().map(|name| ident(name));
    quote! {
        impl ::schemars::JsonSchema for #name {
            fn schema_name() -> ::std::string::String {
                #label.to_owned()
            }
            fn json_schema(generator: &mut ::schemars::r#gen::SchemaGenerator) -> ::schemars::schema::Schema {
                #(generator.subschema_for::<#references>();)*
                documented(generator, #text)
            }
        }
    }
}

fn collect_references(schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(members) => {
            for (key, value) in members {
                let target = value
                    .as_str()
                    .and_then(|text| text.strip_prefix("#/components/schemas/"));
                match target.map(pascal) {
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
