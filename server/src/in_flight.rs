//! How many requests the provider is working on.

use tokio::sync::watch;

use crate::metrics::Metrics;

/// Counts requests, and tells when there are none.
pub(crate) struct InFlight {
    count: watch::Sender<usize>,
    metrics: Metrics,
}

/// One request; it counts until it is dropped.
pub(crate) struct Working<'a>(&'a InFlight);

impl InFlight {
    pub(crate) fn new(metrics: Metrics) -> Self {
        Self {
            count: watch::Sender::new(0),
            metrics,
        }
    }

    pub(crate) fn enter(&self) -> Working<'_> {
        self.count.send_modify(|count| *count += 1);
        self.metrics.started();
        Working(self)
    }

    pub(crate) fn is_idle(&self) -> bool {
        *self.count.borrow() == 0
    }

    /// Returns once nothing is being worked on.
    pub(crate) async fn idle(&self) {
        // The sender lives in `self`, so waiting cannot fail.
        let _ = self.count.subscribe().wait_for(|count| *count == 0).await;
    }
}

impl Drop for Working<'_> {
    fn drop(&mut self) {
        self.0.count.send_modify(|count| *count -= 1);
        self.0.metrics.ended();
    }
}
