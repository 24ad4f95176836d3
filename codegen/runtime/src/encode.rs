//! Path segments, for the generated client.

/// A path segment with everything but the unreserved characters of RFC 3986 percent-encoded.
///
/// No encoding saves `.`, `..` and the empty text: URLs have a meaning of their own for them, so
/// a caller must not ask for them.
pub(super) fn encode_path(segment: &str) -> String {
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
