//! The server: what an implementer fills, and what stands in front of it.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Map, Value, json};

use super::{docs, ident, runtime_text};
use crate::model::{
    Body, Choice, ChosenBy, Kind, Model, Operation, Parameter, ParameterKind, RefusalKind, Reply,
    status_name,
};
use crate::names::{pascal, snake};

const GUARD: &str = include_str!("../../runtime/guard.rs");
const STRICT_JSON: &str = include_str!("../../runtime/json.rs");

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
    let service = service(model);
    let requests: TokenStream = model.operations.iter().map(request).collect();
    let choices: TokenStream = model.choices.iter().map(choice).collect();
    let responses: TokenStream = model
        .operations
        .iter()
        .map(|operation| response(model, operation))
        .collect();
    let api = api(model);
    let paths: TokenStream = model
        .operations
        .iter()
        .filter(|o| has_path(o))
        .map(path_struct)
        .collect();
    let endpoints: TokenStream = model.operations.iter().map(endpoint).collect();
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

// What an implementer sees -----------------------------------------------------------------------

fn service(model: &Model) -> TokenStream {
    let doc = docs(&format!(
        "What an implementer of {} writes: one method per operation.",
        model.title
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
            fn #name(&self, refusal: &Refusal) -> types::#rust;
        }
    });
    quote! {
        #(#doc)*
        pub trait Service: Send + Sync + 'static {
            #(#methods)*
            #(#refusals)*
            /// Called with every answer to a known operation, for metrics.
            fn observe(&self, operation: &'static str, status: u16, elapsed: Duration) {
                let _ = (operation, status, elapsed);
            }
        }
    }
}

fn operation_doc(operation: &Operation) -> String {
    let route = format!("`{} {}`", operation.method, operation.path);
    let parts = [&operation.summary, &operation.description, &route];
    let parts = parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(String::as_str);
    parts.collect::<Vec<_>>().join("\n\n")
}

fn request(operation: &Operation) -> TokenStream {
    let name = request_name(operation);
    let doc = docs(&format!(
        "A request to `{}`, judged and found well-formed.",
        operation.id
    ));
    let fields = operation.parameters.iter().map(|parameter| {
        let (field, rust) = (field(parameter), parameter_type(parameter));
        let doc = docs(&parameter.description);
        quote! { #(#doc)* pub #field: #rust, }
    });
    let body = operation.body.as_ref().map(|body| {
        let rust = body_type(body);
        quote! {
            /// The body.
            pub body: #rust,
            /// The body as it was sent.
            pub raw: Bytes,
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

fn choice(choice: &Choice) -> TokenStream {
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
        quote! { types::#parameter::#value => Self::#variant(json::read(raw)?), }
    });
    quote! {
        #(#doc)*
        #[derive(Clone, Debug, PartialEq)]
        pub enum #name { #(#variants)* }

        impl #name {
            fn read(by: &types::#parameter, raw: &[u8]) -> Result<Self, json::Unreadable> {
                Ok(match by { #(#arms)* })
            }
        }
    }
}

// Responses --------------------------------------------------------------------------------------

fn response(model: &Model, operation: &Operation) -> TokenStream {
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
fn refusal_types(model: &Model) -> Vec<String> {
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

// What dropshot sees -----------------------------------------------------------------------------

fn api(model: &Model) -> TokenStream {
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
fn path_struct(operation: &Operation) -> TokenStream {
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

fn endpoint(operation: &Operation) -> TokenStream {
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

// Names ------------------------------------------------------------------------------------------

fn request_name(operation: &Operation) -> syn::Ident {
    ident(&format!("{}Request", pascal(&operation.id)))
}

fn response_name(operation: &Operation) -> syn::Ident {
    ident(&format!("{}Response", pascal(&operation.id)))
}

fn path_name(operation: &Operation) -> syn::Ident {
    ident(&format!("{}Path", pascal(&operation.id)))
}

fn refuse_name(rust: &str) -> syn::Ident {
    ident(&format!("refuse_{}", snake(rust)))
}

fn field(parameter: &Parameter) -> syn::Ident {
    ident(&snake(&parameter.name))
}

fn has_path(operation: &Operation) -> bool {
    !operation.parameters.is_empty()
}

fn takes_request(operation: &Operation) -> bool {
    has_path(operation) || operation.body.is_some()
}

fn parameter_type(parameter: &Parameter) -> TokenStream {
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

fn body_type(body: &Body) -> TokenStream {
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

fn status(code: u16) -> TokenStream {
    let name = ident(status_name(code).unwrap_or("INTERNAL_SERVER_ERROR"));
    quote! { StatusCode::#name }
}
