//! Reading one JSON value more strictly than serde does.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error as _, IgnoredAny,
    IntoDeserializer as _, MapAccess, SeqAccess, Visitor,
};

use crate::types::present;

/// Why a text is not a value of the wanted type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// The text is not exactly one JSON value.
    Malformed(String),
    /// It is JSON, but not of this type; the message starts with the path to the culprit.
    Wrong(String),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(why) | Self::Wrong(why) => f.write_str(why),
        }
    }
}

/// Reads exactly one value. An array does not pass for an object, and no key may come twice,
/// except inside of what the type does not look at.
///
/// # Errors
///
/// The text is not one JSON value, or not one of the type.
pub fn read<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, Unreadable> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| Unreadable::Malformed(format!("not UTF-8: {error}")))?;
    let track = Track::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = T::deserialize(Strict {
        inner: &mut deserializer,
        track: &track,
    });
    let value = value.map_err(|error| judge(text, &track, error))?;
    deserializer
        .end()
        .map_err(|error| malformed(text, &error))?;
    Ok(value)
}

/// The parser stops at the first wrong value; what follows may still not be JSON at all.
fn judge(text: &str, track: &Track, error: serde_json::Error) -> Unreadable {
    if !error.is_data() {
        return malformed(text, &error);
    }
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        return malformed(text, &error);
    }
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = error.to_string();
    Unreadable::Wrong(format!(
        "{track}: {}",
        message.strip_suffix(&place).unwrap_or(&message)
    ))
}

/// What the parser says, and what stands there: a place alone says nothing about a text that was put together elsewhere.
fn malformed(text: &str, error: &serde_json::Error) -> Unreadable {
    let line = text.lines().nth(error.line().saturating_sub(1));
    let bytes = line.unwrap_or_default().as_bytes();
    let rest = bytes
        .get(error.column().saturating_sub(1)..)
        .unwrap_or_default();
    let found: String = String::from_utf8_lossy(rest).chars().take(24).collect();
    if found.is_empty() {
        return Unreadable::Malformed(error.to_string());
    }
    Unreadable::Malformed(format!("{error}, where {found:?} stands"))
}

/// The way from where the reader failed up to the top: a step is noted only when it fails.
#[derive(Default)]
struct Track(RefCell<Vec<Step>>);

enum Step {
    Key(String),
    Index(usize),
}

impl Track {
    fn within<T, E>(
        &self,
        step: impl FnOnce() -> Step,
        read: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        read().inspect_err(|_| self.0.borrow_mut().push(step()))
    }
}

impl fmt::Display for Track {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        for step in self.0.borrow().iter().rev() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key)
                    if key.chars().all(|c| c.is_alphanumeric() || c == '_') && !key.is_empty() =>
                {
                    write!(f, ".{key}")?;
                }
                Step::Key(key) => write!(f, "[{key:?}]")?,
            }
        }
        Ok(())
    }
}

/// A deserializer, visitor, seed or access that does what the inner one does, and keeps track.
struct Strict<'t, T> {
    inner: T,
    track: &'t Track,
}

impl<'t, T> Strict<'t, T> {
    fn around<U>(&self, inner: U) -> Strict<'t, U> {
        Strict {
            inner,
            track: self.track,
        }
    }
}

