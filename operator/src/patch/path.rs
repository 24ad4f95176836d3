//! Paths of JSON patches: finding, taking and putting values, and making the containers on the way.

use super::node::{Node, Slot, set_member};

/// What is wrong with an operation; its name and path are added by the caller.
pub(super) type Applied<T> = Result<T, &'static str>;

pub(super) const NO_PATH: &str = "the path does not exist";
pub(super) const NO_KEY: &str = "the member does not exist";
const BAD_INDEX: &str = "not an index of the array";
const SELF_REFERENCE: &str =
    "an empty part of a path means the container itself, which is not rehearsed";

/// The parts of a path, its escapes still in them: the containers to walk through and the last key.
fn split(path: &str) -> Applied<(Vec<&str>, String)> {
    let mut parts: Vec<_> = path.split('/').collect();
    if parts.len() < 2 {
        return Err("a path starts with a slash");
    }
    let last = unescape(parts.pop().unwrap_or_default());
    parts.remove(0);
    Ok((parts, last))
}

fn unescape(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
}

/// The container that a path ends in, opened, and the key in it.
pub(super) fn find<'a>(root: &'a mut Node, path: &str) -> Applied<(&'a mut Node, String)> {
    let (parts, key) = split(path)?;
    let mut container = root;
    for part in parts {
        let slot = child(container, &unescape(part))
            .map_err(|what| if what == NO_KEY { NO_PATH } else { what });
        container = slot?.as_mut().ok_or(NO_PATH)?;
        match container.open() {
            Ok(Node::Object(_) | Node::Array(_)) => {}
            _ => return Err(NO_PATH),
        }
    }
    Ok((container, key))
}

/// The place of a key in a container.
fn child<'a>(container: &'a mut Node, key: &str) -> Applied<&'a mut Slot> {
    match container {
        _ if key.is_empty() => Err(SELF_REFERENCE),
        Node::Object(members) => members
            .iter_mut()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
            .ok_or(NO_KEY),
        Node::Array(items) => {
            let index = existing_index(key, items.len())?;
            Ok(&mut items[index])
        }
        Node::Raw(_) => Err(NO_PATH),
    }
}

pub(super) fn get(root: &mut Node, path: &str) -> Applied<Slot> {
    let (container, key) = find(root, path)?;
    child(container, &key).map(|slot| slot.clone())
}

pub(super) fn take(root: &mut Node, path: &str) -> Applied<Slot> {
    let (container, key) = find(root, path)?;
    match container {
        Node::Object(members) => {
            let index = members
                .iter()
                .position(|(name, _)| *name == key)
                .ok_or(NO_KEY)?;
            Ok(members.remove(index).1)
        }
        Node::Array(items) => {
            let index = existing_index(&key, items.len())?;
            Ok(items.remove(index))
        }
        Node::Raw(_) => Err(NO_PATH),
    }
}

pub(super) fn insert(root: &mut Node, path: &str, value: Slot) -> Applied<()> {
    let (container, key) = find(root, path)?;
    insert_into(container, &key, value)
}

fn insert_into(container: &mut Node, key: &str, value: Slot) -> Applied<()> {
    match container {
        Node::Object(members) => set_member(members, key, value),
        Node::Array(items) if key == "-" => items.push(value),
        Node::Array(items) => items.insert(existing_index(key, items.len() + 1)?, value),
        Node::Raw(_) => return Err(NO_PATH),
    }
    Ok(())
}

/// An index below `length`, or a negative one counted from it.
pub(super) fn existing_index(key: &str, length: usize) -> Applied<usize> {
    let index: i64 = key.parse().map_err(|_| BAD_INDEX)?;
    let length = i64::try_from(length).map_err(|_| BAD_INDEX)?;
    let index = if index < 0 { index + length } else { index };
    if (0..length).contains(&index) {
        usize::try_from(index).map_err(|_| BAD_INDEX)
    } else {
        Err(BAD_INDEX)
    }
}

/// Longest array that is made by naming an index beyond its end.
const MAX_PADDING: usize = 10_000;

/// Creates the containers on the way to a path's last part: an array where the next part is an index or `-`, padded
/// with `null` up to it, else an object.
pub(super) fn ensure_parents(root: &mut Node, path: &str) -> Applied<()> {
    let (parts, last) = split(path)?;
    let mut container = root;
    for (position, part) in parts.iter().enumerate() {
        let key = unescape(part);
        let exists = matches!(child(container, &key), Ok(Some(_)));
        if !exists {
            let next = parts.get(position + 1).map_or(last.as_str(), |next| next);
            create(container, part, next)?;
        }
        container = child(container, &key)?.as_mut().ok_or(NO_PATH)?;
        if let Ok(Node::Raw(_)) | Err(_) = container.open() {
            return Err(NO_PATH);
        }
    }
    Ok(())
}

/// Creates one container under the part's own spelling. (The library forgets its escapes here, and then finds nothing.)
fn create(container: &mut Node, part: &str, next: &str) -> Applied<()> {
    if let (Node::Array(items), Ok(index)) = (&mut *container, part.parse::<usize>()) {
        pad(items, index)?;
    }
    let new = match next.parse::<i64>() {
        Ok(index) if index < -1 => return Err("an index below -1 in an array that does not exist"),
        Ok(index) => {
            let mut items = Vec::new();
            pad(&mut items, usize::try_from(index).unwrap_or_default())?;
            Node::Array(items)
        }
        Err(_) if next == "-" => Node::Array(Vec::new()),
        Err(_) => Node::Object(Vec::new()),
    };
    insert_into(container, part, Some(new))
}

fn pad(items: &mut Vec<Slot>, length: usize) -> Applied<()> {
    if length > MAX_PADDING {
        return Err("an array of so many nulls is not rehearsed");
    }
    while items.len() < length {
        items.push(Some(Node::raw("null")));
    }
    Ok(())
}
