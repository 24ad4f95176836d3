//! Reading parts of a document whose form has been checked.

use serde_json::{Map, Value};

use super::placed::Placed;
use crate::document::{Document, child};
use crate::error::{Place, SpecError};

/// What has been read, or the check that is missing: what comes here has the right form.
pub(crate) type Read<T> = Result<T, SpecError>;

/// What a check should have refused, at a place.
pub(crate) fn missing(at: &Place, wanted: &str) -> SpecError {
    SpecError::Internal {
        at: at.clone(),
        message: format!("this is not {wanted}"),
    }
}

/// A part of a document, and where it is.
#[derive(Clone)]
pub(crate) struct Part<'a> {
    document: &'a Document,
    pub(crate) pointer: String,
    pub(crate) value: &'a Value,
}

/// References that only refer to each other end here.
const LONGEST_CHAIN: usize = 32;

impl<'a> Part<'a> {
    pub(crate) fn whole(document: &'a Document) -> Self {
        Self {
            document,
            pointer: String::new(),
            value: &document.value,
        }
    }

    pub(crate) fn at(&self) -> Place {
        self.document.place(&self.pointer)
    }

    fn inner(&self, pointer: String, value: &'a Value) -> Self {
        Self {
            document: self.document,
            pointer,
            value,
        }
    }

    /// What a check should have refused.
    pub(crate) fn unread(&self, wanted: &str) -> SpecError {
        missing(&self.at(), wanted)
    }

    pub(crate) fn get(&self, key: &str) -> Option<Self> {
        let value = self.value.get(key)?;
        Some(self.inner(child(&self.pointer, key), value))
    }

    pub(crate) fn required(&self, key: &str) -> Read<Self> {
        self.get(key)
            .ok_or_else(|| self.unread(&format!("an object with `{key}`")))
    }

    /// A member, read if it is there.
    pub(crate) fn optional<T>(
        &self,
        key: &str,
        read: impl Fn(&Self) -> Read<T>,
    ) -> Read<Option<T>> {
        self.get(key).as_ref().map(read).transpose()
    }

    /// The same, with its place.
    pub(crate) fn placed<T>(
        &self,
        key: &str,
        read: impl Fn(&Self) -> Read<T>,
    ) -> Read<Option<Placed<T>>> {
        self.optional(key, |part| Ok(Placed::new(part.at(), read(part)?)))
    }

    pub(crate) fn object(&self) -> Read<&'a Map<String, Value>> {
        self.value
            .as_object()
            .ok_or_else(|| self.unread("an object"))
    }

    pub(crate) fn members(&self) -> Read<Vec<(&'a str, Self)>> {
        let member = |(name, value): (&'a String, &'a Value)| {
            let pointer = child(&self.pointer, name);
            (name.as_str(), self.inner(pointer, value))
        };
        Ok(self.object()?.iter().map(member).collect())
    }

    pub(crate) fn items(&self) -> Read<Vec<Self>> {
        let items = self.value.as_array().ok_or_else(|| self.unread("a list"))?;
        let item = |(index, value)| self.inner(format!("{}/{index}", self.pointer), value);
        Ok(items.iter().enumerate().map(item).collect())
    }

    pub(crate) fn text(&self) -> Read<String> {
        let text = self.value.as_str().ok_or_else(|| self.unread("a text"))?;
        Ok(text.to_owned())
    }

    pub(crate) fn flag(&self) -> Read<bool> {
        self.value.as_bool().ok_or_else(|| self.unread("a flag"))
    }

    /// A flag that is off where it is left out.
    pub(crate) fn is_on(&self, key: &str) -> Read<bool> {
        Ok(self.optional(key, Self::flag)?.is_some_and(|on| on))
    }

    /// The part itself, or what it refers to.
    pub(crate) fn followed(&self) -> Read<Self> {
        let mut part = self.clone();
        for _ in 0..LONGEST_CHAIN {
            let Some(reference) = part.get("$ref") else {
                return Ok(part);
            };
            let pointer = reference.text()?;
            let pointer = pointer
                .strip_prefix('#')
                .ok_or_else(|| reference.unread("a reference into this document"))?;
            let value = self
                .document
                .value
                .pointer(pointer)
                .ok_or_else(|| reference.unread("a reference to a part"))?;
            part = self.inner(pointer.to_owned(), value);
        }
        Err(self.unread("a reference that ends"))
    }

    /// The items of a list that may be left out.
    pub(crate) fn each<T>(&self, key: &str, read: impl Fn(&Self) -> Read<T>) -> Read<Vec<T>> {
        match self.get(key) {
            Some(list) => list.items()?.iter().map(read).collect(),
            None => Ok(Vec::new()),
        }
    }

    /// The members of an extension, whose form nothing has checked.
    pub(crate) fn extension(&self, key: &str) -> Vec<(String, Placed<Value>)> {
        let members = self.get(key).and_then(|part| part.members().ok());
        let members = members.into_iter().flatten();
        members
            .map(|(name, part)| (name.to_owned(), Placed::new(part.at(), part.value.clone())))
            .collect()
    }
}
