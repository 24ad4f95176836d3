//! How long answers take, kept while a run goes on, to see those that take out of all proportion longer than their like.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use kfp_operator_sim::ResourceKind;

use crate::base::contract::Operation;

/// An answer has to take this many times the median to be out of proportion.
const FACTOR: u32 = 20;
/// Fewer answers have no proportion.
const ENOUGH: usize = 20;
/// A single one may be the machine's doing.
const SEVERAL: usize = 2;
/// Where more than this share is slow, slow is what is usual: percent.
const SHARE: usize = 50;

/// How often the runner looks whether it is kept waiting itself.
const BEAT: Duration = Duration::from_millis(20);
/// Being late by less is usual.
const USUAL: Duration = Duration::from_millis(30);

/// How long an answer took, and the number of its exchange.
type Taken = (Duration, u64);

/// Times of the answers of a run.
#[derive(Debug, Default)]
pub(crate) struct AnswerTimes {
    times: Mutex<BTreeMap<(ResourceKind, Operation), Vec<Taken>>>,
    /// When the runner itself got no turn: from when on it should have, and until when it did not.
    stalls: Mutex<Vec<(Instant, Instant)>>,
}

/// What is said of the answers of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stragglers {
    /// Answers of the operation.
    pub(crate) total: usize,
    /// Those that took too long.
    pub(crate) slow: usize,
    pub(crate) operation: Operation,
    pub(crate) median: Duration,
    pub(crate) longest: Duration,
    /// The exchange that took longest.
    pub(crate) seq: u64,
}

impl AnswerTimes {
    /// Looks, for as long as something is done, whether the machine has time for it. On one that is busy, answers are
    /// late whatever the provider does.
    pub(crate) async fn watch<T>(&self, work: impl Future<Output = T>) -> T {
        let beats = async {
            loop {
                let due = Instant::now() + BEAT;
                tokio::time::sleep(BEAT).await;
                self.beat(due, Instant::now());
            }
        };
        tokio::select! {
            done = work => done,
            () = beats => unreachable!("it goes on forever"),
        }
    }

    fn beat(&self, due: Instant, now: Instant) {
        if now.saturating_duration_since(due) > USUAL {
            let mut stalls = self.stalls.lock().unwrap_or_else(PoisonError::into_inner);
            stalls.push((due, now));
        }
    }

    /// How long the runner itself got no turn in the time before that moment.
    fn stalled(&self, took: Duration, now: Instant) -> Duration {
        let Some(start) = now.checked_sub(took) else {
            return Duration::ZERO;
        };
        let stalls = self.stalls.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = stalls.iter().rev().take_while(|(_, until)| *until > start);
        recent
            .map(|(from, until)| until.saturating_duration_since((*from).max(start)))
            .sum()
    }

    /// The longest time for which the runner itself got no turn.
    pub(crate) fn longest_stall(&self) -> Duration {
        let stalls = self.stalls.lock().unwrap_or_else(PoisonError::into_inner);
        let each = stalls
            .iter()
            .map(|(from, until)| until.saturating_duration_since(*from));
        each.max().unwrap_or_default()
    }

    /// Notes how long an answer took that has come just now.
    pub(crate) fn note(&self, kind: ResourceKind, operation: Operation, took: Duration, seq: u64) {
        self.note_at(kind, operation, took, seq, Instant::now());
    }

    fn note_at(
        &self,
        kind: ResourceKind,
        operation: Operation,
        took: Duration,
        seq: u64,
        now: Instant,
    ) {
        let took = took.saturating_sub(self.stalled(took, now));
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        times
            .entry((kind, operation))
            .or_default()
            .push((took, seq));
    }

    /// Number of answers of a type.
    pub(crate) fn count(&self, kind: ResourceKind) -> usize {
        let times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        let of = times.iter().filter(|((of, _), _)| *of == kind);
        of.map(|(_, list)| list.len()).sum()
    }

    /// The operation of a type with the most answers that took `limit` at least and out of all proportion.
    pub(crate) fn stragglers(&self, kind: ResourceKind, limit: Duration) -> Option<Stragglers> {
        let times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        let of = times.iter().filter(|((of, _), _)| *of == kind);
        let each = of.filter_map(|((_, operation), list)| stragglers(*operation, list, limit));
        each.max_by_key(|one| one.slow)
    }
}

