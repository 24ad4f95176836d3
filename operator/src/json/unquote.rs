//! The text inside string tokens.

/// The text of a raw string token. What is not text becomes U+FFFD: every byte that is no part of a UTF-8 character by
/// itself, and every half of a surrogate pair.
pub(crate) fn unquote(raw: &[u8]) -> String {
    let inner = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(&byte) = rest.first() {
        let used = match (byte, rest.get(1)) {
            (b'\\', Some(b'u')) => unescape_unicode(rest, &mut text),
            (b'\\', Some(letter)) => {
                text.push(unescape(*letter));
                2
            }
            _ => copy_plain(rest, &mut text),
        };
        rest = &rest[used.min(rest.len())..];
    }
    text
}

/// Whether the name of a member means the member of that name in Go: in any case, and with the two letters beyond ASCII
/// that fold to one of it.
pub(crate) fn folds_to(name: &str, known: &str) -> bool {
    let folded = name.chars().map(|letter| match letter {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        letter => letter.to_ascii_lowercase(),
    });
    folded.eq(known.chars().map(|letter| letter.to_ascii_lowercase()))
}

fn unescape(letter: u8) -> char {
    match letter {
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        other => char::from(other),
    }
}

/// Reads `\uHHHH`, and the second half of a pair if there is one. Returns the bytes used.
fn unescape_unicode(rest: &[u8], text: &mut String) -> usize {
    let first = code_unit(rest).unwrap_or_default();
    let second = rest.get(6..).and_then(code_unit);
    if let (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) = (first, second) {
        let scalar = 0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00);
        text.push(char::from_u32(scalar).unwrap_or(char::REPLACEMENT_CHARACTER));
        return 12;
    }
    text.push(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
    6
}

fn code_unit(rest: &[u8]) -> Option<u32> {
    let digits = rest.strip_prefix(b"\\u")?.get(..4)?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Copies up to the next escape. Returns the bytes used.
fn copy_plain(rest: &[u8], text: &mut String) -> usize {
    let plain = &rest[..rest
        .iter()
        .position(|byte| *byte == b'\\')
        .unwrap_or(rest.len())];
    match std::str::from_utf8(plain) {
        Ok(valid) => {
            text.push_str(valid);
            plain.len()
        }
        Err(error) => {
            let (valid, _) = plain.split_at(error.valid_up_to());
            text.extend(std::str::from_utf8(valid));
            text.push(char::REPLACEMENT_CHARACTER);
            valid.len() + 1
        }
    }
}
