//! How far a run is, and what it is waiting for: on terminals a line that moves, elsewhere a line of its own whenever no
//! case has come to its end for a while.

use std::future::Future;
use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::engine::activity::Activity;
use crate::engine::run::Progress;

/// Between two looks at what is going on.
const LOOK: Duration = Duration::from_millis(200);
/// Silence in a log that is worth a line.
const LULL: Duration = Duration::from_secs(30);

/// Shows how many cases are done.
pub(crate) struct Bar {
    bar: ProgressBar,
    /// Whether it moves; a log gets lines instead.
    moves: bool,
}

impl Bar {
    /// A bar for so many cases.
    pub(crate) fn new(cases: usize) -> Self {
        let moves = io::stderr().is_terminal();
        let target = if moves {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(cases as u64), target);
        let style =
            ProgressStyle::with_template("{spinner} {bar:32} {pos}/{len} {elapsed} {wide_msg}")
                .expect("a good template");
        bar.set_style(style);
        Self { bar, moves }
    }

    /// Shows what is going on until the work is done.
    pub(crate) async fn during<T>(&self, activity: &Activity, work: impl Future<Output = T>) -> T {
        let show = async {
            let mut lines = Lines::from(Instant::now());
            loop {
                tokio::time::sleep(LOOK).await;
                self.show(activity, &mut lines);
            }
        };
        tokio::select! {
            done = work => done,
            () = show => unreachable!("it shows without end"),
        }
    }

    fn show(&self, activity: &Activity, lines: &mut Lines) {
        if self.moves {
            if let Some(told) = activity.told() {
                self.bar.set_message(told);
            }
            return self.bar.tick();
        }
        let (done, all) = (self.bar.position(), self.bar.length().unwrap_or_default());
        let line = lines.next(Instant::now(), done, all, || activity.told());
        if let Some(line) = line {
            // Nobody reads it, then nobody misses it.
            let _ = writeln!(io::stderr(), "{line}");
        }
    }

    /// Lets something else be written to the terminal.
    pub(crate) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }

    /// Takes the bar off the screen.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Bar {
    fn case_done(&self, label: &str) {
        self.bar.set_message(label.to_owned());
        self.bar.inc(1);
    }
}

/// The lines of a log: one whenever nothing was to be seen for a while.
struct Lines {
    start: Instant,
    last: Instant,
    done: u64,
}

impl Lines {
    fn from(start: Instant) -> Self {
        Self {
            start,
            last: start,
            done: 0,
        }
    }

    /// The line that is due, if one is.
    fn next(
        &mut self,
        now: Instant,
        done: u64,
        all: u64,
        activity: impl FnOnce() -> Option<String>,
    ) -> Option<String> {
        if done != self.done {
            (self.done, self.last) = (done, now);
        }
        if now.duration_since(self.last) < LULL {
            return None;
        }
        self.last = now;
        let seconds = now.duration_since(self.start).as_secs();
        let activity = activity().map_or(String::new(), |told| format!("   {told}"));
        Some(format!("{done} of {all} cases, {seconds} s{activity}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_gets_a_line_when_nothing_comes_to_its_end() {
        let start = Instant::now();
        let mut lines = Lines::from(start);
        let mut at = |seconds, done, told: Option<&str>| {
            let now = start + Duration::from_secs(seconds);
            lines.next(now, done, 40, || told.map(str::to_owned))
        };
        let waits = Some("event.report[run]: waiting for an event, 28 s");
        assert_eq!(at(29, 0, waits), None);
        // A case is done: that moves the bar.
        assert_eq!(at(30, 3, waits), None);
        assert_eq!(at(59, 3, waits), None);
        assert_eq!(
            at(60, 3, waits).as_deref(),
            Some("3 of 40 cases, 60 s   event.report[run]: waiting for an event, 28 s")
        );
        assert_eq!(at(61, 3, waits), None);
        assert_eq!(at(90, 3, None).as_deref(), Some("3 of 40 cases, 90 s"));
    }
}
