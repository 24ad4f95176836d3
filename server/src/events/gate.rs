//! Whether the webhook is worth asking: one that only fails is asked by one event at a time, and rarely.

use chrono::{DateTime, Utc};

use super::policy::{DeliveryConfig, Meaning, Reply, back_off};
use crate::pause::later;

/// Failures in a row after which the webhook, and not the event, is to blame. With every third attempt failing by
/// chance this does not happen in a lifetime.
const SUSPICIOUS: u32 = 16;

/// Failures in a row, and what follows from them.
#[derive(Debug, Default)]
pub(super) struct Gate {
    failures: u32,
    /// Nothing is sent before this time.
    until: Option<DateTime<Utc>>,
}

impl Gate {
    /// How many events may be on their way at `now`.
    pub(super) fn width(&self, config: &DeliveryConfig, now: DateTime<Utc>) -> usize {
        match self.until {
            Some(until) if until > now => 0,
            _ if self.failures >= SUSPICIOUS => 1,
            _ => config.concurrency.max(1),
        }
    }

    /// When it is worth asking again.
    pub(super) fn opens(&self) -> Option<DateTime<Utc>> {
        self.until
    }

    /// Learns from a reply. `chance` is random, from 0 to 1.
    pub(super) fn learn(
        &mut self,
        config: &DeliveryConfig,
        reply: &Reply,
        now: DateTime<Utc>,
        chance: f64,
    ) {
        if reply.meaning() != Meaning::Later {
            *self = Self::default();
            return;
        }
        // What was on its way when the gate closed says nothing new.
        let closed = self.until.is_some_and(|until| until > now);
        self.failures = self.failures.saturating_add((!closed).into());
        let beyond = self.failures.checked_sub(SUSPICIOUS).filter(|_| !closed);
        let own = beyond.map(|beyond| back_off(config, beyond, chance));
        let asked = reply
            .retry_after()
            .map(|asked| asked.min(config.longest_retry_after));
        // `None` is less than any pause.
        let until = own.max(asked).map(|pause| later(now, pause));
        self.until = self.until.max(until);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn answer(status: u16, retry_after: Option<u64>) -> Reply {
        Reply::Answer {
            status,
            text: String::new(),
            retry_after: retry_after.map(Duration::from_secs),
        }
    }

    #[test]
    fn a_webhook_that_only_fails_is_asked_one_by_one() {
        let config = DeliveryConfig::default();
        let mut gate = Gate::default();
        let mut now = DateTime::UNIX_EPOCH;
        for _ in 1..SUSPICIOUS {
            gate.learn(&config, &answer(500, None), now, 1.0);
            assert_eq!((gate.width(&config, now), gate.opens()), (8, None));
        }
        for seconds in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
            gate.learn(&config, &Reply::Nothing(String::new()), now, 1.0);
            assert_eq!(gate.width(&config, now), 0);
            let opens = later(now, Duration::from_secs(seconds));
            assert_eq!(gate.opens(), Some(opens));
            now = opens;
            assert_eq!(gate.width(&config, now), 1);
        }
        for status in [200, 400, 410] {
            let mut gate = Gate {
                failures: 99,
                until: Some(later(now, Duration::from_secs(9))),
            };
            gate.learn(&config, &answer(status, None), now, 1.0);
            assert_eq!(gate.width(&config, now), 8, "{status}: it can answer");
        }
    }

    #[test]
    fn a_webhook_that_asks_for_time_gets_it() {
        let config = DeliveryConfig::default();
        let now = DateTime::UNIX_EPOCH;
        for (asked, seconds) in [(7, 7), (1_000_000, 600)] {
            let mut gate = Gate::default();
            gate.learn(&config, &answer(429, Some(asked)), now, 1.0);
            assert_eq!(gate.opens(), Some(later(now, Duration::from_secs(seconds))));
            assert_eq!(gate.width(&config, now), 0);
            gate.learn(&config, &answer(503, Some(1)), now, 1.0);
            assert_eq!(
                gate.opens(),
                Some(later(now, Duration::from_secs(seconds))),
                "the longest counts"
            );
        }
    }
}
