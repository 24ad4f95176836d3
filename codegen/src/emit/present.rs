//! Members that may be left out, but are not null when they are there.
//!
//! An `Option` of serde takes both for the same; what the types say about a member is what tells
//! the server's reader to refuse null.

use serde_json::Value;

use crate::model::Model;

/// Marks the optional members of a struct that are not nullable.
pub(super) fn mark(mut item: syn::Item, model: &Model) -> syn::Item {
    if let syn::Item::Struct(written) = &mut item
        && let Some(component) = model.component(&written.ident.to_string())
    {
        for field in &mut written.fields {
            let property = name(field).and_then(|name| component.schema["properties"].get(name));
            if is_option(&field.ty) && property.is_some_and(|schema| refuses_null(model, schema)) {
                field.attrs.push(syn::parse_quote!(
                    #[serde(default, deserialize_with = "::openapi_codegen_runtime::present")]
                ));
            }
        }
    }
    item
}

/// Whether a schema or what it refers to has a type, to which null does not belong.
fn refuses_null(model: &Model, schema: &Value) -> bool {
    let mut schema = Some(schema);
    // References that only refer to each other were refused; the bound costs nothing.
    for _ in 0..32 {
        match schema {
            Some(Value::Object(members)) => match members.get("$ref").and_then(Value::as_str) {
                Some(target) => {
                    schema = target
                        .strip_prefix('#')
                        .and_then(|target| model.document.pointer(target))
                }
                None => {
                    return members.contains_key("type")
                        && members.get("nullable") != Some(&Value::Bool(true));
                }
            },
            _ => return false,
        }
    }
    false
}

fn is_option(ty: &syn::Type) -> bool {
    matches!(ty, syn::Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Option"))
}

/// The name of a member in JSON.
pub(super) fn name(field: &syn::Field) -> Option<String> {
    let mut renamed = None;
    let own = field.ident.as_ref()?.to_string();
    for attribute in field
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        // What does not parse is not a renaming.
        let _ = attribute.parse_nested_meta(|meta| {
            if let Ok(value) = meta.value() {
                let text: syn::Expr = value.parse()?;
                if meta.path.is_ident("rename") {
                    renamed = text_of(&text);
                }
            }
            Ok(())
        });
    }
    renamed.or_else(|| Some(own.strip_prefix("r#").unwrap_or(&own).to_owned()))
}

fn text_of(expression: &syn::Expr) -> Option<String> {
    match expression {
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}
