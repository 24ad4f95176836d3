//! The values that keywords of a schema have.

use serde_json::{Number, Value};

use super::placed::Placed;
use super::reader::{Part, Read};

/// The value of a keyword.
pub(super) trait Keyword: Sized {
    fn read(part: &Part<'_>) -> Read<Self>;
    fn json(&self) -> Value;
}

impl Keyword for Value {
    fn read(part: &Part<'_>) -> Read<Self> {
        Ok(part.value.clone())
    }

    fn json(&self) -> Value {
        self.clone()
    }
}

impl Keyword for String {
    fn read(part: &Part<'_>) -> Read<Self> {
        part.text()
    }

    fn json(&self) -> Value {
        self.as_str().into()
    }
}

impl Keyword for bool {
    fn read(part: &Part<'_>) -> Read<Self> {
        part.flag()
    }

    fn json(&self) -> Value {
        (*self).into()
    }
}

impl Keyword for u64 {
    fn read(part: &Part<'_>) -> Read<Self> {
        part.value
            .as_u64()
            .ok_or_else(|| part.unread("a whole number"))
    }

    fn json(&self) -> Value {
        (*self).into()
    }
}

impl Keyword for Number {
    fn read(part: &Part<'_>) -> Read<Self> {
        part.value
            .as_number()
            .cloned()
            .ok_or_else(|| part.unread("a number"))
    }

    fn json(&self) -> Value {
        Value::Number(self.clone())
    }
}

impl<T: Keyword> Keyword for Placed<T> {
    fn read(part: &Part<'_>) -> Read<Self> {
        Ok(Self::new(part.at(), T::read(part)?))
    }

    fn json(&self) -> Value {
        T::json(self)
    }
}

impl<T: Keyword> Keyword for Vec<T> {
    fn read(part: &Part<'_>) -> Read<Self> {
        part.items()?.iter().map(T::read).collect()
    }

    fn json(&self) -> Value {
        self.iter().map(T::json).collect()
    }
}
