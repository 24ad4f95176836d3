//! Outboxes against each other, and delivery against webhooks that behave badly, on a clock that the test moves.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeZone as _, Utc};
use hyper::body::Bytes;
use slog::Logger;

use super::*;
use crate::clock::ManualClock;

mod delivery;
mod hostile;
mod order;
mod outboxes;
mod receiver;

use receiver::{Received, Receiver};

/// Only a defect takes so long.
const PATIENCE: Duration = Duration::from_secs(600);

fn clock() -> ManualClock {
    ManualClock::new(
        Utc.with_ymd_and_hms(2027, 5, 7, 4, 0, 0)
            .single()
            .expect("a time"),
    )
}

fn event(label: &str, added: DateTime<Utc>) -> NewEvent {
    NewEvent {
        label: label.to_owned(),
        configuration: None,
        body: Bytes::from(format!("{{\"run\":\"{label}\"}}")),
        added,
    }
}

/// A sink on memory, and the means to look at it.
struct Sending {
    sink: EventSink,
    outbox: Arc<dyn Outbox>,
    clock: ManualClock,
}

impl Sending {
    fn to(url: &str, config: DeliveryConfig) -> Self {
        let clock = clock();
        let webhook = Webhook::new(url).expect("a URL");
        let sink = EventSink::with_clock(
            Some(webhook),
            MemoryOutbox::default(),
            config,
            Arc::new(clock.clone()),
            &Logger::root(slog::Discard, slog::o!()),
        );
        Self {
            outbox: sink.outbox(),
            sink,
            clock,
        }
    }

    async fn add(&self, label: &str) -> EventId {
        let event = event(label, self.clock.now());
        let id = self.outbox.add(event).await.expect("memory");
        self.sink.wake();
        id
    }

    /// Waits until an entry is as it should be; `None` is gone.
    async fn entry(
        &self,
        id: EventId,
        is: impl Fn(Option<&OutboxEntry>) -> bool,
    ) -> Option<OutboxEntry> {
        let look = async {
            loop {
                let entry = self.outbox.find(id).await.expect("memory");
                if is(entry.as_ref()) {
                    return entry;
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, look).await;
        found.expect("the entry does not become what it should be")
    }

    async fn gone(&self, id: EventId) {
        self.entry(id, |entry| entry.is_none()).await;
    }

    /// Waits until so many attempts are written down.
    async fn attempted(&self, id: EventId, attempts: u32) -> OutboxEntry {
        let entry = self
            .entry(id, |entry| {
                entry.is_some_and(|entry| entry.attempts == attempts)
            })
            .await;
        entry.expect("it is there")
    }

    /// Moves the clock to the time of the next attempt.
    async fn advance_to(&self, entry: &OutboxEntry) {
        let due = entry.due.expect("it waits");
        let step = (due - self.clock.now()).to_std().unwrap_or_default();
        self.clock.advance(step);
    }
}
