//! Filters applied. Literals become the type of what they are compared to.

use crate::json::Json;

use super::binding::{Bound, Local};
use super::expression::{Expression, Match, Test};

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
    /// What is there has no parts.
    #[error("{0}: neither a list nor an object")]
    NoCollection(String),
    /// Two things cannot have one name.
    #[error("{0:?}: cannot be the name of both the place and the value")]
    OneNameForTwo(String),
    /// There is too much to compare.
    #[error("there is more to compare than a filter is given")]
    TooLong,
    /// The pattern cannot be read.
    #[error("{0:?}: not a regular expression")]
    Pattern(String),
}

/// How much is compared before a filter counts as one without an answer.
const BUDGET: u32 = 100_000;

/// What is looked at, and what the names stand for that are bound so far.
pub(super) struct Look<'a> {
    data: &'a Json,
    pub(super) locals: Vec<Local>,
    left: u32,
}

impl<'a> Look<'a> {
    pub(super) fn at(data: &'a Json) -> Self {
        Self {
            data,
            locals: Vec::new(),
            left: BUDGET,
        }
    }

    /// What a path leads to. A name that is bound stands for what it is bound to, from the innermost on; what it is bound
    /// to may begin with a name again.
    pub(super) fn find(&self, path: &[String]) -> Result<Found<'a>, Unanswerable> {
        let mut path = path.to_vec();
        for (name, bound) in self.locals.iter().rev() {
            if path.first() != Some(name) {
                continue;
            }
            match bound {
                Bound::Path(prefix) => {
                    path.splice(..1, prefix.iter().cloned());
                }
                _ if path.len() > 1 => return Err(Unanswerable::Missing(path.join("."))),
                Bound::Key(key) => return Ok(Found::Key(Json::from(key.as_str()))),
                Bound::Index(index) => return Ok(Found::Index(*index)),
            }
        }
        let mut value = self.data;
        for (depth, part) in path.iter().enumerate() {
            let last = depth > 0 && depth + 1 == path.len();
            value = match (value, step(value, part)) {
                (_, Some(next)) => next,
                (Json::Object(_), None) if last => return Ok(Found::Absent),
                _ => return Err(Unanswerable::Missing(path.join("."))),
            };
        }
        Ok(Found::Value(value))
    }
}

/// What names for places have in common with this: no parts.
static NO_COLLECTION: Json = Json::Null;

/// What a path leads to.
pub(super) enum Found<'a> {
    Value(&'a Json),
    /// An object below the top lacks the last key.
    Absent,
    /// A key of an object, which is a text.
    Key(Json),
    /// A place in a list.
    Index(usize),
}

impl<'a> Found<'a> {
    /// The value, for who wants its parts; none if it is absent.
    pub(super) fn value(&self) -> Option<&'a Json> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent => None,
            Self::Key(_) | Self::Index(_) => Some(&NO_COLLECTION),
        }
    }
}

pub(super) fn evaluate(expression: &Expression, look: &mut Look<'_>) -> Result<bool, Unanswerable> {
    match expression {
        Expression::Not(inner) => Ok(!evaluate(inner, look)?),
        Expression::And(left, right) => Ok(evaluate(left, look)? && evaluate(right, look)?),
        Expression::Or(left, right) => Ok(evaluate(left, look)? || evaluate(right, look)?),
        Expression::Match(comparison) => {
            look.left = look.left.checked_sub(1).ok_or(Unanswerable::TooLong)?;
            comparison.holds(look)
        }
        Expression::Collection(collection) => {
            look.left = look.left.checked_sub(1).ok_or(Unanswerable::TooLong)?;
            collection.holds(look)
        }
    }
}

impl Match {
    fn holds(&self, look: &Look<'_>) -> Result<bool, Unanswerable> {
        let place = || self.path.join(".");
        let held = match look.find(&self.path)? {
            Found::Value(value) => self.test.holds(value, place)?,
            Found::Key(key) => self.test.holds(&key, place)?,
            Found::Index(index) => self.test.holds_of_index(index, place)?,
            // A key that an inner object lacks equals nothing, contains nothing and is empty.
            Found::Absent => matches!(self.test, Test::IsEmpty | Test::IsNil),
        };
        Ok(held != self.negated)
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
    /// An index is a whole number, which can only be compared with another.
    fn holds_of_index(
        &self,
        index: usize,
        place: impl Fn() -> String,
    ) -> Result<bool, Unanswerable> {
        match self {
            Self::Equals(literal) => {
                let wanted = literal.parse::<i64>();
                let wanted = wanted.map_err(|_| Unanswerable::Literal(literal.clone()))?;
                Ok(usize::try_from(wanted) == Ok(index))
            }
            _ => Err(Unanswerable::Type {
                path: place(),
                found: "the index of a list",
            }),
        }
    }

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
