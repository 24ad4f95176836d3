//! Why a store cannot be opened.

use std::io;
use std::path::{Path, PathBuf};

use kfp_run_completion::InvalidWebhook;
use kfp_run_completion::store::StoreError;
use redb::DatabaseError;

use super::tables::FORMAT;

/// Why a store cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Another process has it open.
    #[error("{}: in use by another process (hint: stop it, or choose another file)", .0.display())]
    InUse(PathBuf),
    /// A newer program wrote it.
    #[error(
        "{place}: format {found}, but this program reads only up to {FORMAT} (hint: use the newer program again)"
    )]
    Newer {
        /// The file.
        place: String,
        /// Its format.
        found: u64,
    },
    /// The file is something else.
    #[error("{place}: not a store of this provider (hint: choose another file)")]
    Foreign {
        /// The file.
        place: String,
    },
    /// The system refuses.
    #[error("{}: {source} (hint: the folder must exist and be writable)", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The database refuses.
    #[error("{place}: {source}")]
    Database {
        /// The file.
        place: String,
        /// What the database says.
        source: StoreError,
    },
    /// The database gave up on what it found.
    #[error(
        "{place}: damaged, the database cannot make sense of it (hint: restore it from a copy)"
    )]
    Damaged {
        /// The file.
        place: String,
    },
    /// The webhook is not a URL that events can go to.
    #[error(transparent)]
    Webhook(#[from] InvalidWebhook),
    /// The system has no thread left for the writer.
    #[error("cannot start the store's thread: {0}")]
    Thread(io::Error),
}

pub(super) fn file_error(path: &Path, source: io::Error) -> OpenError {
    OpenError::File {
        path: path.to_owned(),
        source,
    }
}

pub(super) fn database_error(path: &Path, error: DatabaseError) -> OpenError {
    let place = || path.display().to_string();
    match error {
        DatabaseError::DatabaseAlreadyOpen => OpenError::InUse(path.to_owned()),
        DatabaseError::UpgradeRequired(_) => OpenError::Foreign { place: place() },
        DatabaseError::Storage(redb::StorageError::Io(error))
            if error.kind() == io::ErrorKind::InvalidData =>
        {
            OpenError::Foreign { place: place() }
        }
        DatabaseError::Storage(redb::StorageError::Io(source)) => file_error(path, source),
        other => OpenError::Database {
            place: place(),
            source: other.into(),
        },
    }
}
