//! What a comparison has on its two sides: a selector of a value, and a literal.

use std::str::Chars;

use super::Parser;

impl Parser<'_> {
    pub(super) fn selector(&mut self) -> Option<Vec<String>> {
        if let Some(pointer) = self.attempt(Self::pointer) {
            // `~1` and `~0` of a pointer are `/` and `~`.
            let plain = |part: &String| part.replace("~1", "/").replace("~0", "~");
            return Some(pointer.iter().map(plain).collect());
        }
        let mut path = vec![self.identifier()?];
        while let Some(part) = self.attempt(|p| {
            p.token(".")?;
            p.identifier().or_else(|| p.digits())
        }) {
            path.push(part);
        }
        Some(path)
    }

    pub(super) fn identifier(&mut self) -> Option<String> {
        let rest = self.rest();
        let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '/';
        rest.starts_with(|c: char| c.is_ascii_alphabetic())
            .then(|| self.take_while(part))
    }

    fn digits(&mut self) -> Option<String> {
        let digits = self.take_while(|c| c.is_ascii_digit());
        (!digits.is_empty()).then_some(digits)
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let rest = self.rest();
        let taken = &rest[..rest.len() - rest.trim_start_matches(wanted).len()];
        self.go(taken.len());
        taken.to_owned()
    }

    /// A JSON pointer in quotes, its parts as they are written.
    fn pointer(&mut self) -> Option<Vec<String>> {
        self.token("\"")?;
        let mut parts = Vec::new();
        while self.token("/").is_some() {
            let part = self.take_while(|c| c.is_alphanumeric() || "-_.~:|".contains(c));
            if part.is_empty() {
                return None;
            }
            parts.push(part);
        }
        self.token("\"")?;
        Some(parts)
    }

    /// A literal: a bare word, a number, a text in quotes. What looks like a selector is one, spelled out.
    pub(super) fn value(&mut self) -> Option<String> {
        if let Some(pointer) = self.attempt(Self::pointer) {
            let plain = |part: &String| part.replace("~1", "/").replace("~0", "~");
            return Some(pointer.iter().map(plain).collect::<Vec<_>>().join("/"));
        }
        if let Some(words) = self.attempt(Self::selector) {
            return Some(words.join("."));
        }
        self.attempt(Self::number)
            .or_else(|| self.attempt(Self::quoted))
    }

    fn number(&mut self) -> Option<String> {
        let start = self.at;
        self.token("-");
        if self.token("0").is_none() {
            self.digits()?;
        }
        self.attempt(|p| {
            p.token(".")?;
            p.digits()
        });
        let ends = self.rest().is_empty() || self.rest().starts_with([' ', '\t', '\r', '\n', ')']);
        ends.then(|| self.text[start..self.at].to_owned())
    }

    fn quoted(&mut self) -> Option<String> {
        if self.token("`").is_some() {
            let text = self.take_while(|c| c != '`');
            self.token("`")?;
            return Some(text.replace('\r', ""));
        }
        self.token("\"")?;
        let text = self.take_while(|c| c != '"');
        self.token("\"")?;
        unescape(&text)
    }
}

/// Go's escapes in a text between double quotes.
fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\n' => return None,
            '\\' => escape(&mut chars, &mut bytes)?,
            c => push(c, &mut bytes),
        }
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn escape(chars: &mut Chars<'_>, into: &mut Vec<u8>) -> Option<()> {
    let c = chars.next()?;
    let simple = "abfnrtv\\\"".find(c);
    if let Some(index) = simple {
        into.push(b"\x07\x08\x0c\n\r\t\x0b\\\""[index]);
        return Some(());
    }
    match c {
        'x' => into.push(u8::try_from(number(chars, "", 2, 16)?).ok()?),
        'u' => push(char::from_u32(number(chars, "", 4, 16)?)?, into),
        'U' => push(char::from_u32(number(chars, "", 8, 16)?)?, into),
        '0'..='7' => {
            let first = c.to_string();
            into.push(u8::try_from(number(chars, &first, 2, 8)?).ok()?);
        }
        _ => return None,
    }
    Some(())
}

/// The number that a first digit, if there was one, and exactly so many more mean.
fn number(chars: &mut Chars<'_>, first: &str, more: usize, radix: u32) -> Option<u32> {
    let mut text = first.to_owned();
    for _ in 0..more {
        text.push(chars.next().filter(|c| c.is_digit(radix))?);
    }
    u32::from_str_radix(&text, radix).ok()
}

fn push(c: char, into: &mut Vec<u8>) {
    into.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}
