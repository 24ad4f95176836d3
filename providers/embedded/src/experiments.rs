//! Experiments in the store.

use kfp_provider_domain::ResourceId;
use kfp_provider_server::{Deleted, Experiment};

use super::failure::Failure;
use super::names;
use super::store::{Kind, StoreError, Txn};

const KIND: Kind = Kind::Experiment;

pub(super) fn create(txn: &Txn<'_>, experiment: &Experiment) -> Result<ResourceId, Failure> {
    let id = names::issue(txn, KIND, &experiment.name.to_string())?;
    txn.put(KIND, id.as_str(), experiment)?;
    Ok(id)
}

pub(super) fn update(
    txn: &Txn<'_>,
    id: &str,
    experiment: &Experiment,
) -> Result<ResourceId, Failure> {
    let Some(before) = txn.get::<Experiment>(KIND, id)? else {
        return Err(names::unknown(KIND).into());
    };
    let name = experiment.name.to_string();
    names::check_free(txn, KIND, id, &name)?;
    names::rename(txn, KIND, id, &before.name.to_string(), &name)?;
    txn.put(KIND, id, experiment)?;
    Ok(names::issued(id)?)
}

pub(super) fn delete(txn: &Txn<'_>, id: &str) -> Result<Deleted, StoreError> {
    let Some(experiment) = txn.get::<Experiment>(KIND, id)? else {
        return Ok(Deleted::NotThere);
    };
    txn.remove(KIND, id, &experiment.name.to_string())?;
    Ok(Deleted::Removed)
}
