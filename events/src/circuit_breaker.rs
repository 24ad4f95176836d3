//! Whether the webhook is worth asking: one that only fails is asked by one event at a time, and rarely.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::backoff::saturating_add;
use crate::outbox::EventId;
use crate::policy::{DeliveryConfig, Meaning, Reply, back_off};

/// Events that failed without a success in between, after which the webhook, and not they, is to blame. With every third
/// attempt failing by chance this does not happen in a lifetime; and an event that is never taken is one, however often
/// it fails.
const SUSPICIOUS: usize = 16;

/// What failed in a row, and what follows from it.
#[derive(Debug, Default)]
pub(super) struct CircuitBreaker {
    /// At most as many as are suspicious.
    failed: BTreeSet<EventId>,
    /// Failures after that.
    probes: u32,
    /// Nothing is sent before this time.
    until: Option<DateTime<Utc>>,
}

impl CircuitBreaker {
    /// How many events may be on their way at `now`.
    pub(super) fn width(&self, config: &DeliveryConfig, now: DateTime<Utc>) -> usize {
        match self.opens(config, now) {
            Some(_) => 0,
            None if self.is_suspicious() => 1,
            None => config.concurrency.max(1),
        }
    }

    /// Whether the next attempt is to find out whether the webhook is back.
    pub(super) fn is_suspicious(&self) -> bool {
        self.failed.len() >= SUSPICIOUS
    }

    /// When it is worth asking again, if it is not now. A time that is further away than any pause was set by a clock
    /// that has been put back since.
    pub(super) fn opens(
        &self,
        config: &DeliveryConfig,
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let horizon = saturating_add(now, config.longest_wait());
        self.until.filter(|until| *until > now && *until <= horizon)
    }

    /// Learns from the reply to an event. `chance` is random, from 0 to 1.
    pub(super) fn learn(
        &mut self,
        config: &DeliveryConfig,
        event: EventId,
        reply: &Reply,
        now: DateTime<Utc>,
        chance: f64,
    ) {
        if reply.meaning() != Meaning::Later {
            *self = Self::default();
            return;
        }
        let before = self.opens(config, now);
        // What was on its way when the gate closed says nothing new.
        let own = match before {
            Some(_) => None,
            None => self.suspect(event),
        };
        let own = own.map(|probes| back_off(config, probes, chance));
        let asked = reply
            .retry_after()
            .map(|asked| asked.min(config.longest_retry_after));
        // `None` is less than any pause.
        let until = own.max(asked).map(|pause| saturating_add(now, pause));
        self.until = before.max(until);
    }

    /// Notes a failure. The number of those before it that were to find out whether the webhook is back, if this is one.
    fn suspect(&mut self, event: EventId) -> Option<u32> {
        if self.is_suspicious() {
            self.probes = self.probes.saturating_add(1);
        } else {
            self.failed.insert(event);
        }
        self.is_suspicious().then_some(self.probes)
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
        let mut breaker = CircuitBreaker::default();
        let mut now = DateTime::UNIX_EPOCH;
        for event in 1..16 {
            breaker.learn(&config, EventId(event), &answer(500, None), now, 1.0);
            let seen = (breaker.width(&config, now), breaker.opens(&config, now));
            assert_eq!(seen, (8, None));
        }
        for seconds in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
            let nothing = Reply::Nothing(String::new());
            breaker.learn(&config, EventId(seconds + 99), &nothing, now, 1.0);
            assert_eq!(breaker.width(&config, now), 0);
            let opens = saturating_add(now, Duration::from_secs(seconds));
            assert_eq!(breaker.opens(&config, now), Some(opens));
            now = opens;
            assert_eq!(
                (breaker.width(&config, now), breaker.is_suspicious()),
                (1, true)
            );
        }
        for status in [200, 400, 410] {
            let mut breaker = CircuitBreaker {
                failed: (1..17).map(EventId).collect(),
                probes: 99,
                until: Some(saturating_add(now, Duration::from_secs(9))),
            };
            breaker.learn(&config, EventId(1), &answer(status, None), now, 1.0);
            assert_eq!(breaker.width(&config, now), 8, "{status}: it can answer");
        }
    }

    /// Events that are never taken are their own problem: who comes next does not wait for them.
    #[test]
    fn few_events_that_fail_for_ever_close_nothing() {
        let config = DeliveryConfig::default();
        let mut breaker = CircuitBreaker::default();
        let now = DateTime::UNIX_EPOCH;
        for _ in 0..1000 {
            for event in 1..16 {
                breaker.learn(&config, EventId(event), &answer(500, None), now, 1.0);
                assert_eq!(breaker.width(&config, now), 8);
            }
        }
    }

    #[test]
    fn a_webhook_that_asks_for_time_gets_it() {
        let config = DeliveryConfig::default();
        let now = DateTime::UNIX_EPOCH;
        for (asked, seconds) in [(7, 7), (1_000_000, 600), (u64::MAX, 600)] {
            let mut breaker = CircuitBreaker::default();
            let opens = Some(saturating_add(now, Duration::from_secs(seconds)));
            breaker.learn(&config, EventId(1), &answer(429, Some(asked)), now, 1.0);
            assert_eq!(breaker.opens(&config, now), opens);
            assert_eq!(breaker.width(&config, now), 0);
            breaker.learn(&config, EventId(2), &answer(503, Some(1)), now, 1.0);
            assert_eq!(breaker.opens(&config, now), opens, "the longest counts");
        }
    }

    #[test]
    fn a_clock_that_is_put_back_closes_nothing() {
        let config = DeliveryConfig::default();
        let now = saturating_add(DateTime::UNIX_EPOCH, Duration::from_secs(1_000_000));
        let mut breaker = CircuitBreaker::default();
        breaker.learn(&config, EventId(1), &answer(429, Some(600)), now, 1.0);
        assert_eq!(breaker.width(&config, now), 0);
        assert_eq!(breaker.width(&config, DateTime::UNIX_EPOCH), 8);
    }
}
