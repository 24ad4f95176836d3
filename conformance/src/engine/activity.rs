//! What a run is waiting for at the moment, so that it can be told: a run that says nothing for a minute looks as if it
//! had stopped.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Everything that is waited for. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Activity {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    waits: BTreeMap<u64, Wait>,
    /// By case, how long it was held up without anything of its own going on.
    held: BTreeMap<String, Duration>,
}

#[derive(Debug)]
struct Wait {
    /// Who waits: a case, or a part of the run.
    who: String,
    what: String,
    since: Instant,
    limit: Option<Duration>,
    holds: bool,
}

/// Lasts as long as something is waited for.
#[derive(Debug)]
#[must_use = "waiting ends when it is dropped"]
pub(crate) struct Waiting {
    activity: Activity,
    number: u64,
}

impl Activity {
    /// Something is waited for from now on.
    pub(crate) fn wait(
        &self,
        who: &str,
        what: impl Into<String>,
        limit: Option<Duration>,
    ) -> Waiting {
        self.begin(who, what.into(), limit, false)
    }

    /// As [`Self::wait`], for what is no time of the case's own: its turn, or a pause that the provider asked for.
    pub(crate) fn hold(
        &self,
        who: &str,
        what: impl Into<String>,
        limit: Option<Duration>,
    ) -> Waiting {
        self.begin(who, what.into(), limit, true)
    }

    fn begin(&self, who: &str, what: String, limit: Option<Duration>, holds: bool) -> Waiting {
        let mut state = self.lock();
        let number = state.next;
        state.next += 1;
        let wait = Wait {
            who: who.to_owned(),
            what,
            since: Instant::now(),
            limit,
            holds,
        };
        state.waits.insert(number, wait);
        Waiting {
            activity: self.clone(),
            number,
        }
    }

    /// How long a case has been held up so far. What it waits for at the same time counts as often.
    pub(crate) fn held(&self, who: &str) -> Duration {
        let state = self.lock();
        let now = state
            .waits
            .values()
            .filter(|wait| wait.holds && wait.who == who);
        let now: Duration = now.map(|wait| wait.since.elapsed()).sum();
        state.held.get(who).copied().unwrap_or_default() + now
    }

    /// What has been waited for the longest, in words.
    pub(crate) fn told(&self) -> Option<String> {
        let state = self.lock();
        // The first is the oldest: numbers are given out in order.
        let wait = state.waits.values().next()?;
        let waited = wait.since.elapsed();
        let limit = wait.limit.map_or(String::new(), |limit| {
            format!(" of {} s at most", limit.as_secs_f64().ceil())
        });
        let others = match state.waits.len() - 1 {
            0 => String::new(),
            more => format!(" (and {more} more)"),
        };
        let (who, what) = (&wait.who, &wait.what);
        Some(format!(
            "{who}: waiting for {what}, {} s{limit}{others}",
            waited.as_secs()
        ))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut state = self.activity.lock();
        if let Some(wait) = state.waits.remove(&self.number)
            && wait.holds
        {
            *state.held.entry(wait.who).or_default() += wait.since.elapsed();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_told_with_its_limit() {
        let activity = Activity::default();
        assert_eq!(activity.told(), None);
        let event = activity.wait(
            "event.report[run]",
            "an event",
            Some(Duration::from_secs(120)),
        );
        let answer = activity.wait("update.valid[run]", "PUT /resource/run/a", None);
        let told = activity.told();
        assert_eq!(
            told.as_deref(),
            Some("event.report[run]: waiting for an event, 0 s of 120 s at most (and 1 more)")
        );
        drop(event);
        let told = activity.told();
        assert_eq!(
            told.as_deref(),
            Some("update.valid[run]: waiting for PUT /resource/run/a, 0 s")
        );
        drop(answer);
        assert_eq!(activity.told(), None);
    }

    #[test]
    fn only_what_holds_a_case_up_is_counted() {
        let activity = Activity::default();
        let moment = Duration::from_millis(2);
        let answer = activity.wait("a", "an answer", None);
        std::thread::sleep(moment);
        drop(answer);
        assert_eq!(activity.held("a"), Duration::ZERO);
        let turn = activity.hold("a", "its turn", None);
        std::thread::sleep(moment);
        assert!(activity.held("a") >= moment);
        drop(turn);
        let held = activity.held("a");
        assert!(held >= moment);
        assert_eq!(activity.held("a"), held);
        assert_eq!(activity.held("b"), Duration::ZERO);
    }
}
