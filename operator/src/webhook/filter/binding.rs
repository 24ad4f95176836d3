//! What bound names stand for.

/// What a bound name stands for.
#[derive(Clone, Debug)]
pub(super) enum Bound {
    /// A value, by its path.
    Path(Vec<String>),
    /// A key of an object.
    Key(String),
    /// A place in a list.
    Index(usize),
}

/// A name, and what it stands for.
pub(super) type Local = (String, Bound);
