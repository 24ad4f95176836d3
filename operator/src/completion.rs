//! What becomes of a run after it has ended.

use chrono::{DateTime, TimeDelta, Utc};

/// What the operator does with a finished Run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Afterlife {
    /// Nothing: it is not finished, or finished runs are kept forever.
    Stays,
    /// It is looked at again then.
    Until(DateTime<Utc>),
    /// The resource is deleted, which asks the provider to delete the run.
    Deleted,
}

/// What the operator does with a Run, given when it was found to be finished and how long finished runs are kept: the
/// operator's setting `runCompletionTTL`, forever if unset.
pub fn afterlife(
    marked_completed_at: Option<DateTime<Utc>>,
    time_to_live: Option<TimeDelta>,
    now: DateTime<Utc>,
) -> Afterlife {
    let (Some(completed), Some(time_to_live)) = (marked_completed_at, time_to_live) else {
        return Afterlife::Stays;
    };
    match completed.checked_add_signed(time_to_live) {
        Some(end) if end < now => Afterlife::Deleted,
        Some(end) => Afterlife::Until(end),
        None => Afterlife::Stays,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finished_runs_live_as_long_as_they_may() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).expect("in range");
        let hour = TimeDelta::hours(1);
        let table = [
            (None, Some(hour), Afterlife::Stays),
            (Some(at(0)), None, Afterlife::Stays),
            (Some(at(0)), Some(hour), Afterlife::Deleted),
            (Some(at(3_599)), Some(hour), Afterlife::Deleted),
            (Some(at(3_600)), Some(hour), Afterlife::Until(at(7_200))),
            (Some(at(7_000)), Some(hour), Afterlife::Until(at(10_600))),
            (Some(at(0)), Some(TimeDelta::MAX), Afterlife::Stays),
        ];
        for (completed, time_to_live, expected) in table {
            let found = afterlife(completed, time_to_live, at(7_200));
            assert_eq!(found, expected, "{completed:?} {time_to_live:?}");
        }
    }
}
