//! Events in a file of their own.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use hyper::body::Bytes;
use redb::{Builder, Database, DatabaseError, ReadableDatabase as _, TableDefinition};

use super::error::StoreError;
use super::transaction::Txn;
use super::write_queue::WriteQueue;
use super::{atomic_file, events, tables};
use crate::outbox::{
    DeliveryRecord, EventId, NewEvent, Outbox, OutboxEntry, OutboxError, OutboxFuture, OutboxPage,
    OutboxQueue,
};

/// What says whose file it is, and the version of what is in it.
const META: TableDefinition<'static, &str, u64> = TableDefinition::new("kfp_provider_outbox");
const FORMAT_KEY: &str = "format";
const FORMAT: u64 = 1;
/// Memory for the database's pages, in bytes.
const CACHE: usize = 16 << 20;

/// An outbox in a file. Events that are stored together share one `fsync`.
#[derive(Clone)]
pub struct FileOutbox(WriteQueue);

/// Why an outbox cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutboxOpenError {
    /// Another process has it open.
    #[error("{}: in use by another process (hint: stop it, or choose another file)", .0.display())]
    InUse(PathBuf),
    /// The file is something else, or was written by a newer program.
    #[error("{}: not an outbox that this program can read (hint: choose another file)", .0.display())]
    Foreign(PathBuf),
    /// The system refuses.
    #[error("{}: {source} (hint: the folder must exist and be writable)", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The database refuses.
    #[error("{}: {source}", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What the database says.
        source: StoreError,
    },
}

impl FileOutbox {
    /// Opens the outbox in a file, which is made if it does not exist. Blocks.
    ///
    /// # Errors
    /// The file is in use, something else, or out of reach.
    pub fn open(path: &Path) -> Result<Self, OutboxOpenError> {
        let failed = |source| OutboxOpenError::File {
            path: path.to_owned(),
            source,
        };
        if !path.try_exists().map_err(failed)? {
            atomic_file::create(path, |unfinished| fill(unfinished, path), failed)?;
        }
        let database = builder().open(path).map_err(|error| refused(path, error))?;
        match format(&database) {
            Ok(Some(FORMAT)) => {
                let same = path.to_owned();
                let reopen = move || Ok(builder().open(&same)?);
                WriteQueue::start(database, reopen)
                    .map(Self)
                    .map_err(failed)
            }
            Ok(_) => Err(OutboxOpenError::Foreign(path.to_owned())),
            Err(source) => Err(broken(path, source)),
        }
    }

    /// The outbox in a database that has its tables.
    pub fn in_database(writer: WriteQueue) -> Self {
        Self(writer)
    }

    pub(crate) fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Txn<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> OutboxFuture<'_, T> {
        Box::pin(async move {
            let done = self.0.write(work).await;
            done.map_err(|error| OutboxError(error.to_string()))
        })
    }
}

/// A database whose memory does not grow with what waits in it.
fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE);
    builder
}

/// Makes a file an empty outbox.
fn fill(unfinished: &Path, path: &Path) -> Result<(), OutboxOpenError> {
    let database = builder()
        .create(unfinished)
        .map_err(|error| refused(path, error))?;
    let made = || {
        let write = database.begin_write()?;
        write.open_table(META)?.insert(FORMAT_KEY, FORMAT)?;
        tables::create_event_tables(&write)?;
        tables::create_open_run_tables(&write)?;
        write.commit()?;
        Ok(())
    };
    made().map_err(|source| broken(path, source))
}

fn format(database: &Database) -> Result<Option<u64>, StoreError> {
    let read = database.begin_read()?;
    let meta = match read.open_table(META) {
        Err(redb::TableError::TableDoesNotExist(_)) => return Ok(None),
        opened => opened?,
    };
    Ok(meta.get(FORMAT_KEY)?.map(|format| format.value()))
}

fn refused(path: &Path, error: DatabaseError) -> OutboxOpenError {
    let path = path.to_owned();
    match error {
        DatabaseError::DatabaseAlreadyOpen => OutboxOpenError::InUse(path),
        DatabaseError::UpgradeRequired(_) => OutboxOpenError::Foreign(path),
        DatabaseError::Storage(redb::StorageError::Io(source)) => match source.kind() {
            io::ErrorKind::InvalidData => OutboxOpenError::Foreign(path),
            _ => OutboxOpenError::File { path, source },
        },
        other => broken(&path, other.into()),
    }
}

fn broken(path: &Path, source: StoreError) -> OutboxOpenError {
    OutboxOpenError::Database {
        path: path.to_owned(),
        source,
    }
}

impl Outbox for FileOutbox {
    fn add(&self, event: NewEvent) -> OutboxFuture<'_, EventId> {
        self.with(move |txn| events::add(txn, &event))
    }

    fn page(
        &self,
        now: DateTime<Utc>,
        under_way: BTreeSet<EventId>,
        limit: usize,
    ) -> OutboxFuture<'_, OutboxPage> {
        self.with(move |txn| events::page(txn, now, &under_way, limit))
    }

    fn body(&self, id: EventId) -> OutboxFuture<'_, Option<Bytes>> {
        self.with(move |txn| events::body(txn, id))
    }

    fn settle(&self, attempts: Vec<DeliveryRecord>) -> OutboxFuture<'_, ()> {
        self.with(move |txn| events::settle(txn, attempts))
    }

    fn list(
        &self,
        queue: OutboxQueue,
        after: Option<EventId>,
        limit: usize,
    ) -> OutboxFuture<'_, Vec<OutboxEntry>> {
        self.with(move |txn| events::list(txn, queue, after, limit))
    }

    fn find(&self, id: EventId) -> OutboxFuture<'_, Option<OutboxEntry>> {
        self.with(move |txn| events::entry(txn, id))
    }

    fn resend(&self, id: EventId, now: DateTime<Utc>) -> OutboxFuture<'_, bool> {
        self.with(move |txn| events::resend(txn, id, now))
    }

    fn remove(&self, id: EventId) -> OutboxFuture<'_, bool> {
        self.with(move |txn| events::remove(txn, id))
    }

    fn close(&self) -> OutboxFuture<'_, ()> {
        Box::pin(async {
            self.0.close().await;
            Ok(())
        })
    }
}
