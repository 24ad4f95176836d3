//! Where events wait until they are delivered.

use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use hyper::body::Bytes;
use serde::{Deserialize, Serialize};

/// The future of an operation on an outbox.
pub type OutboxFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, OutboxError>> + Send + 'a>>;

/// Where events wait until they are delivered, or until somebody looks at why they cannot be.
///
/// An event waits, with a time at which it is tried next, or is a dead letter. Events of one run configuration wait for
/// each other: only the first that waits is on a page, and the next as soon as that one is gone, is a dead letter, or
/// has [failed so often](OutboxEntry::MAX_HOLD) that it does not hold up others any more. What an operation has done is durable when
/// its future is ready. One delivery works on an outbox at a time.
pub trait Outbox: Send + Sync + 'static {
    /// Stores an event that is to be tried at once. The number is greater than that of every event before.
    fn add(&self, event: NewEvent) -> OutboxFuture<'_, EventId>;

    /// What is to be done: of the events whose time has come by `now`, those that have waited longest, at most `limit`,
    /// without those of `under_way`, and without those that wait for an earlier one of their run configuration.
    fn page(
        &self,
        now: DateTime<Utc>,
        under_way: BTreeSet<EventId>,
        limit: usize,
    ) -> OutboxFuture<'_, OutboxPage>;

    /// The bytes of an event, if there is one of this number.
    fn body(&self, id: EventId) -> OutboxFuture<'_, Option<Bytes>>;

    /// Writes down what became of attempts. Events that are gone meanwhile stay gone.
    fn settle(&self, attempts: Vec<DeliveryRecord>) -> OutboxFuture<'_, ()>;

    /// Events in the order of their numbers, those after `after`, at most `limit`.
    fn list(
        &self,
        queue: OutboxQueue,
        after: Option<EventId>,
        limit: usize,
    ) -> OutboxFuture<'_, Vec<OutboxEntry>>;

    /// One event.
    fn find(&self, id: EventId) -> OutboxFuture<'_, Option<OutboxEntry>>;

    /// Has an event tried at `now`, as if never before; also one that is a dead letter. Whether there is one.
    fn resend(&self, id: EventId, now: DateTime<Utc>) -> OutboxFuture<'_, bool>;

    /// Forgets an event. Whether there was one.
    fn remove(&self, id: EventId) -> OutboxFuture<'_, bool>;

    /// Ends the work on the outbox; operations after that fail.
    fn close(&self) -> OutboxFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }
}

/// One outbox for several.
impl<O: Outbox + ?Sized> Outbox for Arc<O> {
    fn add(&self, event: NewEvent) -> OutboxFuture<'_, EventId> {
        self.as_ref().add(event)
    }

    fn page(
        &self,
        now: DateTime<Utc>,
        under_way: BTreeSet<EventId>,
        limit: usize,
    ) -> OutboxFuture<'_, OutboxPage> {
        self.as_ref().page(now, under_way, limit)
    }

    fn body(&self, id: EventId) -> OutboxFuture<'_, Option<Bytes>> {
        self.as_ref().body(id)
    }

    fn settle(&self, attempts: Vec<DeliveryRecord>) -> OutboxFuture<'_, ()> {
        self.as_ref().settle(attempts)
    }

    fn list(
        &self,
        queue: OutboxQueue,
        after: Option<EventId>,
        limit: usize,
    ) -> OutboxFuture<'_, Vec<OutboxEntry>> {
        self.as_ref().list(queue, after, limit)
    }

    fn find(&self, id: EventId) -> OutboxFuture<'_, Option<OutboxEntry>> {
        self.as_ref().find(id)
    }

    fn resend(&self, id: EventId, now: DateTime<Utc>) -> OutboxFuture<'_, bool> {
        self.as_ref().resend(id, now)
    }

    fn remove(&self, id: EventId) -> OutboxFuture<'_, bool> {
        self.as_ref().remove(id)
    }

    fn close(&self) -> OutboxFuture<'_, ()> {
        self.as_ref().close()
    }
}

