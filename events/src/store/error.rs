//! Failures of a store.

use std::sync::Arc;

use kfp_provider_domain::InvalidResourceId;

/// The store failed: no place left, a broken disk, a damaged file.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The database reports an error.
    #[error("the store failed: {0}")]
    Database(Arc<redb::Error>),
    /// A stored record cannot be read or written.
    #[error("the store has a record that cannot be read: {0}")]
    Record(Arc<serde_json::Error>),
    /// Another change of the same commit failed.
    #[error("the commit was aborted because another change in its batch failed")]
    Batch,
    /// A stored id is not one that this provider issues.
    #[error("the store has an id that this provider does not issue: {0}")]
    Id(InvalidResourceId),
    /// The writer has ended.
    #[error("the store is closed")]
    Closed,
}

/// Anything that redb reports.
impl<E: Into<redb::Error>> From<E> for StoreError {
    fn from(error: E) -> Self {
        Self::Database(Arc::new(error.into()))
    }
}

/// Why a change was not made: at least that the store failed, and possibly that it was refused for reasons of its own.
pub trait WriteFailure: From<StoreError> {
    /// The failure of the store, if it is one. A commit that holds such a change is given up.
    fn store_failure(&self) -> Option<&StoreError>;
}

impl WriteFailure for StoreError {
    fn store_failure(&self) -> Option<&StoreError> {
        Some(self)
    }
}

impl StoreError {
    /// Whether the database has lost touch with its file.
    pub(super) fn is_lost(&self) -> bool {
        matches!(self, Self::Database(error) if matches!(**error, redb::Error::Io(_) | redb::Error::PreviousIo))
    }
}
