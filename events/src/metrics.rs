//! Numbers about event delivery.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use crate::clock::Clock;
use crate::outbox::OutboxCounts;
use crate::policy::Meaning;

/// What the delivery counts. Clones share the numbers.
#[derive(Clone)]
pub(super) struct Metrics {
    attempts: Family<Labels, Counter>,
    backlog: Arc<Backlog>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    result: &'static str,
}

/// What the outbox held when it was last looked at. Ages grow by themselves, so they are computed when they are read.
struct Backlog {
    counts: Mutex<OutboxCounts>,
    clock: Arc<dyn Clock>,
}

impl Metrics {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            attempts: Family::default(),
            backlog: Arc::new(Backlog {
                counts: Mutex::default(),
                clock,
            }),
        }
    }

    pub(super) fn attempt(&self, meaning: Meaning) {
        let result = meaning.as_str();
        self.attempts.get_or_create(&Labels { result }).inc();
    }

    pub(super) fn counts(&self, counts: OutboxCounts) {
        *self.backlog.lock() = counts;
    }

    pub(super) fn last_counts(&self) -> OutboxCounts {
        *self.backlog.lock()
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "event_attempts",
            "Events sent to the operator's webhook, by what came of it",
            self.attempts.clone(),
        );
        registry.register_collector(Box::new(Arc::clone(&self.backlog)));
    }
}

impl Backlog {
    fn lock(&self) -> std::sync::MutexGuard<'_, OutboxCounts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Backlog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lock().fmt(f)
    }
}

impl Collector for Backlog {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let counts = *self.lock();
        let age = counts.oldest.map(|oldest| self.clock.now() - oldest);
        let age = age.map_or(0.0, |age| age.as_seconds_f64().max(0.0));
        let mut gauge = |name: &str, help: &str, value: f64| {
            let encoder = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
            ConstGauge::new(value).encode(encoder)
        };
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 events")]
        {
            gauge(
                "events_waiting",
                "Events that the webhook has not taken yet",
                counts.waiting as f64,
            )?;
            gauge(
                "events_dead",
                "Events that the webhook will never take",
                counts.dead as f64,
            )?;
        }
        gauge(
            "events_oldest_age_seconds",
            "How long the oldest event has waited",
            age,
        )
    }
}
