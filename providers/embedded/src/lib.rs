//! The embedded provider: a complete provider on a store of its own, and an example of how one is written.
//!
//! - **Pipelines** are kept with every version that was ever sent, so that a run of an older version still finds it.
//! - **Runs** go from pending to running to succeeded on the clock; a run with the parameter `fail` = `yes` fails. A
//!   run needs its pipeline and version at the moment when it is created; an empty version is the newest. Of the runs
//!   that have finished, those of schedules included, so many are remembered as the configuration says. An older one
//!   is forgotten as if it had been deleted: the operator's delete of it finds nothing, which is no error.
//! - **Run schedules** start runs when their cron text says so. A text means what it means to the Go library
//!   `robfig/cron`, to which the operator's documentation refers: five fields, or six with seconds in front; `5/15` is
//!   every 15th from 5 on, `?` is `*`; `@daily`, `@every 1h30m` and their like. Times are those of the configured time
//!   zone, or of the one that the text names in front of its fields, as in `CRON_TZ=Europe/Berlin 0 6 * * *` (`TZ=` is
//!   the same). Where clocks go forward, a time that does not exist is passed over; where they go back, a time that
//!   comes twice is due twice. A text that means no time within five years is refused. `startTime` and `endTime` are
//!   included in what they bound; `@every` counts from `startTime`. What was missed while the provider was down is made
//!   up for once. A schedule without cron text never fires; its pipeline need not exist before it fires.
//! - **Experiments** are remembered.
//! - **Events** report every run that ends, those of schedules included, to the operator's webhook, if there is one. A
//!   run that succeeds has written every artifact that its request declares; filters of the form `key == value`, joined
//!   by `and`, are true of it. The end of a run and its event are one transaction. A run without a name that the
//!   operator could look up, which is one without a namespace, is not reported.
//!
//! Ids are made up and never used again: `pipeline-` and 32 hexadecimal digits, say. A name has one id: creating what
//! exists replaces it and answers the id it has, so that a create whose answer was lost can be repeated; creating a run
//! again with the same definition does not run it twice. After a delete the name gets a new id, and the old one means
//! nothing any more.
//!
//! What was acknowledged is on disk: it survives the end of the process at any moment.

#[cfg(unix)]
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use kfp_provider_server::Refusal;
use kfp_run_completion::{EventSink, Webhook};
use slog::Logger;
use tokio::sync::{Notify, watch};

pub use kfp_run_completion::{Clock, ManualClock, SystemClock};

mod check;
mod command;
mod config;
mod control;
mod cron;
mod events_command;
mod experiments;
mod fact;
mod failure;
mod lookup;
mod names;
mod orchestrator;
mod pipelines;
mod program;
mod progress;
mod provider;
mod runs;
mod schedules;
mod store;
#[cfg(test)]
mod tests;

pub use check::{CheckError, Contents, check};
pub use command::{Command, Options, run};
pub use config::{Data, EmbeddedConfig, Reporting};
pub use events_command::{EventsError, EventsOptions};
pub use lookup::StoredResource;
pub use program::run_command;
pub use runs::{RunState, RunStatus};
pub use store::{OpenError, StoreError};

use failure::Failure;
use orchestrator::SimulatedOrchestrator;
use progress::Progress;
use store::{Kind, Store, Txn};

/// The embedded provider. Clones are the same provider.
#[derive(Clone)]
pub struct Embedded {
    core: Arc<Core>,
    /// Background work ends when this is gone, or says so.
    stop: Arc<watch::Sender<bool>>,
}

/// What requests and background work share.
struct Core {
    store: Store,
    rules: Rules,
    clock: Arc<dyn Clock>,
    sink: EventSink,
    /// Something may be due earlier than before.
    wake: Notify,
    /// Counts steps of the background work.
    steps: watch::Sender<u64>,
    log: Logger,
}

/// How runs and schedules behave.
#[derive(Clone, Copy)]
struct Rules {
    pending: Duration,
    running: Duration,
    history: u64,
    time_zone: Tz,
}

