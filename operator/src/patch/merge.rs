//! Merge patches (RFC 7396).

use super::PatchError;
use super::node::{Node, Slot, set_member};
use crate::json::Escape;

/// Applies a merge patch. One that is no object replaces the whole definition.
pub(super) fn apply(definition: &str, payload: &str) -> Result<String, PatchError> {
    let mut patch = Node::raw(payload);
    let mut target = Node::raw(definition);
    let merged = match patch.open()? {
        Node::Object(changes) => {
            let changes = std::mem::take(changes);
            match target.open()? {
                Node::Object(members) => merge_members(members, changes)?,
                _ => {
                    target = Node::Object(changes);
                    prune(&mut target)?;
                }
            }
            target
        }
        Node::Array(_) => {
            prune(&mut patch)?;
            patch
        }
        Node::Raw(literal) => return Ok(literal.clone()),
    };
    Ok(merged.text(Escape::Html)?)
}

fn merge_members(
    members: &mut Vec<(String, Slot)>,
    changes: Vec<(String, Slot)>,
) -> Result<(), PatchError> {
    for (key, change) in changes {
        let Some(mut change) = change else {
            members.retain(|(name, _)| *name != key);
            continue;
        };
        match members.iter_mut().find(|(name, _)| *name == key) {
            Some((_, Some(current))) => merge(current, change)?,
            _ => {
                prune(&mut change)?;
                set_member(members, &key, Some(change));
            }
        }
    }
    Ok(())
}

/// Merges a change into a value that exists.
fn merge(current: &mut Node, mut change: Node) -> Result<(), PatchError> {
    let Node::Object(members) = current.open()? else {
        prune(&mut change)?;
        *current = change;
        return Ok(());
    };
    match change.open()? {
        Node::Object(changes) => merge_members(members, std::mem::take(changes)),
        _ => {
            *current = change; // not pruned: so the library does it
            Ok(())
        }
    }
}

/// Takes the members out that are `null`, at every level.
fn prune(node: &mut Node) -> Result<(), PatchError> {
    match node.open()? {
        Node::Object(members) => {
            members.retain(|(_, value)| value.is_some());
            members
                .iter_mut()
                .filter_map(|(_, value)| value.as_mut())
                .try_for_each(prune)
        }
        Node::Array(items) => items.iter_mut().flatten().try_for_each(prune),
        Node::Raw(_) => Ok(()),
    }
}
