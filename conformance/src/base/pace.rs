//! How fast requests follow one another: as fast as was said, and slower where the provider asks for it.

use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Between requests, once a provider has refused some for their rate and nothing was said about it.
const FIRST: Duration = Duration::from_millis(100);
/// The slowest pace that is taken up without being asked for a longer pause.
const SLOWEST: Duration = Duration::from_secs(1);

/// By how much every request that is not refused brings the pace back.
const RECOVERY: f64 = 0.98;

/// So many requests in a time, evenly spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace {
    /// Between the starts of two requests.
    interval: Duration,
}

/// A text that is no pace.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no rate (hint: such as 5/s, 0.5/s or 30/min)")]
pub(crate) struct InvalidPace(String);

impl Pace {
    /// Between the starts of two requests.
    pub(crate) fn interval(self) -> Duration {
        self.interval
    }
}

impl FromStr for Pace {
    type Err = InvalidPace;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        /// Beyond them, a number has rather been mistyped.
        const LIMITS: std::ops::RangeInclusive<f64> = 1e-6..=3600.0;
        let invalid = || InvalidPace(text.to_owned());
        let (number, unit) = text.split_once('/').ok_or_else(invalid)?;
        let seconds = match unit.trim() {
            "s" => 1.0,
            "min" | "m" => 60.0,
            "h" => 3600.0,
            _ => return Err(invalid()),
        };
        let number: f64 = number.trim().parse().map_err(|_| invalid())?;
        let interval = seconds / number;
        if !(number > 0.0 && LIMITS.contains(&interval)) {
            return Err(invalid());
        }
        Ok(Self {
            interval: Duration::from_secs_f64(interval),
        })
    }
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rate = 1.0 / self.interval.as_secs_f64();
        let (rate, unit) = if rate < 0.1 {
            (60.0 * rate, "min")
        } else {
            (rate, "s")
        };
        let text = format!("{rate:.2}");
        let short = text.trim_end_matches('0').trim_end_matches('.');
        write!(f, "{short}/{unit}")
    }
}

/// Who may send when. All requests of a run take turns.
#[derive(Debug)]
pub(crate) struct Turns {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Between two turns, as was said.
    said: Duration,
    /// Between two turns now: longer after a refusal, and then a little less with every turn.
    interval: Duration,
    /// The next turn.
    next: Instant,
    /// Nobody sends before.
    held: Instant,
    /// Requests from before this moment have already been slowed down for.
    slowed: Instant,
    /// What the last refusal made of it.
    learnt: Option<Duration>,
}

impl Turns {
    pub(crate) fn new(pace: Option<Pace>) -> Self {
        let now = Instant::now();
        let said = pace.map_or(Duration::ZERO, |pace| pace.interval);
        Self {
            state: Mutex::new(State {
                said,
                interval: said,
                next: now,
                held: now,
                slowed: now,
                learnt: None,
            }),
        }
    }

    /// Waits for a turn.
    pub(crate) async fn turn(&self) {
        loop {
            let turn = self.lock().take(Instant::now());
            sleep_until(turn).await;
            // Meanwhile it may have turned out that nobody shall send for a while.
            if self.lock().held <= Instant::now() {
                return;
            }
        }
    }

    /// Whether a request would have to wait for its turn now.
    pub(crate) fn is_due(&self) -> bool {
        let state = self.lock();
        state.next.max(state.held) <= Instant::now()
    }

    /// A request that was sent at `sent` was refused for the rate: nobody sends for so long, and then less often than
    /// before. What was under way together is slowed down for once.
    pub(crate) fn slow_down(&self, sent: Instant, pause: Duration) {
        let mut state = self.lock();
        let held = Instant::now() + pause;
        state.held = state.held.max(held);
        state.next = state.next.max(held);
        if sent >= state.slowed {
            let slowest = SLOWEST.max(pause).max(state.interval);
            state.interval = (2 * state.interval).clamp(FIRST.min(slowest), slowest);
            state.slowed = state.held;
            state.learnt = Some(state.interval);
        }
    }

