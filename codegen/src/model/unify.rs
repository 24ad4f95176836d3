//! One error type for a client method.

use std::collections::HashSet;

use super::component::Component;
use super::errors::union;
use super::operation::Operation;
use super::reply::Payload;
use crate::api::{Schema, Schemas};
use crate::names::pascal;

/// Gives every operation that progenitor writes a single error type, as its methods can return only one: where the
/// document declares several, an object with all of their members. Returns the new components.
pub(super) fn unify(schemas: &Schemas, operations: &mut [Operation]) -> Vec<Component> {
    let mut taken: HashSet<String> = schemas.all().iter().map(|(name, _)| pascal(name)).collect();
    let mut unified = Vec::new();
    let native = operations
        .iter_mut()
        .filter(|operation| operation.outcome.is_none());
    for operation in native {
        let mut distinct: Vec<&String> = Vec::new();
        for reply in operation
            .replies
            .iter()
            .filter(|reply| reply.status.is_error())
        {
            if let Payload::Json { component, .. } = &reply.payload
                && !distinct.contains(&component)
            {
                distinct.push(component);
            }
        }
        if distinct.len() < 2 {
            continue;
        }
        let bodies = distinct.into_iter().filter_map(|name| schemas.get(name));
        let bodies: Vec<&Schema> = bodies.collect();
        let mut name = format!("{}Error", pascal(&operation.id));
        while !taken.insert(name.clone()) {
            name.push_str("Body");
        }
        unified.push(Component::plain(&name, &union(&bodies, &operation.id)));
        operation.error = Some(name);
    }
    unified
}
