//! Values that are opened only as far as a patch reaches into them.

use crate::json::{Escape, Json, Scanner, SyntaxError, Token, compact, unquote, write_string};

/// A value: raw text until something inside it is touched.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Raw(String),
    Object(Vec<(String, Slot)>),
    Array(Vec<Slot>),
}

/// A place for a value. `None` is a `null` that was read as part of its container: the Go library tells it from a
/// `null` that an operation put there.
pub(super) type Slot = Option<Node>;

impl Node {
    /// A value from text; white space around it is dropped.
    pub(super) fn raw(text: &str) -> Self {
        Self::Raw(text.trim_matches([' ', '\t', '\r', '\n']).to_owned())
    }

    /// Whether this is a `null` of its own.
    pub(super) fn is_null(&self) -> bool {
        matches!(self, Self::Raw(text) if text == "null")
    }

    /// Splits an object or array into its parts; everything else stays as it is.
    pub(super) fn open(&mut self) -> Result<&mut Self, SyntaxError> {
        if let Self::Raw(text) = self {
            match text.as_bytes().first() {
                Some(b'{') => *self = Self::Object(split_object(text)?),
                Some(b'[') => *self = Self::Array(split_array(text)?),
                _ => {}
            }
        }
        Ok(self)
    }

    /// The compact text. What was opened is written anew, the names of its members too; the rest passes through.
    pub(super) fn text(&self, escape: Escape) -> Result<String, SyntaxError> {
        let mut out = String::new();
        self.write(&mut out, escape)?;
        Ok(out)
    }

    fn write(&self, out: &mut String, escape: Escape) -> Result<(), SyntaxError> {
        match self {
            Self::Raw(text) => out.push_str(&compact(text, escape)?),
            Self::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    out.push(if index == 0 { '[' } else { ',' });
                    write_slot(item, out, escape)?;
                }
                out.push_str(if items.is_empty() { "[]" } else { "]" });
            }
            Self::Object(members) => {
                for (index, (key, value)) in members.iter().enumerate() {
                    out.push(if index == 0 { '{' } else { ',' });
                    let _infallible = write_string(out, key, escape);
                    out.push(':');
                    write_slot(value, out, escape)?;
                }
                out.push_str(if members.is_empty() { "{}" } else { "}" });
            }
        }
        Ok(())
    }

    /// Equality as operation `test` sees it: objects by their members, strings by their characters, numbers by their
    /// spelling.
    pub(super) fn same(&self, other: &Self) -> Result<bool, SyntaxError> {
        let [mut a, mut b] = [
            Json::parse(self.text(Escape::Plain)?.as_bytes())?,
            Json::parse(other.text(Escape::Plain)?.as_bytes())?,
        ];
        a.sort_members();
        b.sort_members();
        Ok(a == b)
    }
}

fn write_slot(slot: &Slot, out: &mut String, escape: Escape) -> Result<(), SyntaxError> {
    match slot {
        None => out.push_str("null"),
        Some(node) => node.write(out, escape)?,
    }
    Ok(())
}

/// Sets a member: in its place if it exists, else as the last.
pub(super) fn set_member(members: &mut Vec<(String, Slot)>, key: &str, value: Slot) {
    match members.iter_mut().find(|(name, _)| name == key) {
        Some((_, slot)) => *slot = value,
        None => members.push((key.to_owned(), value)),
    }
}

fn split_object(text: &str) -> Result<Vec<(String, Slot)>, SyntaxError> {
    let mut scanner = Scanner::new(text.as_bytes());
    scanner.next()?;
    let mut members = Vec::new();
    while let Some(Token::Key(key)) = scanner.next()? {
        let value = skip_value(&mut scanner, text)?;
        set_member(&mut members, &unquote(key), value);
    }
    Ok(members)
}

fn split_array(text: &str) -> Result<Vec<Slot>, SyntaxError> {
    let mut scanner = Scanner::new(text.as_bytes());
    scanner.next()?;
    let mut items = Vec::new();
    loop {
        let start = scanner.at();
        match scanner.next()? {
            None | Some(Token::CloseArray) if scanner.depth() == 0 => return Ok(items),
            _ => items.push(rest_of_value(&mut scanner, text, start)?),
        }
    }
}

/// Reads one whole value.
fn skip_value(scanner: &mut Scanner<'_>, text: &str) -> Result<Slot, SyntaxError> {
    let start = scanner.at();
    scanner.next()?;
    rest_of_value(scanner, text, start)
}

/// Reads on until the value is complete that began with the last token, behind `start`.
fn rest_of_value(scanner: &mut Scanner<'_>, text: &str, start: usize) -> Result<Slot, SyntaxError> {
    while scanner.depth() > 1 {
        scanner.next()?;
    }
    let raw = text[start..scanner.at()].trim_start_matches([' ', '\t', '\r', '\n', ',']);
    Ok((raw != "null").then(|| Node::raw(raw)))
}
