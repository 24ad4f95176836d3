//! A database and one thread that writes to it.
//!
//! Changes that arrive while one is being written to disk are committed together, so that many clients share the price
//! of an `fsync`; each is answered only after the commit that holds it.

use std::cell::Cell;
use std::io;
use std::sync::Arc;

use kfp_provider_api::domain::InvalidResourceId;
use redb::{Database, WriteTransaction};
use tokio::sync::{mpsc, oneshot};

/// Changes that may wait for the writer; further clients wait for a place.
const QUEUE: usize = 256;
/// Changes that share one commit.
const BATCH: usize = 64;

/// The store failed: no place left, a broken disk, a damaged file.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The database reports an error.
    #[error("the store failed: {0}")]
    Database(Arc<redb::Error>),
    /// A stored record cannot be read or written.
    #[error("the store holds a record that cannot be read: {0}")]
    Record(Arc<serde_json::Error>),
    /// Another change of the same commit failed.
    #[error("the store gave up a commit because of another change in it")]
    Batch,
    /// A stored id is not one that this provider issues.
    #[error("the store holds an id that this provider does not issue: {0}")]
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

/// One change. It is given a transaction, or the reason why there is none.
type Job = Box<dyn FnOnce(Result<&Txn<'_>, StoreError>) -> Done + Send>;

/// The result of a change, waiting for its commit.
struct Done {
    failed: bool,
    reply: Box<dyn FnOnce(Result<(), StoreError>) + Send>,
}

/// A transaction that remembers whether it changed anything.
pub(crate) struct Txn<'a> {
    pub(crate) write: &'a WriteTransaction,
    changed: Cell<bool>,
}

impl<'a> Txn<'a> {
    pub(crate) fn new(write: &'a WriteTransaction) -> Self {
        Self {
            write,
            changed: Cell::new(false),
        }
    }

    /// Notes that there is something to commit.
    pub(crate) fn change(&self) {
        self.changed.set(true);
    }
}

/// A handle on the thread, which ends when the last one is dropped, or earlier with [`Writer::close`].
#[derive(Clone)]
pub(crate) struct Writer {
    jobs: mpsc::Sender<Message>,
}

enum Message {
    Change(Job),
    Close(oneshot::Sender<()>),
}

impl Writer {
    /// Starts the thread.
    pub(crate) fn start(database: Database) -> io::Result<Self> {
        let (jobs, queue) = mpsc::channel(QUEUE);
        std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || {
                let closed = serve(&database, queue);
                drop(database);
                // Whoever asked may be gone.
                closed.map(|closed| closed.send(()))
            })?;
        Ok(Self { jobs })
    }

    /// Makes a change and returns once it is on disk. `change` must either look at everything before it writes
    /// anything, or fail: what it has written when it returns a value is kept.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Txn<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (sender, answer) = oneshot::channel();
        let job: Job = Box::new(move |txn| {
            let outcome = txn.and_then(change);
            let failed = outcome.is_err();
            let reply = Box::new(move |committed: Result<(), StoreError>| {
                let result = match (outcome, committed) {
                    (Err(own), _) => Err(own),
                    (Ok(_), Err(commit)) => Err(commit),
                    (Ok(value), Ok(())) => Ok(value),
                };
                // Whoever asked may be gone; the change stands.
                let _ = sender.send(result);
            });
            Done { failed, reply }
        });
        self.jobs
            .send(Message::Change(job))
            .await
            .map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Ends the writer after what is queued, and closes the file.
    pub(crate) async fn close(&self) {
        let (sender, closed) = oneshot::channel();
        if self.jobs.send(Message::Close(sender)).await.is_ok() {
            // An error means that the writer has ended already.
            let _ = closed.await;
        }
    }
}

/// The writer. Returns whom to tell that it has ended, if it was asked to.
fn serve(database: &Database, mut queue: mpsc::Receiver<Message>) -> Option<oneshot::Sender<()>> {
    while let Some(first) = queue.blocking_recv() {
        let mut batch = Vec::new();
        let mut message = Some(first);
        while let Some(Message::Change(job)) = message {
            batch.push(job);
            message = if batch.len() < BATCH {
                queue.try_recv().ok()
            } else {
                None
            };
        }
        if !batch.is_empty() {
            commit(database, batch);
        }
        if let Some(Message::Close(closed)) = message {
            return Some(closed);
        }
    }
    None
}

/// All changes in one transaction. One that fails takes the others with it: a failing store is no place for
/// half-measures, and refusals of resources are not failures.
fn commit(database: &Database, batch: Vec<Job>) {
    let write = match database.begin_write() {
        Ok(write) => write,
        Err(error) => {
            let error = StoreError::from(error);
            return batch
                .into_iter()
                .for_each(|job| (job(Err(error.clone())).reply)(Err(error.clone())));
        }
    };
    let txn = Txn::new(&write);
    let done: Vec<Done> = batch.into_iter().map(|job| job(Ok(&txn))).collect();
    let (failed, changed) = (done.iter().any(|done| done.failed), txn.changed.get());
    let result = match (failed, changed) {
        (true, _) => write
            .abort()
            .map_err(StoreError::from)
            .and(Err(StoreError::Batch)),
        (false, false) => write.abort().map_err(StoreError::from),
        (false, true) => write.commit().map_err(StoreError::from),
    };
    for Done { reply, .. } in done {
        reply(result.clone());
    }
}
