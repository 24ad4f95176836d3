//! Finding out that runs have ended, from an orchestrator that does not tell.
//!
//! A provider whose orchestrator calls back sends events when it is called. Every other has to ask: the [`Poller`] asks
//! for each open run again and again, so many at a time, less often while the orchestrator fails, and stores the event
//! in the same transaction in which the run stops being open. Open runs survive a restart: who is asked about them next
//! is the new process.
//!
//! - [`Orchestrator`]: what an author writes: one question, about one run.
//! - [`OpenRuns`]: where open runs are kept. [`FileOutbox`](crate::store::FileOutbox) keeps them beside the events.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::{FutureExt as _, StreamExt as _, stream};
use kfp_provider_domain::RunCompletionEvent;
use slog::Logger;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::backoff::{exponential, saturating_add};
use crate::clock::{Clock, SystemClock};
use crate::outbox::{NewEvent, OutboxError, OutboxFuture};
use crate::sink::EventSink;

/// Notes of a batch in bytes, beyond which it ends: they are in memory together.
pub const MAX_NOTE_BYTES: usize = 1 << 20;

/// Who knows what has become of a run.
pub trait Orchestrator: Send + Sync + 'static {
    /// What has become of a run. The error is for the log: the run is asked for again, later each time.
    /// `now` is the time by the poller's clock.
    fn poll(
        &self,
        run: &OpenRun,
        now: DateTime<Utc>,
    ) -> impl Future<Output = Result<PollResult, String>> + Send;
}

/// What an orchestrator says of a run.
#[derive(Clone, Debug, PartialEq)]
pub enum PollResult {
    /// It has not ended. It is asked for again after the usual time, or at this one.
    Open(Option<DateTime<Utc>>),
    /// It has ended, and this is the event.
    Ended(Box<RunCompletionEvent>),
    /// It has ended or is not there, and there is no event of it. The reason is for the log.
    Unreported(String),
}

/// A run that is not known to have ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenRun {
    /// Tells it from the others.
    pub key: String,
    /// What the provider wanted to know when it is asked for: names, artifacts to report.
    pub note: String,
    /// When it was to be asked for.
    pub due: DateTime<Utc>,
    /// How often in a row asking has failed.
    pub failures: u32,
}

/// Where open runs are kept. What an operation has done is durable when its future is ready.
pub trait OpenRuns: Send + Sync + 'static {
    /// The runs that are to be asked for by `now`, those that have waited longest, at most `limit`; and when the next
    /// one is to be asked for.
    fn due(
        &self,
        now: DateTime<Utc>,
        limit: usize,
    ) -> OutboxFuture<'_, (Vec<OpenRun>, Option<DateTime<Utc>>)>;

    /// Writes down what was found out. A run that has ended and its event become durable together, or not at all; a
    /// run that is not open any more, or is due at another time than it was, was changed meanwhile and is left alone.
    fn record(&self, updates: Vec<PollUpdate>) -> OutboxFuture<'_, ()>;
}

/// What was found out about a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollUpdate {
    /// The run, as it was read.
    pub run: OpenRun,
    /// When it was asked for.
    pub at: DateTime<Utc>,
    /// What is true of it from now on.
    pub next: NextState,
}

/// What is true of a run after it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextState {
    /// It is open.
    Open {
        /// When it is to be asked for next.
        due: DateTime<Utc>,
        /// How often in a row asking has failed.
        failures: u32,
    },
    /// It has ended, and this event is to be sent.
    Ended(Option<NewEvent>),
}

/// The numbers of the poller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PollerConfig {
    /// From one question about a run to the next, and until a new run is noticed. Default: 10 s.
    pub interval: Duration,
    /// Longest pause while asking for a run fails; it doubles with each failure. Default: 5 min.
    pub longest_pause: Duration,
    /// Questions at a time. Default: 8.
    pub concurrency: usize,
    /// Runs that are asked for before what was found out is written down. Default: 64.
    pub batch: usize,
    /// Longest time for an answer; those of a batch wait for the slowest. Default: 30 s.
    pub timeout: Duration,
}

impl Default for PollerConfig {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(10),
            longest_pause: Duration::from_secs(300),
            concurrency: 8,
            batch: 64,
            timeout: Duration::from_secs(30),
        }
    }
}

/// Asks an orchestrator for open runs, and has the end of each reported.
///
/// ```no_run
/// use chrono::{DateTime, Utc};
/// use kfp_provider_domain::{RunCompletionEvent, RunReference};
/// use kfp_run_completion::store::FileOutbox;
/// use kfp_run_completion::{DeliveryConfig, EventSink, PollResult, OpenRun, Orchestrator, Poller, PollerConfig};
/// use slog::Logger;
///
/// /// Has a file for each run that has ended.
/// struct Forge;
///
/// impl Orchestrator for Forge {
///     async fn poll(&self, run: &OpenRun, _: DateTime<Utc>) -> Result<PollResult, String> {
///         if !std::path::Path::new(&run.key).exists() {
///             return Ok(PollResult::Open(None));
///         }
///         let name = RunReference::Run(run.note.parse().map_err(|error| format!("{error}"))?);
///         let id = run.key.parse().map_err(|error| format!("{error}"))?;
///         let event = RunCompletionEvent::succeeded(name, id, Default::default(), Default::default());
///         Ok(PollResult::Ended(Box::new(event)))
///     }
/// }
///
/// async fn work(webhook: &str, log: &Logger) -> Result<(), Box<dyn std::error::Error>> {
///     let store = FileOutbox::open("events.redb".as_ref())?;
///     let sink = EventSink::start(Some(webhook), store.clone(), DeliveryConfig::default(), log)?;
///     let poller = Poller::new(Forge, store.clone(), sink.clone(), PollerConfig::default(), log);
///     let polling = poller.start();
///     // When the orchestrator has accepted a run, before the operator is told its id:
///     store.watch("r-1", "team/model-once").await?;
///     polling.close().await;
///     sink.close().await;
///     Ok(())
/// }
/// ```
pub struct Poller<O, R> {
    orchestrator: O,
    runs: R,
    sink: EventSink,
    config: PollerConfig,
    clock: Arc<dyn Clock>,
    log: Logger,
}

