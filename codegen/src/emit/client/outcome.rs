//! Client methods that return what progenitor cannot: several types of success or error, ranges of
//! statuses, texts; and those that may go without a body.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};

use crate::emit::text::{docs, ident, reply_doc};
use crate::model::{Model, Operation, Outcome, Payload, Reply, Side};
use crate::names::snake;
use crate::spec::Status;

/// Rewrites the methods that need it.
pub(super) fn mend(model: &Model, items: &mut [syn::Item]) -> Result<(), String> {
    let methods = items.iter_mut().filter_map(|item| match item {
        syn::Item::Impl(block) if block.trait_.is_none() => Some(&mut block.items),
        _ => None,
    });
    let mut methods: std::collections::HashMap<String, &mut syn::ImplItemFn> = methods
        .flatten()
        .filter_map(|item| match item {
            syn::ImplItem::Fn(method) => Some((method.sig.ident.to_string(), method)),
            _ => None,
        })
        .collect();
    for operation in &model.operations {
        let optional = operation.body.as_ref().is_some_and(|body| body.optional);
        if operation.outcome.is_none() && !optional && operation.method != "OPTIONS" {
            continue;
        }
        let name = snake(&operation.id);
        let method = methods
            .get_mut(&name)
            .ok_or_else(|| format!("progenitor wrote no method `{name}`"))?;
        if let Some(outcome) = &operation.outcome {
            returns(operation, outcome, method)?;
        }
        if optional {
            optional_body(method);
        }
        visit_mut::visit_impl_item_fn_mut(&mut Calls { optional }, method);
    }
    Ok(())
}

fn returns(
    operation: &Operation,
    outcome: &Outcome,
    method: &mut syn::ImplItemFn,
) -> Result<(), String> {
    let success = side_type(&outcome.success);
    let failure = side_type(&outcome.failure);
    method.sig.output = syn::parse_quote!(-> Result<ResponseValue<#success>, Error<#failure>>);
    let Some(syn::Stmt::Expr(syn::Expr::Match(choice), None)) = method.block.stmts.last_mut()
    else {
        return Err(format!(
            "progenitor's method `{}` has another form",
            operation.id
        ));
    };
    let response = response_of(&choice.expr).ok_or("progenitor's response has another form")?;
    let arms = operation.replies.iter().map(|reply| {
        let side = if reply.status.is_error() {
            &outcome.failure
        } else {
            &outcome.success
        };
        arm(reply, side, &response)
    });
    *choice = syn::parse_quote! {
        match #response.status().as_u16() {
            #(#arms)*
            _ => Err(Error::UnexpectedResponse(#response)),
        }
    };
    Ok(())
}

/// The variable in `response.status().as_u16()`.
fn response_of(scrutinee: &syn::Expr) -> Option<syn::Expr> {
    let syn::Expr::MethodCall(number) = scrutinee else {
        return None;
    };
    let syn::Expr::MethodCall(status) = number.receiver.as_ref() else {
        return None;
    };
    Some(status.receiver.as_ref().clone())
}

fn arm(reply: &Reply, side: &Side, response: &syn::Expr) -> TokenStream {
    let pattern = match reply.status {
        Status::One(code) => quote! { #code },
        Status::Class(class) => {
            let (first, last) = (class * 100, class * 100 + 99);
            quote! { #first ..= #last }
        }
    };
    let read = match (&reply.payload, side) {
        (Payload::Nothing, _) => quote! { ResponseValue::empty(#response) },
        (Payload::Json { .. }, _) => quote! { ResponseValue::from_response(#response).await? },
        (Payload::Text { .. }, _) => quote! { runtime::text_of(#response).await? },
        (Payload::Bytes { .. }, Side::Same(_)) => quote! { ResponseValue::stream(#response) },
        (Payload::Bytes { .. }, Side::Several(_)) => quote! { runtime::bytes_of(#response).await? },
    };
    let value = match side {
        Side::Same(_) => read,
        Side::Several(name) => {
            let (name, variant) = (ident(name), ident(&reply.variant));
            let make = match reply.payload {
                Payload::Nothing => quote! { |()| #name::#variant },
                _ => quote! { #name::#variant },
            };
            quote! { runtime::mapped(#read, #make) }
        }
    };
    if reply.status.is_error() {
        quote! { #pattern => Err(Error::ErrorResponse(#value)), }
    } else {
        quote! { #pattern => Ok(#value), }
    }
}

fn side_type(side: &Side) -> TokenStream {
    match side {
        Side::Same(payload) => payload_type(payload, quote! { ByteStream }),
        Side::Several(name) => ident(name).into_token_stream(),
    }
}

fn payload_type(payload: &Payload, bytes: TokenStream) -> TokenStream {
    match payload {
        Payload::Nothing => quote! { () },
        Payload::Json { rust, .. } => {
            let rust = ident(rust);
            quote! { types::#rust }
        }
        Payload::Text { .. } => quote! { String },
        Payload::Bytes { .. } => bytes,
    }
}

/// The types of the methods that can return several things.
pub(super) fn enumerations(model: &Model) -> TokenStream {
    let write = |operation: &Operation| -> TokenStream {
        let Some(outcome) = &operation.outcome else {
            return TokenStream::new();
        };
        let sides = [
            (&outcome.success, false, "successes"),
            (&outcome.failure, true, "errors"),
        ];
        let enumeration = |(side, errors, what): (&Side, bool, &str)| {
            let Side::Several(name) = side else {
                return TokenStream::new();
            };
            let doc = docs(&format!("The {what} of `{}`.", operation.id));
            let name = ident(name);
            let replies = operation
                .replies
                .iter()
                .filter(|reply| reply.status.is_error() == errors);
            let variants = replies.map(|reply| {
                let doc = docs(&reply_doc(reply));
                let variant = ident(&reply.variant);
                let body = match &reply.payload {
                    Payload::Nothing => TokenStream::new(),
                    payload => {
                        let rust = payload_type(payload, quote! { Vec<u8> });
                        quote! { (#rust) }
                    }
                };
                quote! { #(#doc)* #variant #body, }
            });
            quote! {
                #(#doc)*
                #[derive(Clone, Debug, PartialEq)]
                pub enum #name { #(#variants)* }
            }
        };
        sides.into_iter().map(enumeration).collect()
    };
    model.operations.iter().map(write).collect()
}

fn optional_body(method: &mut syn::ImplItemFn) {
    for input in &mut method.sig.inputs {
        if let syn::FnArg::Typed(argument) = input
            && matches!(argument.pat.as_ref(), syn::Pat::Ident(name) if name.ident == "body")
        {
            let inner = argument.ty.clone();
            argument.ty = syn::parse_quote!(Option<#inner>);
        }
    }
}

/// Calls that are written differently: `.json(&body)` of an optional body, and `.options(url)`,
/// which reqwest does not have.
struct Calls {
    optional: bool,
}

impl VisitMut for Calls {
    fn visit_expr_mut(&mut self, expression: &mut syn::Expr) {
        visit_mut::visit_expr_mut(self, expression);
        let syn::Expr::MethodCall(call) = expression else {
            return;
        };
        let (receiver, arguments) = (&call.receiver, &call.args);
        if self.optional && call.method == "json" {
            *expression = syn::parse_quote!(runtime::optional_json(#receiver, body));
        } else if call.method == "options" {
            *expression =
                syn::parse_quote!(#receiver.request(::reqwest::Method::OPTIONS, #arguments));
        }
    }
}
