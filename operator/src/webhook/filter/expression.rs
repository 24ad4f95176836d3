//! A filter as it is understood.

use regex::Regex;

#[derive(Clone, Debug)]
pub(super) enum Expression {
    Not(Box<Expression>),
    And(Box<Expression>, Box<Expression>),
    Or(Box<Expression>, Box<Expression>),
    Match(Match),
    Collection(Collection),
}

/// Something said of every part of a list or an object, or of one at least.
#[derive(Clone, Debug)]
pub(super) struct Collection {
    pub(super) all: bool,
    pub(super) path: Vec<String>,
    pub(super) names: Names,
    pub(super) inner: Box<Expression>,
}

/// What the parts are called. The place is an index or a key.
#[derive(Clone, Debug)]
pub(super) enum Names {
    /// The value in a list, the key in an object.
    One(String),
    Place(String),
    Value(String),
    Both(String, String),
}

/// One comparison, or its opposite.
#[derive(Clone, Debug)]
pub(super) struct Match {
    /// Where the value is: names of members and indexes.
    pub(super) path: Vec<String>,
    pub(super) negated: bool,
    pub(super) test: Test,
}

#[derive(Clone, Debug)]
pub(super) enum Test {
    /// The text of a literal, which becomes whatever type it is compared to.
    Equals(String),
    /// Of a list, a member; of an object, a key; of a text, a part.
    Contains(String),
    /// `Err` holds a pattern that is none.
    Matches(Result<Regex, String>),
    IsEmpty,
    IsNil,
}
