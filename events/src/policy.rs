//! What an answer means, and how long to wait after it.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::backoff::{exponential, saturating_add};
use crate::outbox::{DeliveryOutcome, OutboxEntry};

/// The numbers of event delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeliveryConfig {
    /// Events that are being sent at a time. Default: 8.
    pub concurrency: usize,
    /// Longest time of one attempt, from the connection to the head of the answer. Default: 30 s.
    pub timeout: Duration,
    /// Longest pause after the first failure; it doubles with each one after that. Default: 1 s.
    pub first_pause: Duration,
    /// Longest pause after any number of failures. Default: 5 min.
    pub longest_pause: Duration,
    /// Longest pause that is granted to a `Retry-After`. Default: 10 min.
    pub longest_retry_after: Duration,
    /// How often an event is sent that the webhook says it will never take. Default: 5.
    pub refusals: u32,
    /// The pause after the first such answer; it doubles with each one after that. Default: 30 s.
    pub refusal_pause: Duration,
    /// Whether events of one run configuration arrive in the order in which they were sent. The operator takes the event
    /// that arrives last for the run that ended last, and an older one that is repeated sets it back. Counts for events
    /// that are stored from now on. Default: yes.
    pub in_order: bool,
    /// How long the end waits for answers to what is being sent. Default: 2 s.
    pub grace: Duration,
}

impl Default for DeliveryConfig {
    fn default() -> Self {
        Self {
            concurrency: 8,
            timeout: Duration::from_secs(30),
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(300),
            longest_retry_after: Duration::from_secs(600),
            refusals: 5,
            refusal_pause: Duration::from_secs(30),
            in_order: true,
            grace: Duration::from_secs(2),
        }
    }
}

impl DeliveryConfig {
    /// No attempt is ever put off by more than this.
    pub(crate) fn longest_wait(&self) -> Duration {
        exponential(self.refusal_pause, self.refusals, Duration::MAX)
            .max(self.longest_pause)
            .max(self.longest_retry_after)
    }
}

/// What came back from one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// An answer.
    Answer {
        status: u16,
        /// The beginning of its body, as a person may read it.
        text: String,
        retry_after: Option<Duration>,
    },
    /// None, and why.
    Nothing(String),
}

/// What a reply means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Meaning {
    /// The event has arrived.
    Delivered,
    /// It is not needed any more.
    Gone,
    /// The webhook will never take it.
    Refused,
    /// It may well take it later.
    Later,
}

impl Meaning {
    /// The label of metrics.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Gone => "gone",
            Self::Refused => "refused",
            Self::Later => "later",
        }
    }
}

impl Reply {
    pub(crate) fn meaning(&self) -> Meaning {
        match self {
            Self::Answer { status: 200, .. } => Meaning::Delivered,
            Self::Answer { status: 410, .. } => Meaning::Gone,
            Self::Answer {
                status: 408 | 429, ..
            } => Meaning::Later,
            Self::Answer {
                status: 400..=499, ..
            } => Meaning::Refused,
            Self::Answer { .. } | Self::Nothing(_) => Meaning::Later,
        }
    }

    /// The pause that was asked for.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Answer { retry_after, .. } => *retry_after,
            Self::Nothing(_) => None,
        }
    }

    /// What was wrong, in words.
    fn problem(&self) -> String {
        match self {
            Self::Answer { status, text, .. } if text.is_empty() => format!("answered {status}"),
            Self::Answer { status, text, .. } => format!("answered {status}: {text}"),
            Self::Nothing(why) => why.clone(),
        }
    }
}

/// What becomes of an event after an attempt. `chance` is random, from 0 to 1.
pub(crate) fn outcome(
    config: &DeliveryConfig,
    entry: &OutboxEntry,
    reply: &Reply,
    now: DateTime<Utc>,
    chance: f64,
) -> DeliveryOutcome {
    let problem = reply.problem();
    let asked = reply.retry_after().unwrap_or_default();
    let asked = asked.min(config.longest_retry_after);
    match reply.meaning() {
        Meaning::Delivered | Meaning::Gone => DeliveryOutcome::Done,
        Meaning::Refused if entry.refusals.saturating_add(1) >= config.refusals => {
            DeliveryOutcome::DeadLetter { problem }
        }
        Meaning::Refused => {
            let pause = exponential(config.refusal_pause, entry.refusals, Duration::MAX);
            // Never less than half: who asks for the impossible asks slowly.
            let pause = pause.mul_f64(0.5 + chance / 2.0);
            again(now, pause.max(asked), problem, true)
        }
        Meaning::Later => {
            let pause = back_off(
                config,
                entry.attempts - entry.refusals.min(entry.attempts),
                chance,
            );
            again(now, pause.max(asked), problem, false)
        }
    }
}