    /// The pace that the provider made the run take up, if it did.
    pub(crate) fn learnt(&self) -> Option<Pace> {
        let learnt = self.lock().learnt;
        learnt.map(|interval| Pace { interval })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn take(&mut self, now: Instant) -> Instant {
        let turn = self.next.max(self.held).max(now);
        self.next = turn + self.interval;
        if self.interval > self.said {
            self.interval = self.interval.mul_f64(RECOVERY).max(self.said);
        }
        turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(text: &str) -> Pace {
        text.parse().expect(text)
    }

    #[test]
    fn rates_are_read_and_told() {
        let table = [
            ("5/s", "5/s"),
            ("0.5/s", "0.5/s"),
            (" 30 / min ", "0.5/s"),
            ("3/m", "3/min"),
            ("2.5/min", "2.5/min"),
            ("60/h", "1/min"),
            ("1000/s", "1000/s"),
        ];
        for (text, told) in table {
            assert_eq!(pace(text).to_string(), told, "{text}");
            // What is told can be said again.
            let again = pace(told).interval.as_secs_f64() / pace(text).interval.as_secs_f64();
            assert!((again - 1.0).abs() < 0.01, "{text}: {again}");
        }
        let wrong = [
            "", "5", "/s", "5/", "5/d", "0/s", "-1/s", "nan/s", "inf/s", "1e9/s", "1e-9/s",
            "5/s/s", "five/s",
        ];
        for text in wrong {
            let error = text.parse::<Pace>().expect_err(text).to_string();
            assert!(error.contains("hint: such as 5/s"), "{text}: {error}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn turns_are_evenly_spread_however_many_wait_for_them() {
        let turns = Turns::new(Some(pace("4/s")));
        let start = Instant::now();
        let turn = || async {
            turns.turn().await;
            start.elapsed().as_millis()
        };
        let all = futures::future::join_all((0..5).map(|_| turn())).await;
        assert_eq!(all, [0, 250, 500, 750, 1000]);
        // What was not used is not made up for.
        tokio::time::sleep(Duration::from_secs(10)).await;
        let late = [turn().await, turn().await];
        assert_eq!(late[1] - late[0], 250);
        assert_eq!(turns.learnt(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_rate_nobody_waits() {
        let turns = Turns::new(None);
        let start = Instant::now();
        for _ in 0..1000 {
            turns.turn().await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        assert!(turns.is_due());
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_holds_everybody_and_slows_down_once_for_what_was_sent_together() {
        const PAUSE: Duration = Duration::from_secs(2);
        let turns = Turns::new(None);
        let sent = Instant::now();
        for _ in 0..8 {
            turns.slow_down(sent, PAUSE);
        }
        assert!(!turns.is_due());
        turns.turn().await;
        assert_eq!(sent.elapsed(), PAUSE);
        turns.turn().await;
        assert_eq!(sent.elapsed(), PAUSE + FIRST);
        assert_eq!(
            turns.learnt().map(|pace| pace.to_string()).as_deref(),
            Some("10/s")
        );
        // Refused again and again: slower and slower, but not beyond what was asked for.
        for _ in 0..20 {
            turns.turn().await;
            turns.slow_down(Instant::now(), PAUSE);
        }
        assert_eq!(turns.learnt().map(|pace| pace.interval), Some(PAUSE));
        // What is not refused any more comes faster again.
        for _ in 0..400 {
            turns.turn().await;
        }
        let start = Instant::now();
        turns.turn().await;
        turns.turn().await;
        assert!(start.elapsed() < FIRST / 10, "{:?}", start.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_already_waits_longer() {
        let turns = Turns::new(Some(pace("1/s")));
        let start = Instant::now();
        turns.turn().await;
        let slow = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            turns.slow_down(Instant::now(), Duration::from_secs(10));
        };
        futures::join!(turns.turn(), slow);
        assert!(start.elapsed() >= Duration::from_millis(10_500));
    }
}
