//! What exists.

use std::collections::{HashMap, HashSet, VecDeque};

use super::Fault;
use super::behaviour::Switches;
use super::check::Resource;
use super::ids::{self, Seed};

/// From so many resources of a type on, some faults show.
const MANY: usize = 60;

/// All resources, and the few traces of the past that faults need.
#[derive(Debug, Default)]
pub(super) struct Store {
    shelves: HashMap<String, Shelf>,
}

/// The resources of one type.
#[derive(Debug, Default)]
struct Shelf {
    stored: HashMap<String, Stored>,
    /// Id by name.
    names: HashMap<String, String>,
    issued: usize,
    /// Ids in the order in which they were given out; some may be gone.
    order: VecDeque<String>,
    /// Ids and names that were deleted.
    past: HashSet<String>,
    /// New id by former id.
    moved: HashMap<String, String>,
}

#[derive(Debug)]
struct Stored {
    resource: Resource,
    updates: usize,
}

/// A successful update.
pub(super) struct Updated {
    pub(super) id: String,
    pub(super) unchanged: bool,
}

impl Store {
    fn shelf(&mut self, kind: &str) -> &mut Shelf {
        self.shelves.entry(kind.to_owned()).or_default()
    }

    /// Creates; the same name leads to the same id. Returns it, and whether it was there.
    pub(super) fn create(
        &mut self,
        switches: Switches<'_>,
        kind: &str,
        resource: Resource,
    ) -> (String, bool) {
        let shelf = self.shelf(kind);
        let known = shelf.names.get(&resource.name).cloned();
        let again = known.is_some();
        let full = shelf.stored.len() >= MANY;
        let used = (full && switches.wrong(Fault::IdsUsedTwice)).then(|| shelf.oldest());
        let id = known
            .or(used.flatten())
            .unwrap_or_else(|| shelf.issue(switches, kind, &resource.name));
        shelf.order.push_back(id.clone());
        shelf.names.insert(resource.name.clone(), id.clone());
        shelf.stored.insert(
            id.clone(),
            Stored {
                resource,
                updates: 0,
            },
        );
        if full && switches.wrong(Fault::ForgetsBeyond) {
            shelf.remove(&id);
        }
        (id, again)
    }

    /// Puts a resource under an id that did not exist.
    pub(super) fn adopt(&mut self, kind: &str, id: &str, resource: Resource) {
        self.shelf(kind).stored.insert(
            id.to_owned(),
            Stored {
                resource,
                updates: 0,
            },
        );
    }

    /// Replaces the content of what exists; `moving` gives it a new id.
    pub(super) fn update(
        &mut self,
        switches: Switches<'_>,
        kind: &str,
        id: &str,
        resource: Resource,
        moving: bool,
    ) -> Option<Updated> {
        let shelf = self.shelf(kind);
        let old = shelf.stored.remove(id)?;
        let unchanged = old.resource.bytes == resource.bytes;
        let name = old.resource.name;
        let new = if moving {
            shelf.issue(switches, kind, &name)
        } else {
            id.to_owned()
        };
        shelf.stored.insert(
            new.clone(),
            Stored {
                resource,
                updates: old.updates + 1,
            },
        );
        if new != id {
            shelf.moved.insert(id.to_owned(), new.clone());
        }
        if let Some(known) = shelf.names.get_mut(&name) {
            known.clone_from(&new);
        }
        Some(Updated { id: new, unchanged })
    }

    /// Deletes. Returns whether there was anything.
    pub(super) fn delete(&mut self, switches: Switches<'_>, kind: &str, id: &str) -> bool {
        let mut id = id.to_owned();
        while switches.wrong(Fault::OldIdDeletes)
            && let Some(new) = self.shelf(kind).moved.get(&id)
        {
            id.clone_from(new);
        }
        if switches.wrong(Fault::DeleteIgnoresType) {
            return self
                .shelves
                .values_mut()
                .any(|shelf| shelf.remove(&id).is_some());
        }
        let shelf = self.shelf(kind);
        let Some(name) = shelf.remove(&id) else {
            return false;
        };
        if switches.wrong(Fault::DeleteTakesFamily) {
            shelf.remove_family(&name);
        }
        true
    }

    /// What is stored under that id.
    pub(super) fn get(&self, kind: &str, id: &str) -> Option<&Resource> {
        let shelf = self.shelves.get(kind)?;
        shelf.stored.get(id).map(|stored| &stored.resource)
    }

    pub(super) fn has_name(&self, kind: &str, name: &str) -> bool {
        self.shelves
            .get(kind)
            .is_some_and(|shelf| shelf.names.contains_key(name))
    }

    pub(super) fn updates(&self, kind: &str, id: &str) -> usize {
        let stored = self
            .shelves
            .get(kind)
            .and_then(|shelf| shelf.stored.get(id));
        stored.map_or(0, |stored| stored.updates)
    }

    /// Whether an id or a name was deleted before.
    pub(super) fn was_deleted(&self, kind: &str, id_or_name: &str) -> bool {
        self.shelves
            .get(kind)
            .is_some_and(|shelf| shelf.past.contains(id_or_name))
    }
}

impl Shelf {
    fn issue(&mut self, switches: Switches<'_>, kind: &str, name: &str) -> String {
        let id = ids::issue(
            switches,
            &Seed {
                kind,
                name,
                earlier: self.issued,
            },
        );
        self.issued += 1;
        id
    }

    /// The id that is there longest, and is then no longer the next to be found so.
    fn oldest(&mut self) -> Option<String> {
        while let Some(id) = self.order.pop_front() {
            if self.stored.contains_key(&id) {
                return Some(id);
            }
        }
        None
    }

    /// Removes what has that id, and returns its name.
    fn remove(&mut self, id: &str) -> Option<String> {
        let name = self.stored.remove(id)?.resource.name;
        self.names.retain(|_, known| known != id);
        self.past.extend([id.to_owned(), name.clone()]);
        Some(name)
    }

    fn remove_family(&mut self, name: &str) {
        let kin = |stored: &Stored| family(&stored.resource.name) == family(name);
        let ids: Vec<String> = self
            .stored
            .iter()
            .filter(|(_, stored)| kin(stored))
            .map(|(id, _)| id.clone())
            .collect();
        for id in ids {
            self.remove(&id);
        }
    }
}

/// What names have in common that differ only after the last dash.
pub(super) fn family(name: &str) -> &str {
    name.rsplit_once('-').map_or(name, |(family, _)| family)
}
