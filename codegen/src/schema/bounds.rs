//! Bounds on numbers, lists and maps, as far as a type can keep them.

use serde_json::Number;

use crate::api::{Placed, Schema};

/// What a bounded type checks when a value of it is made.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Bounds {
    /// Whole numbers of this Rust type. A bound that the type has anyway is left out.
    Integer {
        rust: &'static str,
        min: Option<i128>,
        max: Option<i128>,
        step: Option<i64>,
    },
    /// Numbers of this Rust type, and whether each bound itself is excluded.
    Number {
        rust: &'static str,
        min: Option<(f64, bool)>,
        max: Option<(f64, bool)>,
    },
    List {
        size: Size,
        unique: bool,
    },
    Map(Size),
}

impl Bounds {
    /// Whether a plain list or map keeps them, as it does `minItems: 0`.
    pub(crate) fn say_nothing(&self) -> bool {
        let boundless = Size {
            min: None,
            max: None,
        };
        matches!(self, Self::List { size, unique: false } | Self::Map(size) if *size == boundless)
    }
}

/// How many there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) min: Option<u64>,
    pub(crate) max: Option<u64>,
}

/// Whether a schema has bounds that progenitor's types would not keep.
pub(crate) fn is_bounded(schema: &Schema) -> bool {
    let number = [&schema.minimum, &schema.maximum, &schema.multiple_of];
    let list = [&schema.min_items, &schema.max_items];
    let map = [&schema.min_properties, &schema.max_properties];
    match schema.kind() {
        Some("integer" | "number") => number.iter().any(|bound| bound.is_some()),
        Some("array") => list.iter().any(|bound| bound.is_some()) || is_set(schema),
        Some("object") => map.iter().any(|bound| bound.is_some()) && !schema.is_empty_object(),
        _ => false,
    }
}

fn is_set(schema: &Schema) -> bool {
    is_on(&schema.unique_items)
}

fn is_on(flag: &Option<Placed<bool>>) -> bool {
    flag.as_ref().is_some_and(|flag| **flag)
}

/// The integer types by format, with their bounds.
const INTEGERS: [(&str, &str, i128, i128); 8] = [
    ("int8", "i8", i8::MIN as i128, i8::MAX as i128),
    ("int16", "i16", i16::MIN as i128, i16::MAX as i128),
    ("int32", "i32", i32::MIN as i128, i32::MAX as i128),
    ("int64", "i64", i64::MIN as i128, i64::MAX as i128),
    ("uint8", "u8", 0, u8::MAX as i128),
    ("uint16", "u16", 0, u16::MAX as i128),
    ("uint32", "u32", 0, u32::MAX as i128),
    ("uint64", "u64", 0, u64::MAX as i128),
];

/// The Rust type of an unbounded number, as progenitor chooses it.
pub(crate) fn number_type(schema: &Schema) -> &'static str {
    let known = INTEGERS
        .iter()
        .find(|(name, ..)| Some(*name) == schema.format());
    match (schema.kind(), known) {
        (Some("number"), _) if schema.format() == Some("float") => "f32",
        (Some("number"), _) => "f64",
        (_, Some((_, rust, ..))) => rust,
        (_, None) => "i64",
    }
}

/// Whether the type of an unbounded integer holds a value.
pub(crate) fn holds(schema: &Schema, value: i64) -> bool {
    let rust = number_type(schema);
    let mut types = INTEGERS.iter().filter(|(_, name, ..)| *name == rust);
    types.any(|(_, _, least, most)| (*least..=*most).contains(&i128::from(value)))
}

impl Bounds {
    /// The bounds of a schema; `None` if it has none, or if nothing is within them.
    pub(crate) fn of(schema: &Schema) -> Option<Self> {
        if !is_bounded(schema) {
            return None;
        }
        match schema.kind()? {
            "integer" => integer(schema),
            "number" => number(schema),
            "array" => Some(Self::List {
                size: size(&schema.min_items, &schema.max_items)?,
                unique: is_set(schema),
            }),
            _ => Some(Self::Map(size(
                &schema.min_properties,
                &schema.max_properties,
            )?)),
        }
    }
}

fn size(min: &Option<Placed<u64>>, max: &Option<Placed<u64>>) -> Option<Size> {
    let size = Size {
        min: min.as_deref().copied().filter(|min| *min > 0),
        max: max.as_deref().copied(),
    };
    (size.min.unwrap_or(0) <= size.max.unwrap_or(u64::MAX)).then_some(size)
}

