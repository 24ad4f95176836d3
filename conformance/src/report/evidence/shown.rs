//! Bytes as text that hides nothing: what cannot be printed, or would change how the rest looks, is
//! written as its code between angle brackets.

use super::utf16;

/// Bytes made readable, the middle left out if they are many.
pub(super) struct Shown {
    pub(super) text: String,
    /// How many bytes are not shown.
    pub(super) left_out: Option<usize>,
    /// Where each run of characters came from: start in bytes, start in UTF-16 units.
    starts: Vec<(usize, usize)>,
}

impl Shown {
    /// Shows at most about `limit` bytes: three quarters of it from the start, the rest from the end.
    pub(super) fn of(bytes: &[u8], limit: usize) -> Self {
        let mut shown = Self {
            text: String::new(),
            left_out: None,
            starts: Vec::new(),
        };
        let mut length = 0;
        if bytes.len() <= limit {
            shown.append(bytes, 0, &mut length);
        } else {
            let head = boundary(bytes, limit / 4 * 3);
            let tail = boundary(bytes, bytes.len() - limit / 4);
            shown.left_out = Some(tail - head);
            shown.append(&bytes[..head], 0, &mut length);
            shown.starts.push((head, length));
            let gap = format!("\n⟨{} bytes left out⟩\n", tail - head);
            length += utf16(&gap);
            shown.text.push_str(&gap);
            shown.append(&bytes[tail..], tail, &mut length);
        }
        shown.starts.push((bytes.len(), length));
        shown
    }

    fn append(&mut self, bytes: &[u8], mut at: usize, length: &mut usize) {
        let mut push = |piece: &str, from: usize| {
            self.starts.push((from, *length));
            *length += utf16(piece);
            self.text.push_str(piece);
        };
        for chunk in bytes.utf8_chunks() {
            for c in chunk.valid().chars() {
                push(&printable(c), at);
                at += c.len_utf8();
            }
            for byte in chunk.invalid() {
                push(&format!("⟨{byte:02X}⟩"), at);
                at += 1;
            }
        }
    }

    /// Where a byte stands in the text, in UTF-16 units; what was left out stands where the text
    /// says so.
    pub(super) fn offset(&self, byte: usize) -> usize {
        let next = self.starts.partition_point(|(start, _)| *start <= byte);
        next.checked_sub(1).map_or(0, |at| self.starts[at].1)
    }
}

/// The last start of a character at or before `at`; a few bytes are enough to look at.
fn boundary(bytes: &[u8], at: usize) -> usize {
    let is_continuation = |index: &usize| bytes.get(*index).is_some_and(|b| b & 0xC0 == 0x80);
    let back = (0..4).map(|back| at.saturating_sub(back));
    back.into_iter()
        .find(|index| !is_continuation(index))
        .unwrap_or(at)
}

/// A character as it is shown.
fn printable(c: char) -> String {
    match c {
        '\n' | '\t' => c.to_string(),
        // Invisible characters, and those that turn the direction of what follows.
        '\u{200B}'..='\u{200F}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}'
        | '\u{E0000}'..='\u{E007F}' => format!("⟨U+{:04X}⟩", u32::from(c)),
        c if c.is_control() => format!("⟨{:02X}⟩", u32::from(c)),
        c => c.to_string(),
    }
}

/// One line of text, whatever is in it.
pub(super) fn line(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' => "⟨0A⟩".to_owned(),
            c => printable(c),
        })
        .collect()
}
