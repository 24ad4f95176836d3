//! What a provider holds to report finished runs.

use std::sync::{Arc, Mutex, PoisonError};

use hyper::body::Bytes;
use kfp_provider_domain::RunCompletionEvent;
use prometheus_client::registry::Registry;
use slog::Logger;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use crate::clock::{Clock, SystemClock};
use crate::delivery::Delivery;
use crate::metrics::Metrics;
use crate::outbox::{EventId, NewEvent, Outbox, OutboxCounts, OutboxError};
use crate::policy::DeliveryConfig;
use crate::webhook::{InvalidWebhook, Webhook};

/// The longest event in bytes. What is sent at a time is in memory, so there is a limit.
pub const MAX_EVENT_BYTES: usize = 4 << 20;

/// Reports finished runs. Clones are the same; delivery ends with the last of them, or with [`EventSink::close`].
///
/// ```no_run
/// use kfp_provider_domain::{RunCompletionEvent, RunReference};
/// use kfp_run_completion::store::FileOutbox;
/// use kfp_run_completion::{DeliveryConfig, EventSink};
/// use slog::Logger;
///
/// async fn report(webhook: &str, log: &Logger) -> Result<(), Box<dyn std::error::Error>> {
///     let outbox = FileOutbox::open("events.redb".as_ref())?;
///     let sink = EventSink::start(Some(webhook), outbox, DeliveryConfig::default(), log)?;
///     let run = RunReference::Run("team/model-once".parse()?);
///     let event = RunCompletionEvent::succeeded(run, "r-1".parse()?, "team/model".parse()?, "ml/forge".parse()?);
///     sink.send(&event).await?; // stored: the orchestrator need not be asked about this run again
///     sink.close().await;
///     Ok(())
/// }
/// ```
#[derive(Clone)]
pub struct EventSink {
    shared: Arc<Shared>,
}

struct Shared {
    outbox: Arc<dyn Outbox>,
    sending: bool,
    in_order: bool,
    wake: Arc<Notify>,
    metrics: Metrics,
    clock: Arc<dyn Clock>,
    /// Delivery ends when this is gone, or says so.
    stop: watch::Sender<bool>,
    delivery: Mutex<Option<JoinHandle<()>>>,
}

/// Why an event was not stored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// The outbox failed; try again.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    /// The event is longer than any that is sent.
    #[error(
        "event of {run}: {bytes} bytes, more than {MAX_EVENT_BYTES} (hint: report fewer artifacts)"
    )]
    TooLarge {
        /// The id of the run.
        run: String,
        /// How long it is.
        bytes: usize,
    },
}

impl EventSink {
    /// Begins to deliver what is in the outbox. Needs a tokio runtime.
    ///
    /// Without a webhook, which is how a provider is started outside of a cluster, nothing is stored and nothing is
    /// sent; what the outbox holds from before is kept.
    ///
    /// # Errors
    /// The webhook is not a URL that events can go to.
    pub fn start(
        webhook: Option<&str>,
        outbox: impl Outbox,
        config: DeliveryConfig,
        log: &Logger,
    ) -> Result<Self, InvalidWebhook> {
        let webhook = webhook.map(Webhook::new).transpose()?;
        Ok(Self::with_clock(
            webhook,
            outbox,
            config,
            Arc::new(SystemClock),
            log,
        ))
    }

