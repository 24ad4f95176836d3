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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_content_type_in_utf8_is_needed() {
        let table: [(&[&str], bool); 8] = [
            (&["application/json"], true),
            (&["Application/JSON; charset=\"UTF-8\""], true),
            (&["application/json; version=1"], true),
            (&[], false),
            (&["application/json", "application/json"], false),
            (&["application/jsonl"], false),
            (&["application/json; charset=latin1"], false),
            (&["text/plain"], false),
        ];
        for (values, fits) in table {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CONTENT_TYPE, value.parse().expect("a header"));
            }
            let judged = content_type(&headers, "application/json");
            assert_eq!(judged.is_ok(), fits, "{values:?}: {judged:?}");
        }
    }
}
