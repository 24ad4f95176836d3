//! The store: one file, or memory, and one thread that writes to it.

use std::path::Path;

use serde::de::DeserializeOwned;
use slog::Logger;

use kfp_run_completion::store::FileOutbox;
use kfp_run_completion::store::{WriteFailure, WriteQueue};

mod error;
mod file;
mod format;
mod overlay;
mod scan;
mod tables;
mod transaction;

pub use error::OpenError;
pub use kfp_run_completion::store::StoreError;
pub(super) use tables::Kind;
pub(super) use transaction::Txn;

/// A handle on the store; the store closes when the last one is dropped, or earlier with [`Store::close`].
#[derive(Clone)]
pub(super) struct Store(WriteQueue);

impl Store {
    /// The store in a file, which is made if it does not exist. Blocks.
    pub(super) fn in_file(path: &Path, log: &Logger) -> Result<Self, OpenError> {
        let (database, format) = file::open(path)?;
        if format < tables::FORMAT {
            slog::info!(log, "store migrated to a new format"; "from" => format, "to" => tables::FORMAT);
        }
        let same = path.to_owned();
        WriteQueue::start(database, move || file::reopen(&same))
            .map(Self)
            .map_err(OpenError::Thread)
    }

    /// A store that is forgotten with its last handle.
    pub(super) fn in_memory() -> Result<Self, OpenError> {
        let database = file::in_memory()?;
        // Memory does not fail.
        WriteQueue::start(database, || Err(StoreError::Closed))
            .map(Self)
            .map_err(OpenError::Thread)
    }

    /// Makes a change and returns once it is on disk; see [`WriteQueue::write`].
    pub(super) async fn write<T: Send + 'static, E: WriteFailure + Send + 'static>(
        &self,
        change: impl FnOnce(&Txn<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        self.0.write(move |txn| change(&Txn(txn))).await
    }

    /// The record of an id, as it is on disk.
    pub(super) async fn record<T: DeserializeOwned + Send + 'static>(
        &self,
        kind: Kind,
        id: String,
    ) -> Result<Option<T>, StoreError> {
        let read = self.0.read(move |txn| {
            let table = txn.open_table(kind.table())?;
            let found = table.get(id.as_str())?;
            found.map(|record| tables::read(record.value())).transpose()
        });
        read.await
    }

    /// The events in the store.
    pub(super) fn outbox(&self) -> FileOutbox {
        FileOutbox::in_database(self.0.clone())
    }

    /// Ends the writer after what is queued, and closes the file.
    pub(super) async fn close(&self) {
        self.0.close().await;
    }
}

/// Looks at everything in a file that exists, in a transaction that changes nothing. Blocks.
pub(super) fn examine<T>(
    path: &Path,
    read: impl FnOnce(&Txn<'_>) -> Result<T, StoreError>,
) -> Result<T, OpenError> {
    let database = file::open_examined(path)?;
    let examined = || {
        let write = database.begin_write()?;
        let found = read(&Txn(&kfp_run_completion::store::Txn::new(&write)));
        write.abort()?;
        found
    };
    examined().map_err(|source| OpenError::Database {
        place: path.display().to_string(),
        source,
    })
}
