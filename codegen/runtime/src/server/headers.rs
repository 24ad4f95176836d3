//! What the headers say of a body.

use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};

pub(super) fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers
        .get(CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()
}

/// Whether the headers declare the media type. Parameters are allowed, but a charset must be UTF-8.
pub(super) fn content_type(headers: &HeaderMap, media: &str) -> Result<(), String> {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(format!("exactly one content type is needed: {media}"));
    };
    let text = value
        .to_str()
        .map_err(|_| "the content type is not text".to_owned())?;
    let mut parts = text.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let charset = parts
        .filter_map(|part| part.split_once('='))
        .find_map(|(name, value)| {
            name.trim()
                .eq_ignore_ascii_case("charset")
                .then(|| value.trim().trim_matches('"'))
        });
    if !essence.eq_ignore_ascii_case(media) {
        return Err(format!("the content type must be {media}, not {text:?}"));
    }
    match charset {
        Some(name) if !name.eq_ignore_ascii_case("utf-8") => {
            Err(format!("the charset must be utf-8, not {name:?}"))
        }
        _ => Ok(()),
    }
}
