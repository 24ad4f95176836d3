//! The workflow step around one request: what the operator gets to see of the answer.

use crate::json::{Scanner, SyntaxError, Token, folds_to, unquote};

/// The largest output that a workflow step can hand on.
pub const MAX_OUTPUT: usize = 256 * 1024;

/// What a provider answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status code. Only 501 means anything to the operator.
    pub status: u16,
    /// The body, as far as it arrived. No header is looked at.
    pub body: Vec<u8>,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A status and perhaps a body.
    Answer(Answer),
    /// No status: refused, reset, not resolved.
    Nothing,
    /// Nothing complete within the step's 300 seconds.
    Timeout,
}

/// What the operator gets to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepResult {
    /// The step succeeded and its output could be read.
    Output(ProviderOutput),
    /// The step succeeded, but its output could not be read.
    Unreadable(UnreadableOutput),
    /// The step failed: its output, if any, is lost.
    Failed(StepFailure),
}

/// The answer's body, decoded. Everything else in it is ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProviderOutput {
    /// Member `id`; empty if absent.
    pub id: String,
    /// Member `providerError`; empty if absent.
    pub provider_error: String,
}

/// Why a body could not be decoded. The operator knows no difference: `could not retrieve workflow output`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnreadableOutput {
    /// There was no body.
    #[error("the body is empty")]
    Empty,
    /// The body is not one JSON value.
    #[error("the body is not JSON: {0}")]
    Syntax(#[from] SyntaxError),
    /// The body is JSON, but no object.
    #[error("the body is {0} where an object is wanted")]
    NotObject(&'static str),
    /// A member has a wrong type.
    #[error("member {member:?} is {found} where a string is wanted")]
    WrongType {
        /// The member, as the body spells it.
        member: String,
        /// The type that it has.
        found: &'static str,
    },
}

/// Why a step failed. The operator knows no difference: `operation failed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StepFailure {
    /// The answer had status 501, the only one that fails the step.
    #[error("status 501 fails the step, whatever the body says")]
    NotImplemented,
    /// There was no answer, hence no output file.
    #[error("there was no HTTP answer")]
    NoAnswer,
    /// The step was killed.
    #[error("the step ran into its deadline of 300 seconds")]
    Timeout,
    /// The output is more than a workflow can carry.
    #[error("the body has {MAX_OUTPUT} bytes or more")]
    TooLarge,
}

impl From<&Reply> for StepResult {
    fn from(reply: &Reply) -> Self {
        match reply {
            Reply::Answer(answer) => Self::from(answer),
            Reply::Nothing => Self::Failed(StepFailure::NoAnswer),
            Reply::Timeout => Self::Failed(StepFailure::Timeout),
        }
    }
}

impl From<&Answer> for StepResult {
    fn from(Answer { status, body }: &Answer) -> Self {
        if *status == 501 {
            return Self::Failed(StepFailure::NotImplemented);
        }
        if body.len() >= MAX_OUTPUT {
            return Self::Failed(StepFailure::TooLarge);
        }
        match ProviderOutput::decode(body) {
            Ok(output) => Self::Output(output),
            Err(reason) => Self::Unreadable(reason),
        }
    }
}

impl ProviderOutput {
    /// Decodes a body as Go decodes into a struct of two strings: `null` for an object with nothing in it; names in any
    /// case; the last of duplicates, where `null` changes nothing; no other type for the two, no matter how often a
    /// right one follows.
    ///
    /// # Errors
    /// See [`UnreadableOutput`]. A violation of the grammar comes before a wrong type.
    pub fn decode(body: &[u8]) -> Result<Self, UnreadableOutput> {
        if body.is_empty() {
            return Err(UnreadableOutput::Empty);
        }
        let mut scanner = Scanner::new(body);
        let mut output = Self::default();
        let mut wrong = None;
        match scanner.next()? {
            Some(Token::Null | Token::OpenObject) | None => {}
            Some(other) => wrong = Some(UnreadableOutput::NotObject(type_of(other))),
        }
        while let Some(token) = scanner.next()? {
            let Token::Key(key) = token else { continue };
            let top = scanner.depth() == 1 && wrong.is_none();
            let Some(value) = scanner.next()? else { break };
            if top {
                wrong = output.set(&unquote(key), value);
            }
        }
        wrong.map_or(Ok(output), Err)
    }

    /// What can be told of a body that cannot be decoded, because its end is missing or something in it is wrong: the
    /// two members as far as the text is JSON, also a string that does not end.
    pub fn rescue(body: &[u8]) -> Self {
        let mut scanner = Scanner::new(body);
        let mut output = Self::default();
        let Ok(Some(Token::OpenObject)) = scanner.next() else {
            return output;
        };
        while let Ok(Some(token)) = scanner.next() {
            let Token::Key(key) = token else { continue };
            let (top, at) = (scanner.depth() == 1, scanner.at());
            match scanner.next() {
                Ok(Some(value)) if top => drop(output.set(&unquote(key), value)),
                Ok(Some(_)) => {}
                _ => {
                    let rest = body[at..].trim_ascii_start();
                    // An id that is not complete is none; of a text, the beginning is better than nothing.
                    if top && rest.starts_with(b"\"") && folds_to(&unquote(key), "providerError") {
                        output.provider_error = unquote(&[whole_escapes(rest), b"\""].concat());
                    }
                    break;
                }
            }
        }
        output
    }

    /// Sets the member that a name means, if it means one.
    fn set(&mut self, name: &str, value: Token<'_>) -> Option<UnreadableOutput> {
        let member = if folds_to(name, "id") {
            &mut self.id
        } else if folds_to(name, "providerError") {
            &mut self.provider_error
        } else {
            return None;
        };
        match value {
            Token::Null => None,
            Token::String(raw) => {
                *member = unquote(raw);
                None
            }
            other => Some(UnreadableOutput::WrongType {
                member: name.to_owned(),
                found: type_of(other),
            }),
        }
    }
}

/// The beginning of a string that does not end, up to where an escape is not complete.
fn whole_escapes(text: &[u8]) -> &[u8] {
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let length = match (byte, text.get(at + 1)) {
            (b'\\', Some(b'u')) => 6,
            (b'\\', _) => 2,
            _ => 1,
        };
        if at + length > text.len() {
            break;
        }
        at += length;
    }
    &text[..at]
}

fn type_of(token: Token<'_>) -> &'static str {
    match token {
        Token::Null => "null",
        Token::Bool(_) => "a boolean",
        Token::Number(_) => "a number",
        Token::String(_) | Token::Key(_) => "a string",
        Token::OpenArray | Token::CloseArray => "an array",
        Token::OpenObject | Token::CloseObject => "an object",
    }
}

#[cfg(test)]
mod tests;
