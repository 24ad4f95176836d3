//! A database and one thread that writes to it.
//!
//! Changes that arrive while one is being written to disk are committed together, so that many clients share the price
//! of an `fsync`; each is answered only after the commit that holds it. A database that could not be read or written
//! refuses everything from then on, so it is closed and opened again: once there is room on the disk, work goes on.

use std::io;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use redb::{Database, ReadTransaction, ReadableDatabase as _};
use tokio::sync::{mpsc, oneshot};

use super::error::{StoreError, WriteFailure};
use super::transaction::Txn;

/// Changes that may wait for the writer; further clients wait for a place.
const QUEUE: usize = 256;
/// Changes that share one commit.
const BATCH: usize = 64;

/// From a failure of the disk to the attempt to open the database again, and from one attempt to the next.
const PAUSE: Duration = Duration::from_secs(1);

/// One change. It is given a transaction, or the reason why there is none.
type Job = Box<dyn FnOnce(Result<&Txn<'_>, StoreError>) -> Done + Send>;

/// The result of a change, waiting for its commit.
struct Done {
    failed: Option<StoreError>,
    reply: Box<dyn FnOnce(Result<(), StoreError>) + Send>,
}

/// A handle on the thread, which ends when the last one is dropped, or earlier with [`WriteQueue::close`].
#[derive(Clone)]
pub struct WriteQueue {
    jobs: mpsc::Sender<Message>,
    database: Shared,
}

/// The database, while it is in touch with its file. Changed by the thread alone.
type Shared = Arc<RwLock<Option<Database>>>;

enum Message {
    Change(Job),
    Close(oneshot::Sender<()>),
}

impl WriteQueue {
    /// Starts the thread. `reopen` opens the same database again, after it was closed.
    pub fn start(
        database: Database,
        reopen: impl Fn() -> Result<Database, StoreError> + Send + 'static,
    ) -> io::Result<Self> {
        let database = Arc::new(RwLock::new(Some(database)));
        let mut held = Held {
            database: Arc::clone(&database),
            reopen: Box::new(reopen),
            lost: None,
        };
        let (jobs, queue) = mpsc::channel(QUEUE);
        std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || {
                let closed = serve(&mut held, queue);
                held.replace(None);
                // The receiver may have been dropped.
                closed.map(|closed| closed.send(()))
            })?;
        Ok(Self { jobs, database })
    }

    /// Makes a change and returns once it is on disk. `change` must either look at everything before it writes
    /// anything, or fail with a failure of the store: otherwise, what it has written is kept.
    pub async fn write<T: Send + 'static, E: WriteFailure + Send + 'static>(
        &self,
        change: impl FnOnce(&Txn<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let (sender, answer) = oneshot::channel();
        let job: Job = Box::new(move |txn| {
            let outcome = txn.map_err(E::from).and_then(change);
            let failed = outcome.as_ref().err().and_then(E::store_failure).cloned();
            let own = failed.is_some();
            let reply = Box::new(move |committed: Result<(), StoreError>| {
                let result = match committed {
                    Err(commit) if !own => Err(commit.into()),
                    _ => outcome,
                };
                // The receiver may have been dropped; the change stands.
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

    /// Reads what is on disk, without waiting for changes that are being made.
    ///
    /// # Errors
    /// The database cannot be read, or is closed.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&ReadTransaction) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let database = Arc::clone(&self.database);
        let reading = tokio::task::spawn_blocking(move || {
            let database = database.read().unwrap_or_else(PoisonError::into_inner);
            let database = database.as_ref().ok_or(StoreError::Closed)?;
            read(&database.begin_read()?)
        });
        reading.await.map_err(|_| StoreError::Closed)?
    }

    /// Ends the writer after what is queued, and closes the file.
    pub async fn close(&self) {
        let (sender, closed) = oneshot::channel();
        if self.jobs.send(Message::Close(sender)).await.is_ok() {
            // An error means that the writer has ended already.
            let _ = closed.await;
        }
    }
}

/// The database, and how it is opened again.
struct Held {
    database: Shared,
    reopen: Box<dyn Fn() -> Result<Database, StoreError> + Send>,
    /// Why it is not, and since when.
    lost: Option<(StoreError, Instant)>,
}

impl Held {
    /// Commits changes, once the database is in touch with its file.
    fn commit(&mut self, batch: Vec<Job>) {
        if let Err(why) = self.mend() {
            return refuse(batch, &why);
        }
        let lost = match &*self.database.read().unwrap_or_else(PoisonError::into_inner) {
            Some(database) => commit(database, batch),
            None => {
                refuse(batch, &StoreError::Closed);
                None
            }
        };
        if let Some(why) = lost {
            self.lose(why);
        }
    }

    /// Opens the database again if it has lost touch with its file.
    fn mend(&mut self) -> Result<(), StoreError> {
        match &self.lost {
            Some((why, since)) if since.elapsed() < PAUSE => return Err(why.clone()),
            Some(_) => {
                // Its lock on the file has to go first.
                self.replace(None);
                let opened = (self.reopen)().inspect_err(|why| self.lose(why.clone()))?;
                self.replace(Some(opened));
                self.lost = None;
            }
            None => {}
        }
        Ok(())
    }

    fn replace(&self, database: Option<Database>) {
        *self
            .database
            .write()
            .unwrap_or_else(PoisonError::into_inner) = database;
    }

    fn lose(&mut self, why: StoreError) {
        self.lost = Some((why, Instant::now()));
    }
}

/// The writer. Returns whom to tell that it has ended, if it was asked to.
fn serve(held: &mut Held, mut queue: mpsc::Receiver<Message>) -> Option<oneshot::Sender<()>> {
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
            held.commit(batch);
        }
        if let Some(Message::Close(closed)) = message {
            return Some(closed);
        }
    }
    None
}

fn refuse(batch: Vec<Job>, why: &StoreError) {
    for job in batch {
        (job(Err(why.clone())).reply)(Err(why.clone()));
    }
}

/// All changes in one transaction. One that fails takes the others with it: a failing store is no place for
/// half-measures, and refusals of resources are not failures. Returns why the database has lost touch with its file, if
/// it has.
fn commit(database: &Database, batch: Vec<Job>) -> Option<StoreError> {
    let write = match database.begin_write() {
        Ok(write) => write,
        Err(error) => {
            let error = StoreError::from(error);
            refuse(batch, &error);
            return Some(error).filter(StoreError::is_lost);
        }
    };
    let txn = Txn::new(&write);
    let done: Vec<Done> = batch.into_iter().map(|job| job(Ok(&txn))).collect();
    let failures = done.iter().filter_map(|done| done.failed.clone());
    let (failures, changed) = (failures.collect::<Vec<_>>(), txn.is_changed());
    let result = match (failures.is_empty(), changed) {
        (false, _) => write
            .abort()
            .map_err(StoreError::from)
            .and(Err(StoreError::Batch)),
        (true, false) => write.abort().map_err(StoreError::from),
        (true, true) => write.commit().map_err(StoreError::from),
    };
    for Done { reply, .. } in done {
        reply(result.clone());
    }
    failures
        .into_iter()
        .chain(result.err())
        .find(StoreError::is_lost)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use redb::backends::InMemoryBackend;
    use redb::{ReadableTable as _, StorageBackend, TableDefinition};

    use super::*;

    const TABLE: TableDefinition<'static, u64, u64> = TableDefinition::new("numbers");

    /// A disk that can be full.
    #[derive(Clone, Debug)]
    struct Disk {
        content: Arc<InMemoryBackend>,
        full: Arc<AtomicBool>,
    }

    impl Disk {
        fn room(&self) -> io::Result<()> {
            if self.full.load(Ordering::SeqCst) {
                return Err(io::ErrorKind::StorageFull.into());
            }
            Ok(())
        }

        fn open(&self) -> Result<Database, StoreError> {
            Ok(redb::Builder::new().create_with_backend(self.clone())?)
        }
    }

    impl StorageBackend for Disk {
        fn len(&self) -> io::Result<u64> {
            self.content.len()
        }
        fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
            self.content.read(offset, out)
        }
        fn set_len(&self, len: u64) -> io::Result<()> {
            self.room().and_then(|()| self.content.set_len(len))
        }
        fn sync_data(&self) -> io::Result<()> {
            self.room().and_then(|()| self.content.sync_data())
        }
        fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
            self.room().and_then(|()| self.content.write(offset, data))
        }
    }

    async fn put(writer: &WriteQueue, number: u64) -> Result<(), StoreError> {
        let put = move |txn: &Txn<'_>| {
            txn.change();
            txn.write.open_table(TABLE)?.insert(number, number)?;
            Ok(())
        };
        writer.write(put).await
    }

    #[tokio::test]
    async fn work_goes_on_when_there_is_room_again() {
        let disk = Disk {
            content: Arc::default(),
            full: Arc::default(),
        };
        let (database, same) = (disk.open().expect("a database"), disk.clone());
        let writer = WriteQueue::start(database, move || same.open()).expect("a thread");
        put(&writer, 1).await.expect("room");
        disk.full.store(true, Ordering::SeqCst);
        for _ in 0..3 {
            let failure = put(&writer, 2).await.expect_err("no room");
            assert!(failure.is_lost(), "{failure}");
        }
        disk.full.store(false, Ordering::SeqCst);
        // The pause is by the clock of the thread.
        while put(&writer, 3).await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let kept = writer.read(|txn| {
            let table = txn.open_table(TABLE)?;
            let numbers = table.iter()?.map(|entry| Ok(entry?.0.value()));
            numbers.collect::<Result<Vec<_>, StoreError>>()
        });
        assert_eq!(kept.await.expect("a list"), [1, 3]);
    }

    /// Why a change of this test is not made.
    #[derive(Debug, PartialEq)]
    enum Reason {
        Refused,
        Store(String),
    }

    impl From<StoreError> for Reason {
        fn from(error: StoreError) -> Self {
            Self::Store(error.to_string())
        }
    }

    impl WriteFailure for Reason {
        fn store_failure(&self) -> Option<&StoreError> {
            match self {
                Self::Refused => None,
                Self::Store(_) => Some(&StoreError::Closed),
            }
        }
    }

    /// A refusal leaves the other changes of its commit alone; a failure of the store takes them with it.
    #[tokio::test]
    async fn what_a_failed_change_does_to_others() {
        for (reason, kept) in [
            (Reason::Refused, true),
            (Reason::Store("broken".to_owned()), false),
        ] {
            let database = redb::Builder::new().create_with_backend(InMemoryBackend::new());
            let queue =
                WriteQueue::start(database.expect("a database"), || Err(StoreError::Closed))
                    .expect("a thread");
            // Both are queued before the thread gets to the first: it is held up by one before them.
            let (free, held) = std::sync::mpsc::channel::<()>();
            let first = queue.clone();
            let first = tokio::spawn(async move {
                let wait = move |_: &Txn<'_>| -> Result<(), StoreError> {
                    let _ = held.recv();
                    Ok(())
                };
                first.write(wait).await
            });
            tokio::task::yield_now().await;
            let expected = format!("{reason:?}");
            let failing = queue.write(move |_: &Txn<'_>| Err::<(), Reason>(reason));
            let (failed, other, ()) = tokio::join!(failing, put(&queue, 7), async {
                free.send(()).expect("it is held up");
            });
            // It may share their commit.
            let _ = first.await.expect("a task");
            assert_eq!(format!("{:?}", failed.expect_err(&expected)), expected);
            assert_eq!(other.is_ok(), kept, "{expected}: {other:?}");
        }
    }
}
