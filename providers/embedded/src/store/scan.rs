//! Reading all of a table: for the check, which compares them with each other.

use kfp_run_completion::store::StoreError;
use redb::ReadableTable as _;
use serde::de::DeserializeOwned;

use super::tables::Kind;
use super::tables::{DUE, FINISHED, NAMES, VERSIONS, read};
use super::transaction::Txn;

impl Txn<'_> {
    /// Every record of a type, by its id.
    pub(in super::super) fn each_record<T: DeserializeOwned>(
        &self,
        kind: Kind,
        mut see: impl FnMut(&str, T),
    ) -> Result<(), StoreError> {
        for entry in self.0.write.open_table(kind.table())?.iter()? {
            let (id, record) = entry?;
            see(id.value(), read(record.value())?);
        }
        Ok(())
    }

    /// Every name: resource type, name and id.
    pub(in super::super) fn each_name(
        &self,
        mut see: impl FnMut(&str, &str, &str),
    ) -> Result<(), StoreError> {
        for entry in self.0.write.open_table(NAMES)?.iter()? {
            let (key, id) = entry?;
            let (kind, name) = key.value();
            see(kind, name, id.value());
        }
        Ok(())
    }

    /// Every version of a pipeline: the pipeline's id and the version.
    pub(in super::super) fn each_version(
        &self,
        mut see: impl FnMut(&str, &str),
    ) -> Result<(), StoreError> {
        for entry in self.0.write.open_table(VERSIONS)?.iter()? {
            let (key, _) = entry?;
            let (pipeline, version) = key.value();
            see(pipeline, version);
        }
        Ok(())
    }

    /// Everything that is due: time, resource type and id.
    pub(in super::super) fn each_due(
        &self,
        mut see: impl FnMut(i64, &str, &str),
    ) -> Result<(), StoreError> {
        for entry in self.0.write.open_table(DUE)?.iter()? {
            let (key, _) = entry?;
            let (time, kind, id) = key.value();
            see(time, kind, id);
        }
        Ok(())
    }

    /// Every finished run: time and id.
    pub(in super::super) fn each_finished(
        &self,
        mut see: impl FnMut(i64, &str),
    ) -> Result<(), StoreError> {
        for entry in self.0.write.open_table(FINISHED)?.iter()? {
            let (key, _) = entry?;
            let (time, run) = key.value();
            see(time, run);
        }
        Ok(())
    }
}
