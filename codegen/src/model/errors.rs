//! Several error bodies as one object.

use crate::api::{Named, Placed, Schema};
use crate::schema::walk::reference;

/// An object that each of the bodies is an instance of: all members, required if in all.
pub(super) fn union(bodies: &[&Schema], operation: &str) -> Schema {
    let mut properties = Named::new();
    for (name, schema) in bodies.iter().flat_map(|body| body.properties()) {
        if !properties.iter().any(|(known, _)| known == name) {
            properties.push((name.clone(), schema.clone()));
        }
    }
    let required = properties.iter().map(|(name, _)| name);
    let required: Vec<_> = required
        .filter(|name| bodies.iter().all(|body| body.requires(name)))
        .map(|name| Placed::made(name.clone()))
        .collect();
    let text = format!("Any of the errors of `{operation}`, as the client sees them.");
    Schema {
        description: Some(Placed::made(text)),
        required: (!required.is_empty()).then(|| Placed::made(required)),
        properties: Some(Placed::made(properties)),
        order: ["type", "description", "required", "properties"]
            .map(str::to_owned)
            .into(),
        ..Schema::of_type("object")
    }
}

/// Whether the error bodies can be told as one object.
pub(super) fn can_unify(bodies: &[&Schema]) -> bool {
    let object = |body: &&Schema| body.kind() == Some("object") && body.additional().is_none();
    let mut seen: Vec<(&String, &Schema)> = Vec::new();
    let mut agree = true;
    for (name, schema) in bodies.iter().flat_map(|body| body.properties()) {
        let shape = |schema: &Schema| (reference(schema), schema.kind().map(str::to_owned));
        agree &= seen
            .iter()
            .all(|(known, other)| *known != name || shape(other) == shape(schema));
        seen.push((name, schema));
    }
    agree && bodies.iter().all(object)
}
