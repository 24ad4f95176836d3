//! Experiments in the store.

use kfp_provider_domain::ResourceId;

use super::names;
use super::store::{Kind, StoreError, Txn};
use kfp_provider_server::Deleted;
use kfp_provider_server::Experiment;
use kfp_provider_server::Refusal;

const KIND: Kind = Kind::Experiment;

pub(super) fn create(
    txn: &Txn<'_>,
    experiment: &Experiment,
) -> Result<Result<ResourceId, Refusal>, StoreError> {
    let id = names::issue(txn, KIND, &experiment.name.to_string())?;
    txn.put(KIND, id.as_str(), experiment)?;
    Ok(Ok(id))
}

pub(super) fn update(
    txn: &Txn<'_>,
    id: &str,
    experiment: &Experiment,
) -> Result<Result<ResourceId, Refusal>, StoreError> {
    let Some(before) = txn.get::<Experiment>(KIND, id)? else {
        return Ok(Err(names::unknown(KIND)));
    };
    let name = experiment.name.to_string();
    if let Some(refusal) = names::taken(txn, KIND, id, &name)? {
        return Ok(Err(refusal));
    }
    names::rename(txn, KIND, id, &before.name.to_string(), &name)?;
    txn.put(KIND, id, experiment)?;
    names::issued(id).map(Ok)
}

pub(super) fn delete(txn: &Txn<'_>, id: &str) -> Result<Deleted, StoreError> {
    let Some(experiment) = txn.get::<Experiment>(KIND, id)? else {
        return Ok(Deleted::NotThere);
    };
    txn.remove(KIND, id, &experiment.name.to_string())?;
    Ok(Deleted::Removed)
}
