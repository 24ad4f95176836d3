//! Why a change of the store was not made.

use kfp_provider_server::Refusal;
use kfp_run_completion::store::{StoreError, WriteFailure};

/// Why a change was not made.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The resource asks for something impossible; nothing was written.
    Refused(Refusal),
    /// The store failed.
    Store(StoreError),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => refusal,
            Failure::Store(error) => Self::unavailable(error.to_string()),
        }
    }
}

impl WriteFailure for Failure {
    fn store_failure(&self) -> Option<&StoreError> {
        match self {
            Self::Refused(_) => None,
            Self::Store(error) => Some(error),
        }
    }
}
