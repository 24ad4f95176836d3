//! OpenAPI 3.0 documents to Rust: shared types, a progenitor client, and a dropshot server that
//! cannot break its contract.
//!
//! Text in, text out: [`generate`] does no IO and never panics on a document. Everything that the
//! generated code would not keep is refused, all of it at once, each with file, line and JSON
//! pointer. `SUPPORTED.md` beside this crate lists what is understood.
//!
//! The command of the same name needs the feature `cli`, which is on by default: a build script turns it off.
//!
//! The generated code stands on the crate `openapi-codegen-runtime`, with its feature `client` or `server` as needed.
//!
//! ```text
//! documents -> parse -> overlay -> form -> read -> rules -> normalise -> model -> emit -> types, client, server
//!                               -> effective document, for general tools
//! ```

mod api;
mod check;
mod compare;
mod document;
mod effective;
mod emit;
mod error;
mod model;
mod names;
mod normalise;
mod overlay;
mod schema;
mod spec;

pub use compare::{Difference, compare, contract};
pub use document::Source;
pub use error::{Place, SpecError};

use api::Api;
use document::Document;

/// What the documents became. Each text is a module without inner attributes, ready for `include!`.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The types of the document. The two other modules expect it beside them, as `types`.
    pub types: String,
    /// The client.
    pub client: String,
    /// The server.
    pub server: String,
    /// The document for general tools, as JSON: with its overlays applied, and written out where a
    /// path parameter chooses the form of a body. What a service should publish.
    pub effective: String,
}

/// Compiles a document, with overlays applied in the order given.
///
/// # Errors
///
/// Every problem that could be found, in the order of the document.
pub fn generate(document: &Source, overlays: &[Source]) -> Result<Generated, Vec<SpecError>> {
    let overlaid = overlaid(document, overlays)?;
    check::form(&overlaid)?;
    let api = Api::read(&overlaid).map_err(|error| vec![error])?;
    check::rules(&overlaid, &api)?;
    let normal = normalise::normalise(api).map_err(|error| vec![error])?;
    let model = model::lower(&normal).map_err(|error| vec![error])?;
    let texts = emit::emit(&model, &document.name).map_err(|message| {
        let at = overlaid.place("");
        vec![SpecError::Internal { at, message }]
    })?;
    let emit::Texts {
        types,
        client,
        server,
    } = texts;
    Ok(Generated {
        types,
        client,
        server,
        effective: emit::json(&effective::split(&overlaid.value)),
    })
}

/// Reads the document and applies the overlays.
fn overlaid(document: &Source, overlays: &[Source]) -> Result<Document, Vec<SpecError>> {
    let mut overlaid = Document::parse(document).map_err(|error| vec![error])?;
    for overlay in overlays {
        let overlay = Document::parse(overlay).map_err(|error| vec![error])?;
        overlay::apply(&mut overlaid, &overlay)?;
    }
    Ok(overlaid)
}