/// The number of an event in its outbox. Numbers are not used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(pub u64);

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for EventId {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// An event that is to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// What people know it by: the name of the run, say.
    pub label: String,
    /// The run configuration whose earlier events arrive first; `None` waits for nothing.
    pub configuration: Option<String>,
    /// What is sent, byte for byte.
    pub body: Bytes,
    /// When it came to be.
    pub added: DateTime<Utc>,
}

/// An event in an outbox, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxEntry {
    /// Its number.
    pub id: EventId,
    /// What people know it by.
    pub label: String,
    /// The run configuration whose earlier events arrive first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<String>,
    /// When it was stored.
    pub added: DateTime<Utc>,
    /// How often it was sent, since it was stored or resent.
    pub attempts: u32,
    /// How often of those the webhook said that it will never take it.
    pub refusals: u32,
    /// When it is tried next; `None` is a dead letter.
    pub due: Option<DateTime<Utc>>,
    /// What was wrong the last time.
    pub problem: Option<String>,
}

impl OutboxEntry {
    /// How often an event fails before the next one of its run configuration no longer waits for it: about an hour at a
    /// webhook that answers others.
    pub const MAX_HOLD: u32 = 20;

    /// Whether later events of its run configuration wait for it.
    pub(crate) fn holds(&self) -> bool {
        self.due.is_some() && self.attempts < Self::MAX_HOLD
    }

    pub(crate) fn new(id: EventId, event: &NewEvent) -> Self {
        Self {
            id,
            label: event.label.clone(),
            configuration: event.configuration.clone(),
            added: event.added,
            attempts: 0,
            refusals: 0,
            due: Some(event.added),
            problem: None,
        }
    }

    /// The entry after an attempt; `None` if it is to be forgotten.
    pub(crate) fn after(mut self, outcome: DeliveryOutcome) -> Option<Self> {
        let (due, problem, refused) = match outcome {
            DeliveryOutcome::Done => return None,
            DeliveryOutcome::Retry {
                at,
                problem,
                refused,
            } => (Some(at), problem, refused),
            DeliveryOutcome::DeadLetter { problem } => (None, problem, true),
        };
        self.attempts = self.attempts.saturating_add(1);
        self.refusals = self.refusals.saturating_add(refused.into());
        (self.due, self.problem) = (due, Some(problem));
        Some(self)
    }

    /// The entry as if it was never tried.
    pub(crate) fn resent(self, now: DateTime<Utc>) -> Self {
        Self {
            attempts: 0,
            refusals: 0,
            due: Some(now),
            ..self
        }
    }
}

/// What became of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryRecord {
    /// The event.
    pub id: EventId,
    /// What is to become of it.
    pub outcome: DeliveryOutcome,
}

/// What is to become of an event after an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliveryOutcome {
    /// It is delivered, or not wanted any more: forget it.
    Done,
    /// Try it again.
    Retry {
        /// When.
        at: DateTime<Utc>,
        /// What was wrong.
        problem: String,
        /// Whether the webhook said that it will never take it.
        refused: bool,
    },
    /// Keep it for somebody to look at.
    DeadLetter {
        /// What was wrong.
        problem: String,
    },
}

/// What is to be done, and how much there is in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutboxPage {
    /// Events whose time has come, in the order of their times.
    pub due: Vec<OutboxEntry>,
    /// When the next event is due of which the time has not come.
    pub next: Option<DateTime<Utc>>,
    /// How much there is in all.
    pub counts: OutboxCounts,
}

/// How much there is in an outbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboxCounts {
    /// Events that wait.
    pub waiting: u64,
    /// Dead letters.
    pub dead: u64,
    /// When the oldest event that waits was stored.
    pub oldest: Option<DateTime<Utc>>,
}

/// The two places of an outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutboxQueue {
    /// Events that are tried again and again.
    Waiting,
    /// Dead letters.
    Dead,
}

/// An outbox failed: no place left, a broken disk.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the outbox failed: {0}")]
pub struct OutboxError(pub String);
