//! Filters applied. Literals become the type of what they are compared to.

use crate::json::Json;

use super::{Expression, Match, Test};

/// A comparison has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unanswerable {
    /// Nothing is there.
    #[error("{0}: not there")]
    Missing(String),
    /// What is there cannot be compared so.
    #[error("{path}: cannot be compared so (hint: it is {found})")]
    Type {
        /// Where.
        path: String,
        /// What is there.
        found: &'static str,
    },
    /// The literal cannot become the type of what is there.
    #[error("{0:?}: not of the type that it is compared to")]
    Literal(String),
    /// The pattern cannot be read.
    #[error("{0:?}: not a regular expression")]
    Pattern(String),
}

pub(super) fn evaluate(expression: &Expression, data: &Json) -> Result<bool, Unanswerable> {
    match expression {
        Expression::Not(inner) => Ok(!evaluate(inner, data)?),
        Expression::And(left, right) => Ok(evaluate(left, data)? && evaluate(right, data)?),
        Expression::Or(left, right) => Ok(evaluate(left, data)? || evaluate(right, data)?),
        Expression::Match(comparison) => comparison.holds(data),
    }
}

impl Match {
    fn holds(&self, data: &Json) -> Result<bool, Unanswerable> {
        let held = match self.find(data)? {
            Some(value) => self.test.holds(value, || self.path.join("."))?,
            // A key that an inner object lacks equals nothing, contains nothing and is empty.
            None => matches!(self.test, Test::IsEmpty | Test::IsNil),
        };
        Ok(held != self.negated)
    }

    /// The value; `None` if an object below the top lacks the last key.
    fn find<'a>(&self, data: &'a Json) -> Result<Option<&'a Json>, Unanswerable> {
        let mut value = data;
        for (depth, part) in self.path.iter().enumerate() {
            let last = depth > 0 && depth + 1 == self.path.len();
            value = match (value, step(value, part)) {
                (_, Some(next)) => next,
                (Json::Object(_), None) if last => return Ok(None),
                _ => return Err(Unanswerable::Missing(self.path.join("."))),
            };
        }
        Ok(Some(value))
    }
}

fn step<'a>(value: &'a Json, part: &str) -> Option<&'a Json> {
    match value {
        Json::Object(_) => value.get(part),
        Json::Array(items) => items.get(part.parse::<usize>().ok()?),
        _ => None,
    }
}

impl Test {
    fn holds(&self, value: &Json, place: impl Fn() -> String) -> Result<bool, Unanswerable> {
        let unfit = || Unanswerable::Type {
            path: place(),
            found: kind(value),
        };
        match (self, value) {
            (Self::Equals(literal), _) => equals(literal, value)?.ok_or_else(unfit),
            (Self::Contains(literal), Json::String(text)) => Ok(text.contains(literal)),
            (Self::Contains(literal), Json::Object(_)) => Ok(value.get(literal).is_some()),
            (Self::Contains(literal), Json::Array(items)) => contains(literal, items, unfit),
            (Self::Matches(Err(pattern)), Json::String(_)) => {
                Err(Unanswerable::Pattern(pattern.clone()))
            }
            (Self::Matches(Ok(pattern)), Json::String(text)) => Ok(pattern.is_match(text)),
            (Self::IsEmpty, Json::String(text)) => Ok(text.is_empty()),
            (Self::IsEmpty, Json::Array(items)) => Ok(items.is_empty()),
            (Self::IsEmpty, Json::Object(members)) => Ok(members.is_empty()),
            (Self::IsNil, Json::Null) => Ok(true),
            (Self::IsNil, Json::Array(_) | Json::Object(_)) => Ok(false),
            _ => Err(unfit()),
        }
    }
}

/// Whether a list holds a value. A literal that cannot become the type of an item is not that item.
fn contains(
    literal: &str,
    items: &[Json],
    unfit: impl Fn() -> Unanswerable,
) -> Result<bool, Unanswerable> {
    for item in items {
        match equals(literal, item) {
            Ok(Some(true)) => return Ok(true),
            Ok(Some(false)) | Err(Unanswerable::Literal(_)) => {}
            Ok(None) => return Err(unfit()),
            Err(error) => return Err(error),
        }
    }
    Ok(false)
}

/// Compares a literal with what is there; `None` if nothing can equal it.
fn equals(literal: &str, value: &Json) -> Result<Option<bool>, Unanswerable> {
    let no = || Unanswerable::Literal(literal.to_owned());
    Ok(match value {
        Json::String(text) => Some(text == literal),
        Json::Bool(value) => Some(boolean(literal).ok_or_else(no)? == *value),
        Json::Number(text) => {
            let value: f64 = text.parse().map_err(|_| no())?;
            Some(float(literal).ok_or_else(no)? == value)
        }
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    })
}

/// The spellings of Go's `strconv.ParseBool`.
fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// As Go's `strconv.ParseFloat`, without hexadecimal.
fn float(text: &str) -> Option<f64> {
    let value: f64 = text.parse().ok()?;
    let names_it = text.to_ascii_lowercase().contains("inf");
    (value.is_finite() || value.is_nan() || names_it).then_some(value)
}

fn kind(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object",
    }
}
