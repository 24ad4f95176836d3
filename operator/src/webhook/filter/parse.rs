//! The grammar of filters. Where it is ambiguous, the first reading that fits counts.

mod operand;

use regex::Regex;

use super::InvalidFilter;
use super::expression::{Collection, Expression, Match, Names, Test};

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
        let Some(left) = self.and() else {
            return self.attempt(Self::collection);
        };
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

    /// `any PATH as NAMES { … }` and `all …`, which stand alone or behind an `or`.
    fn collection(&mut self) -> Option<Expression> {
        let all = self.token("any").is_none();
        if all {
            self.token("all")?;
        }
        self.space()?;
        let path = self.selector()?;
        self.word("as")?;
        let names = self.names()?;
        self.space();
        self.token("{")?;
        self.space();
        if self.depth == MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let inner = self.or();
        self.depth -= 1;
        let inner = Box::new(inner?);
        self.space();
        self.token("}")?;
        Some(Expression::Collection(Collection {
            all,
            path,
            names,
            inner,
        }))
    }

    fn names(&mut self) -> Option<Names> {
        let comma = |p: &mut Self| {
            p.space();
            p.token(",")?;
            p.space();
            Some(())
        };
        let second = self.attempt(|p| {
            p.token("_")?;
            comma(p)?;
            p.identifier()
        });
        if let Some(value) = second {
            return Some(Names::Value(value));
        }
        let first = self.identifier()?;
        let both = self.attempt(|p| {
            comma(p)?;
            p.identifier()
        });
        if let Some(value) = both {
            return Some(Names::Both(first, value));
        }
        let place = self.attempt(|p| {
            comma(p)?;
            p.token("_")
        });
        Some(match place {
            Some(()) => Names::Place(first),
            None => Names::One(first),
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
}