impl Embedded {
    /// A provider that forgets everything, with the default configuration.
    ///
    /// # Errors
    /// As [`Embedded::open`].
    pub async fn in_memory() -> Result<Self, OpenError> {
        Self::open(EmbeddedConfig::new(Data::Memory)).await
    }

    /// Opens the store and goes on with the runs and schedules in it.
    ///
    /// # Errors
    /// The file is in use, damaged, not a store, or written by a newer program.
    pub async fn open(config: EmbeddedConfig) -> Result<Self, OpenError> {
        let EmbeddedConfig {
            data,
            pending,
            running,
            history,
            time_zone,
            clock,
            reporting,
            log,
        } = config;
        let (place, opening_log) = (data.place(), log.clone());
        let file = data.file();
        let opening = tokio::task::spawn_blocking(move || match data {
            Data::File(path) => Store::in_file(&path, &opening_log),
            Data::Memory => Store::in_memory(),
        });
        let store = opening.await.map_err(|_| OpenError::Damaged { place })??;
        let rules = Rules {
            pending,
            running,
            history,
            time_zone,
        };
        let webhook = reporting.webhook.as_deref().map(Webhook::new).transpose()?;
        let outbox = store.outbox();
        let sink = EventSink::with_clock(
            webhook,
            outbox,
            reporting.delivery,
            Arc::clone(&clock),
            &log,
        );
        let clockwork = SimulatedOrchestrator::new(rules, reporting);
        let (wake, steps) = (Notify::new(), watch::Sender::new(0));
        let core = Arc::new(Core {
            store,
            rules,
            clock,
            sink,
            wake,
            steps,
            log,
        });
        let stop = Arc::new(watch::Sender::new(false));
        tokio::spawn(Progress::new(Arc::clone(&core), clockwork).until(stop.subscribe()));
        #[cfg(unix)]
        file.iter()
            .for_each(|file| core.listen(file, stop.subscribe()));
        Ok(Self { core, stop })
    }

    /// What has become of a run; `None` if there is none of this id.
    ///
    /// # Errors
    /// The store failed.
    pub async fn run_status(&self, id: &str) -> Result<Option<RunStatus>, StoreError> {
        self.core.store.record(Kind::Run, id.to_owned()).await
    }

    /// Waits until a run has succeeded or failed; `None` if there is none of this id, or no longer: it may have been
    /// deleted, or forgotten in favour of newer ones.
    ///
    /// # Errors
    /// The store failed.
    pub async fn run_finished(&self, id: &str) -> Result<Option<RunStatus>, StoreError> {
        let mut steps = self.core.steps.subscribe();
        loop {
            steps.mark_unchanged();
            match self.run_status(id).await? {
                Some(status) if !status.state.is_final() => {
                    steps.changed().await.map_err(|_| StoreError::Closed)?
                }
                status => return Ok(status),
            }
        }
    }

    /// Ends background work and closes the store. Requests after that fail.
    pub async fn close(&self) {
        self.stop.send_replace(true);
        self.core.sink.stop().await;
        self.core.store.close().await;
    }

    /// A change of the store that may be refused for reasons of the resource.
    async fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Txn<'_>, Rules, DateTime<Utc>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Refusal> {
        let (rules, now) = (self.core.rules, self.core.clock.now());
        let outcome = self
            .core
            .store
            .write(move |txn| change(txn, rules, now))
            .await;
        self.core.wake.notify_one();
        outcome.map_err(Refusal::from)
    }
}

impl Core {
    /// Lets people look at events while the service runs. It does without, if it must.
    #[cfg(unix)]
    fn listen(&self, file: &Path, mut stop: watch::Receiver<bool>) {
        let listener = match control::socket::Listener::bind(file) {
            Ok(listener) => listener,
            Err(error) => {
                return slog::warn!(self.log, "events cannot be inspected while the service runs"; "reason" => error.to_string());
            }
        };
        let (sink, clock) = (self.sink.clone(), Arc::clone(&self.clock));
        tokio::spawn(async move {
            tokio::select! {
                () = listener.serve(sink, clock) => {}
                // An error means that the sender was dropped.
                _ = stop.wait_for(|stop| *stop) => {}
            }
        });
    }
}
