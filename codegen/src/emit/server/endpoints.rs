//! What dropshot sees: the API trait, and its implementation by the guard.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Map, Value, json};

use super::names::*;
use super::service::operation_doc;
use crate::emit::{docs, ident};
use crate::model::{Body, ChosenBy, Model, Operation, Parameter, ParameterKind};
use crate::names::snake;

pub(super) fn api(model: &Model) -> TokenStream {
    let doc = docs(&format!(
        "The endpoints of {}, as dropshot knows them.",
        model.title
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
        let path = if has_path(operation) {
            path_name(operation)
        } else {
            ident("NoPath")
        };
        let body = match &operation.body {
            Some(Body { rust, .. }) => {
                let rust = ident(rust);
                quote! { JsonBody<types::#rust> }
            }
            None => quote! { NoBody },
        };
        quote! { , incoming: Incoming<#path, #body> }
    });
    quote! {
        (rqctx: RequestContext<Self::Context> #incoming) -> Result<Answer<#response>, HttpError>
    }
}

/// The parameters as text, so that reading them cannot fail, documented as what they are.
pub(super) fn path_struct(operation: &Operation) -> TokenStream {
    if !has_path(operation) {
        return TokenStream::new();
    }
    let name = path_name(operation);
    let label = name.to_string();
    let fields = operation.parameters.iter().map(|parameter| {
        let (field, name) = (field(parameter), &parameter.name);
        quote! { #[serde(rename = #name)] #field: String, }
    });
    let properties: Map<String, Value> = operation
        .parameters
        .iter()
        .map(|parameter| (parameter.name.clone(), parameter.schema.clone()))
        .collect();
    let required: Vec<&String> = properties.keys().collect();
    let schema =
        json!({ "type": "object", "required": required, "properties": properties }).to_string();
    let named = operation
        .parameters
        .iter()
        .filter_map(|parameter| match &parameter.kind {
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
                serde_json::from_str(#schema).unwrap_or(schemars::schema::Schema::Bool(true))
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
    let parts =
        takes_request(operation).then(|| match (has_path(operation), operation.body.is_some()) {
            (true, true) => quote! { let Incoming { path, request, .. } = incoming; },
            (true, false) => quote! { let Incoming { path, .. } = incoming; },
            (false, _) => quote! { let Incoming { request, .. } = incoming; },
        });
    let texts = operation.parameters.iter().map(|parameter| {
        let (field, name) = (field(parameter), &parameter.name);
        quote! { (#name, path.#field.clone()) }
    });
    let parameters = operation
        .parameters
        .iter()
        .map(|parameter| read_parameter(operation, parameter));
    let body = operation.body.as_ref().map(read_body);
    let fields = operation.parameters.iter().map(field);
    let body_fields = operation.body.as_ref().map(|_| quote! { body, raw, });
    quote! {
        async fn #name #signature {
            #parts
            let exchange = Exchange::begin(&rqctx, #id, vec![#(#texts),*]);
            let read = async {
                #(#parameters)*
                #body
                Ok(#request { request_id: rqctx.request_id.clone(), #(#fields,)* #body_fields })
            };
            let handle = |service: Arc<S>, request| async move { service.#name(request).await };
            Ok(exchange.answer(read, handle, #response::refuse::<S>).await)
        }
    }
}

fn read_parameter(operation: &Operation, parameter: &Parameter) -> TokenStream {
    let (field, name) = (field(parameter), &parameter.name);
    match parameter.kind {
        ParameterKind::Text => quote! { let #field = path.#field; },
        _ => {
            let rust = parameter_type(parameter);
            let body = match operation.body {
                Some(_) => quote! { Some(request.body()) },
                None => quote! { None },
            };
            quote! { let #field = parameter::<#rust>(#name, &path.#field, #body)?; }
        }
    }
}

fn read_body(body: &Body) -> TokenStream {
    let value = match &body.choice {
        None => quote! { json::read(&raw)? },
        Some(ChosenBy { parameter, choice }) => {
            let (parameter, choice) = (ident(parameter), ident(choice));
            quote! { #choice::read(&#parameter, &raw)? }
        }
    };
    quote! {
        let raw = exchange.body(request).await?;
        let body = #value;
    }
}
