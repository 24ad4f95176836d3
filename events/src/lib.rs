//! Telling the operator that runs have ended.
//!
//! [`EventSink::send`] returns when an event is stored where it survives the end of the process; from then on it is
//! delivered at least once: the same bytes every time, to exactly the URL that was configured, until the webhook
//! answers 200, or 410, which means that it is not needed any more.
//!
//! - [`EventSink`]: what a provider holds. [`DeliveryConfig`] has the numbers.
//! - [`Outbox`]: where events wait. [`FileOutbox`](store::FileOutbox) keeps them in a file, [`MemoryOutbox`] in memory.
//!
//! What becomes of an event:
//!
//! | answer | |
//! |---|---|
//! | 200 | delivered |
//! | 410 | dropped: neither the run nor its run configuration exists any more |
//! | 400, 405, 415 and other 4xx but those below | tried a few times more, slowly; then a dead letter |
//! | 408, 429, 5xx, anything else, and no answer | tried again, forever, less and less often |
//!
//! Events of one run configuration arrive in the order in which they were stored, because the operator takes the one that
//! arrives last for the last run: one that is tried again holds up those after it, until it has failed 20 times or is a
//! dead letter. [`DeliveryConfig::in_order`] turns that off.
//!
//! Redirects are not followed, and no proxy is asked. A webhook that does not answer costs one attempt at a time once
//! several events have failed in a row; a backlog stays on disk, and only what is being sent is in memory.

pub mod backoff;
mod circuit_breaker;
mod clock;
mod delivery;
mod memory;
mod metrics;
mod outbox;
mod policy;
mod poller;
mod sink;
#[cfg(feature = "file")]
pub mod store;
mod webhook;

pub use clock::{Clock, ManualClock, SystemClock};
pub use memory::MemoryOutbox;
pub use outbox::{
    DeliveryOutcome, DeliveryRecord, EventId, NewEvent, Outbox, OutboxCounts, OutboxEntry,
    OutboxError, OutboxFuture, OutboxPage, OutboxQueue,
};
pub use policy::DeliveryConfig;
pub use poller::{
    MAX_NOTE_BYTES, NextState, OpenRun, OpenRuns, Orchestrator, PollResult, PollUpdate, Poller,
    PollerConfig, Polling,
};
pub use sink::{EventSink, MAX_EVENT_BYTES, SendError};
pub use webhook::{InvalidWebhook, Webhook};

#[cfg(test)]
mod tests;

/// Compiles the example of the README.
#[cfg(all(doctest, feature = "file"))]
#[doc = include_str!("../README.md")]
struct Readme;
