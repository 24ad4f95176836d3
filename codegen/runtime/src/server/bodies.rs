//! Reading bodies that have arrived whole.

use serde::Deserialize;

use super::refusal::{EarlyRefusalKind, Fault};
use crate::json;

/// A body that is JSON.
///
/// # Errors
///
/// It is not, or not of the type.
pub fn read_json<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, Fault> {
    Ok(json::read(bytes)?)
}

/// A body that is a text.
///
/// # Errors
///
/// It is not in UTF-8.
pub fn read_text(bytes: &[u8]) -> Result<String, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let message = format!("the body is not text in UTF-8: {error}");
        Fault::new(EarlyRefusalKind::Malformed, message)
    })?;
    Ok(text.to_owned())
}
