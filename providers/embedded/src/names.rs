//! Names and ids: a name has one id, an id one name.

use kfp_provider_domain::ResourceId;
use kfp_provider_server::Refusal;
use uuid::Uuid;

use super::failure::Failure;
use super::store::{Kind, StoreError, Txn};

/// The id that a name has, or a new one.
pub(super) fn issue(txn: &Txn<'_>, kind: Kind, name: &str) -> Result<ResourceId, StoreError> {
    if let Some(id) = txn.id_of(kind, name)? {
        return issued(&id);
    }
    let id = issued(&format!("{}-{}", kind.as_str(), Uuid::new_v4().simple()))?;
    txn.name(kind, name, id.as_str())?;
    Ok(id)
}

/// An id of the store.
pub(super) fn issued(id: &str) -> Result<ResourceId, StoreError> {
    id.parse().map_err(StoreError::Id)
}

/// Refuses a name that another id has.
pub(super) fn check_free(txn: &Txn<'_>, kind: Kind, id: &str, name: &str) -> Result<(), Failure> {
    if txn.id_of(kind, name)?.is_none_or(|owner| owner == id) {
        return Ok(());
    }
    Err(Refusal::invalid(format!(
        "name: {name:?} belongs to another {} (hint: an update must keep the name)",
        kind.as_str()
    ))
    .into())
}

/// Gives an id a new name in place of its old one.
pub(super) fn rename(
    txn: &Txn<'_>,
    kind: Kind,
    id: &str,
    old: &str,
    new: &str,
) -> Result<(), StoreError> {
    if old == new {
        return Ok(());
    }
    txn.unname(kind, old)?;
    txn.name(kind, new, id)
}

/// The answer for an id that does not exist.
pub(super) fn unknown(kind: Kind) -> Refusal {
    Refusal::not_found(format!("there is no {} of this id", kind.as_str()))
}