fn integer(schema: &Schema) -> Option<Bounds> {
    let low = schema.minimum.as_ref().map(|min| {
        let (whole, exact) = whole(min, f64::ceil);
        whole.saturating_add(i128::from(exact && is_on(&schema.exclusive_minimum)))
    });
    let high = schema.maximum.as_ref().map(|max| {
        let (whole, exact) = whole(max, f64::floor);
        whole.saturating_sub(i128::from(exact && is_on(&schema.exclusive_maximum)))
    });
    let unsigned = low.is_some_and(|low| low >= 0);
    let usual = if unsigned { "uint64" } else { "int64" };
    let find = |name: &str| INTEGERS.iter().find(|(known, ..)| *known == name);
    let (_, rust, least, most) = schema.format().and_then(find).or_else(|| find(usual))?;
    let (from, to) = (
        low.unwrap_or(*least).max(*least),
        high.unwrap_or(*most).min(*most),
    );
    let step = schema.multiple_of.as_ref().and_then(|step| step.as_i64());
    let last = step.map_or(to, |step| {
        to.div_euclid(i128::from(step)) * i128::from(step)
    });
    let step_fits = step.is_none_or(|step| i128::from(step) <= *most);
    (last >= from && step_fits).then_some(Bounds::Integer {
        rust,
        min: Some(from).filter(|from| from > least),
        max: Some(to).filter(|to| to < most),
        step,
    })
}

/// A bound as a whole number, and whether it was one.
fn whole(bound: &Number, round: fn(f64) -> f64) -> (i128, bool) {
    match (bound.as_i128(), bound.as_f64()) {
        (Some(exact), _) => (exact, true),
        // Saturates, which no integer type comes near.
        (None, Some(float)) => (round(float) as i128, round(float) == float),
        (None, None) => (0, false),
    }
}

fn number(schema: &Schema) -> Option<Bounds> {
    let bound = |bound: &Option<Placed<Number>>, excluded| {
        Some((bound.as_ref()?.as_f64()?, is_on(excluded)))
    };
    let min = bound(&schema.minimum, &schema.exclusive_minimum);
    let max = bound(&schema.maximum, &schema.exclusive_maximum);
    let possible = match (min, max) {
        (Some((low, out)), Some((high, beyond))) => low < high || (low == high && !out && !beyond),
        _ => true,
    };
    possible.then_some(Bounds::Number {
        rust: number_type(schema),
        min,
        max,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn bounds_choose_a_type_that_holds_them() {
        let int = |rust, min, max, step| {
            Some(Bounds::Integer {
                rust,
                min,
                max,
                step,
            })
        };
        let table = [
            (json!({"type": "integer"}), None),
            (
                json!({"type": "integer", "minimum": 0}),
                int("u64", None, None, None),
            ),
            (
                json!({"type": "integer", "minimum": 1.5}),
                int("u64", Some(2), None, None),
            ),
            (
                json!({"type": "integer", "minimum": -1, "exclusiveMinimum": true}),
                int("u64", None, None, None),
            ),
            (
                json!({"type": "integer", "maximum": 1e300}),
                int("i64", None, None, None),
            ),
            (
                json!({"type": "integer", "maximum": 5, "exclusiveMaximum": true}),
                int("i64", None, Some(4), None),
            ),
            (
                json!({"type": "integer", "format": "int8", "minimum": -500, "maximum": 100}),
                int("i8", None, Some(100), None),
            ),
            (
                json!({"type": "integer", "format": "uint8", "maximum": -1}),
                None,
            ),
            (
                json!({"type": "integer", "minimum": 1, "maximum": 9, "multipleOf": 10}),
                None,
            ),
            (
                json!({"type": "integer", "minimum": -9, "maximum": -1, "multipleOf": 5}),
                int("i64", Some(-9), Some(-1), Some(5)),
            ),
            (
                json!({"type": "number", "minimum": 1, "maximum": 1, "exclusiveMaximum": true}),
                None,
            ),
            (json!({"type": "array", "minItems": 2, "maxItems": 1}), None),
            (json!({"type": "array", "uniqueItems": false}), None),
            (json!({"type": "object", "maxProperties": 0}), None),
        ];
        for (schema, bounds) in table {
            let read = Schema::of(&schema).expect("a schema");
            assert_eq!(Bounds::of(&read), bounds, "{schema}");
        }
    }
}
