//! JSON texts, one after the other.

use super::NESTED;
use super::compose::{Composed, Composer};
use crate::json::{Json, Scanner, SyntaxError, Token, unquote};

/// The first value of a text and where it ends; `None` for a value that is null. Lines are counted from `first`.
pub(super) fn value(text: &str, first: u64) -> Result<(Option<Composed>, usize), (u64, String)> {
    let mut scanner = Scanner::new(text.as_bytes());
    let mut composer = Composer::new(first);
    let mut lines = LineCounter::default();
    while !scanner.is_complete() {
        let before = scanner.at();
        let token = scanner.next().map_err(|error| {
            let line = lines.at(text, offset(&error).min(text.len()));
            (first + line + 1, words(&error))
        })?;
        let Some(token) = token else { break };
        // White space before a token belongs to it.
        let line = lines.at(text, before + blank(&text[before..]));
        match token {
            Token::Null => composer.value(Json::Null, line),
            Token::Bool(value) => composer.value(Json::Bool(value), line),
            Token::Number(raw) => {
                let number = raw.iter().copied().map(char::from).collect();
                composer.value(Json::Number(number), line);
            }
            Token::String(raw) => composer.value(Json::String(unquote(raw)), line),
            Token::Key(raw) => composer.key(unquote(raw), line),
            Token::OpenArray | Token::OpenObject => {
                composer.open(token == Token::OpenObject, line);
            }
            Token::CloseArray | Token::CloseObject => {
                let value = composer.close();
                composer.place(value);
            }
        }
    }
    Ok((composer.finish(), scanner.at()))
}

/// How much of a text is white space or a comma.
fn blank(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t', '\r', '\n', ',']).len()
}

fn offset(error: &SyntaxError) -> usize {
    match error {
        SyntaxError::End { at }
        | SyntaxError::Unexpected { at, .. }
        | SyntaxError::Depth { at } => *at,
    }
}

fn words(error: &SyntaxError) -> String {
    match error {
        SyntaxError::End { .. } => {
            "the JSON text ends too early (hint: a bracket or a quote is not closed)".to_owned()
        }
        SyntaxError::Unexpected { found, wanted, .. } => format!(
            "not JSON: found {:?}, wanted {wanted} (hint: a file that starts with {{ is read as JSON)",
            char::from(*found)
        ),
        SyntaxError::Depth { .. } => NESTED.to_owned(),
    }
}

/// Counts line feeds, forwards only.
#[derive(Default)]
struct LineCounter {
    at: usize,
    line: u64,
}

impl LineCounter {
    fn at(&mut self, text: &str, offset: usize) -> u64 {
        if let Some(passed) = text.as_bytes().get(self.at..offset) {
            self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
            self.at = offset;
        }
        self.line
    }
}
