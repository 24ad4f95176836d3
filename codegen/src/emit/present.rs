//! Members that may be left out, but are not null when they are there.
//!
//! An `Option` of serde takes both for the same; what the types say about a member is what tells
//! the server's reader to refuse null.

use crate::api::Schema;
use crate::model::Model;
use crate::schema::walk::reference;

/// Marks the optional members of a struct that are not nullable.
pub(super) fn mark(mut item: syn::Item, model: &Model) -> syn::Item {
    if let syn::Item::Struct(written) = &mut item
        && let Some(component) = model.component(&written.ident.to_string())
    {
        for field in &mut written.fields {
            let property = name(field);
            let property = property.and_then(|name| component.schema.property(&name));
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
fn refuses_null(model: &Model, schema: &Schema) -> bool {
    let mut schema = schema;
    // References that only refer to each other were refused; the bound costs nothing.
    for _ in 0..32 {
        match reference(schema) {
            None => return schema.kind.is_some() && !schema.is_nullable(),
            Some(rust) => match model.component(&rust) {
                Some(component) => schema = &component.schema,
                None => return false,
            },
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
