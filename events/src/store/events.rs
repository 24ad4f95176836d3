//! Events in a database: tables, and what is done to them within a transaction.
//!
//! Whoever has a transaction of a database with these tables can store an event in it, so that the event and what it is
//! about become durable together.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeZone as _, Utc};
use hyper::body::Bytes;
use redb::{ReadableTable as _, ReadableTableMetadata as _};

use super::error::StoreError;
use super::tables::{BODIES, DEAD, DUE, ENTRIES, HOLDING, LAST, WAITING};
use super::transaction::Txn;
use crate::outbox::{
    DeliveryRecord, EventId, NewEvent, OutboxCounts, OutboxEntry, OutboxPage, OutboxQueue,
};

/// Stores an event within a transaction. Delivery notices it when it is woken: [`EventSink::wake`](crate::EventSink::wake).
pub fn add(txn: &Txn<'_>, event: &NewEvent) -> Result<EventId, StoreError> {
    let mut last = txn.write.open_table(LAST)?;
    let id = last.get(())?.map_or(0, |last| last.value()) + 1;
    last.insert((), id)?;
    txn.write.open_table(BODIES)?.insert(id, &*event.body)?;
    place(txn, &OutboxEntry::new(EventId(id), event))?;
    Ok(EventId(id))
}

pub(crate) fn page(
    txn: &Txn<'_>,
    now: DateTime<Utc>,
    under_way: &BTreeSet<EventId>,
    limit: usize,
) -> Result<OutboxPage, StoreError> {
    let end = (now.timestamp_millis().saturating_add(1), 0);
    let table = txn.write.open_table(DUE)?;
    let mut due = Vec::new();
    for key in table.range(..end)? {
        if due.len() >= limit {
            break;
        }
        let id = EventId(key?.0.value().1);
        if !under_way.contains(&id) {
            due.extend(entry(txn, id)?);
        }
    }
    let next = table.range(end..)?.next().transpose()?;
    let waiting = txn.write.open_table(WAITING)?;
    let oldest = waiting.first()?.map(|(_, added)| added.value());
    Ok(OutboxPage {
        due,
        next: next.and_then(|(key, _)| time(key.value().0)),
        counts: OutboxCounts {
            waiting: waiting.len()?,
            dead: txn.write.open_table(DEAD)?.len()?,
            oldest: oldest.and_then(time),
        },
    })
}

pub(crate) fn body(txn: &Txn<'_>, id: EventId) -> Result<Option<Bytes>, StoreError> {
    let bodies = txn.write.open_table(BODIES)?;
    let body = bodies.get(id.0)?;
    Ok(body.map(|body| Bytes::copy_from_slice(body.value())))
}

pub(crate) fn settle(txn: &Txn<'_>, attempts: Vec<DeliveryRecord>) -> Result<(), StoreError> {
    for DeliveryRecord { id, outcome } in attempts {
        replace(txn, id, |entry| entry.after(outcome))?;
    }
    Ok(())
}

pub(crate) fn list(
    txn: &Txn<'_>,
    queue: OutboxQueue,
    after: Option<EventId>,
    limit: usize,
) -> Result<Vec<OutboxEntry>, StoreError> {
    let from = after.map_or(0, |after| after.0.saturating_add(1));
    let mut ids = Vec::new();
    match queue {
        OutboxQueue::Waiting => {
            for key in txn.write.open_table(WAITING)?.range(from..)?.take(limit) {
                ids.push(key?.0.value());
            }
        }
        OutboxQueue::Dead => {
            for key in txn.write.open_table(DEAD)?.range(from..)?.take(limit) {
                ids.push(key?.0.value());
            }
        }
    }
    let entries = ids.into_iter().map(|id| entry(txn, EventId(id)));
    entries.filter_map(Result::transpose).collect()
}

pub(crate) fn entry(txn: &Txn<'_>, id: EventId) -> Result<Option<OutboxEntry>, StoreError> {
    let entries = txn.write.open_table(ENTRIES)?;
    let found = entries.get(id.0)?;
    found.map(|record| read(record.value())).transpose()
}

pub(crate) fn resend(txn: &Txn<'_>, id: EventId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    replace(txn, id, |entry| Some(entry.resent(now)))
}

pub(crate) fn remove(txn: &Txn<'_>, id: EventId) -> Result<bool, StoreError> {
    replace(txn, id, |_| None)
}

