//! Run schedules in the store, and what happens when one fires.

use chrono::{DateTime, TimeZone as _, Utc};
use kfp_provider_domain::{NamespacedName, ResourceId};
use kfp_provider_server::{Deleted, Refusal, Run, RunSchedule};
use serde::{Deserialize, Serialize};

use super::cron::Times;
use super::fact::Fact;
use super::failure::Failure;
use super::store::{Kind, StoreError, Txn};
use super::{Rules, names, runs};

const KIND: Kind = Kind::RunSchedule;

#[derive(Serialize, Deserialize)]
pub(super) struct Record {
    schedule: RunSchedule,
    /// When it fires next, in milliseconds since 1970.
    due: Option<i64>,
}

impl Record {
    /// What must agree with the rest of the store.
    pub(super) fn fact(&self) -> Fact {
        Fact {
            due: self.due,
            ..Fact::new(&self.schedule.name)
        }
    }

    /// Name and version.
    pub(super) fn shown(self) -> (NamespacedName, String) {
        (self.schedule.name, self.schedule.version)
    }
}

pub(super) fn create(
    txn: &Txn<'_>,
    schedule: RunSchedule,
    times: &Times,
    now: DateTime<Utc>,
) -> Result<ResourceId, Failure> {
    let id = names::issue(txn, KIND, &schedule.name.to_string())?;
    let before = txn.get::<Record>(KIND, id.as_str())?;
    save(
        txn,
        id.as_str(),
        schedule,
        before.and_then(|before| before.due),
        times,
        now,
    )?;
    Ok(id)
}

/// Replaces a schedule. That its times cannot be read matters only if it exists.
pub(super) fn update(
    txn: &Txn<'_>,
    id: &str,
    schedule: RunSchedule,
    times: Result<Times, Refusal>,
    now: DateTime<Utc>,
) -> Result<ResourceId, Failure> {
    let Some(before) = txn.get::<Record>(KIND, id)? else {
        return Err(names::unknown(KIND).into());
    };
    let times = times?;
    let name = schedule.name.to_string();
    names::check_free(txn, KIND, id, &name)?;
    names::rename(txn, KIND, id, &before.schedule.name.to_string(), &name)?;
    save(txn, id, schedule, before.due, &times, now)?;
    Ok(names::issued(id)?)
}

/// Removes a schedule. Runs that it has started go on.
pub(super) fn delete(txn: &Txn<'_>, id: &str) -> Result<Deleted, StoreError> {
    let Some(before) = txn.get::<Record>(KIND, id)? else {
        return Ok(Deleted::NotThere);
    };
    txn.reschedule(KIND, id, before.due, None)?;
    txn.remove(KIND, id, &before.schedule.name.to_string())?;
    Ok(Deleted::Removed)
}

/// Starts the run of a schedule that was due at `time`, and plans the next one, which is always later than `now`: what
/// was missed is made up for once. Returns why the run could not start, if it could not; the schedule goes on.
pub(super) fn fire(
    txn: &Txn<'_>,
    id: &str,
    time: i64,
    rules: Rules,
    now: DateTime<Utc>,
) -> Result<Option<Refusal>, StoreError> {
    let Some(Record { schedule, due: _ }) = txn.get::<Record>(KIND, id)? else {
        txn.reschedule(KIND, id, Some(time), None)?;
        return Ok(None);
    };
    let started = run_of(&schedule, time)
        .map_err(Failure::from)
        .and_then(|run| runs::create(txn, run, rules, now));
    let refused = match started {
        Ok(_) => None,
        Err(Failure::Refused(refusal)) => Some(refusal),
        Err(Failure::Store(error)) => return Err(error),
    };
    // It was readable when it was stored; should the time zone data have changed that, it stops firing.
    let due = Times::read(&schedule.schedule, rules.time_zone, now)
        .ok()
        .and_then(|times| due(&times, now));
    txn.reschedule(KIND, id, Some(time), due)?;
    txn.put(KIND, id, &Record { schedule, due })?;
    Ok(refused)
}

fn save(
    txn: &Txn<'_>,
    id: &str,
    schedule: RunSchedule,
    before: Option<i64>,
    times: &Times,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let due = due(times, now);
    txn.reschedule(KIND, id, before, due)?;
    txn.put(KIND, id, &Record { schedule, due })
}

fn due(times: &Times, now: DateTime<Utc>) -> Option<i64> {
    times.next(now).map(|next| next.timestamp_millis())
}

/// The run that a schedule starts at a time: its own name, and that time.
fn run_of(schedule: &RunSchedule, time: i64) -> Result<Run, Refusal> {
    let moment = Utc
        .timestamp_millis_opt(time)
        .single()
        .unwrap_or_default()
        .format("%Y%m%dT%H%M%SZ");
    let name = NamespacedName::new(
        schedule.name.namespace(),
        format!("{}-{moment}", schedule.name.name()),
    )
    .map_err(|error| Refusal::invalid(error.to_string()))?;
    let schedule = schedule.clone();
    Ok(Run {
        name,
        version: schedule.version,
        pipeline: schedule.pipeline,
        pipeline_version: schedule.pipeline_version,
        run_configuration: schedule.run_configuration,
        experiment: schedule.experiment,
        parameters: schedule.parameters,
        artifacts: schedule.artifacts,
        trigger: schedule.trigger,
    })
}
