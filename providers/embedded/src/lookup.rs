//! A look into the store: what is there under an id.

use kfp_provider_domain::NamespacedName;
use kfp_provider_server::Experiment;

use super::store::{Kind, StoreError, Txn};
use super::{Embedded, pipelines, runs, schedules};

/// A resource as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredResource {
    /// Its name.
    pub name: NamespacedName,
    /// The version that was sent last.
    pub version: String,
    /// How many resources of the type have this name; more than one would be a defect.
    pub namesakes: u64,
}

impl Embedded {
    /// What is stored under an id of a resource type, which is written as in paths: `pipeline`, say. `None` if nothing
    /// is, or there is no such type. Reads every record of the type.
    ///
    /// # Errors
    /// The store failed.
    pub async fn stored(
        &self,
        resource_type: &str,
        id: &str,
    ) -> Result<Option<StoredResource>, StoreError> {
        let Some(kind) = Kind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == resource_type)
        else {
            return Ok(None);
        };
        let id = id.to_owned();
        self.core.store.write(move |txn| find(txn, kind, &id)).await
    }
}

fn find(txn: &Txn<'_>, kind: Kind, wanted: &str) -> Result<Option<StoredResource>, StoreError> {
    let mut all = Vec::new();
    let mut see = |id: &str, name: NamespacedName, version: String| {
        all.push((id == wanted, name, version));
    };
    match kind {
        Kind::Pipeline => txn.each_record(kind, |id, record: pipelines::Record| {
            let (name, version) = record.shown();
            see(id, name, version);
        }),
        Kind::Run => txn.each_record(kind, |id, record: runs::RunStatus| {
            see(id, record.run.name, record.run.version);
        }),
        Kind::RunSchedule => txn.each_record(kind, |id, record: schedules::Record| {
            let (name, version) = record.shown();
            see(id, name, version);
        }),
        Kind::Experiment => txn.each_record(kind, |id, record: Experiment| {
            see(id, record.name, record.version);
        }),
    }?;
    let found = all.iter().find(|(found, ..)| *found).cloned();
    Ok(found.map(|(_, name, version)| StoredResource {
        namesakes: all.iter().filter(|(_, other, _)| *other == name).count() as u64,
        name,
        version,
    }))
}