impl<O: Orchestrator, R: OpenRuns> Poller<O, R> {
    /// A poller that has not begun. Events go to `sink`, whose outbox must be in the same store as `runs`.
    pub fn new(
        orchestrator: O,
        runs: R,
        sink: EventSink,
        config: PollerConfig,
        log: &Logger,
    ) -> Self {
        Self {
            orchestrator,
            runs,
            sink,
            config,
            clock: Arc::new(SystemClock),
            log: log.clone(),
        }
    }

    /// The same by another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Begins to ask, on the tokio runtime, until the handle is closed or dropped.
    pub fn start(self) -> Polling {
        let stop = watch::Sender::new(false);
        let mut stopped = stop.subscribe();
        let work = async move {
            tokio::select! {
                () = self.work() => {}
                // An error means that the sender was dropped.
                _ = stopped.wait_for(|stop| *stop) => {}
            }
        };
        Polling {
            stop,
            work: tokio::spawn(work),
        }
    }

    async fn work(&self) {
        loop {
            let next = self.turn().await;
            // A new run may come at any time, and is due after the interval at the earliest.
            let latest = saturating_add(self.clock.now(), self.config.interval);
            self.clock
                .wait_until(next.map_or(latest, |next| next.min(latest)))
                .await;
        }
    }

    /// Asks for the runs that are due, as many as a batch holds, and writes down what was found out. Returns when there
    /// is something to do next, if there is an open run at all.
    pub async fn turn(&self) -> Option<DateTime<Utc>> {
        let (now, config) = (self.clock.now(), self.config);
        let turned = async {
            let (due, next) = self.runs.due(now, config.batch.max(1)).await?;
            let full = due.len() >= config.batch.max(1);
            let asked = stream::iter(due).map(|run| self.ask(run));
            let updates: Vec<PollUpdate> = asked
                .buffer_unordered(config.concurrency.max(1))
                .collect()
                .await;
            let soonest = updates.iter().filter_map(|updates| match updates.next {
                NextState::Open { due, .. } => Some(due),
                NextState::Ended(_) => None,
            });
            let next = soonest.chain(next).min();
            if !updates.is_empty() {
                self.runs.record(updates).await?;
                self.sink.wake();
            }
            Ok::<_, OutboxError>(if full { Some(now) } else { next })
        };
        turned.await.unwrap_or_else(|failure| {
            slog::error!(self.log, "polling stalled"; "reason" => failure.to_string());
            Some(saturating_add(now, config.interval))
        })
    }

    /// Asks for one run.
    async fn ask(&self, run: OpenRun) -> PollUpdate {
        let config = &self.config;
        let at = self.clock.now();
        let asked = AssertUnwindSafe(self.orchestrator.poll(&run, at)).catch_unwind();
        let result = match timeout(config.timeout, asked).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err("the orchestrator panicked".to_owned()),
            Err(_) => Err(format!("no answer within {:?}", config.timeout)),
        };
        let next = match result {
            Ok(PollResult::Open(due)) => NextState::Open {
                due: due.unwrap_or_else(|| saturating_add(at, config.interval)),
                failures: 0,
            },
            Ok(PollResult::Ended(event)) => NextState::Ended(self.event(&run, &event)),
            Ok(PollResult::Unreported(reason)) => {
                slog::warn!(self.log, "run completion not reported"; "run" => run.key.as_str(), "reason" => reason);
                NextState::Ended(None)
            }
            Err(reason) => {
                slog::warn!(self.log, "run status not available"; "run" => run.key.as_str(), "reason" => reason);
                let pause = exponential(config.interval, run.failures, config.longest_pause);
                NextState::Open {
                    due: saturating_add(at, pause),
                    failures: run.failures.saturating_add(1),
                }
            }
        };
        PollUpdate { run, at, next }
    }

    /// The event as it is stored, if events are sent.
    fn event(&self, run: &OpenRun, event: &RunCompletionEvent) -> Option<NewEvent> {
        let event = self.sink.is_sending().then(|| self.sink.prepare(event))?;
        let refused = |reason: &_| slog::error!(self.log, "run completion not reported"; "run" => run.key.as_str(), "reason" => format!("{reason}"));
        event.inspect_err(refused).ok()
    }
}

/// A poller at work. Dropping it ends the work.
#[must_use = "dropping it ends the work"]
pub struct Polling {
    stop: watch::Sender<bool>,
    work: tokio::task::JoinHandle<()>,
}

impl Polling {
    /// Ends the work. What was being asked for is asked for again by the next poller.
    pub async fn close(self) {
        self.stop.send_replace(true);
        // It was not cancelled, and catches the panics of others.
        let _ = self.work.await;
    }
}

#[cfg(test)]
mod tests;
