//! Texts for people, and for JSON pointers.

/// The start of a text, without control characters.
pub(crate) fn excerpt(bytes: &[u8]) -> String {
    /// Enough to recognise an answer.
    const LENGTH: usize = 160;
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4 * LENGTH)]);
    let printable = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut short: String = printable.take(LENGTH).collect();
    if text.chars().count() > LENGTH || bytes.len() > 4 * LENGTH {
        short.push('…');
    }
    short
}

/// Escapes a path for use in a JSON pointer.
pub(crate) fn escape(path: &str) -> String {
    path.replace('~', "~0").replace('/', "~1")
}