macro_rules! forward {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            let visitor = self.around(visitor);
            self.inner.$method(visitor)
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Strict<'_, D> {
    type Error = D::Error;

    forward! {
        deserialize_any deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32
        deserialize_i64 deserialize_i128 deserialize_u8 deserialize_u16 deserialize_u32
        deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64 deserialize_char
        deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf
        deserialize_option deserialize_unit deserialize_seq deserialize_map
        deserialize_identifier
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_ignored_any(visitor)
    }

    /// As a map: serde_json would also take an array, field by field.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let visitor = self.around(visitor);
        self.inner.deserialize_unit_struct(name, visitor)
    }

    /// A member that may be left out asks by the name `present`; it has no use for null.
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        if name == present::NAME {
            return self.deserialize_option(visitor);
        }
        let visitor = self.around(visitor);
        self.inner.deserialize_newtype_struct(name, visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let visitor = self.around(visitor);
        self.inner.deserialize_tuple(len, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let visitor = self.around(visitor);
        self.inner.deserialize_tuple_struct(name, len, visitor)
    }

    /// From a text only: serde_json would also take an object with one key.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.inner.deserialize_any(Word(visitor))
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

macro_rules! visit {
    ($($method:ident $type:ty)*) => {$(
        fn $method<E: serde::de::Error>(self, value: $type) -> Result<V::Value, E> {
            self.inner.$method(value)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Strict<'_, V> {
    type Value = V::Value;

    visit! {
        visit_bool bool visit_i64 i64 visit_i128 i128 visit_u64 u64 visit_u128 u128
        visit_f64 f64 visit_char char visit_str &str visit_borrowed_str &'de str
        visit_string String visit_bytes &[u8] visit_borrowed_bytes &'de [u8]
        visit_byte_buf Vec<u8>
    }

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<V::Value, E> {
        self.inner.visit_unit()
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<V::Value, E> {
        self.inner.visit_none()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        let deserializer = self.around(deserializer);
        self.inner.visit_some(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<V::Value, D::Error> {
        let deserializer = self.around(deserializer);
        self.inner.visit_newtype_struct(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
        let items = Items {
            inner: self.around(items),
            next: 0,
        };
        self.inner.visit_seq(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
        let members = Members {
            inner: self.around(members),
            keys: Keys::new(),
        };
        self.inner.visit_map(members)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, variant: A) -> Result<V::Value, A::Error> {
        self.inner.visit_enum(variant)
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Strict<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        let deserializer = self.around(deserializer);
        self.inner.deserialize(deserializer)
    }
}

/// Takes a text for the variant of that name.
struct Word<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Word<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<V::Value, E> {
        self.0.visit_enum(value.into_deserializer())
    }
}

struct Items<'t, A> {
    inner: Strict<'t, A>,
    next: usize,
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Items<'_, A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        let seed = self.inner.around(seed);
        let track = self.inner.track;
        let step = || Step::Index(self.next);
        let item = track.within(step, || self.inner.inner.next_element_seed(seed))?;
        self.next += 1;
        Ok(item)
    }
}

struct Members<'t, 'de, A> {
    inner: Strict<'t, A>,
    keys: Keys<'de>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Members<'_, 'de, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        let Some(Key(key)) = self.inner.inner.next_key()? else {
            return Ok(None);
        };
        if !self.keys.add(key) {
            let key = self.keys.last();
            return Err(A::Error::custom(format_args!(
                "the key {key:?} is there twice"
            )));
        }
        let key: StrDeserializer<'_, A::Error> = self.keys.last().into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        let seed = self.inner.around(seed);
        let step = || Step::Key(self.keys.last().to_owned());
        let track = self.inner.track;
        track.within(step, || self.inner.inner.next_value_seed(seed))
    }
}

/// The keys of an object so far. Most objects have few, and looking at those is cheaper than hashing them.
struct Keys<'de> {
    in_order: Vec<Cow<'de, str>>,
    hashed: HashSet<Cow<'de, str>>,
}

impl<'de> Keys<'de> {
    const FEW: usize = 16;

    fn new() -> Self {
        Self {
            in_order: Vec::with_capacity(Self::FEW),
            hashed: HashSet::new(),
        }
    }

    /// Whether the key is new. It is the last one from now on in any case.
    fn add(&mut self, key: Cow<'de, str>) -> bool {
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

    fn last(&self) -> &str {
        self.in_order.last().map_or("", |key| key)
    }
}

/// A key, taken from the text as it is if nothing in it is escaped.
struct Key<'de>(Cow<'de, str>);

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
