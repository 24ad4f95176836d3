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

/// Percent-decodes once. `None` if an escape is incomplete or the bytes are not UTF-8.
pub(crate) fn percent_decoded(raw: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        let (high, low) = (digit(rest.next())?, digit(rest.next())?);
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded_once() {
        let table = [
            ("a%2Fb", Some("a/b")),
            ("a%2520b", Some("a%20b")),
            ("%E2%82%AC", Some("€")),
            ("a+b", Some("a+b")),
            ("%28%29", Some("()")),
            ("%FF", None),
            ("%2", None),
            ("%zz", None),
            ("%é1", None),
        ];
        for (raw, text) in table {
            assert_eq!(percent_decoded(raw).as_deref(), text, "{raw}");
        }
    }
}
