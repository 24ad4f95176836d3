//! Text from bytes: UTF-8, or UTF-16 that says so.

use std::borrow::Cow;

/// The text, without the mark that tells the encoding. What is no character is U+FFFD, as kubectl has it.
///
/// # Errors
/// A text that says that it is UTF-8, and is not.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, (u64, String)> {
    Ok(match bytes {
        [0xef, 0xbb, 0xbf, text @ ..] => match std::str::from_utf8(text) {
            Ok(text) => text.into(),
            Err(error) => {
                let before = &text[..error.valid_up_to()];
                let line = before.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
                let what = "not UTF-8, although the file says so (hint: save it as UTF-8)";
                return Err((line, what.to_owned()));
            }
        },
        [0xfe, 0xff, text @ ..] => utf16(text, u16::from_be_bytes).into(),
        [0xff, 0xfe, text @ ..] => utf16(text, u16::from_le_bytes).into(),
        text => String::from_utf8_lossy(text),
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let decoded = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
    let cut = (!rest.is_empty()).then_some(char::REPLACEMENT_CHARACTER);
    decoded.chain(cut).collect()
}
