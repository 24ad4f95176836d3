//! Types of several forms that a member tells apart.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::text::{docs, ident};
use crate::model::{Component, Form};

/// An enumeration that is written as the form is, and read by looking at the member first.
pub(super) fn tagged(component: &Component, member: &str, forms: &[Form]) -> TokenStream {
    let name = ident(&component.rust);
    let text = component.schema.description();
    let usual = format!("One of several forms, which `{member}` tells apart.");
    let doc = docs(text.unwrap_or(&usual));
    let variants = forms.iter().map(|form| {
        let rust = ident(&form.rust);
        let doc = docs(&format!("`{member}` is `{}`.", form.value));
        let inner = inner(form);
        quote! { #(#doc)* #rust(#inner), }
    });
    let arms = forms.iter().map(|form| {
        let (value, rust) = (&form.value, ident(&form.rust));
        quote! { #value => form.read().map(Self::#rust), }
    });
    let conversions = forms.iter().map(|form| {
        let rust = ident(&form.rust);
        let value = if form.boxed {
            quote! { ::std::boxed::Box::new(value) }
        } else {
            quote! { value }
        };
        quote! {
            impl ::std::convert::From<#rust> for #name {
                fn from(value: #rust) -> Self {
                    Self::#rust(#value)
                }
            }
        }
    });
    let known: Vec<&str> = forms.iter().map(|form| form.value.as_str()).collect();
    let unknown = format!("is none of {}", known.join(", "));
    quote! {
        #(#doc)*
        #[derive(::serde::Serialize, Clone, Debug, PartialEq)]
        #[serde(untagged)]
        pub enum #name { #(#variants)* }

        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
            where
                D: ::serde::Deserializer<'de>,
            {
                let form = ::openapi_codegen_runtime::Tagged::<D::Error>::read_from(deserializer, #member)?;
                match form.tag() {
                    #(#arms)*
                    _ => Err(form.unknown(#unknown)),
                }
            }
        }

        #(#conversions)*
    }
}

fn inner(form: &Form) -> TokenStream {
    let rust = ident(&form.rust);
    if form.boxed {
        quote! { ::std::boxed::Box<#rust> }
    } else {
        quote! { #rust }
    }
}
