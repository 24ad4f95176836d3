//! The grammar of filters. Where it is ambiguous, the first reading that fits counts.

use std::str::Chars;

use regex::Regex;

use super::{Expression, InvalidFilter, Match, Test};

/// Deeper nesting than any filter that a person writes.
const MAX_DEPTH: usize = 64;

pub(super) fn parse(text: &str) -> Result<Expression, InvalidFilter> {
    let mut parser = Parser {
        text,
        at: 0,
        furthest: 0,
        depth: 0,
    };
    parser.space();
    let expression = parser.or();
    parser.space();
    match expression {
        Some(expression) if parser.rest().is_empty() => Ok(expression),
        _ => Err(InvalidFilter(parser.furthest)),
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    furthest: usize,
    depth: usize,
}

/// A comparison as written between selector and literal.
#[derive(Clone, Copy)]
enum Operator {
    Equals,
    Contains,
    Matches,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn go(&mut self, bytes: usize) {
        self.at += bytes;
        self.furthest = self.furthest.max(self.at);
    }

    /// Runs a rule; if it does not fit, nothing has been read.
    fn attempt<T>(&mut self, rule: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let start = self.at;
        let result = rule(self);
        if result.is_none() {
            self.at = start;
        }
        result
    }

    fn token(&mut self, token: &str) -> Option<()> {
        self.rest().starts_with(token).then(|| self.go(token.len()))
    }

    /// White space, if there is any.
    fn space(&mut self) -> Option<()> {
        let rest = self.rest();
        let length = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        self.go(length);
        (length > 0).then_some(())
    }

    /// A word with white space on both sides.
    fn word(&mut self, word: &str) -> Option<()> {
        self.attempt(|p| {
            p.space()?;
            p.token(word)?;
            p.space()
        })
    }

    fn or(&mut self) -> Option<Expression> {
        let left = self.and()?;
        let right = self.attempt(|p| {
            p.word("or")?;
            p.or()
        });
        Some(match right {
            Some(right) => Expression::Or(Box::new(left), Box::new(right)),
            None => left,
        })
    }

    fn and(&mut self) -> Option<Expression> {
        let left = self.not()?;
        let right = self.attempt(|p| {
            p.word("and")?;
            p.and()
        });
        Some(match right {
            Some(right) => Expression::And(Box::new(left), Box::new(right)),
            None => left,
        })
    }

    fn not(&mut self) -> Option<Expression> {
        if self.depth == MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let negated = self.attempt(|p| {
            p.token("not")?;
            p.space()?;
            p.not()
        });
        let expression = match negated {
            Some(inner) => Some(Expression::Not(Box::new(inner))),
            None => self.group().or_else(|| self.comparison()),
        };
        self.depth -= 1;
        expression
    }

    fn group(&mut self) -> Option<Expression> {
        self.attempt(|p| {
            p.token("(")?;
            p.space();
            let inner = p.or()?;
            p.space();
            p.token(")")?;
            Some(inner)
        })
    }

    fn comparison(&mut self) -> Option<Expression> {
        let comparison = self
            .attempt(Self::selector_and_value)
            .or_else(|| self.attempt(Self::selector_alone))
            .or_else(|| self.attempt(Self::value_in_selector))?;
        Some(Expression::Match(comparison))
    }

    fn selector_and_value(&mut self) -> Option<Match> {
        let path = self.selector()?;
        let (operator, negated) = self.operator()?;
        let literal = self.value()?;
        let test = match operator {
            Operator::Equals => Test::Equals(literal),
            Operator::Contains => Test::Contains(literal),
            Operator::Matches => Test::Matches(Regex::new(&literal).map_err(|_| literal)),
        };
        Some(Match {
            path,
            negated,
            test,
        })
    }

    fn operator(&mut self) -> Option<(Operator, bool)> {
        let sign = |p: &mut Self, sign| {
            p.attempt(|p| {
                p.space();
                p.token(sign)?;
                p.space();
                Some(())
            })
        };
        if sign(self, "==").is_some() {
            return Some((Operator::Equals, false));
        }
        if sign(self, "!=").is_some() {
            return Some((Operator::Equals, true));
        }
        let named = [
            ("contains", Operator::Contains),
            ("matches", Operator::Matches),
        ];
        for (name, operator) in named {
            if self.word(name).is_some() {
                return Some((operator, false));
            }
            if self.negated_word(name).is_some() {
                return Some((operator, true));
            }
        }
        None
    }

    /// `not WORD` with white space around both.
    fn negated_word(&mut self, word: &str) -> Option<()> {
        self.attempt(|p| {
            p.word("not")?;
            p.token(word)?;
            p.space()
        })
    }

    fn selector_alone(&mut self) -> Option<Match> {
        let path = self.selector()?;
        self.word("is")?;
        let negated = self
            .attempt(|p| {
                p.token("not")?;
                p.space()
            })
            .is_some();
        let test = if self.token("empty").is_some() {
            Test::IsEmpty
        } else {
            self.token("nil")?;
            Test::IsNil
        };
        Some(Match {
            path,
            negated,
            test,
        })
    }

    fn value_in_selector(&mut self) -> Option<Match> {
        let literal = self.value()?;
        let negated = self.word("in").is_none();
        if negated {
            self.negated_word("in")?;
        }
        Some(Match {
            path: self.selector()?,
            negated,
            test: Test::Contains(literal),
        })
    }

    fn selector(&mut self) -> Option<Vec<String>> {
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

    fn identifier(&mut self) -> Option<String> {
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
    fn value(&mut self) -> Option<String> {
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
