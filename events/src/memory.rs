//! Events in memory: for tests, and for providers that can find out again what has ended.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use hyper::body::Bytes;

use crate::outbox::{
    DeliveryRecord, EventId, NewEvent, Outbox, OutboxCounts, OutboxEntry, OutboxFuture, OutboxPage,
    OutboxQueue,
};

/// An outbox that is gone with the process.
#[derive(Debug, Default)]
pub struct MemoryOutbox(Mutex<Events>);

#[derive(Debug, Default)]
struct Events {
    last: u64,
    all: BTreeMap<EventId, (OutboxEntry, Bytes)>,
    waiting: BTreeSet<EventId>,
    /// Those that wait and are held up by no other.
    due: BTreeSet<(DateTime<Utc>, EventId)>,
    /// Those that wait and hold up others, by their run configurations.
    holding: BTreeMap<String, BTreeSet<EventId>>,
}

impl MemoryOutbox {
    fn with<T: Send + 'static>(&self, work: impl FnOnce(&mut Events) -> T) -> OutboxFuture<'_, T> {
        let done = work(&mut self.lock());
        Box::pin(async { Ok(done) })
    }

    fn lock(&self) -> MutexGuard<'_, Events> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Events {
    /// Puts an event in the place of what was there under its number; `None` is nothing.
    fn replace(
        &mut self,
        id: EventId,
        change: impl FnOnce(OutboxEntry) -> Option<OutboxEntry>,
    ) -> bool {
        let Some((entry, body)) = self.all.remove(&id) else {
            return false;
        };
        self.waiting.remove(&id);
        if let Some(due) = entry.due {
            self.due.remove(&(due, id));
        }
        let freed = entry.configuration.clone();
        if let Some(holding) = freed.as_ref().and_then(|it| self.holding.get_mut(it)) {
            holding.remove(&id);
        }
        if let Some(entry) = change(entry) {
            self.put(entry, body);
        }
        if let Some(configuration) = freed {
            self.free(&configuration);
        }
        true
    }

    fn put(&mut self, entry: OutboxEntry, body: Bytes) {
        let id = entry.id;
        if let Some(due) = entry.due {
            self.waiting.insert(id);
            if !self.is_held(&entry) {
                self.due.insert((due, id));
            }
        }
        if let (true, Some(configuration)) = (entry.holds(), &entry.configuration) {
            let holding = self.holding.entry(configuration.clone()).or_default();
            holding.insert(id);
        }
        self.all.insert(id, (entry, body));
    }

    /// Whether an earlier event holds it up.
    fn is_held(&self, entry: &OutboxEntry) -> bool {
        let Some(holding) = entry
            .configuration
            .as_ref()
            .and_then(|it| self.holding.get(it))
        else {
            return false;
        };
        entry.holds() && holding.first().is_some_and(|first| *first < entry.id)
    }

    /// Lets the first event of a run configuration go on.
    fn free(&mut self, configuration: &str) {
        match self.holding.get(configuration).map(BTreeSet::first) {
            Some(Some(first)) => {
                let due = self.all.get(first).and_then(|(entry, _)| entry.due);
                self.due.extend(due.map(|due| (due, *first)));
            }
            _ => {
                self.holding.remove(configuration);
            }
        }
    }

    fn entry(&self, id: &EventId) -> Option<OutboxEntry> {
        self.all.get(id).map(|(entry, _)| entry.clone())
    }

    fn on(&self, queue: OutboxQueue) -> impl Iterator<Item = &OutboxEntry> {
        let entries = self.all.values().map(|(entry, _)| entry);
        entries.filter(move |entry| entry.due.is_some() == (queue == OutboxQueue::Waiting))
    }

    fn page(&self, now: DateTime<Utc>, under_way: &BTreeSet<EventId>, limit: usize) -> OutboxPage {
        let waiting = self.waiting.len() as u64;
        let due = self.due.iter().take_while(|(due, _)| *due <= now);
        let due = due.filter(|(_, id)| !under_way.contains(id)).take(limit);
        OutboxPage {
            due: due.filter_map(|(_, id)| self.entry(id)).collect(),
            next: self
                .due
                .range((now, EventId(u64::MAX))..)
                .next()
                .map(|(due, _)| *due),
            counts: OutboxCounts {
                waiting,
                dead: self.all.len() as u64 - waiting,
                oldest: self
                    .on(OutboxQueue::Waiting)
                    .next()
                    .map(|entry| entry.added),
            },
        }
    }
}

impl Outbox for MemoryOutbox {
    fn add(&self, event: NewEvent) -> OutboxFuture<'_, EventId> {
        self.with(|events| {
            events.last += 1;
            let id = EventId(events.last);
            events.put(OutboxEntry::new(id, &event), event.body);
            id
        })
    }

    fn page(
        &self,
        now: DateTime<Utc>,
        under_way: BTreeSet<EventId>,
        limit: usize,
    ) -> OutboxFuture<'_, OutboxPage> {
        self.with(|events| events.page(now, &under_way, limit))
    }

    fn body(&self, id: EventId) -> OutboxFuture<'_, Option<Bytes>> {
        self.with(|events| events.all.get(&id).map(|(_, body)| body.clone()))
    }

    fn settle(&self, attempts: Vec<DeliveryRecord>) -> OutboxFuture<'_, ()> {
        self.with(|events| {
            for DeliveryRecord { id, outcome } in attempts {
                events.replace(id, |entry| entry.after(outcome));
            }
        })
    }

    fn list(
        &self,
        queue: OutboxQueue,
        after: Option<EventId>,
        limit: usize,
    ) -> OutboxFuture<'_, Vec<OutboxEntry>> {
        self.with(|events| {
            let entries = events
                .on(queue)
                .filter(|entry| after.is_none_or(|after| entry.id > after));
            entries.take(limit).cloned().collect()
        })
    }

    fn find(&self, id: EventId) -> OutboxFuture<'_, Option<OutboxEntry>> {
        self.with(|events| events.entry(&id))
    }

    fn resend(&self, id: EventId, now: DateTime<Utc>) -> OutboxFuture<'_, bool> {
        self.with(|events| events.replace(id, |entry| Some(entry.resent(now))))
    }

    fn remove(&self, id: EventId) -> OutboxFuture<'_, bool> {
        self.with(|events| events.replace(id, |_| None))
    }
}
