//! The server: what an implementer fills, and what stands in front of it.

mod endpoints;
mod names;
mod responses;
mod service;

use proc_macro2::TokenStream;
use quote::quote;

use super::runtime_text;
use crate::model::{Model, Operation};

const GUARD: &str = include_str!("../../../runtime/guard.rs");
const STRICT_JSON: &str = include_str!("../../../runtime/json.rs");

/// What the parts that are the same for every document import.
pub(super) fn imports() -> String {
    guard().0
}

/// The parts that are the same for every document.
pub(super) fn runtime() -> String {
    let indent = |line: &str| {
        if line.is_empty() {
            "\n".to_owned()
        } else {
            format!("    {line}\n")
        }
    };
    let json: String = runtime_text(STRICT_JSON).lines().map(indent).collect();
    format!("{}\n\nmod json {{\n{json}}}", guard().1)
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
