//! What a transaction does to the resources in the store.

use kfp_run_completion::store::{StoreError, events};
use kfp_run_completion::{EventId, NewEvent};
use redb::{ReadableTable as _, ReadableTableMetadata as _};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::tables::{DUE, FINISHED, Kind, NAMES, VERSIONS, read, write};

/// A transaction of the store.
pub(in super::super) struct Txn<'a>(pub(super) &'a kfp_run_completion::store::Txn<'a>);

impl Txn<'_> {
    /// Makes every table, so that later code may rely on them.
    pub(super) fn create_tables(&self) -> Result<(), StoreError> {
        for kind in Kind::ALL {
            self.0.write.open_table(kind.table())?;
        }
        self.0.write.open_table(NAMES)?;
        self.0.write.open_table(VERSIONS)?;
        self.0.write.open_table(DUE)?;
        self.0.write.open_table(FINISHED)?;
        kfp_run_completion::store::create_event_tables(self.0.write)
    }

    /// The record of an id.
    pub(in super::super) fn get<T: DeserializeOwned>(
        &self,
        kind: Kind,
        id: &str,
    ) -> Result<Option<T>, StoreError> {
        let table = self.0.write.open_table(kind.table())?;
        let found = table.get(id)?;
        found.map(|record| read(record.value())).transpose()
    }

    /// The record of an id, as it was written.
    pub(in super::super) fn text(
        &self,
        kind: Kind,
        id: &str,
    ) -> Result<Option<String>, StoreError> {
        let table = self.0.write.open_table(kind.table())?;
        let found = table.get(id)?;
        // Records are JSON: should one not be text, reading it fails and says so.
        Ok(found.map(|record| String::from_utf8_lossy(record.value()).into_owned()))
    }

    /// Stores the record of an id.
    pub(in super::super) fn put(
        &self,
        kind: Kind,
        id: &str,
        record: &impl Serialize,
    ) -> Result<(), StoreError> {
        self.0.change();
        let record = write(record)?;
        self.0
            .write
            .open_table(kind.table())?
            .insert(id, record.as_slice())?;
        Ok(())
    }

    /// Forgets an id and its name.
    pub(in super::super) fn remove(
        &self,
        kind: Kind,
        id: &str,
        name: &str,
    ) -> Result<(), StoreError> {
        self.0.change();
        self.0.write.open_table(kind.table())?.remove(id)?;
        self.0
            .write
            .open_table(NAMES)?
            .remove((kind.as_str(), name))?;
        Ok(())
    }

    /// The id that a name has.
    pub(in super::super) fn id_of(
        &self,
        kind: Kind,
        name: &str,
    ) -> Result<Option<String>, StoreError> {
        let names = self.0.write.open_table(NAMES)?;
        let id = names.get((kind.as_str(), name))?;
        Ok(id.map(|id| id.value().to_owned()))
    }

    /// Gives a name to an id.
    pub(in super::super) fn name(
        &self,
        kind: Kind,
        name: &str,
        id: &str,
    ) -> Result<(), StoreError> {
        self.0.change();
        self.0
            .write
            .open_table(NAMES)?
            .insert((kind.as_str(), name), id)?;
        Ok(())
    }

    /// Takes a name away from whatever id has it.
    pub(in super::super) fn unname(&self, kind: Kind, name: &str) -> Result<(), StoreError> {
        self.0.change();
        self.0
            .write
            .open_table(NAMES)?
            .remove((kind.as_str(), name))?;
        Ok(())
    }

    /// Whether a pipeline has this version.
    pub(in super::super) fn has_version(
        &self,
        pipeline: &str,
        version: &str,
    ) -> Result<bool, StoreError> {
        let versions = self.0.write.open_table(VERSIONS)?;
        let found = versions.get((pipeline, version))?;
        Ok(found.is_some())
    }

    /// Stores a version of a pipeline, over one of the same name.
    pub(in super::super) fn put_version(
        &self,
        pipeline: &str,
        version: &str,
        record: &impl Serialize,
    ) -> Result<(), StoreError> {
        self.0.change();
        let record = write(record)?;
        self.0
            .write
            .open_table(VERSIONS)?
            .insert((pipeline, version), record.as_slice())?;
        Ok(())
    }

    /// Removes every version of a pipeline.
    pub(in super::super) fn remove_versions(&self, pipeline: &str) -> Result<(), StoreError> {
        self.0.change();
        let mut versions = self.0.write.open_table(VERSIONS)?;
        let mut names = Vec::new();
        for version in versions.range((pipeline, "")..)? {
            let (key, _) = version?;
            let (owner, name) = key.value();
            if owner != pipeline {
                break;
            }
            names.push(name.to_owned());
        }
        for name in names {
            versions.remove((pipeline, name.as_str()))?;
        }
        Ok(())
    }

    /// Moves what is due for an id from one time to another; `None` is never.
    pub(in super::super) fn reschedule(
        &self,
        kind: Kind,
        id: &str,
        from: Option<i64>,
        to: Option<i64>,
    ) -> Result<(), StoreError> {
        if from == to {
            return Ok(());
        }
        self.0.change();
        let mut due = self.0.write.open_table(DUE)?;
        if let Some(from) = from {
            due.remove((from, kind.as_str(), id))?;
        }
        if let Some(to) = to {
            due.insert((to, kind.as_str(), id), ())?;
        }
        Ok(())
    }

    /// Moves a run in the order of finished runs; `None` is not finished.
    pub(in super::super) fn archive(
        &self,
        run: &str,
        from: Option<i64>,
        to: Option<i64>,
    ) -> Result<(), StoreError> {
        if from == to {
            return Ok(());
        }
        self.0.change();
        let mut finished = self.0.write.open_table(FINISHED)?;
        if let Some(from) = from {
            finished.remove((from, run))?;
        }
        if let Some(to) = to {
            finished.insert((to, run), ())?;
        }
        Ok(())
    }

    /// How many runs have finished.
    pub(in super::super) fn finished(&self) -> Result<u64, StoreError> {
        Ok(self.0.write.open_table(FINISHED)?.len()?)
    }

    /// The ids of the runs that finished first.
    pub(in super::super) fn oldest_finished(
        &self,
        count: usize,
    ) -> Result<Vec<String>, StoreError> {
        let finished = self.0.write.open_table(FINISHED)?;
        let mut oldest = Vec::new();
        for entry in finished.iter()?.take(count) {
            oldest.push(entry?.0.value().1.to_owned());
        }
        Ok(oldest)
    }

    /// What is due of a type until `now`, at most `limit` of it, the oldest first.
    pub(in super::super) fn due_until(
        &self,
        kind: Kind,
        now: i64,
        limit: usize,
    ) -> Result<Vec<(i64, String)>, StoreError> {
        let due = self.0.write.open_table(DUE)?;
        let mut found = Vec::new();
        for entry in due.range(..(now.saturating_add(1), "", ""))? {
            if found.len() >= limit {
                break;
            }
            let (key, _) = entry?;
            let (time, of, id) = key.value();
            if of == kind.as_str() {
                found.push((time, id.to_owned()));
            }
        }
        Ok(found)
    }

    /// When something is due next.
    pub(in super::super) fn next_due(&self) -> Result<Option<i64>, StoreError> {
        let due = self.0.write.open_table(DUE)?;
        let first = due.first()?;
        Ok(first.map(|(key, _)| key.value().0))
    }

    /// Stores an event that is to be sent.
    pub(in super::super) fn add_event(&self, event: &NewEvent) -> Result<EventId, StoreError> {
        events::add(self.0, event)
    }

    /// How many events wait, how many are dead letters, and what their tables say of each other that does not fit.
    pub(in super::super) fn event_contradictions(
        &self,
    ) -> Result<(u64, u64, Vec<String>), StoreError> {
        events::contradictions(self.0)
    }
}
