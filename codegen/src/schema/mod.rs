//! What can be asked of a schema, by checks, normalisation and emission alike.

pub(crate) mod bounds;
pub(crate) mod merge;
pub(crate) mod tags;
pub(crate) mod walk;
