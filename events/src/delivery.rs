//! The work of delivering: what is due is sent, so many at a time, and what becomes of it is written down.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use slog::Logger;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::backoff::saturating_add;
use crate::circuit_breaker::CircuitBreaker;
use crate::clock::Clock;
use crate::metrics::Metrics;
use crate::outbox::{
    DeliveryOutcome, DeliveryRecord, EventId, Outbox, OutboxEntry, OutboxError, OutboxPage,
};
use crate::policy::{DeliveryConfig, Meaning, Reply, outcome};
use crate::webhook::Webhook;

/// The pause after a failure of the outbox.
const PAUSE: Duration = Duration::from_secs(5);

/// Events among which the one is chosen that is to find out whether the webhook is back.
const CANDIDATES: usize = 32;

/// One webhook and one outbox.
pub(super) struct Delivery {
    webhook: Arc<Webhook>,
    outbox: Arc<dyn Outbox>,
    config: DeliveryConfig,
    clock: Arc<dyn Clock>,
    metrics: Metrics,
    wake: Arc<Notify>,
    log: Logger,
    breaker: CircuitBreaker,
    /// Events of which an attempt has not been written down.
    under_way: BTreeMap<EventId, OutboxEntry>,
    attempts: JoinSet<(EventId, Result<Reply, OutboxError>)>,
    /// What has to be written down.
    settled: Vec<DeliveryRecord>,
}

impl Delivery {
    pub(super) fn new(
        webhook: Webhook,
        outbox: Arc<dyn Outbox>,
        config: DeliveryConfig,
        clock: Arc<dyn Clock>,
        metrics: Metrics,
        wake: Arc<Notify>,
        log: Logger,
    ) -> Self {
        Self {
            webhook: Arc::new(webhook),
            outbox,
            config,
            clock,
            metrics,
            wake,
            log,
            breaker: CircuitBreaker::default(),
            under_way: BTreeMap::new(),
            attempts: JoinSet::new(),
            settled: Vec::new(),
        }
    }

    /// Works until it is told to stop, or the handle is dropped.
    pub(super) async fn until(mut self, mut stop: watch::Receiver<bool>) {
        loop {
            let next = self.turn().await.unwrap_or_else(|failure| {
                slog::error!(self.log, "event delivery stalled"; "reason" => failure.to_string());
                Some(saturating_add(self.clock.now(), PAUSE))
            });
            tokio::select! {
                Some(attempt) = self.attempts.join_next() => {
                    self.note(attempt);
                    // Those that ended with it share a commit.
                    while let Some(attempt) = self.attempts.try_join_next() {
                        self.note(attempt);
                    }
                }
                () = self.wake.notified() => {}
                () = wait(self.clock.as_ref(), next) => {}
                // An error means that the sender was dropped.
                _ = stop.wait_for(|stop| *stop) => break,
            }
        }
        self.finish().await;
    }

    /// Writes down what has ended and sends what is due. Returns when there is something to do if nothing happens.
    async fn turn(&mut self) -> Result<Option<DateTime<Utc>>, OutboxError> {
        if !self.settled.is_empty() {
            self.outbox.settle(self.settled.clone()).await?;
            for settled in self.settled.drain(..) {
                self.under_way.remove(&settled.id);
            }
        }
        let now = self.clock.now();
        let width = self.breaker.width(&self.config, now);
        let page = self.page(now, width).await?;
        self.metrics.counts(page.counts);
        for entry in page.due {
            self.send(entry);
        }
        Ok(self.breaker.opens(&self.config, now).or(page.next))
    }

