//! A value.

/// The deepest nesting that Go's decoder accepts.
pub const MAX_DEPTH: usize = 10_000;

/// A JSON value.
#[derive(Default)]
pub enum Json {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it was written.
    Number(String),
    /// A string, unescaped.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object: its members in the order of the text, duplicates included.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// An object with these members, in this order.
    pub fn object<K: Into<String>>(members: impl IntoIterator<Item = (K, Json)>) -> Self {
        Self::Object(
            members
                .into_iter()
                .map(|(key, value)| (key.into(), value))
                .collect(),
        )
    }

    /// The value of an object's member; of several with one name the last, as everywhere in Go.
    pub fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Self::Object(members) => members
                .iter()
                .rev()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// As [`Self::get`], to be changed.
    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Json> {
        match self {
            Self::Object(members) => members
                .iter_mut()
                .rev()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// Takes the members out of an object, and leaves it empty; none of anything else.
    pub(crate) fn take_members(&mut self) -> Vec<(String, Json)> {
        match self {
            Self::Object(members) => std::mem::take(members),
            _ => Vec::new(),
        }
    }

    /// Sorts the members of every object by the bytes of their names and keeps the last of duplicates: the order in
    /// which Go writes a map, and in which the Kubernetes API server returns free-form values.
    pub fn sort_members(&mut self) {
        let mut pending = vec![self];
        while let Some(value) = pending.pop() {
            match value {
                Self::Array(items) => pending.extend(items),
                Self::Object(members) => {
                    sort_unique(members);
                    pending.extend(members.iter_mut().map(|(_, value)| value));
                }
                _ => {}
            }
        }
    }

    /// Takes the values out of an array or object, and leaves it empty.
    fn take_children(&mut self) -> Vec<Json> {
        match self {
            Self::Array(items) => std::mem::take(items),
            Self::Object(members) => std::mem::take(members)
                .into_iter()
                .map(|(_, value)| value)
                .collect(),
            _ => Vec::new(),
        }
    }
}

fn sort_unique(members: &mut Vec<(String, Json)>) {
    members.sort_by(|(a, _), (b, _)| a.cmp(b)); // stable: duplicates keep their order
    members.reverse();
    members.dedup_by(|(later, _), (kept, _)| later == kept); // reversed: the first kept is the last written
    members.reverse();
}

impl Drop for Json {
    /// Flat, where the derived drop would recurse once per level.
    fn drop(&mut self) {
        let mut pending = self.take_children();
        while let Some(mut value) = pending.pop() {
            pending.append(&mut value.take_children());
        }
    }
}

impl std::fmt::Debug for Json {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}
