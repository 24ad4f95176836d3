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
        types: file(
            document,
            &[
                types::types(model, progenitor.types)?,
                types::runtime(model),
            ],
        ),
        client: file(
            document,
            &[
                printed(client::client(model, progenitor.client)?),
                client::runtime(model).join("\n\n"),
            ],
        ),
        server: file(
            document,
            &[
                server::imports(model),
                "use super::types;".to_owned(),
                pretty(server::server(model))?,
                server::runtime(model),
            ],
        ),
    })
}

/// A document as JSON, for people as well as for tools.
pub(crate) fn json(document: &Value) -> String {
    // Writing a `Value` to a string cannot fail: its keys are strings and its numbers finite.
    let text = serde_json::to_string_pretty(document).unwrap_or_default();
    format!("{text}\n")
}

fn file(document: &str, parts: &[String]) -> String {
    let parts = parts
        .iter()
        .map(|part| part.trim_end())
        .filter(|part| !part.is_empty());
    let body = parts.collect::<Vec<_>>().join("\n\n");
    format!("// @generated from {document} by openapi-codegen. Do not edit.\n\n{body}\n")
}

fn pretty(tokens: TokenStream) -> Result<String, String> {
    Ok(printed(parsed(tokens)?))
}

fn parsed(tokens: TokenStream) -> Result<Vec<syn::Item>, String> {
    let file: syn::File =
        syn::parse2(tokens).map_err(|error| format!("wrote what is not Rust: {error}"))?;
    Ok(file.items)
}

fn printed(items: Vec<syn::Item>) -> String {
    let text = prettyplease::unparse(&syn::File {
        shebang: None,
        attrs: Vec::new(),
        items,
    });
    // An empty line between items, for the people who review them.
    text.replace("\n}\n", "\n}\n\n")
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

/// A runtime source as it is emitted: without the doc comment of its own module, which speaks to
/// readers of this crate.
fn runtime_text(source: &str) -> String {
    let inner = |line: &&str| line.starts_with("//!");
    source
        .lines()
        .skip_while(inner)
        .collect::<Vec<_>>()
        .join("\n")
        .trim()
        .to_owned()
}

/// The functions and types of a runtime source that are needed, each with what is above it.
fn needed(source: &str, names: &[&str]) -> Vec<String> {
    let code = |part: &&str| part.starts_with("///") || part.starts_with("impl");
    let parts = source.split("\n\n").filter(code);
    let needed = parts.filter(|part| {
        let defines = |name: &&str| {
            let definitions = ["fn #(", "fn #<", "struct #(", "struct # ", "for # "];
            definitions
                .iter()
                .any(|form| part.contains(&form.replace('#', name)))
        };
        names.iter().any(defines)
    });
    needed.map(|part| part.trim().to_owned()).collect()
}

fn ident(name: &str) -> syn::Ident {
    quote::format_ident!("{name}")
}
