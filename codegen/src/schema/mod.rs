//! What can be asked of a schema.

pub(crate) mod bounds;
pub(crate) mod merge;
pub(crate) mod tags;