    /// [`EventSink::start`] by another clock, and with a webhook that was read before.
    pub fn with_clock(
        webhook: Option<Webhook>,
        outbox: impl Outbox,
        config: DeliveryConfig,
        clock: Arc<dyn Clock>,
        log: &Logger,
    ) -> Self {
        let outbox: Arc<dyn Outbox> = Arc::new(outbox);
        let (wake, stop) = (Arc::new(Notify::new()), watch::Sender::new(false));
        let metrics = Metrics::new(Arc::clone(&clock));
        let (sending, in_order) = (webhook.is_some(), config.in_order);
        match &webhook {
            Some(webhook) => {
                slog::info!(log, "event delivery enabled"; "webhook" => webhook.to_string())
            }
            None => {
                slog::warn!(
                    log,
                    "event delivery disabled: no webhook is configured (hint: OPERATORWEBHOOK)"
                );
            }
        }
        let delivery = webhook.map(|webhook| {
            let delivery = Delivery::new(
                webhook,
                Arc::clone(&outbox),
                config,
                Arc::clone(&clock),
                metrics.clone(),
                Arc::clone(&wake),
                log.clone(),
            );
            tokio::spawn(delivery.until(stop.subscribe()))
        });
        Self {
            shared: Arc::new(Shared {
                outbox,
                sending,
                in_order,
                wake,
                metrics,
                clock,
                stop,
                delivery: Mutex::new(delivery),
            }),
        }
    }

    /// Stores an event; when this returns, it will arrive, whatever happens to this process.
    ///
    /// # Errors
    /// The event is not stored, and will not be delivered unless it is sent again.
    pub async fn send(&self, event: &RunCompletionEvent) -> Result<Option<EventId>, SendError> {
        if !self.shared.sending {
            return Ok(None);
        }
        let event = self.prepare(event)?;
        let id = self.shared.outbox.add(event).await?;
        self.wake();
        Ok(Some(id))
    }

    /// The event as it is stored.
    pub(crate) fn prepare(&self, event: &RunCompletionEvent) -> Result<NewEvent, SendError> {
        prepare(event, self.shared.in_order, self.shared.clock.as_ref())
    }

    /// Whether there is a webhook.
    pub fn is_sending(&self) -> bool {
        self.shared.sending
    }

    /// Says that there may be something new in the outbox.
    pub fn wake(&self) {
        self.shared.wake.notify_one();
    }

    /// Where events wait.
    pub fn outbox(&self) -> Arc<dyn Outbox> {
        Arc::clone(&self.shared.outbox)
    }

    /// What the outbox held when delivery last looked: at the latest after the last attempt.
    pub fn counts(&self) -> OutboxCounts {
        self.shared.metrics.last_counts()
    }

    /// Adds the metrics of event delivery: for `Provider::register_metrics` of a service.
    pub fn register_metrics(&self, registry: &mut Registry) {
        self.shared.metrics.register(registry);
    }

    /// Ends delivery: what is being sent is waited for, for a moment; what is not sent stays in the outbox, which is
    /// closed. For `Provider::stop` of a service.
    pub async fn close(&self) {
        self.stop().await;
        // There is nothing to do about an outbox that fails at its end.
        let _ = self.shared.outbox.close().await;
    }

    /// Ends delivery, and leaves the outbox open.
    pub async fn stop(&self) {
        self.shared.stop.send_replace(true);
        let delivery = self
            .shared
            .delivery
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(delivery) = delivery {
            // It was not cancelled, and does not panic.
            let _ = delivery.await;
        }
    }
}

/// An event as it is stored.
pub(crate) fn prepare(
    event: &RunCompletionEvent,
    in_order: bool,
    clock: &dyn Clock,
) -> Result<NewEvent, SendError> {
    let body = Bytes::from(event.to_json());
    if body.len() > MAX_EVENT_BYTES {
        return Err(SendError::TooLarge {
            run: event.run_id.as_str().to_owned(),
            bytes: body.len(),
        });
    }
    let label = event.reference.run().or(event.reference.configuration());
    Ok(NewEvent {
        label: label.map(ToString::to_string).unwrap_or_default(),
        configuration: event
            .reference
            .configuration()
            .filter(|_| in_order)
            .map(ToString::to_string),
        body,
        added: clock.now(),
    })
}

#[cfg(test)]
impl EventSink {
    /// Waits until delivery has seen so many events that wait, and so many dead letters.
    pub(super) async fn counted(&self, waiting: u64, dead: u64) {
        while (self.counts().waiting, self.counts().dead) != (waiting, dead) {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }
}
