//! From tokens to text.

use proc_macro2::TokenStream;

use crate::model::Reply;
use crate::spec::Status;

pub(super) fn file(document: &str, items: Vec<syn::Item>) -> String {
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

pub(super) fn parsed(tokens: TokenStream) -> Result<Vec<syn::Item>, String> {
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
pub(super) fn docs(text: &str) -> Vec<TokenStream> {
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

pub(super) fn ident(name: &str) -> syn::Ident {
    quote::format_ident!("{name}")
}

/// The status and what is said of it.
pub(super) fn reply_doc(reply: &Reply) -> String {
    match reply.status {
        Status::One(code) => format!("{code}: {}", reply.description),
        Status::Class(class) => format!("{class}XX: {}", reply.description),
    }
}