/// What the tables say of each other that does not fit: for the check of a file. Also how many events wait, and how
/// many are dead letters.
pub fn contradictions(txn: &Txn<'_>) -> Result<(u64, u64, Vec<String>), StoreError> {
    let mut problems = Vec::new();
    let mut due = BTreeSet::new();
    for key in txn.write.open_table(DUE)?.iter()? {
        due.insert(key?.0.value());
    }
    let (waiting, dead) = (txn.write.open_table(WAITING)?, txn.write.open_table(DEAD)?);
    let bodies = txn.write.open_table(BODIES)?;
    let (mut count, mut dead_count) = (0, 0);
    for record in txn.write.open_table(ENTRIES)?.iter()? {
        let (id, record) = record?;
        let (id, entry): (u64, OutboxEntry) = (id.value(), read(record.value())?);
        let placed = match entry.due {
            Some(time) => {
                let tried = due.remove(&(millis(time), id));
                waiting.get(id)?.is_some() && (tried || is_held(txn, &entry)?)
            }
            None => dead.get(id)?.is_some(),
        };
        count += u64::from(entry.due.is_some());
        dead_count += u64::from(entry.due.is_none());
        if !placed || entry.id.0 != id || bodies.get(id)?.is_none() {
            problems.push(format!("event {id}: its parts do not belong together"));
        }
    }
    let kept = (waiting.len()?, dead.len()?, bodies.len()?);
    if kept != (count, dead_count, count + dead_count) || !due.is_empty() {
        problems.push("events: some of their parts belong to no event".to_owned());
    }
    Ok((count, dead_count, problems))
}

/// Puts an event in the place of what was there under its number; `None` is nothing. Whether there was one.
fn replace(
    txn: &Txn<'_>,
    id: EventId,
    change: impl FnOnce(OutboxEntry) -> Option<OutboxEntry>,
) -> Result<bool, StoreError> {
    let Some(before) = entry(txn, id)? else {
        return Ok(false);
    };
    txn.change();
    let freed = before.configuration.clone();
    match before.due {
        Some(due) => {
            txn.write.open_table(DUE)?.remove((millis(due), id.0))?;
            txn.write.open_table(WAITING)?.remove(id.0)?;
            if let Some(configuration) = &freed {
                let mut holding = txn.write.open_table(HOLDING)?;
                holding.remove((configuration.as_str(), id.0))?;
            }
        }
        None => {
            txn.write.open_table(DEAD)?.remove(id.0)?;
        }
    }
    match change(before) {
        Some(after) => place(txn, &after)?,
        None => {
            txn.write.open_table(ENTRIES)?.remove(id.0)?;
            txn.write.open_table(BODIES)?.remove(id.0)?;
        }
    }
    if let Some(configuration) = freed {
        free(txn, &configuration)?;
    }
    Ok(true)
}

/// The first event that holds up others of a run configuration.
fn first_holding(txn: &Txn<'_>, configuration: &str) -> Result<Option<u64>, StoreError> {
    let holding = txn.write.open_table(HOLDING)?;
    let mut events = holding.range((configuration, 0)..=(configuration, u64::MAX))?;
    let first = events.next().transpose()?;
    Ok(first.map(|(key, _)| key.value().1))
}

/// Whether an earlier event holds it up.
fn is_held(txn: &Txn<'_>, entry: &OutboxEntry) -> Result<bool, StoreError> {
    let Some(configuration) = entry.configuration.as_ref().filter(|_| entry.holds()) else {
        return Ok(false);
    };
    let first = first_holding(txn, configuration)?;
    Ok(first.is_some_and(|first| first < entry.id.0))
}

/// Lets the first event of a run configuration go on.
fn free(txn: &Txn<'_>, configuration: &str) -> Result<(), StoreError> {
    let Some(first) = first_holding(txn, configuration)? else {
        return Ok(());
    };
    if let Some(due) = entry(txn, EventId(first))?.and_then(|entry| entry.due) {
        txn.write
            .open_table(DUE)?
            .insert((millis(due), first), ())?;
    }
    Ok(())
}

fn place(txn: &Txn<'_>, entry: &OutboxEntry) -> Result<(), StoreError> {
    txn.change();
    let id = entry.id.0;
    match entry.due {
        Some(due) => {
            if !is_held(txn, entry)? {
                txn.write.open_table(DUE)?.insert((millis(due), id), ())?;
            }
            let added = millis(entry.added);
            txn.write.open_table(WAITING)?.insert(id, added)?;
        }
        None => {
            txn.write.open_table(DEAD)?.insert(id, ())?;
        }
    }
    if let (true, Some(configuration)) = (entry.holds(), &entry.configuration) {
        let mut holding = txn.write.open_table(HOLDING)?;
        holding.insert((configuration.as_str(), id), ())?;
    }
    let record = serde_json::to_vec(entry).map_err(|error| StoreError::Record(error.into()))?;
    txn.write
        .open_table(ENTRIES)?
        .insert(id, record.as_slice())?;
    Ok(())
}

fn read(record: &[u8]) -> Result<OutboxEntry, StoreError> {
    serde_json::from_slice(record).map_err(|error| StoreError::Record(error.into()))
}

/// Milliseconds since 1970; what is due within one is due at its end.
fn millis(time: DateTime<Utc>) -> i64 {
    time.timestamp_millis()
}

fn time(millis: i64) -> Option<DateTime<Utc>> {
    Utc.timestamp_millis_opt(millis).single()
}
