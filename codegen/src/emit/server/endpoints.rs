//! What dropshot sees: the API trait, and its implementation by the guard.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use serde_json::{Map, Value, json};

use super::names::*;
use super::service::operation_doc;
use crate::emit::text::{docs, ident};
use crate::model::{
    Body, BodyKind, ChosenBy, Fallback, Literal as DefaultValue, Model, Operation, Parameter,
    ParameterKind, Place,
};
use crate::names::snake;

pub(super) fn api(model: &Model) -> TokenStream {
    let doc = docs(&format!(
        "The endpoints of {}, as dropshot knows them.",
        model.info.title
    ));
    let methods = model.operations.iter().map(|operation| {
        let Operation {
            method,
            path,
            tags,
            id,
            ..
        } = operation;
        let (name, signature) = (ident(&snake(id)), signature(operation));
        let (method, doc) = (ident(method), docs(&operation_doc(operation)));
        quote! {
            #(#doc)*
            #[endpoint { method = #method, path = #path, operation_id = #id, tags = [#(#tags),*] }]
            async fn #name #signature;
        }
    });
    quote! {
        #(#doc)*
        #[dropshot::api_description { module = "api_mod" }]
        trait Api {
            /// The service behind the guard.
            type Context;
            #(#methods)*
        }
    }
}