fn stragglers(operation: Operation, list: &[Taken], limit: Duration) -> Option<Stragglers> {
    let mut sorted = list.to_vec();
    sorted.sort();
    let median = sorted.get(sorted.len().checked_sub(1)? / 2)?.0;
    let least = limit.max(median * FACTOR);
    let slow = sorted.iter().filter(|(took, _)| *took >= least).count();
    let (longest, seq) = *sorted.last()?;
    let few = slow * 100 <= list.len() * SHARE;
    (slow >= SEVERAL && few && list.len() >= ENOUGH).then_some(Stragglers {
        total: list.len(),
        slow,
        operation,
        median,
        longest,
        seq,
    })
}

impl Stragglers {
    /// Such as `3 of 212 answers to create, 1.4 %: up to 2.0 s, half of them took no more than 1.1 ms`.
    pub(crate) fn told(&self) -> String {
        let share = 100.0 * self.slow as f64 / self.total as f64;
        format!(
            "{} of {} answers to {}, {share:.1} %: up to {:.1?}, half of them took no more than {:.1?}",
            self.slow,
            self.total,
            self.operation.as_str(),
            self.longest,
            self.median
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_runner_waited_itself_is_not_the_providers() {
        let (kind, limit) = (ResourceKind::Run, Duration::from_secs(1));
        let now = Instant::now();
        let ago = |ms| {
            now.checked_sub(Duration::from_millis(ms))
                .expect("the clock is older")
        };
        // Stalls, from and until so many milliseconds ago, and whether an answer of 3 s is late all the same.
        let table: &[(&[(u64, u64)], bool)] = &[
            (&[], true),
            (&[(2_900, 300)], false),
            (&[(2_900, 2_000)], true),
            (&[(2_900, 1_900), (1_500, 100)], false),
            (&[(9_000, 4_000)], true),
            (&[(9_000, 500)], false),
            (&[(20, 0)], true),
        ];
        for (stalls, late) in table {
            let times = AnswerTimes::default();
            for (from, until) in *stalls {
                times.beat(ago(*from), ago(*until));
            }
            for seq in 0..60 {
                let ms = if seq < 2 { 3_000 } else { 1 };
                let took = Duration::from_millis(ms);
                times.note_at(kind, Operation::Create, took, seq, now);
            }
            assert_eq!(times.stragglers(kind, limit).is_some(), *late, "{stalls:?}");
        }
    }

    #[test]
    fn only_a_small_share_out_of_proportion_is_told() {
        let limit = Duration::from_secs(1);
        // Milliseconds of most, how many; of the others, how many; what is told of them.
        let table: &[(u64, usize, u64, usize, Option<usize>)] = &[
            (2, 100, 3_000, 2, Some(2)),
            (2, 100, 900, 2, None),
            (200, 100, 3_000, 2, None),
            (100, 100, 2_000, 2, Some(2)),
            (2, 100, 3_000, 1, None),
            (2, 30, 3_000, 30, Some(30)),
            (2, 10, 3_000, 20, None),
            (2, 10, 3_000, 1, None),
            (2, 100, 3_000, 0, None),
        ];
        for row in table {
            let (usual, many, odd, few, told) = *row;
            let times = AnswerTimes::default();
            let each = std::iter::repeat_n(usual, many).chain(std::iter::repeat_n(odd, few));
            for (ms, seq) in each.zip(1..) {
                let took = Duration::from_millis(ms);
                times.note(ResourceKind::Run, Operation::Delete, took, seq);
            }
            let found = times.stragglers(ResourceKind::Run, limit);
            assert_eq!(found.as_ref().map(|one| one.slow), told, "{row:?}");
            assert_eq!(times.stragglers(ResourceKind::Pipeline, limit), None);
            assert_eq!(times.count(ResourceKind::Run), many + few);
            if let Some(found) = found {
                assert_eq!(found.seq, (many + few) as u64, "{row:?}");
                let start = format!("{few} of {} answers to delete, ", many + few);
                assert!(found.told().starts_with(&start), "{}", found.told());
            }
        }
    }
}
