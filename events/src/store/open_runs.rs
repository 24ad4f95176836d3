//! Open runs in a database that has the tables of events, too.

use chrono::{DateTime, TimeZone as _, Utc};
use redb::ReadableTable as _;
use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::events;
use super::file::FileOutbox;
use super::tables::{OPEN_RUNS, OPEN_RUNS_DUE};
use super::transaction::Txn;
use crate::outbox::OutboxFuture;
use crate::poller::{MAX_NOTE_BYTES, NextState, OpenRun, OpenRuns, PollUpdate};

#[derive(Serialize, Deserialize)]
struct Record {
    note: String,
    /// In milliseconds since 1970.
    due: i64,
    failures: u32,
}

impl FileOutbox {
    /// Keeps a run as open: it is asked for until it has ended. One of this key is replaced. `note` is given back with
    /// every question.
    pub fn watch(&self, key: &str, note: &str) -> OutboxFuture<'_, ()> {
        let (key, note, due) = (
            key.to_owned(),
            note.to_owned(),
            Utc::now().timestamp_millis(),
        );
        self.with(move |txn| {
            take(txn, &key)?;
            put(
                txn,
                &key,
                &Record {
                    note,
                    due,
                    failures: 0,
                },
            )
        })
    }

    /// Forgets a run, because it was deleted, say. Whether it was open.
    pub fn unwatch(&self, key: &str) -> OutboxFuture<'_, bool> {
        let key = key.to_owned();
        self.with(move |txn| Ok(take(txn, &key)?.is_some()))
    }
}

impl OpenRuns for FileOutbox {
    fn due(
        &self,
        now: DateTime<Utc>,
        limit: usize,
    ) -> OutboxFuture<'_, (Vec<OpenRun>, Option<DateTime<Utc>>)> {
        self.with(move |txn| due(txn, now, limit))
    }

    fn record(&self, updates: Vec<PollUpdate>) -> OutboxFuture<'_, ()> {
        self.with(move |txn| updates.into_iter().try_for_each(|update| note(txn, update)))
    }
}

fn due(
    txn: &Txn<'_>,
    now: DateTime<Utc>,
    limit: usize,
) -> Result<(Vec<OpenRun>, Option<DateTime<Utc>>), StoreError> {
    let end = (now.timestamp_millis().saturating_add(1), "");
    let table = txn.write.open_table(OPEN_RUNS_DUE)?;
    let (mut runs, mut bytes) = (Vec::new(), 0);
    for entry in table.range(..end)?.take(limit) {
        let (entry, _) = entry?;
        let (due, key) = entry.value();
        if bytes > MAX_NOTE_BYTES {
            let due = Utc.timestamp_millis_opt(due).single();
            return Ok((runs, due.or(Some(now))));
        }
        if let Some(Record { note, failures, .. }) = get(txn, key)? {
            let due = Utc.timestamp_millis_opt(due).single().unwrap_or_default();
            bytes += note.len();
            runs.push(OpenRun {
                key: key.to_owned(),
                note,
                due,
                failures,
            });
        }
    }
    let next = table.range(end..)?.next().transpose()?;
    let next = next.and_then(|(key, _)| Utc.timestamp_millis_opt(key.value().0).single());
    Ok((runs, next))
}

fn note(txn: &Txn<'_>, update: PollUpdate) -> Result<(), StoreError> {
    let PollUpdate { run, next, .. } = update;
    let known = get(txn, &run.key)?;
    if known.is_none_or(|known| known.due != run.due.timestamp_millis()) {
        return Ok(());
    }
    take(txn, &run.key)?;
    match next {
        NextState::Open { due, failures } => {
            let (note, due) = (run.note, due.timestamp_millis());
            put(
                txn,
                &run.key,
                &Record {
                    note,
                    due,
                    failures,
                },
            )
        }
        NextState::Ended(None) => Ok(()),
        NextState::Ended(Some(event)) => events::add(txn, &event).map(drop),
    }
}

fn get(txn: &Txn<'_>, key: &str) -> Result<Option<Record>, StoreError> {
    let runs = txn.write.open_table(OPEN_RUNS)?;
    let record = runs.get(key)?;
    let record = record.map(|record| serde_json::from_slice(record.value()));
    record
        .transpose()
        .map_err(|error| StoreError::Record(error.into()))
}

fn put(txn: &Txn<'_>, key: &str, record: &Record) -> Result<(), StoreError> {
    txn.change();
    let bytes = serde_json::to_vec(record).map_err(|error| StoreError::Record(error.into()))?;
    txn.write
        .open_table(OPEN_RUNS)?
        .insert(key, bytes.as_slice())?;
    txn.write
        .open_table(OPEN_RUNS_DUE)?
        .insert((record.due, key), ())?;
    Ok(())
}

fn take(txn: &Txn<'_>, key: &str) -> Result<Option<Record>, StoreError> {
    let Some(record) = get(txn, key)? else {
        return Ok(None);
    };
    txn.change();
    txn.write.open_table(OPEN_RUNS)?.remove(key)?;
    txn.write
        .open_table(OPEN_RUNS_DUE)?
        .remove((record.due, key))?;
    Ok(Some(record))
}