fn signature(operation: &Operation) -> TokenStream {
    let response = response_name(operation);
    let incoming = takes_request(operation).then(|| {
        let path = if has(operation, Place::Path) {
            path_name(operation).into_token_stream()
        } else {
            quote! { runtime::NoPath }
        };
        let body = match &operation.body {
            Some(body) => match &body.kind {
                BodyKind::Json { rust, .. } => {
                    let rust = ident(rust);
                    quote! { runtime::JsonBody<types::#rust> }
                }
                // Dropshot has no say in bodies of other kinds, and need not describe them.
                _ => quote! { runtime::NoBody },
            },
            None => quote! { runtime::NoBody },
        };
        quote! { , incoming: runtime::Incoming<#path, #body> }
    });
    quote! {
        (rqctx: dropshot::RequestContext<Self::Context> #incoming)
        -> Result<runtime::Answer<#response>, dropshot::HttpError>
    }
}

/// The parameters as text, so that reading them cannot fail, documented as what they are.
pub(super) fn path_struct(operation: &Operation) -> TokenStream {
    if !has(operation, Place::Path) {
        return TokenStream::new();
    }
    let name = path_name(operation);
    let label = name.to_string();
    let fields = within(operation, Place::Path).map(|parameter| {
        let (field, name) = (field(parameter), &parameter.name);
        quote! { #[serde(rename = #name)] #field: String, }
    });
    let properties: Map<String, Value> = within(operation, Place::Path)
        .map(|parameter| (parameter.name.clone(), parameter.schema.json()))
        .collect();
    let required: Vec<&String> = properties.keys().collect();
    let schema =
        json!({ "type": "object", "required": required, "properties": properties }).to_string();
    let named = within(operation, Place::Path).filter_map(|parameter| match &parameter.kind {
        ParameterKind::Named(rust) => Some(ident(rust)),
        _ => None,
    });
    let named: Vec<_> = named.collect();
    let generator = if named.is_empty() {
        ident("_")
    } else {
        ident("generator")
    };
    let doc = docs(&format!("The path of `{}`.", operation.id));
    quote! {
        #(#doc)*
        #[derive(serde::Deserialize)]
        struct #name { #(#fields)* }

        impl schemars::JsonSchema for #name {
            fn schema_name() -> String {
                #label.to_owned()
            }
            fn json_schema(#generator: &mut schemars::r#gen::SchemaGenerator) -> schemars::schema::Schema {
                #(generator.subschema_for::<types::#named>();)*
                openapi_codegen_runtime::documented(#schema)
            }
        }
    }
}

pub(super) fn endpoint(operation: &Operation) -> TokenStream {
    let (name, signature) = (ident(&snake(&operation.id)), signature(operation));
    let (id, request, response) = (
        &operation.id,
        request_name(operation),
        response_name(operation),
    );
    let parts = takes_request(operation).then(|| {
        match (has(operation, Place::Path), operation.body.is_some()) {
            (true, true) => quote! { let runtime::Incoming { path, request, .. } = incoming; },
            (true, false) => quote! { let runtime::Incoming { path, .. } = incoming; },
            (false, _) => quote! { let runtime::Incoming { request, .. } = incoming; },
        }
    });
    let pending = match operation.body {
        Some(_) => quote! { Some(request.body()) },
        None => quote! { None },
    };
    let query = has(operation, Place::Query).then(|| {
        quote! { let query = runtime::query_of(rqctx.request.uri(), #pending)?; }
    });
    let parameters = operation
        .parameters
        .iter()
        .map(|parameter| read_parameter(parameter, &pending));
    let body = operation.body.as_ref().map(read_body);
    let fields = operation.parameters.iter().map(field);
    let body_fields = operation.body.as_ref().map(|body| match body.kind {
        BodyKind::Bytes => quote! { body, },
        _ => quote! { body, raw, },
    });
    quote! {
        async fn #name #signature {
            #parts
            let exchange = runtime::Exchange::begin(&rqctx, #id);
            let read = async {
                #query
                #(#parameters)*
                #body
                Ok(#request { request_id: rqctx.request_id.clone(), #(#fields,)* #body_fields })
            };
            let handle = |service: Arc<S>, request| async move { service.#name(request).await };
            exchange.answer(read, handle, #response::refuse::<S>).await
        }
    }
}

fn read_parameter(parameter: &Parameter, pending: &TokenStream) -> TokenStream {
    let (field, name) = (field(parameter), &parameter.name);
    let single = read_type(&parameter.kind);
    let reader = reader(parameter);
    let value = match (parameter.place, &parameter.kind) {
        (Place::Path, ParameterKind::Text) => quote! { path.#field },
        (Place::Path, _) => {
            quote! { runtime::parameter::<#single>(#name, &path.#field, #pending)? }
        }
        (Place::Query, _) => {
            let values = quote! { runtime::query_values(&query, #name) };
            quote! { runtime::#reader::<#single>(&#values, #name, EarlyRefusalKind::QueryParameter, #pending)? }
        }
        (Place::Header, _) => {
            let values =
                quote! { runtime::header_values(rqctx.request.headers(), #name, #pending)? };
            quote! { runtime::#reader::<#single>(&#values, #name, EarlyRefusalKind::HeaderParameter, #pending)? }
        }
    };
    let unwrapped = match parameter.kind {
        ParameterKind::Number(_) if parameter.many => {
            quote! { .into_iter().map(|number| number.0).collect() }
        }
        ParameterKind::Number(_) if parameter.required => quote! { .0 },
        ParameterKind::Number(_) => quote! { .map(|number| number.0) },
        _ => TokenStream::new(),
    };
    let default = parameter
        .default
        .as_ref()
        .filter(|_| !parameter.required && !parameter.many)
        .map(|default| default_value(&parameter.kind, default));
    let default = default.map(|value| quote! { .unwrap_or_else(|| #value) });
    quote! { let #field = #value #unwrapped #default; }
}

/// What the text of a parameter is parsed as.
fn read_type(kind: &ParameterKind) -> TokenStream {
    let single = single_type(kind);
    match kind {
        ParameterKind::Number(_) => quote! { runtime::Finite<#single> },
        _ => single,
    }
}

/// The function that reads a parameter of the query or the headers.
fn reader(parameter: &Parameter) -> syn::Ident {
    ident(match (parameter.many, parameter.required) {
        (true, true) => "at_least_one",
        (true, false) => "each",
        (false, true) => "exactly_one",
        (false, false) => "at_most_one",
    })
}

fn default_value(kind: &ParameterKind, default: &Fallback) -> TokenStream {
    let rust = single_type(kind);
    match (default, kind) {
        (Fallback::Variant(variant), _) => {
            let variant = ident(variant);
            quote! { #rust::#variant }
        }
        (Fallback::Value(value), ParameterKind::Named(_)) => {
            let value = literal(value);
            quote! { #rust::from(#value) }
        }
        (Fallback::Value(value), _) => literal(value),
    }
}

fn literal(value: &DefaultValue) -> TokenStream {
    let signed = |negative: bool, digits: Literal| {
        let sign = negative.then(|| quote! { - });
        quote! { #sign #digits }
    };
    match value {
        DefaultValue::Flag(flag) => quote! { #flag },
        DefaultValue::Integer(value) => {
            signed(*value < 0, Literal::u64_unsuffixed(value.unsigned_abs()))
        }
        DefaultValue::Number(value) => signed(*value < 0.0, Literal::f64_unsuffixed(value.abs())),
        DefaultValue::Text(text) => quote! { #text.to_owned() },
    }
}

fn read_body(body: &Body) -> TokenStream {
    match &body.kind {
        BodyKind::Json { choice, .. } => {
            let value = match choice {
                None => quote! { runtime::read_json(&raw)? },
                Some(ChosenBy { parameter, choice }) => {
                    let (parameter, choice) = (ident(parameter), ident(choice));
                    quote! { #choice::read(&#parameter, &raw)? }
                }
            };
            if body.optional {
                quote! {
                    let absent = request.body().is_complete();
                    let raw = if absent {
                        runtime::Bytes::new()
                    } else {
                        exchange.body(request, "application/json").await?
                    };
                    let body = if raw.is_empty() { None } else { Some(#value) };
                }
            } else {
                quote! {
                    let raw = exchange.body(request, "application/json").await?;
                    let body = #value;
                }
            }
        }
        BodyKind::Form { .. } => quote! {
            let raw = exchange.body(request, "application/x-www-form-urlencoded").await?;
            let body = runtime::read_form(&raw)?;
        },
        BodyKind::Text => quote! {
            let raw = exchange.body(request, "text/plain").await?;
            let body = runtime::read_text(&raw)?;
        },
        BodyKind::Bytes => quote! {
            let body = exchange.body(request, "application/octet-stream").await?;
        },
    }
}
