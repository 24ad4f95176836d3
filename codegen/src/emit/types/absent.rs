//! Members that may be left out are left out, not written as null.

use crate::emit::present::name;
use crate::model::Model;

/// Mends the optional members that typify put behind a pointer to break a circle, as
/// `Box<Option<…>>`: it would write them as null.
pub(super) fn leave_out(mut item: syn::Item, model: &Model) -> syn::Item {
    let syn::Item::Struct(written) = &mut item else {
        return item;
    };
    let Some(component) = model.component(&written.ident.to_string()) else {
        return item;
    };
    for field in &mut written.fields {
        let Some(name) = name(field) else { continue };
        let is_required = component.schema.requires(&name);
        let Some(inner) = inside(&field.ty, "Box").and_then(|boxed| inside(&boxed, "Option"))
        else {
            continue;
        };
        if !is_required {
            let skip = "::std::option::Option::is_none";
            field.ty = syn::parse_quote!(::std::option::Option<::std::boxed::Box<#inner>>);
            field
                .attrs
                .retain(|attribute| !attribute.path().is_ident("serde"));
            field
                .attrs
                .push(syn::parse_quote!(#[serde(rename = #name, skip_serializing_if = #skip)]));
        }
    }
    item
}

/// What is inside of `name<…>`.
fn inside(ty: &syn::Type, name: &str) -> Option<syn::Type> {
    let syn::Type::Path(path) = ty else {
        return None;
    };
    let last = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == name)?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        syn::GenericArgument::Type(inner) => Some(inner.clone()),
        _ => None,
    }
}
