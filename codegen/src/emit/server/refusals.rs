//! The responses with which generated code refuses a request by itself.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::names::*;
use crate::emit::text::ident;
use crate::model::{Kind, Model, Operation, Payload, RefusalKind, Reply};

/// The declared response for each kind of refusal that the operation can come to.
pub(super) fn refuse(model: &Model, operation: &Operation) -> TokenStream {
    let fallback = operation
        .refusals
        .iter()
        .find(|(kind, _)| *kind == RefusalKind::Panic)
        .map(|(_, code)| *code);
    let mut codes: Vec<u16> = operation.refusals.iter().map(|(_, code)| *code).collect();
    codes.sort_unstable();
    codes.dedup();
    let arms: Vec<TokenStream> = codes
        .iter()
        .filter(|code| Some(**code) != fallback)
        .map(|code| {
            let own = operation.refusals.iter().filter(|(_, own)| own == code);
            let kinds = own.map(|(kind, _)| ident(&format!("{kind:?}")));
            let value = refusal_value(model, operation, *code);
            quote! { #(EarlyRefusalKind::#kinds)|* => #value, }
        })
        .collect();
    let last = fallback.map(|code| refusal_value(model, operation, code));
    let body = if arms.is_empty() {
        quote! { #last }
    } else {
        quote! { match refusal.kind { #(#arms)* _ => #last, } }
    };
    let replies: Vec<&Reply> = refusing_replies(operation).collect();
    let uses_service = replies
        .iter()
        .filter_map(|reply| reply.payload.rust())
        .any(|rust| !is_empty(model, rust));
    let uses_message = replies
        .iter()
        .any(|reply| matches!(reply.payload, Payload::Text { .. }));
    let service = if uses_service {
        quote! { service }
    } else {
        quote! { _ }
    };
    let refusal = if uses_service || uses_message || !arms.is_empty() {
        quote! { refusal }
    } else {
        quote! { _ }
    };
    quote! {
        fn refuse<S: Service>(#service: &S, #refusal: &EarlyRefusal) -> Self { #body }
    }
}

fn refusal_value(model: &Model, operation: &Operation, code: u16) -> Option<TokenStream> {
    let reply = covering(operation, code)?;
    let variant = ident(&reply.variant);
    let range = range_type(operation, reply).map(|name| {
        let status = status(code);
        quote! { #name(#status) }
    });
    let body = match &reply.payload {
        Payload::Nothing => None,
        Payload::Json { rust, .. } if is_empty(model, rust) => {
            let rust = ident(rust);
            Some(quote! { types::#rust {} })
        }
        Payload::Json { rust, .. } => {
            let name = refuse_name(rust);
            Some(quote! { service.#name(refusal) })
        }
        Payload::Text { .. } => Some(quote! { refusal.message.clone() }),
        Payload::Bytes { .. } => Some(quote! { runtime::Bytes::new() }),
    };
    let headers = headers_type(operation, reply).map(|name| quote! { #name::default() });
    let fields: Vec<TokenStream> = range.into_iter().chain(body).chain(headers).collect();
    let fields = (!fields.is_empty()).then(|| quote! { (#(#fields),*) });
    Some(quote! { Self::#variant #fields })
}

/// The response that a status is declared by: its own, or that of its range.
fn covering(operation: &Operation, code: u16) -> Option<&Reply> {
    operation
        .replies
        .iter()
        .find(|reply| reply.status.covers(code))
}

fn is_empty(model: &Model, rust: &str) -> bool {
    model
        .component(rust)
        .is_some_and(|component| component.kind == Kind::Empty)
}

fn refusing_replies(operation: &Operation) -> impl Iterator<Item = &Reply> {
    operation.replies.iter().filter(|reply| {
        let mut refusals = operation.refusals.iter();
        refusals.any(|(_, code)| {
            covering(operation, *code).is_some_and(|other| other.variant == reply.variant)
        })
    })
}

/// The types of the bodies that refusals need and only an implementer can fill.
pub(super) fn refusal_types(model: &Model) -> Vec<String> {
    let mut known = HashSet::new();
    let bodies = model.operations.iter().flat_map(refusing_replies);
    bodies
        .filter_map(|reply| reply.payload.rust())
        .filter(|rust| !is_empty(model, rust) && known.insert(*rust))
        .map(str::to_owned)
        .collect()
}
