//! The keys of an object, to notice one that comes twice.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Visitor};

/// The keys of an object so far. Most objects have few, and looking at those is cheaper than hashing them.
pub(super) struct Keys<'de> {
    in_order: Vec<Cow<'de, str>>,
    hashed: HashSet<Cow<'de, str>>,
}

impl<'de> Keys<'de> {
    const FEW: usize = 16;

    pub(super) fn new() -> Self {
        Self {
            in_order: Vec::with_capacity(Self::FEW),
            hashed: HashSet::new(),
        }
    }

    /// Whether the key is new. It is the last one from now on in any case.
    pub(super) fn add(&mut self, key: Cow<'de, str>) -> bool {
        let new = if self.in_order.len() < Self::FEW {
            !self.in_order.contains(&key)
        } else {
            if self.hashed.is_empty() {
                self.hashed.extend(self.in_order.iter().cloned());
            }
            self.hashed.insert(key.clone())
        };
        self.in_order.push(key);
        new
    }

    pub(super) fn last(&self) -> &str {
        self.in_order.last().map_or("", |key| key)
    }
}

/// A key, taken from the text as it is if nothing in it is escaped.
pub(super) struct Key<'de>(pub(super) Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// Takes a text.
        struct Text;

        impl<'de> Visitor<'de> for Text {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(key)))
            }

            fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }

        deserializer.deserialize_str(Text)
    }
}
