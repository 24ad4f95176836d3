//! Types of numbers, lists and maps that cannot leave their bounds.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use crate::api::Schema;
use crate::emit::text::{docs, ident};
use crate::model::Component;
use crate::schema::bounds::{Bounds, Size, number_type};
use crate::schema::walk::reference;

pub(super) fn bounded(component: &Component, bounds: &Bounds) -> TokenStream {
    match bounds {
        Bounds::Integer {
            rust,
            min,
            max,
            step,
        } => {
            let low = min.map(|min| refuse_if(quote! { < }, integer(min), "less than"));
            let high = max.map(|max| refuse_if(quote! { > }, integer(max), "more than"));
            let step = step.map(|step| {
                let text = format!("{{value}} is not a multiple of {step}");
                let step = Literal::i64_unsuffixed(step);
                quote! { if value % #step != 0 { return Err(format!(#text).into()); } }
            });
            let checks = quote! { #low #high #step };
            number(component, rust, quote! { Eq, Hash, Ord, }, checks)
        }
        Bounds::Number { rust, min, max } => {
            let low = min.map(|(min, out)| {
                let relation = if out {
                    quote! { <= }
                } else {
                    quote! { < }
                };
                refuse_if(
                    relation,
                    float(min),
                    if out { "not more than" } else { "less than" },
                )
            });
            let high = max.map(|(max, out)| {
                let relation = if out {
                    quote! { >= }
                } else {
                    quote! { > }
                };
                refuse_if(
                    relation,
                    float(max),
                    if out { "not less than" } else { "more than" },
                )
            });
            let finite = quote! { if !value.is_finite() { return Err("not a number".into()); } };
            number(
                component,
                rust,
                TokenStream::new(),
                quote! { #finite #low #high },
            )
        }
        Bounds::List { size, unique } => {
            let item = rust_type(component.schema.items());
            let inner = quote! { ::std::vec::Vec<#item> };
            let once = unique.then(|| {
                quote! {
                    if let Some(index) = ::openapi_codegen_runtime::repeated(&value) {
                        return Err(format!("item {index} was there before").into());
                    }
                }
            });
            let size = sizes(*size, "items");
            collection(component, &inner, &quote! { #size #once })
        }
        Bounds::Map(size) => {
            let value = rust_type(component.schema.additional());
            let inner = quote! { ::std::collections::BTreeMap<::std::string::String, #value> };
            collection(component, &inner, &sizes(*size, "members"))
        }
    }
}

fn refuse_if(relation: TokenStream, bound: TokenStream, words: &str) -> TokenStream {
    let text = format!(
        "{{value}} is {words} {}",
        bound.to_string().replace(' ', "")
    );
    quote! { if value #relation #bound { return Err(format!(#text).into()); } }
}

fn integer(value: i128) -> TokenStream {
    let digits = Literal::u128_unsuffixed(value.unsigned_abs());
    signed(value < 0, digits)
}

fn float(value: f64) -> TokenStream {
    let digits = Literal::f64_unsuffixed(value.abs());
    signed(value < 0.0, digits)
}

fn signed(negative: bool, digits: Literal) -> TokenStream {
    if negative {
        quote! { -#digits }
    } else {
        digits.into_token_stream()
    }
}

fn sizes(size: Size, what: &str) -> TokenStream {
    let low = size.min.map(|min| {
        let text = format!("{{}} {what} are less than {min}");
        let min = Literal::u64_unsuffixed(min);
        quote! { if value.len() < #min { return Err(format!(#text, value.len()).into()); } }
    });
    let high = size.max.map(|max| {
        let text = format!("{{}} {what} are more than {max}");
        let max = Literal::u64_unsuffixed(max);
        quote! { if value.len() > #max { return Err(format!(#text, value.len()).into()); } }
    });
    quote! { #low #high }
}

/// The type of an item. The normal form leaves nothing here but references and single values.
fn rust_type(schema: Option<&Schema>) -> TokenStream {
    let any = quote! { ::serde_json::Value };
    let Some(schema) = schema else { return any };
    if let Some(rust) = reference(schema) {
        return ident(&rust).into_token_stream();
    }
    match schema.kind() {
        Some("string") => quote! { ::std::string::String },
        Some("integer" | "number") => ident(number_type(schema)).into_token_stream(),
        Some("boolean") => quote! { bool },
        _ => any,
    }
}

fn number(
    component: &Component,
    rust: &str,
    derives: TokenStream,
    checks: TokenStream,
) -> TokenStream {
    let (name, inner) = (ident(&component.rust), ident(rust));
    let common = checked(
        component,
        &quote! { #inner },
        &quote! { Copy, #derives PartialOrd, },
        &checks,
    );
    quote! {
        #common

        impl ::std::str::FromStr for #name {
            type Err = self::error::ConversionError;
            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                let value: #inner = text.parse().map_err(|_| format!("{text:?} is no number of this kind"))?;
                Self::try_from(value)
            }
        }

        impl ::std::fmt::Display for #name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }
    }
}

fn collection(component: &Component, inner: &TokenStream, checks: &TokenStream) -> TokenStream {
    checked(component, inner, &TokenStream::new(), checks)
}

/// A type around another, that is made by way of the checks and no other.
fn checked(
    component: &Component,
    inner: &TokenStream,
    derives: &TokenStream,
    checks: &TokenStream,
) -> TokenStream {
    let name = ident(&component.rust);
    let text = component.schema.description();
    let doc = docs(text.unwrap_or("A value within bounds."));
    quote! {
        #(#doc)*
        #[derive(::serde::Serialize, Clone, Debug, #derives PartialEq)]
        #[serde(transparent)]
        pub struct #name(#inner);

        impl ::std::ops::Deref for #name {
            type Target = #inner;
            fn deref(&self) -> &#inner {
                &self.0
            }
        }

        impl ::std::convert::From<#name> for #inner {
            fn from(value: #name) -> Self {
                value.0
            }
        }

        impl ::std::convert::TryFrom<#inner> for #name {
            type Error = self::error::ConversionError;
            fn try_from(value: #inner) -> ::std::result::Result<Self, Self::Error> {
                #checks
                Ok(Self(value))
            }
        }

        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
            where
                D: ::serde::Deserializer<'de>,
            {
                let value = <#inner as ::serde::Deserialize>::deserialize(deserializer)?;
                Self::try_from(value).map_err(<D::Error as ::serde::de::Error>::custom)
            }
        }
    }
}
