//! The store: one file, or memory, and one thread that writes to it.

use std::path::Path;

use slog::Logger;

use kfp_run_completion::store::FileOutbox;
use kfp_run_completion::store::Writer;

mod file;
mod format;
mod overlay;
mod scan;
mod tables;
mod transaction;

pub use file::OpenError;
pub use kfp_run_completion::store::StoreError;
pub(super) use tables::Kind;
pub(super) use transaction::Txn;

/// A handle on the store; the store closes when the last one is dropped, or earlier with [`Store::close`].
#[derive(Clone)]
pub(super) struct Store(Writer);

impl Store {
    /// The store in a file, which is made if it does not exist. Blocks.
    pub(super) fn in_file(path: &Path, log: &Logger) -> Result<Self, OpenError> {
        let (database, format) = file::open(path)?;
        if format < format::FORMAT {
            slog::info!(log, "the store was brought to a new format"; "from" => format, "to" => format::FORMAT);
        }
        let same = path.to_owned();
        Writer::start(database, move || file::reopen(&same))
            .map(Self)
            .map_err(OpenError::Thread)
    }

    /// A store that is forgotten with its last handle.
    pub(super) fn in_memory() -> Result<Self, OpenError> {
        let database = file::in_memory()?;
        // Memory does not fail.
        Writer::start(database, || Err(StoreError::Closed))
            .map(Self)
            .map_err(OpenError::Thread)
    }

    /// Makes a change and returns once it is on disk. `change` must either look at everything before it writes
    /// anything, or fail: what it has written when it returns a value is kept.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Txn<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.0.write(move |txn| change(&Txn(txn))).await
    }

    /// The events in the store.
    pub(super) fn outbox(&self) -> FileOutbox {
        FileOutbox::shared(self.0.clone())
    }

    /// Ends the writer after what is queued, and closes the file.
    pub(super) async fn close(&self) {
        self.0.close().await;
    }
}

/// Looks at everything in a file that exists, in a transaction that changes nothing. Blocks.
pub(super) fn examine<T>(
    path: &Path,
    look: impl FnOnce(&Txn<'_>) -> Result<T, StoreError>,
) -> Result<T, OpenError> {
    let database = file::open_examined(path)?;
    let looked = || {
        let write = database.begin_write()?;
        let found = look(&Txn(&kfp_run_completion::store::Txn::new(&write)));
        write.abort()?;
        found
    };
    looked().map_err(|source| OpenError::Database {
        place: path.display().to_string(),
        source,
    })
}
