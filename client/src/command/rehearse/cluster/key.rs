//! What tells resources from each other.

use kfp_operator_sim::{CustomKind, CustomResource};

/// Kind, namespace and name: in the order in which resources can depend on each other.
pub(super) type Key = (CustomKind, String, String);

/// The key of a resource.
pub(super) fn key(resource: &CustomResource) -> Key {
    let metadata = resource.metadata();
    (
        resource.kind(),
        metadata.namespace.clone(),
        metadata.name.clone(),
    )
}
