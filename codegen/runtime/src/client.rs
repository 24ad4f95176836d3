//! What progenitor's client does not have: path segments that are safe in a URL, and responses that it does not know how
//! to read.

use progenitor_client::{Error, ResponseValue};

/// A path segment with everything but the unreserved characters of RFC 3986 percent-encoded.
///
/// No encoding saves `.`, `..` and the empty text: URLs have a meaning of their own for them, so
/// a caller must not ask for them.
pub fn encode_path(segment: &str) -> String {
    let mut encoded = String::with_capacity(segment.len());
    for byte in segment.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte))
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// A response with its value made into another.
pub fn mapped<T, U>(response: ResponseValue<T>, make: impl FnOnce(T) -> U) -> ResponseValue<U> {
    let (status, headers) = (response.status(), response.headers().clone());
    ResponseValue::new(make(response.into_inner()), status, headers)
}

/// A response whose body is a text.
///
/// # Errors
///
/// The body cannot be read.
pub async fn text_of<E>(response: reqwest::Response) -> Result<ResponseValue<String>, Error<E>> {
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.map_err(Error::ResponseBodyError)?;
    Ok(ResponseValue::new(text, status, headers))
}

/// A response whose body is bytes, all of them.
///
/// # Errors
///
/// The body cannot be read.
pub async fn bytes_of<E>(response: reqwest::Response) -> Result<ResponseValue<Vec<u8>>, Error<E>> {
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.bytes().await.map_err(Error::ResponseBodyError)?;
    Ok(ResponseValue::new(bytes.to_vec(), status, headers))
}

/// A request with a body, if there is one.
pub fn optional_json<T: serde::Serialize + ?Sized>(
    request: reqwest::RequestBuilder,
    body: Option<&T>,
) -> reqwest::RequestBuilder {
    match body {
        Some(body) => request.json(body),
        None => request,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_segments_keep_nothing_that_a_url_could_take_for_its_own() {
        let table = [
            ("a-b_c.d~1", "a-b_c.d~1"),
            ("a/b\\c", "a%2Fb%5Cc"),
            ("100%?#", "100%25%3F%23"),
            ("a b+c", "a%20b%2Bc"),
            ("€\n", "%E2%82%AC%0A"),
        ];
        for (text, encoded) in table {
            assert_eq!(encode_path(text), encoded);
        }
    }
}
