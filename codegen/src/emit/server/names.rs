//! The names of what is generated for an operation.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::ident;
use crate::model::{Body, ChosenBy, Operation, Parameter, ParameterKind, status_name};
use crate::names::{pascal, snake};

pub(super) fn request_name(operation: &Operation) -> syn::Ident {
    ident(&format!("{}Request", pascal(&operation.id)))
}

pub(super) fn response_name(operation: &Operation) -> syn::Ident {
    ident(&format!("{}Response", pascal(&operation.id)))
}

pub(super) fn path_name(operation: &Operation) -> syn::Ident {
    ident(&format!("{}Path", pascal(&operation.id)))
}

pub(super) fn refuse_name(rust: &str) -> syn::Ident {
    ident(&format!("refuse_{}", snake(rust)))
}

pub(super) fn field(parameter: &Parameter) -> syn::Ident {
    ident(&snake(&parameter.name))
}

pub(super) fn has_path(operation: &Operation) -> bool {
    !operation.parameters.is_empty()
}

pub(super) fn takes_request(operation: &Operation) -> bool {
    has_path(operation) || operation.body.is_some()
}

pub(super) fn parameter_type(parameter: &Parameter) -> TokenStream {
    match &parameter.kind {
        ParameterKind::Text => quote! { String },
        ParameterKind::Integer => quote! { i64 },
        ParameterKind::Number => quote! { f64 },
        ParameterKind::Flag => quote! { bool },
        ParameterKind::Named(rust) => {
            let rust = ident(rust);
            quote! { types::#rust }
        }
    }
}

pub(super) fn body_type(body: &Body) -> TokenStream {
    match &body.choice {
        Some(ChosenBy { choice, .. }) => {
            let choice = ident(choice);
            quote! { #choice }
        }
        None => {
            let rust = ident(&body.rust);
            quote! { types::#rust }
        }
    }
}

pub(super) fn status(code: u16) -> TokenStream {
    let name = ident(status_name(code).unwrap_or("INTERNAL_SERVER_ERROR"));
    quote! { StatusCode::#name }
}
