//! What an error says, so that the operator can store it.
//!
//! The operator reads at most 256 KiB of an answer, and refuses to store a text of more than 32 768 characters: it
//! would try again forever. An empty text would count as no error at all.

use crate::refusal::{Refusal, RefusalKind};

/// Longest text of an error, in characters.
const LONGEST: usize = 32_768;
/// Longest answer in bytes, with room to spare below the operator's limit.
const ROOM: usize = 240 * 1024;
/// The longest form of one character in JSON, in bytes: `\u0000`.
const ESCAPED: usize = 6;

/// The text of a refusal as it goes out, beside this id.
pub(crate) fn text(refusal: &Refusal, id: &str) -> String {
    let own = refusal.message.trim();
    fit(
        if own.is_empty() {
            refusal.kind.usual_text()
        } else {
            own
        },
        id,
    )
}

/// A text that was made before the provider was asked, beside this id.
pub(crate) fn early_text(message: &str, id: &str) -> String {
    let own = message.trim();
    fit(
        if own.is_empty() {
            RefusalKind::Internal.usual_text()
        } else {
            own
        },
        id,
    )
}

/// Cuts a text at a character, so that it fits the operator together with the id.
fn fit(text: &str, id: &str) -> String {
    let mut room = ROOM.saturating_sub(id.chars().map(width).sum());
    let end = text
        .char_indices()
        .take(LONGEST)
        .map_while(|(start, c)| {
            room = room.checked_sub(width(c))?;
            Some(start + c.len_utf8())
        })
        .last();
    // Even beside an id that takes all the room, something must be said.
    end.map_or_else(|| "error".to_owned(), |end| text[..end].to_owned())
}

/// Bytes that a character takes in JSON, at most.
fn width(c: char) -> usize {
    match c {
        '"' | '\\' => 2,
        c if c.is_control() => ESCAPED,
        c => c.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The operator's limit for an answer.
    const READ: usize = 256 * 1024;

    fn check(message: &str, id: &str) {
        let said = text(&Refusal::internal(message), id);
        assert!(!said.trim().is_empty());
        assert!(said.chars().count() <= LONGEST);
        let body = serde_json::json!({"id": id, "providerError": said}).to_string();
        assert!(body.len() < READ, "{} bytes", body.len());
        let own = message.trim();
        assert!(
            own.starts_with(&said) || own.is_empty() || said == "error",
            "only cut, never changed"
        );
    }

    #[test]
    fn extremes() {
        let texts = [
            "",
            " \n\t",
            "a",
            &"a".repeat(40_000),
            &"\u{1}".repeat(40_000),
            &"🦀".repeat(40_000),
            &"\"".repeat(90_000),
        ];
        let ids = [
            "",
            "x",
            &"a".repeat(65_000),
            &"\0".repeat(22_000),
            &"🦀".repeat(6_000),
        ];
        for message in texts {
            for id in ids {
                check(message, id);
            }
        }
    }

    #[test]
    fn an_empty_text_is_replaced() {
        assert_eq!(
            text(&Refusal::unsupported("  "), "x"),
            "not supported by this provider"
        );
        assert_eq!(text(&Refusal::invalid("bad\n"), "x"), "bad");
    }

    proptest! {
        #[test]
        fn any_text_and_any_id(message in "\\PC{0,200}|[\\x00-\\x7f]{0,200}", times in 1_usize..400, id in ".{0,300}") {
            check(&message.repeat(times), &id);
        }
    }
}
