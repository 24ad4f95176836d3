//! Forms that a member tells apart.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, Deserializer, Error};
use serde_json::value::RawValue;

use crate::json;

/// A value of one of several forms, before it is read as the form that its member names.
///
/// It is kept as text in between, so that opaque JSON and large numbers inside of it survive.
pub struct Tagged<E> {
    raw: Box<RawValue>,
    member: &'static str,
    tag: String,
    /// Whether this value is around all others that are being read by this thread.
    outermost: bool,
    error: PhantomData<E>,
}

/// How deep a value may be nested that holds one of several forms. Each form is read by a reader
/// of its own, so that serde_json's limit of the same height does not see the whole.
const NESTING: usize = 128;

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

impl<E: Error> Tagged<E> {
    /// Takes a value, and finds the text of `member` in it.
    ///
    /// # Errors
    ///
    /// The value is no object, has no such member, or is nested too deep.
    pub fn read_from<'de, D>(deserializer: D, member: &'static str) -> Result<Self, E>
    where
        D: Deserializer<'de, Error = E>,
    {
        let raw: Box<RawValue> = serde::Deserialize::deserialize(deserializer)?;
        let outermost = !INSIDE.replace(true);
        let mut tagged = Self {
            raw,
            member,
            tag: String::new(),
            outermost,
            error: PhantomData,
        };
        if outermost && nesting(tagged.raw.get()) > NESTING {
            return Err(E::custom("nested too deep"));
        }
        type Members<'a> = BTreeMap<String, &'a RawValue>;
        let members: Members<'_> = json::read(tagged.raw.get().as_bytes()).map_err(E::custom)?;
        let tag = members
            .get(member)
            .ok_or_else(|| E::missing_field(member))?;
        let tag = json::read(tag.get().as_bytes());
        tagged.tag = tag.map_err(|error| E::custom(format_args!("{member}: {error}")))?;
        Ok(tagged)
    }

    /// The text of the member.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// Reads the value as the form that its member names.
    ///
    /// # Errors
    ///
    /// It is not of that form.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, E> {
        json::read(self.raw.get().as_bytes()).map_err(E::custom)
    }

    /// The error for a text that names none of the forms; `known` says which there are.
    pub fn unknown(&self, known: &str) -> E {
        E::custom(format_args!("`{}` {:?} {known}", self.member, self.tag))
    }
}

impl<E> Drop for Tagged<E> {
    fn drop(&mut self) {
        if self.outermost {
            INSIDE.set(false);
        }
    }
}

/// How many lists and objects are open at most at one place of a JSON text.
fn nesting(text: &str) -> usize {
    let (mut depth, mut most, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => depth += 1,
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        most = most.max(depth);
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_ignores_what_is_quoted() {
        let table = [
            ("1", 0),
            ("[]", 1),
            (r#"{"a": [{}]}"#, 3),
            (r#"["[[\"[["]"#, 1),
        ];
        for (text, depth) in table {
            assert_eq!(nesting(text), depth, "{text}");
        }
    }
}
