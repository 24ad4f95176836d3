//! JSON patches (RFC 6902), with two liberties of the Go library: `add` creates the parents that are missing, and
//! negative indexes count from the end.

use super::PatchError;
use super::node::{Node, Slot, set_member};
use super::path::{
    Applied, NO_KEY, NO_PATH, ensure_parents, existing_index, find, get, insert, take,
};
use crate::json::{Escape, Json};

/// Applies every operation in turn.
pub(super) fn apply(definition: &str, payload: &str) -> Result<String, PatchError> {
    let operations = decode(payload)?;
    let mut root = Node::raw(definition);
    root.open()?;
    for operation in &operations {
        operation
            .apply(&mut root)
            .map_err(|what| PatchError::Apply {
                operation: operation.kind.clone(),
                path: operation.path.clone(),
                what,
            })?;
    }
    // The operator calls the library so that it escapes nothing, and loses the escapes of the names that it reads.
    Ok(root.text(Escape::Plain)?)
}

struct Operation {
    kind: String,
    path: String,
    from: String,
    value: Option<Node>,
}

/// Reads the operations and checks each for what it needs, before any is applied.
fn decode(payload: &str) -> Result<Vec<Operation>, PatchError> {
    let list = Json::parse(payload.as_bytes())?;
    match &list {
        Json::Null => return Ok(Vec::new()),
        Json::Array(_) => {}
        _ => {
            return Err(PatchError::Malformed {
                what: "not an array",
            });
        }
    }
    let mut raw = Node::raw(payload);
    let Node::Array(items) = raw.open()? else {
        return Ok(Vec::new());
    };
    items.iter_mut().map(decode_one).collect()
}

fn decode_one(item: &mut Slot) -> Result<Operation, PatchError> {
    let malformed = |what| PatchError::Malformed { what };
    let opened = item.as_mut().map(Node::open).transpose()?;
    let Some(Node::Object(members)) = opened else {
        return Err(malformed("an operation is not an object"));
    };
    let kind =
        string_member(members, "op").ok_or_else(|| malformed("an operation without `op`"))?;
    let path =
        string_member(members, "path").ok_or_else(|| malformed("an operation without `path`"))?;
    let from = string_member(members, "from");
    let value = members.iter().find(|(key, _)| key == "value");
    let value = value.map(|(_, value)| value.clone().unwrap_or_else(|| Node::raw("null")));
    match kind.as_str() {
        "add" | "replace" if value.is_none() => {
            Err(malformed("`add` and `replace` need a `value`"))
        }
        "move" | "copy" if from.is_none() => Err(malformed("`move` and `copy` need `from`")),
        "add" | "replace" | "move" | "copy" | "remove" | "test" => Ok(Operation {
            kind,
            path,
            from: from.unwrap_or_default(),
            value,
        }),
        _ => Err(malformed(
            "`op` is none of add, copy, move, remove, replace, test",
        )),
    }
}

fn string_member(members: &[(String, Slot)], key: &str) -> Option<String> {
    let (_, value) = members.iter().find(|(name, _)| name == key)?;
    match value {
        Some(Node::Raw(text)) => match &Json::parse(text.as_bytes()).ok()? {
            Json::String(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

impl Operation {
    fn apply(&self, root: &mut Node) -> Applied<()> {
        match self.kind.as_str() {
            "add" => self.add(root),
            "remove" => take(root, &self.path).map(drop),
            "replace" => self.replace(root),
            "move" => {
                let value = take(root, &self.from)?;
                insert(root, &self.path, value)
            }
            "copy" => {
                let value = get(root, &self.from)?;
                insert(root, &self.path, value)
            }
            _ => self.test(root),
        }
    }

    fn add(&self, root: &mut Node) -> Applied<()> {
        if self.path.is_empty() {
            return self.replace_root(root);
        }
        ensure_parents(root, &self.path)?;
        insert(root, &self.path, self.value.clone())
    }

    fn replace(&self, root: &mut Node) -> Applied<()> {
        if self.path.is_empty() {
            return self.replace_root(root);
        }
        let (container, key) = find(root, &self.path)?;
        match container {
            Node::Object(members) => {
                if !key.is_empty() && !members.iter().any(|(name, _)| *name == key) {
                    return Err(NO_KEY);
                }
                set_member(members, &key, self.value.clone());
            }
            Node::Array(items) => {
                let index = existing_index(&key, items.len())?;
                items[index] = self.value.clone();
            }
            Node::Raw(_) => return Err(NO_PATH),
        }
        Ok(())
    }

    fn replace_root(&self, root: &mut Node) -> Applied<()> {
        let mut value = self.value.clone().ok_or("a `value` is needed")?;
        match value.open().map_err(|_| "the value is not JSON")? {
            Node::Raw(_) => Err("the whole definition can only become an object or an array"),
            _ => {
                *root = value;
                Ok(())
            }
        }
    }

    fn test(&self, root: &mut Node) -> Applied<()> {
        let found = if self.path.is_empty() {
            Some(root.clone())
        } else {
            match get(root, &self.path) {
                Err(reason) if reason == NO_KEY => None,
                found => found?,
            }
        };
        let wanted = self.value.as_ref().filter(|value| !value.is_null());
        let equal = match (&found, wanted) {
            (None, None) => true,
            (Some(found), Some(wanted)) => found.same(wanted).unwrap_or(false),
            // A `null` that an operation put there equals nothing, not even `null`: so the library has it.
            _ => false,
        };
        if equal {
            Ok(())
        } else {
            Err("the value is another")
        }
    }
}
