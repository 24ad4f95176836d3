//! Numbers about the service, as Prometheus text.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::route::Route;

/// The prefix of every metric.
const PREFIX: &str = "kfp_provider";
/// Upper bounds in seconds; the last is the default deadline of a request.
const BUCKETS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0, 30.0, 120.0,
];

/// The service's own metrics. Clones share the numbers.
#[derive(Clone)]
pub(crate) struct Metrics {
    requests: Family<RequestLabels, Counter>,
    latency: Family<RouteLabels, Histogram, fn() -> Histogram>,
    in_flight: Gauge<i64, AtomicI64>,
    refusals: Family<RefusalLabels, Counter>,
    panics: Counter,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    operation: &'static str,
    r#type: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    operation: &'static str,
    r#type: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusalLabels {
    operation: &'static str,
    kind: &'static str,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        Self {
            requests: Family::default(),
            latency: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            in_flight: Gauge::default(),
            refusals: Family::default(),
            panics: Counter::default(),
        }
    }

    /// A finished request.
    pub(crate) fn request(&self, route: Route, status: u16, latency: Duration) {
        let Route {
            operation,
            resource,
        } = route;
        self.requests
            .get_or_create(&RequestLabels {
                operation,
                r#type: resource,
                status,
            })
            .inc();
        self.latency
            .get_or_create(&RouteLabels {
                operation,
                r#type: resource,
            })
            .observe(latency.as_secs_f64());
    }

    /// A request that was refused, by the provider or before it was asked.
    pub(crate) fn refusal(&self, operation: &'static str, kind: &'static str) {
        self.refusals
            .get_or_create(&RefusalLabels { operation, kind })
            .inc();
    }

    /// A panic in the provider, turned into an answer.
    pub(crate) fn panic(&self) {
        self.panics.inc();
    }

    pub(crate) fn started(&self) {
        self.in_flight.inc();
    }

    pub(crate) fn ended(&self) {
        self.in_flight.dec();
    }

    fn register(&self, registry: &mut Registry) {
        registry.register(
            "requests",
            "Requests answered, by operation, resource type and status",
            self.requests.clone(),
        );
        registry.register(
            "request_duration_seconds",
            "Time from a request to its answer, by operation and resource type",
            self.latency.clone(),
        );
        registry.register(
            "requests_in_flight",
            "Requests that the provider is working on",
            self.in_flight.clone(),
        );
        registry.register(
            "refusals",
            "Requests refused, by operation and kind of refusal",
            self.refusals.clone(),
        );
        registry.register(
            "panics",
            "Panics of the provider that were turned into answers",
            self.panics.clone(),
        );
    }
}

/// All metrics of the service: its own and the provider's.
pub(crate) struct Exposition(Registry);

impl Exposition {
    pub(crate) fn new(metrics: &Metrics, add: impl FnOnce(&mut Registry)) -> Arc<Self> {
        let mut registry = Registry::with_prefix(PREFIX);
        metrics.register(&mut registry);
        add(&mut registry);
        Arc::new(Self(registry))
    }

    /// The text that Prometheus reads.
    pub(crate) fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.0)?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_that_prometheus_reads() {
        let metrics = Metrics::new();
        let all = Exposition::new(&metrics, |registry| {
            registry.register("slots", "Free slots", Gauge::<i64, AtomicI64>::default());
        });
        metrics.started();
        metrics.request(
            Route::of("POST", "/resource/run"),
            201,
            Duration::from_millis(3),
        );
        metrics.request(Route::of("GET", "/nope"), 404, Duration::ZERO);
        metrics.refusal("create", "invalid");
        metrics.panic();
        let text = all.text().expect("text");
        for line in [
            r#"kfp_provider_requests_total{operation="create",type="run",status="201"} 1"#,
            r#"kfp_provider_requests_total{operation="other",type="",status="404"} 1"#,
            r#"kfp_provider_request_duration_seconds_bucket{le="0.005",operation="create",type="run"} 1"#,
            "kfp_provider_requests_in_flight 1",
            r#"kfp_provider_refusals_total{operation="create",kind="invalid"} 1"#,
            "kfp_provider_panics_total 1",
            "kfp_provider_slots 0",
            "# EOF",
        ] {
            assert!(
                text.lines().any(|found| found == line),
                "{line} is not in\n{text}"
            );
        }
    }
}
