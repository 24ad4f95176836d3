//! Quoting of foreign text in messages: escaped, and never longer than a line.

use std::fmt;

/// Characters of a value that a message shows before it is cut.
const SHOWN: usize = 80;

/// A value as a message shows it: in double quotes, control characters escaped, cut with `…`.
pub(crate) struct Excerpt<'a>(pub(crate) &'a str);

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.char_indices().nth(SHOWN) {
            None => write!(f, "{:?}", self.0),
            Some((end, _)) => write!(f, "{:?}… ({} bytes)", &self.0[..end], self.0.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_cut_between_characters() {
        assert_eq!(Excerpt("a\n\"b").to_string(), r#""a\n\"b""#);
        let long = "é".repeat(81);
        assert_eq!(
            Excerpt(&long).to_string(),
            format!("\"{}\"… (162 bytes)", "é".repeat(80))
        );
    }
}
