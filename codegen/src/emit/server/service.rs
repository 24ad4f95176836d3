//! What an implementer sees: the trait, the requests, the bodies.

use proc_macro2::TokenStream;
use quote::quote;

use super::names::*;
use super::refusals::refusal_types;
use crate::emit::text::{docs, ident};
use crate::model::{BodyKind, Choice, Model, Operation};
use crate::names::snake;

pub(super) fn service(model: &Model) -> TokenStream {
    let doc = docs(&format!(
        "What an implementer of {} writes: one method per operation.",
        model.info.title
    ));
    let methods = model.operations.iter().map(|operation| {
        let name = ident(&snake(&operation.id));
        let (request, response) = (request_name(operation), response_name(operation));
        let doc = docs(&operation_doc(operation));
        quote! {
            #(#doc)*
            fn #name(&self, request: #request) -> impl Future<Output = #response> + Send;
        }
    });
    let refusals = refusal_types(model).into_iter().map(|rust| {
        let (name, rust) = (refuse_name(&rust), ident(&rust));
        quote! {
            /// The body of a refusal that is made without the other methods.
            fn #name(&self, refusal: &EarlyRefusal) -> types::#rust;
        }
    });
    quote! {
        #(#doc)*
        pub trait Service: Send + Sync + 'static {
            #(#methods)*
            #(#refusals)*
        }
    }
}

pub(super) fn operation_doc(operation: &Operation) -> String {
    let route = format!("`{} {}`", operation.method, operation.path);
    let deprecated = if operation.deprecated {
        "Deprecated."
    } else {
        ""
    };
    let [summary, description] =
        [&operation.summary, &operation.description].map(|text| text.as_deref().unwrap_or(""));
    let parts = [summary.trim(), description.trim(), deprecated, &route];
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("\n\n")
}

pub(super) fn request(operation: &Operation) -> TokenStream {
    let name = request_name(operation);
    let doc = docs(&format!(
        "A request to `{}`, judged and found well-formed.",
        operation.id
    ));
    let fields = operation.parameters.iter().map(|parameter| {
        let (field, rust) = (field(parameter), parameter_type(parameter));
        let doc = docs(parameter.description.as_deref().unwrap_or(""));
        quote! { #(#doc)* pub #field: #rust, }
    });
    let body = operation.body.as_ref().map(|body| {
        let rust = body_type(body);
        let raw = (!matches!(body.kind, BodyKind::Bytes)).then(|| {
            quote! {
                /// The body as it was sent.
                pub raw: runtime::Bytes,
            }
        });
        quote! {
            /// The body.
            pub body: #rust,
            #raw
        }
    });
    quote! {
        #(#doc)*
        #[derive(Clone, Debug, PartialEq)]
        pub struct #name {
            /// The id under which the server logs the request, and which it sends back.
            pub request_id: String,
            #(#fields)*
            #body
        }
    }
}

pub(super) fn choice(choice: &Choice) -> TokenStream {
    let name = ident(&choice.rust);
    let doc = docs(&format!(
        "A body, by the value of `types::{}`.",
        choice.parameter_type
    ));
    let variants = choice.variants.iter().map(|(value, variant, rust)| {
        let doc = docs(&format!("The body of `{value}`."));
        let (variant, rust) = (ident(variant), ident(rust));
        quote! { #(#doc)* #variant(types::#rust), }
    });
    let parameter = ident(&choice.parameter_type);
    let arms = choice.variants.iter().map(|(value, variant, _)| {
        let (value, variant) = (ident(value), ident(variant));
        quote! { types::#parameter::#value => Self::#variant(runtime::read_json(raw)?), }
    });
    quote! {
        #(#doc)*
        #[derive(Clone, Debug, PartialEq)]
        pub enum #name { #(#variants)* }

        impl #name {
            fn read(by: &types::#parameter, raw: &[u8]) -> Result<Self, runtime::Fault> {
                Ok(match by { #(#arms)* })
            }
        }
    }
}
