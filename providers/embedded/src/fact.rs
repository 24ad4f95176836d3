//! What a record says that is kept elsewhere, too: for the check.

use kfp_provider_domain::NamespacedName;

/// What a record says that is kept elsewhere, too.
pub(super) struct Fact {
    pub(super) name: String,
    /// When something is due.
    pub(super) due: Option<i64>,
    /// When a run finished.
    pub(super) finished: Option<i64>,
    /// The newest version of a pipeline.
    pub(super) newest: Option<String>,
    /// Whether the record agrees with itself.
    pub(super) sound: bool,
}

impl Fact {
    pub(super) fn new(name: &NamespacedName) -> Self {
        Self {
            name: name.to_string(),
            due: None,
            finished: None,
            newest: None,
            sound: true,
        }
    }
}
