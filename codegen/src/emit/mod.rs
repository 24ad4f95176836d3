//! From the model to text. No decisions here, only writing.

mod client;
mod present;
mod server;
mod text;
mod types;

use serde_json::Value;

use crate::model::Model;
use text::{file, parsed};

/// The texts of the three modules.
pub(crate) struct Texts {
    pub(crate) types: String,
    pub(crate) client: String,
    pub(crate) server: String,
}

pub(crate) fn emit(model: &Model, document: &str) -> Result<Texts, String> {
    let progenitor = client::progenitor(model)?;
    Ok(Texts {
        types: file(document, types::types(model, progenitor.types)?),
        client: file(document, client::client(model, progenitor.client)?),
        server: file(document, parsed(server::server(model))?),
    })
}

/// A document as JSON, for people as well as for tools.
pub(crate) fn json(document: &Value) -> String {
    // Writing a `Value` to a string cannot fail: its keys are strings and its numbers finite.
    let text = serde_json::to_string_pretty(document).unwrap_or_default();
    format!("{text}\n")
}
