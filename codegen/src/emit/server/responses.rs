//! One enumeration of declared responses per operation.

use proc_macro2::TokenStream;
use quote::quote;

use super::names::*;
use super::refusals::refuse;
use crate::emit::text::{docs, ident, reply_doc};
use crate::model::{Header, Model, Operation, ParameterKind, Payload, Reply};
use crate::spec::Status;

pub(super) fn response(model: &Model, operation: &Operation) -> TokenStream {
    let name = response_name(operation);
    let doc = docs(&format!(
        "The declared responses of `{}`; there are no others.",
        operation.id
    ));
    let variants = operation.replies.iter().map(|reply| {
        let variant = ident(&reply.variant);
        let doc = docs(&reply_doc(reply));
        let range = range_type(operation, reply);
        let body = body_type(&reply.payload);
        let headers = headers_type(operation, reply);
        let fields: Vec<TokenStream> = range.into_iter().chain(body).chain(headers).collect();
        let fields = (!fields.is_empty()).then(|| quote! { (#(#fields),*) });
        quote! { #(#doc)* #variant #fields, }
    });
    let results = operation.replies.iter().map(|reply| {
        let pattern = pattern(reply, Bind::All);
        let result = result(reply);
        quote! { #pattern => #result, }
    });
    let codes = operation.replies.iter().map(|reply| {
        let pattern = pattern(reply, Bind::Status);
        let status = status_value(reply);
        quote! { #pattern => #status, }
    });
    let success = operation
        .replies
        .iter()
        .find_map(documented)
        .unwrap_or_else(|| quote! { dropshot::ApiEndpointResponse::default() });
    let refuse = refuse(model, operation);
    let parts = operation.replies.iter().map(|reply| {
        let range = range(operation, reply);
        let headers = headers(operation, reply);
        quote! { #range #headers }
    });
    quote! {
        #(#doc)*
        #[derive(Clone, Debug, PartialEq)]
        pub enum #name { #(#variants)* }

        impl #name {
            #refuse
        }

        impl dropshot::HttpResponse for #name {
            fn to_result(self) -> runtime::Reply {
                match self { #(#results)* }
            }
            fn response_metadata() -> dropshot::ApiEndpointResponse { #success }
            fn status_code(&self) -> runtime::StatusCode {
                match self { #(#codes)* }
            }
        }

        #(#parts)*
    }
}

fn body_type(payload: &Payload) -> Option<TokenStream> {
    match payload {
        Payload::Nothing => None,
        Payload::Json { rust, .. } => {
            let rust = ident(rust);
            Some(quote! { types::#rust })
        }
        Payload::Text { .. } => Some(quote! { String }),
        Payload::Bytes { .. } => Some(quote! { runtime::Bytes }),
    }
}

/// Which parts of a variant are given a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bind {
    All,
    Status,
}

fn pattern(reply: &Reply, bind: Bind) -> TokenStream {
    let variant = ident(&reply.variant);
    let unless = |name: TokenStream| {
        if bind == Bind::All {
            name
        } else {
            quote! { _ }
        }
    };
    let range = matches!(reply.status, Status::Class(_)).then(|| quote! { status });
    let body = (reply.payload != Payload::Nothing).then(|| unless(quote! { body }));
    let headers = (!reply.headers.is_empty()).then(|| unless(quote! { headers }));
    let fields: Vec<TokenStream> = range.into_iter().chain(body).chain(headers).collect();
    if fields.is_empty() {
        quote! { Self::#variant }
    } else {
        quote! { Self::#variant(#(#fields),*) }
    }
}

fn status_value(reply: &Reply) -> TokenStream {
    match reply.status {
        Status::One(code) => status(code),
        Status::Class(_) => quote! { status.0 },
    }
}

fn result(reply: &Reply) -> TokenStream {
    let status = status_value(reply);
    let plain = match &reply.payload {
        Payload::Nothing => quote! { runtime::empty_reply(#status) },
        Payload::Json { media, .. } if media == "application/json" => {
            quote! { runtime::json_reply(#status, &body) }
        }
        Payload::Json { media, .. } => {
            quote! { runtime::json_reply(#status, &body).map(|reply| runtime::declared_as(reply, #media)) }
        }
        Payload::Text { media } => {
            let media = if media.contains(';') {
                media.clone()
            } else {
                format!("{media}; charset=utf-8")
            };
            quote! { runtime::body_reply(#status, #media, body) }
        }
        Payload::Bytes { media } => quote! { runtime::body_reply(#status, #media, body) },
    };
    if reply.headers.is_empty() {
        plain
    } else {
        quote! { #plain.map(|reply| headers.put_into(reply)) }
    }
}

fn documented(reply: &Reply) -> Option<TokenStream> {
    let Status::One(code @ 200..300) = reply.status else {
        return None;
    };
    let (status, description) = (status(code), &reply.description);
    Some(match reply.payload.rust().map(ident) {
        Some(body) => quote! { runtime::documented_json::<types::#body>(#status, #description) },
        None => quote! { runtime::documented_empty(#status, #description) },
    })
}

/// A status that is declared together with others.
fn range(operation: &Operation, reply: &Reply) -> Option<TokenStream> {
    let Status::Class(class) = reply.status else {
        return None;
    };
    let name = range_name(operation, class);
    let mut others: Vec<u16> = operation
        .replies
        .iter()
        .filter_map(|other| match other.status {
            Status::One(code) if code / 100 == class => Some(code),
            _ => None,
        })
        .collect();
    if class == 2 && reply.payload != Payload::Nothing {
        others.extend([204, 205]); // have no content
    }
    let doc = docs(&format!(
        "A status {class}xx that `{}` declares in no other way.",
        operation.id
    ));
    Some(quote! {
        #(#doc)*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct #name(runtime::StatusCode);

        impl TryFrom<runtime::StatusCode> for #name {
            type Error = runtime::UndeclaredStatus;
            fn try_from(status: runtime::StatusCode) -> Result<Self, Self::Error> {
                runtime::of_range(status, #class, &[#(#others),*]).map(Self)
            }
        }
    })
}

/// The headers of a response, in types that cannot break a header.
fn headers(operation: &Operation, reply: &Reply) -> Option<TokenStream> {
    if reply.headers.is_empty() {
        return None;
    }
    let name = headers_name(operation, reply);
    let doc = docs(&format!(
        "The headers of `{}` of `{}`.",
        reply.variant, operation.id
    ));
    let default = reply
        .headers
        .iter()
        .all(|header| !header.required)
        .then(|| quote! { Default, });
    let fields = reply.headers.iter().map(|header| {
        let (field, rust) = (ident(&header.field), header_type(header));
        let text = format!(
            "`{}`. {}",
            header.name,
            header.description.as_deref().unwrap_or("").trim()
        );
        let doc = docs(&text);
        quote! { #(#doc)* pub #field: #rust, }
    });
    let puts = reply.headers.iter().map(|header| {
        let (field, name) = (ident(&header.field), &header.name);
        let put = |value: TokenStream| match header.kind {
            ParameterKind::Text => quote! { reply.headers_mut().insert(#name, #value); },
            _ => quote! { runtime::header(&mut reply, #name, &#value); },
        };
        if header.required {
            put(quote! { self.#field })
        } else {
            let put = put(quote! { value });
            quote! { if let Some(value) = self.#field { #put } }
        }
    });
    Some(quote! {
        #(#doc)*
        #[derive(Clone, Debug, #default PartialEq)]
        pub struct #name { #(#fields)* }

        impl #name {
            fn put_into(self, mut reply: runtime::Response) -> runtime::Response {
                #(#puts)*
                reply
            }
        }
    })
}

fn header_type(header: &Header) -> TokenStream {
    let single = match &header.kind {
        ParameterKind::Text => quote! { runtime::HeaderValue },
        kind => single_type(kind),
    };
    if header.required {
        single
    } else {
        quote! { Option<#single> }
    }
}
