//! One enumeration of declared responses per operation.

use proc_macro2::TokenStream;
use quote::quote;

use super::names::*;
use crate::emit::{docs, ident};
use crate::model::{Kind, Model, Operation, RefusalKind, Reply};

pub(super) fn response(model: &Model, operation: &Operation) -> TokenStream {
    let name = response_name(operation);
    let doc = docs(&format!(
        "The declared responses of `{}`; there are no others.",
        operation.id
    ));
    let variants = operation.replies.iter().map(|reply| {
        let (variant, body) = (ident(&reply.variant), reply.body.as_deref().map(ident));
        let doc = docs(&format!("{}: {}", reply.status, reply.description));
        let body = body.map(|body| quote! { (types::#body) });
        quote! { #(#doc)* #variant #body, }
    });
    let results = operation.replies.iter().map(|reply| {
        let (variant, status) = (ident(&reply.variant), status(reply.status));
        match reply.body {
            Some(_) => quote! { Self::#variant(body) => json_reply(#status, &body), },
            None => quote! { Self::#variant => empty_reply(#status), },
        }
    });
    let codes = operation.replies.iter().map(|reply| {
        let (variant, status) = (ident(&reply.variant), status(reply.status));
        let body = reply.body.as_ref().map(|_| quote! { (_) });
        quote! { Self::#variant #body => #status, }
    });
    let success = operation
        .replies
        .iter()
        .find(|reply| reply.status < 300)
        .map(documented);
    let refuse = refuse(model, operation);
    quote! {
        #(#doc)*
        #[derive(Clone, Debug, PartialEq)]
        pub enum #name { #(#variants)* }

        impl #name {
            #refuse
        }

        impl HttpResponse for #name {
            fn to_result(self) -> Result<Response<Body>, HttpError> {
                match self { #(#results)* }
            }
            fn response_metadata() -> ApiEndpointResponse { #success }
            fn status_code(&self) -> StatusCode {
                match self { #(#codes)* }
            }
        }
    }
}

fn documented(reply: &Reply) -> TokenStream {
    let (status, description) = (status(reply.status), &reply.description);
    match reply.body.as_deref().map(ident) {
        Some(body) => quote! { documented_json::<types::#body>(#status, #description) },
        None => quote! { documented_empty(#status, #description) },
    }
}

/// The declared response for each kind of refusal that the operation can come to.
fn refuse(model: &Model, operation: &Operation) -> TokenStream {
    let fallback = operation
        .refusals
        .iter()
        .find(|(kind, _)| *kind == RefusalKind::Panic);
    let arms = operation.replies.iter().filter_map(|reply| {
        let kinds: Vec<_> = operation
            .refusals
            .iter()
            .filter(|(_, status)| *status == reply.status)
            .map(|(kind, _)| ident(&format!("{kind:?}")))
            .collect();
        let is_fallback = fallback.is_some_and(|(_, status)| *status == reply.status);
        let value = refusal_value(model, reply);
        (!kinds.is_empty() && !is_fallback).then(|| quote! { #(RefusalKind::#kinds)|* => #value, })
    });
    let last = operation
        .replies
        .iter()
        .find(|reply| fallback.is_some_and(|(_, status)| *status == reply.status));
    let last = last.map(|reply| refusal_value(model, reply));
    let arms: Vec<_> = arms.collect();
    let body = if arms.is_empty() {
        quote! { #last }
    } else {
        quote! { match refusal.kind { #(#arms)* _ => #last, } }
    };
    let mut needs = refusing_replies(operation).filter_map(|reply| reply.body.as_deref());
    let uses_service = needs.any(|rust| !is_empty(model, rust));
    let (service, refusal) = match (uses_service, arms.is_empty()) {
        (true, _) => (quote! { service }, quote! { refusal }),
        (false, false) => (quote! { _ }, quote! { refusal }),
        (false, true) => (quote! { _ }, quote! { _ }),
    };
    quote! {
        fn refuse<S: Service>(#service: &S, #refusal: &Refusal) -> Self { #body }
    }
}

fn refusal_value(model: &Model, reply: &Reply) -> TokenStream {
    let variant = ident(&reply.variant);
    match reply.body.as_deref() {
        None => quote! { Self::#variant },
        Some(rust) if is_empty(model, rust) => {
            let rust = ident(rust);
            quote! { Self::#variant(types::#rust {}) }
        }
        Some(rust) => {
            let name = refuse_name(rust);
            quote! { Self::#variant(service.#name(refusal)) }
        }
    }
}

fn is_empty(model: &Model, rust: &str) -> bool {
    model
        .component(rust)
        .is_some_and(|component| component.kind == Kind::Empty)
}

fn refusing_replies(operation: &Operation) -> impl Iterator<Item = &Reply> {
    let refuses = |status: u16| operation.refusals.iter().any(|(_, known)| *known == status);
    operation
        .replies
        .iter()
        .filter(move |reply| refuses(reply.status))
}

/// The types of the bodies that refusals need and only an implementer can fill.
pub(super) fn refusal_types(model: &Model) -> Vec<String> {
    let mut types: Vec<String> = Vec::new();
    for reply in model.operations.iter().flat_map(refusing_replies) {
        if let Some(rust) = &reply.body
            && !is_empty(model, rust)
            && !types.contains(rust)
        {
            types.push(rust.clone());
        }
    }
    types
}
