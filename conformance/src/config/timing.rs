//! How long things take with events.

use std::time::Duration;

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
