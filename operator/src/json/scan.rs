//! The grammar: tokens from bytes, exactly as Go's scanner accepts them.

use super::unquote::unquote;
use super::value::{Json, MAX_DEPTH};
use super::walk::{Builder, Container};

/// Why bytes are not one JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SyntaxError {
    /// The text stops inside a value, or there is none.
    #[error("byte {at}: the JSON text ends too early")]
    End {
        /// Length of the text.
        at: usize,
    },
    /// A byte that the grammar does not allow there.
    #[error("byte {at}: found {:?}, wanted {wanted}", char::from(*found))]
    Unexpected {
        /// Offset of the byte.
        at: usize,
        /// The byte.
        found: u8,
        /// What the grammar allows there.
        wanted: &'static str,
    },
    /// Nesting beyond what Go decodes.
    #[error("byte {at}: nested deeper than {MAX_DEPTH} levels")]
    Depth {
        /// Offset of the bracket that is one too many.
        at: usize,
    },
}

/// One token. Strings and keys are raw: quotes and escapes included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    Null,
    Bool(bool),
    Number(&'a [u8]),
    String(&'a [u8]),
    Key(&'a [u8]),
    OpenArray,
    CloseArray,
    OpenObject,
    CloseObject,
}

/// What the grammar allows next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    ValueOrClose,
    Key,
    KeyOrClose,
    CommaOrClose,
    End,
}

/// Reads tokens one by one; the order of tokens is valid JSON up to the first error.
pub(crate) struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
    open: Vec<Container>,
    expect: Expect,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            at: 0,
            open: Vec::new(),
            expect: Expect::Value,
        }
    }

    /// Whether one value is complete.
    pub(crate) fn is_complete(&self) -> bool {
        self.expect == Expect::End
    }

    /// Offset behind the last token.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// How many arrays and objects are open.
    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The next token; `None` once the value is complete and only white space followed it.
    pub(crate) fn next(&mut self) -> Result<Option<Token<'a>>, SyntaxError> {
        loop {
            self.skip_space();
            let Some(&byte) = self.text.get(self.at) else {
                return if self.expect == Expect::End {
                    Ok(None)
                } else {
                    Err(self.end())
                };
            };
            match self.expect {
                Expect::End => return Err(self.unexpected("the end of the text")),
                Expect::CommaOrClose if byte == b',' => {
                    self.at += 1;
                    self.expect = if self.open.last() == Some(&Container::Object) {
                        Expect::Key
                    } else {
                        Expect::Value
                    };
                }
                Expect::CommaOrClose => {
                    return self.close(byte, "a comma or a closing bracket").map(Some);
                }
                Expect::Key | Expect::KeyOrClose if byte == b'"' => return self.key().map(Some),
                Expect::Key => return Err(self.unexpected("a member name")),
                Expect::KeyOrClose => return self.close(byte, "a member name or `}`").map(Some),
                Expect::ValueOrClose if byte == b']' => return self.close(byte, "`]`").map(Some),
                Expect::Value | Expect::ValueOrClose => return self.value(byte).map(Some),
            }
        }
    }

    fn value(&mut self, byte: u8) -> Result<Token<'a>, SyntaxError> {
        match byte {
            b'[' => return self.open(Container::Array),
            b'{' => return self.open(Container::Object),
            _ => {}
        }
        let token = match byte {
            b'"' => Token::String(self.string()?),
            b'-' | b'0'..=b'9' => Token::Number(self.number()?),
            b't' => self.word("true", Token::Bool(true))?,
            b'f' => self.word("false", Token::Bool(false))?,
            b'n' => self.word("null", Token::Null)?,
            _ => return Err(self.unexpected("a value")),
        };
        self.after_value();
        Ok(token)
    }

    fn open(&mut self, container: Container) -> Result<Token<'a>, SyntaxError> {
        if self.open.len() == MAX_DEPTH {
            return Err(SyntaxError::Depth { at: self.at });
        }
        self.open.push(container);
        self.at += 1;
        let (expect, token) = match container {
            Container::Array => (Expect::ValueOrClose, Token::OpenArray),
            Container::Object => (Expect::KeyOrClose, Token::OpenObject),
        };
        self.expect = expect;
        Ok(token)
    }

    fn close(&mut self, byte: u8, wanted: &'static str) -> Result<Token<'a>, SyntaxError> {
        let token = match (self.open.last(), byte) {
            (Some(Container::Array), b']') => Token::CloseArray,
            (Some(Container::Object), b'}') => Token::CloseObject,
            _ => return Err(self.unexpected(wanted)),
        };
        self.open.pop();
        self.at += 1;
        self.after_value();
        Ok(token)
    }

    fn after_value(&mut self) {
        self.expect = if self.open.is_empty() {
            Expect::End
        } else {
            Expect::CommaOrClose
        };
    }

    /// A member name and its colon.
    fn key(&mut self) -> Result<Token<'a>, SyntaxError> {
        let key = self.string()?;
        self.skip_space();
        self.eat(b':', "a colon")?;
        self.expect = Expect::Value;
        Ok(Token::Key(key))
    }

    fn string(&mut self) -> Result<&'a [u8], SyntaxError> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.text.get(self.at) {
                None => return Err(self.end()),
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                Some(0..=0x1f) => {
                    return Err(self.unexpected("no control character inside a string"));
                }
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        Ok(&self.text[start..self.at])
    }

    fn escape(&mut self) -> Result<(), SyntaxError> {
        self.at += 1;
        match self.text.get(self.at) {
            None => return Err(self.end()),
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {}
            Some(b'u') => {
                for _ in 0..4 {
                    self.at += 1;
                    match self.text.get(self.at) {
                        None => return Err(self.end()),
                        Some(digit) if digit.is_ascii_hexdigit() => {}
                        Some(_) => return Err(self.unexpected("four hexadecimal digits")),
                    }
                }
            }
            Some(_) => return Err(self.unexpected("an escape")),
        }
        self.at += 1;
        Ok(())
    }

    fn number(&mut self) -> Result<&'a [u8], SyntaxError> {
        let start = self.at;
        if self.text[self.at] == b'-' {
            self.at += 1;
        }
        if self.text.get(self.at) == Some(&b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.text.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.text.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.text.get(self.at), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(&self.text[start..self.at])
    }

    /// One digit or more.
    fn digits(&mut self) -> Result<(), SyntaxError> {
        match self.text.get(self.at) {
            None => return Err(self.end()),
            Some(byte) if byte.is_ascii_digit() => {}
            Some(_) => return Err(self.unexpected("a digit")),
        }
        while self.text.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        Ok(())
    }

    fn word(&mut self, word: &'static str, token: Token<'a>) -> Result<Token<'a>, SyntaxError> {
        for byte in word.bytes() {
            self.eat(byte, word)?;
        }
        Ok(token)
    }

    fn eat(&mut self, byte: u8, wanted: &'static str) -> Result<(), SyntaxError> {
        match self.text.get(self.at) {
            None => Err(self.end()),
            Some(found) if *found == byte => {
                self.at += 1;
                Ok(())
            }
            Some(_) => Err(self.unexpected(wanted)),
        }
    }

    fn skip_space(&mut self) {
        while matches!(self.text.get(self.at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn end(&self) -> SyntaxError {
        SyntaxError::End {
            at: self.text.len(),
        }
    }

    fn unexpected(&self, wanted: &'static str) -> SyntaxError {
        SyntaxError::Unexpected {
            at: self.at,
            found: self.text[self.at],
            wanted,
        }
    }
}

/// A value from text.
pub(super) fn parse(text: &[u8]) -> Result<Json, SyntaxError> {
    let mut scanner = Scanner::new(text);
    let mut builder = Builder::default();
    while let Some(token) = scanner.next()? {
        match token {
            Token::Null => builder.value(Json::Null),
            Token::Bool(value) => builder.value(Json::Bool(value)),
            Token::Number(raw) => {
                builder.value(Json::Number(raw.iter().copied().map(char::from).collect()))
            }
            Token::String(raw) => builder.value(Json::String(unquote(raw))),
            Token::Key(raw) => builder.key(unquote(raw)),
            Token::OpenArray => builder.open(Container::Array),
            Token::OpenObject => builder.open(Container::Object),
            Token::CloseArray | Token::CloseObject => builder.close(),
        }
    }
    Ok(builder.finish())
}

impl Json {
    /// Reads exactly one value, as strictly and as leniently as Go's `encoding/json`.
    ///
    /// Bytes that are not UTF-8 inside strings, and halves of surrogate pairs, become U+FFFD.
    ///
    /// # Errors
    /// A violation of the grammar, anything but white space after the value, or nesting beyond [`MAX_DEPTH`].
    pub fn parse(text: &[u8]) -> Result<Self, SyntaxError> {
        parse(text)
    }
}
