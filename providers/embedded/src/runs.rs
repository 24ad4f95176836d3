//! Runs in the store, and the states that they go through.

use chrono::{DateTime, TimeZone as _, Utc};
use kfp_provider_domain::ResourceId;
use kfp_provider_server::{Deleted, Run};
use kfp_run_completion::{
    MAX_NOTE_BYTES, NextState, OpenRun, OpenRuns, OutboxError, OutboxFuture, PollUpdate,
};
use serde::{Deserialize, Serialize};

use super::fact::Fact;
use super::failure::Failure;
use super::store::{Kind, Store, StoreError, Txn};
use super::{Rules, names, pipelines};

const KIND: Kind = Kind::Run;
/// The parameter, and its value, that makes a run fail.
const FAIL: (&str, &str) = ("fail", "yes");

/// The states of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunState {
    /// Accepted, not started.
    Pending,
    /// Started, not ended.
    Running,
    /// Ended well.
    Succeeded,
    /// Ended badly.
    Failed,
}

impl RunState {
    /// Whether the run has ended.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed)
    }
}

/// A run and what has become of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunStatus {
    /// The run as it was asked for.
    pub run: Run,
    /// The version of the pipeline that it got.
    pub pipeline_version: String,
    /// Its state.
    pub state: RunState,
    /// When it was accepted.
    pub created: DateTime<Utc>,
    /// When it started running.
    pub started: Option<DateTime<Utc>>,
    /// When it succeeded or failed.
    pub ended: Option<DateTime<Utc>>,
    /// When its state changes next, in milliseconds since 1970.
    due: Option<i64>,
}

impl RunStatus {
    /// How it ends, or has ended.
    pub(super) fn end(&self) -> RunState {
        let asked = self.run.parameters.get(FAIL.0);
        if asked.is_some_and(|value| value == FAIL.1) {
            RunState::Failed
        } else {
            RunState::Succeeded
        }
    }

    /// When it finished, in milliseconds since 1970.
    fn finished(&self) -> Option<i64> {
        self.ended.map(|ended| ended.timestamp_millis())
    }

    /// What must agree with the rest of the store.
    pub(super) fn fact(&self) -> Fact {
        let reached = (self.started.is_some(), self.ended.is_some());
        let (reached_rightly, moving) = match self.state {
            RunState::Pending => (reached == (false, false), true),
            RunState::Running => (reached == (true, false), true),
            RunState::Succeeded | RunState::Failed => (reached == (true, true), false),
        };
        Fact {
            due: self.due,
            finished: self.finished(),
            sound: reached_rightly && moving == self.due.is_some(),
            ..Fact::new(&self.run.name)
        }
    }
}

/// Accepts a run. One of the same name and definition is that run; one of the same name and another definition starts
/// over in its place.
pub(super) fn create(
    txn: &Txn<'_>,
    run: Run,
    rules: Rules,
    now: DateTime<Utc>,
) -> Result<ResourceId, Failure> {
    let name = run.name.to_string();
    let known = txn.id_of(KIND, &name)?;
    let before = known
        .as_deref()
        .map(|id| status(txn, id))
        .transpose()?
        .flatten();
    if let (Some(id), Some(before)) = (&known, &before)
        && before.run == run
    {
        return Ok(names::issued(id)?);
    }
    let pipeline_version = pipelines::resolve(txn, &run.pipeline, &run.pipeline_version)?;
    let id = names::issue(txn, KIND, &name)?;
    let status = RunStatus {
        run,
        pipeline_version,
        state: RunState::Pending,
        created: now,
        started: None,
        ended: None,
        due: Some((now + rules.pending).timestamp_millis()),
    };
    let due = before.as_ref().and_then(|before| before.due);
    txn.reschedule(KIND, id.as_str(), due, status.due)?;
    txn.archive(
        id.as_str(),
        before.and_then(|before| before.finished()),
        None,
    )?;
    txn.put(KIND, id.as_str(), &status)?;
    Ok(id)
}

