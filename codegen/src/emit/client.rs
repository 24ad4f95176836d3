//! Progenitor on the normalised document, cut into types and client, and mended where its methods
//! cannot return what the document declares.
//!
//! Much of `emit` changes what progenitor wrote: it knows no methods of several results, no ranges of statuses, no optional
//! bodies, no OPTIONS, no member that is never null, and no bounds. Where it learns one of them, a module goes.

mod document;
mod outcome;

use std::panic::{AssertUnwindSafe, catch_unwind};

use progenitor::{GenerationSettings, Generator, TypeImpl};
use quote::quote;

use super::text::parsed;
use crate::model::{Kind, Model};

/// Progenitor's output.
pub(crate) struct Progenitor {
    pub(crate) types: Vec<syn::Item>,
    pub(crate) client: Vec<syn::Item>,
}

/// Runs progenitor. It panics on documents that it does not like; the checks should have refused
/// those before, so a panic is reported as a defect and not passed on.
pub(crate) fn progenitor(model: &Model) -> Result<Progenitor, String> {
    let document = serde_json::from_value::<openapiv3::OpenAPI>(document::for_progenitor(model))
        .map_err(|error| format!("the normalised document is not OpenAPI: {error}"))?;
    let mut settings = GenerationSettings::default();
    settings
        .with_derive("PartialEq")
        .with_map_type("::std::collections::BTreeMap");
    for component in model
        .components
        .iter()
        .filter(|component| component.kind != Kind::Plain)
    {
        // Seen from the client and from the types alike, the types are here.
        let path = format!("super::types::{}", component.rust);
        settings.with_replacement(&component.rust, path, std::iter::empty::<TypeImpl>());
    }
    let run = AssertUnwindSafe(|| Generator::new(&settings).generate_tokens(&document));
    let tokens = catch_unwind(run)
        .map_err(|panic| format!("progenitor panicked: {}", panic_text(&*panic)))?
        .map_err(|error| format!("progenitor: {error}"))?;
    let file: syn::File = syn::parse2(tokens).map_err(|error| format!("progenitor: {error}"))?;
    let (types, client): (Vec<_>, Vec<_>) = file.items.into_iter().partition(is_types);
    let types = types.into_iter().filter_map(|item| match item {
        syn::Item::Mod(module) => module.content,
        _ => None,
    });
    Ok(Progenitor {
        types: types.flat_map(|(_, items)| items).collect(),
        client,
    })
}

fn is_types(item: &syn::Item) -> bool {
    matches!(item, syn::Item::Mod(module) if module.ident == "types")
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without a word")
}

/// The client module. Its imports are our own, because progenitor's `encode_path` lets through
/// what a URL takes for something else.
pub(crate) fn client(model: &Model, mut items: Vec<syn::Item>) -> Result<Vec<syn::Item>, String> {
    outcome::mend(model, &mut items)?;
    let imports = quote! {
        #[allow(unused_imports, reason = "not every document needs all of them")]
        use openapi_codegen_runtime::client::{self as runtime, encode_path};
        #[allow(unused_imports, reason = "not every document needs all of them")]
        pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
        #[allow(unused_imports, reason = "not every document needs all of them")]
        use progenitor_client::{ClientHooks, OperationInfo, RequestBuilderExt};

        #[allow(unused_imports, reason = "not every document needs all of them")]
        use super::types;
    };
    let mut all = parsed(imports)?;
    all.extend(
        items
            .into_iter()
            .filter(|item| !matches!(item, syn::Item::Use(_))),
    );
    all.extend(parsed(outcome::enumerations(model))?);
    Ok(all)
}
