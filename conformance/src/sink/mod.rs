//! The operator's webhook, played for the provider under test.
//!
//! What it answers comes from the simulation of the operator, unless a case has a script for the run that an event is
//! about. Every delivery is kept, up to a limit, and goes to the journal as it arrives. Deliveries belong to runs by
//! the names that they carry, never by time.

mod delivery;
mod serve;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use kfp_operator_sim::webhook::{self, Cluster, Lookup, Verdict};
use kfp_provider_api::domain::{ArtifactPath, NamespacedName};
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub(crate) use delivery::{Answer, Delivery, Received};

use crate::record::{EventRecord, Record};
use crate::session::Session;

/// The only path that the operator's webhook serves.
const PATH: &str = "/events";
/// Deliveries that are kept and journalled; more are answered and counted.
const KEPT: usize = 10_000;

/// How long things take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timing {
    /// From the create of a run to its event, at most.
    pub(crate) wait: Duration,
    /// How long nothing may come after an event was settled.
    pub(crate) quiet: Duration,
    /// How long the webhook is out of reach, when it is.
    pub(crate) closed: Duration,
    /// How long a slow answer takes.
    pub(crate) slow: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            wait: Duration::from_secs(120),
            quiet: Duration::from_secs(10),
            closed: Duration::from_secs(10),
            slow: Duration::from_secs(10),
        }
    }
}

/// What happens to one delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// It is answered with this status.
    Status(u16),
    /// The connection is closed without an answer.
    Drop,
    /// It is answered as ever, but late.
    Slow,
    /// It is answered as the operator would.
    AsEver,
}

/// What happens to the deliveries of a run's event, one after another; the last act goes on for ever. None is
/// [`Act::AsEver`].
pub(crate) type Script = &'static [Act];

/// A run, or a schedule of runs, whose events are waited for.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    /// `namespace/name`; of a schedule, whose runs have names of their own, what they begin with.
    pub(crate) name: String,
    /// `namespace/name` of the run configuration, if it has one.
    pub(crate) configuration: Option<String>,
    /// Declared artifacts: names and places.
    pub(crate) artifacts: Vec<(String, ArtifactPath)>,
    pub(crate) script: Script,
}

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
    watches: Vec<Watch>,
    /// Acts so far, by name.
    played: BTreeMap<String, usize>,
    deliveries: Vec<Arc<Delivery>>,
    session: Weak<Session>,
}

/// What a connection has to send, and when.
struct Reply {
    answer: Answer,
    text: String,
    delay: Duration,
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

    /// From now on deliveries are written to this session's journal.
    pub(crate) fn attach(&self, session: &Arc<Session>) {
        self.shared.lock().session = Arc::downgrade(session);
    }

    /// Nothing is written any more when this returns.
    pub(crate) fn detach(&self) {
        self.shared.lock().session = Weak::new();
    }

    /// Tells what exists in the cluster. Has to come before the create: the event may come before its answer.
    pub(crate) fn expect(&self, watch: Watch) {
        self.shared.lock().watches.push(watch);
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
        let (reply, scripted) = state.reply(&received, self.timing.slow);
        let delivery = Delivery::new(number, received, reply.answer, scripted);
        if state.deliveries.len() < KEPT {
            // With the lock held, so that whoever detaches knows that nobody is in here.
            if let Some(session) = state.session.upgrade() {
                let body = session.journal.body(&delivery.received.body);
                let record = EventRecord::of(&delivery, body);
                session.journal.write(Record::Event(Box::new(record)));
            }
            state.deliveries.push(Arc::new(delivery));
        }
        drop(state);
        self.arrived.send_replace(number);
        reply
    }
}

impl State {
    fn reply(&mut self, received: &Received, slow: Duration) -> (Reply, bool) {
        if received.target != PATH {
            return (Reply::now(404, "404 page not found"), false);
        }
        let delivery = webhook::Delivery {
            method: &received.method,
            content_type: received.content_type.as_deref().unwrap_or_default(),
            body: &received.body,
        };
        match webhook::receive(&Known(&self.watches), delivery) {
            Verdict::Handled(_) => self.play(received, slow),
            Verdict::Answer { status, text } => (Reply::now(status, &text), false),
            Verdict::Dropped => (Reply::none(), false),
        }
    }

    /// The answer to an event that the operator would have handled.
    fn play(&mut self, received: &Received, slow: Duration) -> (Reply, bool) {
        let named = |watch: &&Watch| received.mentions(bare(&watch.name));
        let Some(Watch { name, script, .. }) = self.watches.iter().find(named) else {
            return (Reply::now(200, ""), false);
        };
        let played = self.played.entry(name.clone()).or_default();
        let act = script.get(*played).or(script.last());
        *played += 1;
        match act {
            None | Some(Act::AsEver) => (Reply::now(200, ""), false),
            Some(Act::Status(status)) => (Reply::now(*status, "as the case wants"), true),
            Some(Act::Drop) => (Reply::none(), true),
            Some(Act::Slow) => {
                let late = Reply {
                    delay: slow,
                    ..Reply::now(200, "")
                };
                (late, true)
            }
        }
    }
}

impl Reply {
    fn now(status: u16, text: &str) -> Self {
        Self {
            answer: Answer::Status(status),
            text: text.to_owned(),
            delay: Duration::ZERO,
        }
    }

    fn none() -> Self {
        Self {
            answer: Answer::Dropped,
            ..Self::now(0, "")
        }
    }
}

/// The part of a name after its namespace.
pub(crate) fn bare(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// A cluster with what is waited for, and nothing else.
struct Known<'a>(&'a [Watch]);

impl Cluster for Known<'_> {
    fn run(&self, name: &NamespacedName) -> Lookup {
        let name = name.to_string();
        self.find(|watch| watch.name == name)
    }

    fn run_configuration(&self, name: &NamespacedName) -> Lookup {
        let name = name.to_string();
        self.find(|watch| watch.configuration.as_deref() == Some(&name))
    }
}

impl Known<'_> {
    fn find(&self, is: impl Fn(&Watch) -> bool) -> Lookup {
        let found = self.0.iter().find(|watch| is(watch));
        found.map_or(Lookup::NotFound, |watch| {
            Lookup::Found(watch.artifacts.clone())
        })
    }
}
