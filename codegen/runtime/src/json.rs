//! Reading one JSON value more strictly than serde does.

mod keys;
mod strict;
mod track;

use std::fmt;

use serde::de::{Deserialize, IgnoredAny};

use strict::Strict;
use track::Track;

/// Why a text is not a value of the wanted type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// The text is not exactly one JSON value.
    Malformed(String),
    /// It is JSON, but not of this type; the message starts with the path to the culprit.
    Wrong(String),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(why) | Self::Wrong(why) => f.write_str(why),
        }
    }
}

/// Reads exactly one value. An array does not pass for an object, and no key may come twice,
/// except inside of what the type does not look at.
///
/// # Errors
///
/// The text is not one JSON value, or not one of the type.
pub fn read<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, Unreadable> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| Unreadable::Malformed(format!("not UTF-8: {error}")))?;
    let track = Track::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = T::deserialize(Strict {
        inner: &mut deserializer,
        track: &track,
    });
    let value = value.map_err(|error| judge(text, &track, error))?;
    deserializer
        .end()
        .map_err(|error| malformed(text, &error))?;
    Ok(value)
}

/// The parser stops at the first wrong value; what follows may still not be JSON at all.
fn judge(text: &str, track: &Track, error: serde_json::Error) -> Unreadable {
    if !error.is_data() {
        return malformed(text, &error);
    }
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        return malformed(text, &error);
    }
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = error.to_string();
    Unreadable::Wrong(format!(
        "{track}: {}",
        message.strip_suffix(&place).unwrap_or(&message)
    ))
}

/// What the parser says, and what stands there: a place alone says nothing about a text that was put together elsewhere.
fn malformed(text: &str, error: &serde_json::Error) -> Unreadable {
    let line = text.lines().nth(error.line().saturating_sub(1));
    let bytes = line.unwrap_or_default().as_bytes();
    let rest = bytes
        .get(error.column().saturating_sub(1)..)
        .unwrap_or_default();
    let found: String = String::from_utf8_lossy(rest).chars().take(24).collect();
    if found.is_empty() {
        return Unreadable::Malformed(error.to_string());
    }
    Unreadable::Malformed(format!("{error}, where {found:?} stands"))
}
