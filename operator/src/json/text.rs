//! Writing: compact, and escaped as Go escapes for HTML.

use std::fmt::{self, Write};

use super::scan::{Scanner, SyntaxError};
use super::value::Json;
use super::walk::{Container, Event, events};

impl fmt::Display for Json {
    /// The text that Go's `json.Marshal` writes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_events(f, events(self))
    }
}

/// Writes events as text. A comma is due before anything that follows a complete value in the same container.
fn write_events<'a>(out: &mut impl Write, events: impl Iterator<Item = Event<'a>>) -> fmt::Result {
    let mut comma = false;
    for event in events {
        if comma && !matches!(event, Event::Close(_)) {
            out.write_char(',')?;
        }
        comma = !matches!(event, Event::Open(_) | Event::Key(_));
        match event {
            Event::Null => out.write_str("null")?,
            Event::Bool(value) => write!(out, "{value}")?,
            Event::Number(text) => out.write_str(text)?,
            Event::String(text) => write_string(out, text, Escape::Html)?,
            Event::Key(key) => {
                write_string(out, key, Escape::Html)?;
                out.write_char(':')?;
            }
            Event::Open(Container::Array) => out.write_char('[')?,
            Event::Open(Container::Object) => out.write_char('{')?,
            Event::Close(Container::Array) => out.write_char(']')?,
            Event::Close(Container::Object) => out.write_char('}')?,
        }
    }
    Ok(())
}

/// What is escaped beside what JSON demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escape {
    /// `<`, `>`, `&` and the two line separators: Go's habit.
    Html,
    /// The two line separators where Go writes a string of its own, and nothing in what it passes through.
    Plain,
}

/// Writes a quoted string.
pub(crate) fn write_string(out: &mut impl Write, text: &str, escape: Escape) -> fmt::Result {
    out.write_char('"')?;
    let mut plain = 0;
    for (at, c) in text.char_indices() {
        if !is_escaped(c, escape) {
            continue;
        }
        out.write_str(&text[plain..at])?;
        plain = at + c.len_utf8();
        match c {
            '"' | '\\' => write!(out, "\\{c}")?,
            '\u{8}' => out.write_str("\\b")?,
            '\u{c}' => out.write_str("\\f")?,
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            _ => write!(out, "\\u{:04x}", u32::from(c))?,
        }
    }
    out.write_str(&text[plain..])?;
    out.write_char('"')
}

fn is_escaped(c: char, escape: Escape) -> bool {
    match c {
        '\0'..='\u{1f}' | '"' | '\\' | '\u{2028}' | '\u{2029}' => true,
        '<' | '>' | '&' => escape == Escape::Html,
        _ => false,
    }
}

/// Takes the white space out of a text and escapes it, but keeps its strings and numbers as they are spelled: what Go
/// does to JSON that it passes through.
///
/// # Errors
/// The text is not JSON.
pub(crate) fn compact(text: &str, escape: Escape) -> Result<String, SyntaxError> {
    let mut scanner = Scanner::new(text.as_bytes());
    while scanner.next()?.is_some() {}
    let mut out = String::with_capacity(text.len());
    let (mut quoted, mut escaped) = (false, false);
    for c in text.chars() {
        match c {
            ' ' | '\t' | '\r' | '\n' if !quoted => continue,
            '"' if !escaped => quoted = !quoted,
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' if escape == Escape::Html => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
                escaped = false;
                continue;
            }
            _ => {}
        }
        escaped = c == '\\' && !escaped;
        out.push(c);
    }
    Ok(out)
}
