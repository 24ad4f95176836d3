//! Where background work gets the time from.

use std::pin::Pin;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;

/// The longest sleep at a stretch, so that a change of the system's time is noticed.
const STRETCH: Duration = Duration::from_secs(30);

/// The time, and waiting for it.
pub trait Clock: Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> DateTime<Utc>;

    /// Returns when `time` has come, and possibly earlier.
    fn wait_until(&self, time: DateTime<Utc>) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// The time of the system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn wait_until(&self, time: DateTime<Utc>) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let wait = (time - Utc::now()).to_std().unwrap_or_default();
        Box::pin(tokio::time::sleep(wait.min(STRETCH)))
    }
}

/// A time that moves only when it is told to. Clones are the same clock.
#[derive(Clone, Debug)]
pub struct ManualClock(watch::Sender<DateTime<Utc>>);

impl ManualClock {
    /// A clock that stands at `start`.
    pub fn new(start: DateTime<Utc>) -> Self {
        Self(watch::Sender::new(start))
    }

    /// Moves the clock forward and wakes whoever waits for a time that has now come.
    pub fn advance(&self, step: Duration) {
        self.0.send_modify(|now| *now += step);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.borrow()
    }

    fn wait_until(&self, time: DateTime<Utc>) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let mut now = self.0.subscribe();
        Box::pin(async move {
            // The sender lives in `self`, so waiting cannot fail.
            let _ = now.wait_for(|now| *now >= time).await;
        })
    }
}