/// The pause after so many failures: anything up to what doubles with each, so that those who failed together do not
/// come back together.
pub(crate) fn back_off(config: &DeliveryConfig, failures: u32, chance: f64) -> Duration {
    exponential(config.first_pause, failures, config.longest_pause).mul_f64(chance)
}

fn again(now: DateTime<Utc>, pause: Duration, problem: String, refused: bool) -> DeliveryOutcome {
    DeliveryOutcome::Retry {
        at: saturating_add(now, pause),
        problem,
        refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EventId;

    fn answer(status: u16, retry_after: Option<u64>) -> Reply {
        Reply::Answer {
            status,
            text: "words".to_owned(),
            retry_after: retry_after.map(Duration::from_secs),
        }
    }

    fn entry(attempts: u32, refusals: u32) -> OutboxEntry {
        OutboxEntry {
            id: EventId(1),
            label: String::new(),
            configuration: None,
            added: DateTime::UNIX_EPOCH,
            attempts,
            refusals,
            due: Some(DateTime::UNIX_EPOCH),
            problem: None,
        }
    }

    #[test]
    fn meanings() {
        use Meaning::*;
        let table = [
            (200, Delivered),
            (201, Later),
            (204, Later),
            (301, Later),
            (307, Later),
            (400, Refused),
            (401, Refused),
            (404, Refused),
            (405, Refused),
            (408, Later),
            (410, Gone),
            (415, Refused),
            (429, Later),
            (499, Refused),
            (500, Later),
            (503, Later),
            (599, Later),
            (999, Later),
        ];
        for (status, expected) in table {
            assert_eq!(answer(status, None).meaning(), expected, "{status}");
        }
        assert_eq!(Reply::Nothing("refused".to_owned()).meaning(), Later);
    }

    /// Status, attempts and refusals before, `Retry-After`, chance; seconds to the next attempt, `None` if there is none.
    #[test]
    fn pauses() {
        let table = [
            (500, 0, 0, None, 1.0, Some(1.0)),
            (500, 0, 0, None, 0.25, Some(0.25)),
            (500, 3, 0, None, 1.0, Some(8.0)),
            (500, 30, 0, None, 1.0, Some(300.0)),
            (500, u32::MAX, 0, None, 0.5, Some(150.0)),
            (500, 3, 3, None, 1.0, Some(1.0)),
            (500, 2, 3, None, 1.0, Some(1.0)),
            (503, 0, 0, Some(7), 1.0, Some(7.0)),
            (503, 5, 0, Some(7), 1.0, Some(32.0)),
            (429, 0, 0, Some(1_000_000), 0.0, Some(600.0)),
            (400, 0, 0, None, 0.0, Some(15.0)),
            (400, 0, 0, None, 1.0, Some(30.0)),
            (400, 9, 3, None, 1.0, Some(240.0)),
            (400, 4, 4, None, 1.0, None),
            (415, 4, u32::MAX, None, 1.0, None),
        ];
        let config = DeliveryConfig::default();
        for (status, attempts, refusals, retry_after, chance, expected) in table {
            let row = format!("{status} {attempts} {refusals} {retry_after:?} {chance}");
            let reply = answer(status, retry_after);
            let now = DateTime::UNIX_EPOCH;
            match outcome(&config, &entry(attempts, refusals), &reply, now, chance) {
                DeliveryOutcome::Retry { at, problem, .. } => {
                    let pause = (at - now).as_seconds_f64();
                    assert_eq!(Some(pause), expected, "{row}");
                    assert_eq!(problem, format!("answered {status}: words"));
                }
                outcome => assert_eq!(
                    (outcome, expected),
                    (
                        DeliveryOutcome::DeadLetter {
                            problem: format!("answered {status}: words")
                        },
                        None
                    ),
                    "{row}"
                ),
            }
        }
        let now = DateTime::UNIX_EPOCH;
        for status in [200, 410] {
            let done = outcome(&config, &entry(9, 9), &answer(status, Some(9)), now, 1.0);
            assert_eq!(done, DeliveryOutcome::Done);
        }
    }
}