    /// What is to be sent if so many may be on their way.
    async fn page(&self, now: DateTime<Utc>, width: usize) -> Result<OutboxPage, OutboxError> {
        let room = width.saturating_sub(self.under_way.len());
        let looks = if self.breaker.is_suspicious() && room > 0 {
            CANDIDATES
        } else {
            room
        };
        let under_way = || self.under_way.keys().copied().collect();
        let mut page = self.outbox.page(now, under_way(), looks).await?;
        let horizon = saturating_add(now, self.config.longest_wait());
        if let Some(next) = page.next.filter(|next| *next > horizon)
            && page.due.is_empty()
        {
            // The clock was put back since that was decided.
            page = self.outbox.page(next, under_way(), looks).await?;
        }
        // Those that have failed least say most about the webhook.
        page.due.sort_by_key(|entry| entry.attempts);
        page.due.truncate(room);
        Ok(page)
    }

    fn send(&mut self, entry: OutboxEntry) {
        let (id, limit) = (entry.id, self.config.timeout);
        let (webhook, outbox) = (Arc::clone(&self.webhook), Arc::clone(&self.outbox));
        let clock = Arc::clone(&self.clock);
        self.under_way.insert(id, entry);
        self.attempts.spawn(async move {
            let reply = match outbox.body(id).await {
                Ok(Some(body)) => Ok(webhook.post(body, limit, clock.as_ref()).await),
                // Somebody removed it just now.
                Ok(None) => Ok(Reply::Answer {
                    status: 410,
                    text: String::new(),
                    retry_after: None,
                }),
                Err(failure) => Err(failure),
            };
            (id, reply)
        });
    }

    /// Decides what becomes of an event.
    fn note(
        &mut self,
        attempt: Result<(EventId, Result<Reply, OutboxError>), tokio::task::JoinError>,
    ) {
        let Ok((id, reply)) = attempt else {
            return slog::error!(self.log, "delivery attempt failed unexpectedly");
        };
        let reply = match reply {
            Ok(reply) => reply,
            Err(failure) => {
                slog::error!(self.log, "event could not be read"; "event" => id.0, "reason" => failure.to_string());
                Reply::Nothing(failure.to_string())
            }
        };
        let Some(entry) = self.under_way.get(&id) else {
            return;
        };
        let now = self.clock.now();
        self.metrics.attempt(reply.meaning());
        self.breaker
            .learn(&self.config, id, &reply, now, fastrand::f64());
        let outcome = outcome(&self.config, entry, &reply, now, fastrand::f64());
        self.report(entry, reply.meaning(), &outcome);
        self.settled.push(DeliveryRecord { id, outcome });
    }

    /// What people want to know. Failures are told when they begin, not each time.
    fn report(&self, entry: &OutboxEntry, meaning: Meaning, outcome: &DeliveryOutcome) {
        let (id, label) = (entry.id.0, entry.label.as_str());
        match (meaning, outcome) {
            (Meaning::Gone, _) => {
                slog::info!(self.log, "event dropped: the webhook answered 410"; "event" => id, "run" => label);
            }
            (_, DeliveryOutcome::DeadLetter { problem }) => {
                slog::error!(self.log, "event became a dead letter"; "event" => id, "run" => label, "reason" => problem.as_str());
            }
            (_, DeliveryOutcome::Retry { problem, .. }) if entry.attempts == 0 => {
                slog::warn!(self.log, "event not delivered, will be retried"; "event" => id, "run" => label, "reason" => problem.as_str());
            }
            _ => {
                slog::debug!(self.log, "event sent"; "event" => id, "run" => label, "result" => meaning.as_str())
            }
        }
    }

    /// Waits a moment for the answers to what was sent. The rest is sent again another time.
    async fn finish(mut self) {
        let grace = self.config.grace;
        let answers = async {
            while let Some(attempt) = self.attempts.join_next().await {
                self.note(attempt);
            }
        };
        // Too late is as good as no answer.
        let _ = timeout(grace, answers).await;
        let written = self.outbox.settle(self.settled).await;
        if let Err(failure) = written {
            slog::error!(self.log, "delivery results not stored, delivered events will be sent again"; "reason" => failure.to_string());
        }
    }
}

async fn wait(clock: &dyn Clock, time: Option<DateTime<Utc>>) {
    match time {
        Some(time) => clock.wait_until(time).await,
        None => std::future::pending().await,
    }
}
