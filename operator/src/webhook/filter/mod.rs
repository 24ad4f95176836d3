//! The filters of artifact paths: expressions over metadata, in the language of go-bexpr.
//!
//! Understood is all of it that can stand in an artifact path, where `[`, `]` and `:` cannot: comparisons (`==`, `!=`, `in`,
//! `not in`, `contains`, `not contains`, `matches`, `not matches`, `is empty`, `is not empty`, `is nil`, `is not nil`),
//! `and`, `or`, `not`, parentheses, and `any PATH as NAME { … }` and `all …`, where NAME may be two names, for the place and
//! the value. A filter is given 100,000 comparisons: one that needs more does not pass.

mod binding;
mod collection;
mod evaluate;
mod expression;
mod parse;

use std::str::FromStr;

pub use evaluate::Unanswerable;

use crate::json::Json;
use expression::Expression;

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

#[cfg(test)]
mod tests;
