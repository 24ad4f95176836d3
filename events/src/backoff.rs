//! Pauses that grow, and the times that they lead to.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// What doubles with each time, up to a longest pause.
pub fn exponential(first: Duration, times: u32, longest: Duration) -> Duration {
    // Thirty doublings of a second are thirty years.
    first.saturating_mul(1 << times.min(30)).min(longest)
}

/// A time from now, or the end of times.
pub fn saturating_add(now: DateTime<Utc>, pause: Duration) -> DateTime<Utc> {
    let pause = TimeDelta::from_std(pause).unwrap_or(TimeDelta::MAX);
    now.checked_add_signed(pause)
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}
