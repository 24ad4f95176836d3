//! Pairs of texts.

use serde::{Deserialize, Serialize};

/// A name and its value: an environment variable of a pipeline, say. Order and duplicates of a list of these are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NamedValue {
    /// The name.
    pub name: String,
    /// The value; may be empty.
    pub value: String,
}