pub(super) fn status(txn: &Txn<'_>, id: &str) -> Result<Option<RunStatus>, StoreError> {
    txn.get(KIND, id)
}

/// Removes a run, whatever its state.
pub(super) fn delete(txn: &Txn<'_>, id: &str) -> Result<Deleted, StoreError> {
    let Some(before) = status(txn, id)? else {
        return Ok(Deleted::NotThere);
    };
    txn.reschedule(KIND, id, before.due, None)?;
    txn.archive(id, before.finished(), None)?;
    txn.remove(KIND, id, &before.run.name.to_string())?;
    Ok(Deleted::Removed)
}

/// The runs whose state changes by `now`, at most `limit`.
fn due(txn: &Txn<'_>, now: DateTime<Utc>, limit: usize) -> Result<Vec<OpenRun>, StoreError> {
    let (mut runs, mut bytes) = (Vec::new(), 0);
    for (time, key) in txn.due_until(KIND, now.timestamp_millis(), limit)? {
        if bytes > MAX_NOTE_BYTES {
            break;
        }
        let Some(note) = txn.text(KIND, &key)? else {
            txn.reschedule(KIND, &key, Some(time), None)?;
            continue;
        };
        let due = Utc.timestamp_millis_opt(time).single().unwrap_or_default();
        bytes += note.len();
        runs.push(OpenRun {
            key,
            note,
            due,
            failures: 0,
        });
    }
    Ok(runs)
}

/// Writes down what has become of a run, and its event with it. A run that was replaced or deleted meanwhile is left
/// alone.
fn record(txn: &Txn<'_>, update: PollUpdate) -> Result<(), StoreError> {
    let PollUpdate { run, at, next } = update;
    let (id, time) = (run.key.as_str(), Some(run.due.timestamp_millis()));
    let Some(mut status) = status(txn, id)?.filter(|status| status.due == time) else {
        return Ok(());
    };
    match next {
        NextState::Open { due, failures } => {
            if failures == 0 && status.state == RunState::Pending {
                (status.state, status.started) = (RunState::Running, Some(at));
            }
            status.due = Some(due.timestamp_millis());
        }
        NextState::Ended(event) => {
            status.state = status.end();
            (status.ended, status.due) = (Some(at), None);
            event.map(|event| txn.add_event(&event)).transpose()?;
        }
    }
    txn.reschedule(KIND, id, time, status.due)?;
    txn.archive(id, None, status.finished())?;
    txn.put(KIND, id, &status)
}

/// The poller's view of the store.
pub(super) struct StoredRuns(pub(super) Store);

impl OpenRuns for StoredRuns {
    fn due(
        &self,
        now: DateTime<Utc>,
        limit: usize,
    ) -> OutboxFuture<'_, (Vec<OpenRun>, Option<DateTime<Utc>>)> {
        Box::pin(async move {
            let due = self.0.write(move |txn| due(txn, now, limit)).await;
            // When something is due next is asked for by whoever fires schedules, too.
            due.map(|due| (due, None)).map_err(failed)
        })
    }

    fn record(&self, updates: Vec<PollUpdate>) -> OutboxFuture<'_, ()> {
        Box::pin(async move {
            let recorded = self.0.write(|txn| {
                updates
                    .into_iter()
                    .try_for_each(|update| record(txn, update))
            });
            recorded.await.map_err(failed)
        })
    }
}

fn failed(error: StoreError) -> OutboxError {
    OutboxError(error.to_string())
}

/// Forgets the runs that finished first until no more than `history` are left, at most `limit` of them. Returns how
/// many that were.
pub(super) fn forget(txn: &Txn<'_>, history: u64, limit: usize) -> Result<usize, StoreError> {
    let surplus = txn.finished()?.saturating_sub(history);
    let count = usize::try_from(surplus).unwrap_or(limit).min(limit);
    for id in txn.oldest_finished(count)? {
        delete(txn, &id)?;
    }
    Ok(count)
}
