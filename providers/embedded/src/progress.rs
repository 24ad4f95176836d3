//! Background work: runs change their state and schedules fire when their time has come, and old runs are forgotten.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeZone as _, Utc};
use kfp_run_completion::{Poller, PollerConfig};
use tokio::sync::watch;

use super::orchestrator::SimulatedOrchestrator;
use super::runs::StoredRuns;
use super::store::{Kind, StoreError, Txn};
use super::{Core, Rules, runs, schedules};

/// How much is done in one transaction, so that requests get their turn.
const BATCH: usize = 256;
/// The pause after a failure of the store.
const PAUSE: Duration = Duration::from_secs(5);

/// What one step did.
struct Step {
    next: Option<i64>,
    notes: Vec<String>,
}

pub(super) struct Progress {
    core: Arc<Core>,
    runs: Poller<SimulatedOrchestrator, StoredRuns>,
}

impl Progress {
    pub(super) fn new(core: Arc<Core>, clockwork: SimulatedOrchestrator) -> Self {
        let config = PollerConfig {
            batch: BATCH,
            concurrency: BATCH,
            interval: PAUSE,
            ..PollerConfig::default()
        };
        let (runs, sink) = (StoredRuns(core.store.clone()), core.sink.clone());
        let runs = Poller::new(clockwork, runs, sink, config, &core.log);
        Self {
            runs: runs.with_clock(Arc::clone(&core.clock)),
            core,
        }
    }

    /// Works until it is told to stop, or the handle is dropped.
    pub(super) async fn until(self, mut stop: watch::Receiver<bool>) {
        let work = async {
            loop {
                let next = self.step().await;
                tokio::select! {
                    () = self.wait(next) => {}
                    () = self.core.wake.notified() => {}
                }
            }
        };
        tokio::select! {
            () = work => {}
            // An error means that the sender was dropped.
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }

    /// Does what is due and tells when something is due next.
    async fn step(&self) -> Option<DateTime<Utc>> {
        let (rules, now) = (self.core.rules, self.core.clock.now());
        // The store knows when a run is due next.
        self.runs.turn().await;
        let outcome = self
            .core
            .store
            .write(move |txn| catch_up(txn, rules, now))
            .await;
        self.core
            .steps
            .send_modify(|steps| *steps = steps.wrapping_add(1));
        match outcome {
            Ok(Step { next, notes }) => {
                for note in notes {
                    slog::warn!(self.core.log, "scheduled run could not start"; "reason" => note);
                }
                next.and_then(|next| Utc.timestamp_millis_opt(next).single())
            }
            // The end is near: whoever closed the store stops this work, too.
            Err(StoreError::Closed) => None,
            Err(failure) => {
                slog::error!(self.core.log, "background work stalled"; "reason" => failure.to_string());
                Some(now + PAUSE)
            }
        }
    }

    async fn wait(&self, next: Option<DateTime<Utc>>) {
        match next {
            Some(next) => self.core.clock.wait_until(next).await,
            None => std::future::pending().await,
        }
    }
}

fn catch_up(txn: &Txn<'_>, rules: Rules, now: DateTime<Utc>) -> Result<Step, StoreError> {
    let mut notes = Vec::new();
    for (time, id) in txn.due_until(Kind::RunSchedule, now.timestamp_millis(), BATCH)? {
        let fired = schedules::fire(txn, &id, time, rules, now)?;
        notes.extend(fired.map(|refusal| refusal.message));
    }
    // A full batch may not have been enough.
    let forgotten = runs::forget(txn, rules.history, BATCH)?;
    let next = if forgotten == BATCH {
        Some(now.timestamp_millis())
    } else {
        txn.next_due()?
    };
    Ok(Step { next, notes })
}
