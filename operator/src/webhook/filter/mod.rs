//! The filters of artifact paths: expressions over metadata, in the language of go-bexpr.
//!
//! Understood is all of it that can stand in an artifact path, where `[`, `]` and `:` cannot: comparisons (`==`, `!=`, `in`,
//! `not in`, `contains`, `not contains`, `matches`, `not matches`, `is empty`, `is not empty`, `is nil`, `is not nil`),
//! `and`, `or`, `not`, parentheses, and `any PATH as NAME { … }` and `all …`, where NAME may be two names, for the place and
//! the value. A filter is given 100,000 comparisons: one that needs more does not pass.

mod collection;
mod evaluate;
mod parse;

use std::str::FromStr;

use regex::Regex;

pub use evaluate::Unanswerable;

use crate::json::Json;

/// A filter that can be read.
#[derive(Clone, Debug)]
pub struct Filter(Expression);

impl Filter {
    /// Whether metadata, an object, passes.
    ///
    /// # Errors
    /// [`Unanswerable`] if the comparison makes no sense for what is there, or nothing is there; such metadata does not pass.
    pub fn matches(&self, metadata: &Json) -> Result<bool, Unanswerable> {
        evaluate::evaluate(&self.0, &mut evaluate::Look::at(metadata))
    }
}

/// A text is not a filter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("filter: cannot be read beyond byte {0} (hint: write it like `level.two == \"x\"`)")]
pub struct InvalidFilter(usize);

impl FromStr for Filter {
    type Err = InvalidFilter;

    fn from_str(text: &str) -> Result<Self, InvalidFilter> {
        parse::parse(text).map(Self)
    }
}

#[derive(Clone, Debug)]
enum Expression {
    Not(Box<Expression>),
    And(Box<Expression>, Box<Expression>),
    Or(Box<Expression>, Box<Expression>),
    Match(Match),
    Collection(Collection),
}

/// Something said of every part of a list or an object, or of one at least.
#[derive(Clone, Debug)]
struct Collection {
    all: bool,
    path: Vec<String>,
    names: Names,
    inner: Box<Expression>,
}

/// What the parts are called. The place is an index or a key.
#[derive(Clone, Debug)]
enum Names {
    /// The value in a list, the key in an object.
    One(String),
    Place(String),
    Value(String),
    Both(String, String),
}

/// One comparison, or its opposite.
#[derive(Clone, Debug)]
struct Match {
    /// Where the value is: names of members and indexes.
    path: Vec<String>,
    negated: bool,
    test: Test,
}

#[derive(Clone, Debug)]
enum Test {
    /// The text of a literal, which becomes whatever type it is compared to.
    Equals(String),
    /// Of a list, a member; of an object, a key; of a text, a part.
    Contains(String),
    /// `Err` holds a pattern that is none.
    Matches(Result<Regex, String>),
    IsEmpty,
    IsNil,
}

#[cfg(test)]
mod tests;
