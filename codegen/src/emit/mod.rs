//! From the model to text. No decisions here, only writing.

pub(crate) mod client;
mod present;
mod server;
mod types;

use proc_macro2::TokenStream;
use serde_json::Value;

use crate::model::Model;

/// The texts of the three modules.
pub(crate) struct Texts {
    pub(crate) types: String,
    pub(crate) client: String,
    pub(crate) server: String,
}

pub(crate) fn emit(model: &Model, document: &str) -> Result<Texts, String> {
    let progenitor = client::progenitor(model)?;
    Ok(Texts {
        types: file(document, types::types(model, progenitor.types)?),
        client: file(document, client::client(model, progenitor.client)?),
        server: file(document, parsed(server::server(model))?),
    })
}

/// A document as JSON, for people as well as for tools.
pub(crate) fn json(document: &Value) -> String {
    // Writing a `Value` to a string cannot fail: its keys are strings and its numbers finite.
    let text = serde_json::to_string_pretty(document).unwrap_or_default();
    format!("{text}\n")
}

fn file(document: &str, items: Vec<syn::Item>) -> String {
    let mut text = format!("// @generated from {document} by openapi-codegen. Do not edit.\n");
    let mut after_import = false;
    for item in items {
        let import = matches!(item, syn::Item::Use(_));
        // An empty line between items, for the people who review them.
        if !(import && after_import) {
            text.push('\n');
        }
        after_import = import;
        text.push_str(&printed(item));
    }
    text
}

fn parsed(tokens: TokenStream) -> Result<Vec<syn::Item>, String> {
    let file: syn::File =
        syn::parse2(tokens).map_err(|error| format!("wrote what is not Rust: {error}"))?;
    Ok(file.items)
}

fn printed(item: syn::Item) -> String {
    prettyplease::unparse(&syn::File {
        shebang: None,
        attrs: Vec::new(),
        items: vec![item],
    })
}

/// A doc comment, one attribute per line, so that it is printed as people write it.
fn docs(text: &str) -> Vec<TokenStream> {
    let line = |line: &str| {
        let line = if line.is_empty() {
            String::new()
        } else {
            format!(" {line}")
        };
        quote::quote! { #[doc = #line] }
    };
    text.trim().lines().map(line).collect()
}

fn ident(name: &str) -> syn::Ident {
    quote::format_ident!("{name}")
}
