//! The operator's webhook, played for the provider under test.
//!
//! What it answers comes from the simulation of the operator, unless a case has a script for the run that an event is
//! about. Every delivery is kept, up to a limit, and goes to the journal as it arrives. Deliveries belong to runs by
//! the names that they carry, never by time.

mod delivery;
mod play;
mod serve;
#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::watch;
use tokio::task::JoinHandle;

pub(crate) use delivery::{Answer, Delivery, Received};
pub(crate) use play::{Act, Script, Watch, bare};

use crate::config::timing::Timing;
use crate::journal::record::Record;
use crate::journal::writer::Journal;
use play::{Play, Reply};

/// The path that the operator's webhook serves.
const PATH: &str = "/events";
/// Deliveries that are kept and journalled; more are answered and counted.
const KEPT: usize = 10_000;

/// The receiver. Clones are the same; with the last one it is closed.
#[derive(Clone)]
pub(crate) struct Sink {
    shared: Arc<Shared>,
    _accepting: Arc<Accepting>,
}

/// Ends the task that accepts, and with it all connections.
struct Accepting(JoinHandle<()>);

impl Drop for Accepting {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What connections and cases share.
struct Shared {
    address: SocketAddr,
    timing: Timing,
    state: Mutex<State>,
    /// Number of deliveries so far.
    arrived: watch::Sender<u64>,
    /// Whether it should be open, and whether it is.
    wanted: watch::Sender<bool>,
    open: watch::Sender<bool>,
}

#[derive(Default)]
struct State {
    play: Play,
    deliveries: Vec<Arc<Delivery>>,
    journal: Weak<Journal>,
}

impl Sink {
    /// Listens at an address. Has to be called within a Tokio runtime.
    ///
    /// # Errors
    /// The address cannot be bound.
    pub(crate) fn start(address: SocketAddr, timing: Timing) -> io::Result<Self> {
        let listener = serve::bind(address)?.listen(serve::BACKLOG)?;
        let shared = Arc::new(Shared {
            address: listener.local_addr()?,
            timing,
            state: Mutex::default(),
            arrived: watch::Sender::new(0),
            wanted: watch::Sender::new(true),
            open: watch::Sender::new(true),
        });
        let accepting = tokio::spawn(serve::accept(listener, Arc::clone(&shared)));
        Ok(Self {
            shared,
            _accepting: Arc::new(Accepting(accepting)),
        })
    }

    /// The URL that the provider's OPERATORWEBHOOK has to be.
    pub(crate) fn url(&self) -> String {
        format!("http://{}{PATH}", self.shared.address)
    }

    pub(crate) fn timing(&self) -> Timing {
        self.shared.timing
    }

    /// From now on deliveries are written to this journal.
    pub(crate) fn attach(&self, journal: &Arc<Journal>) {
        self.shared.lock().journal = Arc::downgrade(journal);
    }

    /// Nothing is written any more when this returns.
    pub(crate) fn detach(&self) {
        self.shared.lock().journal = Weak::new();
    }

    /// Tells what exists in the cluster. Has to come before the create: the event may come before its answer.
    pub(crate) fn expect(&self, watch: Watch) {
        self.shared.lock().play.expect(watch);
    }

    /// Number of deliveries so far, of whatever.
    pub(crate) fn total(&self) -> u64 {
        *self.shared.arrived.borrow()
    }

    /// What has arrived that names one of these.
    pub(crate) fn of(&self, names: &[&str]) -> Vec<Arc<Delivery>> {
        let state = self.shared.lock();
        let named = |delivery: &&Arc<Delivery>| names.iter().any(|name| delivery.mentions(name));
        state.deliveries.iter().filter(named).cloned().collect()
    }

    /// Ends when something has arrived since `seen` deliveries.
    pub(crate) async fn more_than(&self, seen: u64) {
        let mut arrived = self.shared.arrived.subscribe();
        // The sender lives as long as this.
        let _ = arrived.wait_for(|total| *total > seen).await;
    }

    /// Is out of reach when this returns: connections are refused.
    pub(crate) async fn close(&self) {
        self.switch(false).await;
    }

    /// Is within reach when this returns.
    pub(crate) async fn reopen(&self) {
        self.switch(true).await;
    }

    async fn switch(&self, open: bool) {
        let mut now = self.shared.open.subscribe();
        self.shared.wanted.send_replace(open);
        let _ = now.wait_for(|is| *is == open).await;
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a delivery, writes it down and decides on the answer.
    fn receive(&self, received: Received) -> Reply {
        let mut state = self.lock();
        let number = *self.arrived.borrow() + 1;
        let (reply, scripted) = state.play.reply(&received, self.timing.slow);
        let answer = match &reply.answer {
            Some(answer) => Answer::Status(answer.status),
            None => Answer::Dropped,
        };
        let delivery = Delivery::new(number, received, answer, scripted);
        if state.deliveries.len() < KEPT {
            // With the lock held, so that whoever detaches knows that nobody is in here.
            if let Some(journal) = state.journal.upgrade() {
                let body = journal.body(&delivery.received.request.body);
                journal.write(Record::Event(Box::new(delivery.record(body))));
            }
            state.deliveries.push(Arc::new(delivery));
        }
        drop(state);
        self.arrived.send_replace(number);
        reply
    }
}
