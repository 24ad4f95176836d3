//! The server: what an implementer fills, and what stands in front of it.

mod endpoints;
mod names;
mod responses;
mod service;

use proc_macro2::TokenStream;
use quote::quote;

use super::runtime_text;
use super::types::has_tagged;
use crate::model::{BodyKind, Model, Operation, Place};
use names::has;

const GUARD: &str = include_str!("../../../runtime/src/server/guard.rs");
const STRICT_JSON: &str = include_str!("../../../runtime/src/json.rs");
const PARAMETERS: &str = include_str!("../../../runtime/src/server/parameters.rs");
const FORM: &str = include_str!("../../../runtime/src/server/form.rs");
const NUMBER: &str = include_str!("../../../runtime/src/server/number.rs");
const REPLIES: &str = include_str!("../../../runtime/src/server/replies.rs");

/// What the parts that are the same for every document import.
pub(super) fn imports(model: &Model) -> String {
    let mut imports = guard().0;
    if has_tagged(model) {
        imports.push_str("\n\nuse types::json;");
    }
    imports
}

/// The parts that are the same for every document, as far as this one needs them.
pub(super) fn runtime(model: &Model) -> String {
    let mut parts = vec![guard().1];
    let operations = || model.operations.iter();
    if operations().any(|operation| has(operation, Place::Query) || has(operation, Place::Header)) {
        parts.extend(super::needed(PARAMETERS, &endpoints::readers(model)));
    }
    if endpoints::reads_numbers(model) {
        parts.push(runtime_text(NUMBER));
    }
    parts.extend(super::needed(REPLIES, &responses::helpers(model)));
    let bodies = || operations().filter_map(|operation| operation.body.as_ref());
    if bodies().any(|body| matches!(body.kind, BodyKind::Form { .. })) {
        parts.push(module("form", FORM));
    }
    if !has_tagged(model) {
        parts.push(module("json", STRICT_JSON));
    }
    parts.join("\n\n")
}

/// The strict reader as a module that the types and the server share.
pub(super) fn strict_json() -> String {
    format!("pub(super) {}", module("json", STRICT_JSON))
}

fn module(name: &str, source: &str) -> String {
    let indent = |line: &str| {
        if line.is_empty() {
            "\n".to_owned()
        } else {
            format!("    {line}\n")
        }
    };
    let text: String = runtime_text(source).lines().map(indent).collect();
    format!("mod {name} {{\n{text}}}")
}

/// The guard, cut after its imports.
fn guard() -> (String, String) {
    let text = runtime_text(GUARD);
    let (imports, rest) = text.split_once("\n\n///").unwrap_or(("", &text));
    (imports.to_owned(), format!("///{rest}"))
}

pub(super) fn server(model: &Model) -> TokenStream {
    let each = |write: &dyn Fn(&Operation) -> TokenStream| -> TokenStream {
        model.operations.iter().map(write).collect()
    };
    let service = service::service(model);
    let requests = each(&service::request);
    let choices: TokenStream = model.choices.iter().map(service::choice).collect();
    let responses = each(&|operation| responses::response(model, operation));
    let api = endpoints::api(model);
    let paths = each(&endpoints::path_struct);
    let endpoints = each(&endpoints::endpoint);
    quote! {
        #service
        #requests
        #choices
        #responses
        #api
        #paths
        impl<S: Service> Api for Endpoints<S> {
            type Context = Arc<Guarded<S>>;
            #endpoints
        }
    }
}
