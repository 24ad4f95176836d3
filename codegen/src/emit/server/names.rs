//! The names of what is generated for an operation.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::emit::text::ident;
use crate::model::{
    Body, BodyKind, ChosenBy, Operation, Parameter, ParameterKind, Place, Reply, status_name,
};
use crate::names::{pascal, snake};
use crate::spec::Status;

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
    ident(&parameter.field)
}

/// The parameters in one place.
pub(super) fn within(operation: &Operation, place: Place) -> impl Iterator<Item = &Parameter> {
    let parameters = operation.parameters.iter();
    parameters.filter(move |parameter| parameter.place == place)
}

pub(super) fn has(operation: &Operation, place: Place) -> bool {
    within(operation, place).next().is_some()
}

pub(super) fn takes_request(operation: &Operation) -> bool {
    has(operation, Place::Path) || operation.body.is_some()
}

/// The type of one value.
pub(super) fn single_type(kind: &ParameterKind) -> TokenStream {
    match kind {
        ParameterKind::Text => quote! { String },
        ParameterKind::Integer(rust) | ParameterKind::Number(rust) => {
            ident(rust).into_token_stream()
        }
        ParameterKind::Flag => quote! { bool },
        ParameterKind::Named(rust) => {
            let rust = ident(rust);
            quote! { types::#rust }
        }
    }
}

/// The type of the field that holds the parameter.
pub(super) fn parameter_type(parameter: &Parameter) -> TokenStream {
    let single = single_type(&parameter.kind);
    if parameter.many {
        quote! { Vec<#single> }
    } else if parameter.required || parameter.default.is_some() {
        single
    } else {
        quote! { Option<#single> }
    }
}

pub(super) fn body_type(body: &Body) -> TokenStream {
    let rust = match &body.kind {
        BodyKind::Json {
            choice: Some(ChosenBy { choice, .. }),
            ..
        } => ident(choice).into_token_stream(),
        BodyKind::Json { rust, .. } | BodyKind::Form { rust } => {
            let rust = ident(rust);
            quote! { types::#rust }
        }
        BodyKind::Text => quote! { String },
        BodyKind::Bytes => return quote! { runtime::Bytes },
    };
    if body.optional {
        quote! { Option<#rust> }
    } else {
        rust
    }
}

pub(super) fn status(code: u16) -> TokenStream {
    let name = ident(status_name(code).unwrap_or("INTERNAL_SERVER_ERROR"));
    quote! { runtime::StatusCode::#name }
}

/// The type of a status out of a range.
pub(super) fn range_name(operation: &Operation, class: u16) -> syn::Ident {
    ident(&format!("{}{class}xx", pascal(&operation.id)))
}

/// The type of the headers of a response.
pub(super) fn headers_name(operation: &Operation, reply: &Reply) -> syn::Ident {
    ident(&format!(
        "{}{}Headers",
        pascal(&operation.id),
        reply.variant
    ))
}

pub(super) fn range_type(operation: &Operation, reply: &Reply) -> Option<TokenStream> {
    match reply.status {
        Status::One(_) => None,
        Status::Class(class) => Some(range_name(operation, class).into_token_stream()),
    }
}

pub(super) fn headers_type(operation: &Operation, reply: &Reply) -> Option<TokenStream> {
    (!reply.headers.is_empty()).then(|| headers_name(operation, reply).into_token_stream())
}
