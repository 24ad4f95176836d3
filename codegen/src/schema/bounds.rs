//! Bounds on numbers, lists and maps, as far as a type can keep them.

use serde_json::Value;

use super::kind::is_empty_object;

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

/// How many there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) min: Option<u64>,
    pub(crate) max: Option<u64>,
}

/// Whether a schema has bounds that progenitor's types would not keep.
pub(crate) fn is_bounded(schema: &Value) -> bool {
    let has = |keys: &[&str]| keys.iter().any(|key| schema.get(key).is_some());
    match schema.get("type").and_then(Value::as_str) {
        Some("integer" | "number") => has(&["minimum", "maximum", "multipleOf"]),
        Some("array") => {
            has(&["minItems", "maxItems"]) || schema.get("uniqueItems") == Some(&Value::Bool(true))
        }
        Some("object") => has(&["minProperties", "maxProperties"]) && !is_empty_object(schema),
        _ => false,
    }
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
pub(crate) fn number_type(schema: &Value) -> &'static str {
    let format = schema
        .get("format")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let is_number = schema.get("type").and_then(Value::as_str) == Some("number");
    let known = INTEGERS.iter().find(|(name, ..)| *name == format);
    match known {
        _ if is_number && format == "float" => "f32",
        _ if is_number => "f64",
        Some((_, rust, ..)) => rust,
        None => "i64",
    }
}

/// Whether the type of an unbounded integer holds a value.
pub(crate) fn holds(schema: &Value, value: i64) -> bool {
    let rust = number_type(schema);
    let mut types = INTEGERS.iter().filter(|(_, name, ..)| *name == rust);
    types.any(|(_, _, least, most)| (*least..=*most).contains(&i128::from(value)))
}

impl Bounds {
    /// The bounds of a schema; `None` if it has none, or if nothing is within them.
    pub(crate) fn of(schema: &Value) -> Option<Self> {
        if !is_bounded(schema) {
            return None;
        }
        match schema.get("type").and_then(Value::as_str)? {
            "integer" => integer(schema),
            "number" => number(schema),
            "array" => Some(Self::List {
                size: size(schema, "minItems", "maxItems")?,
                unique: schema.get("uniqueItems") == Some(&Value::Bool(true)),
            }),
            _ => Some(Self::Map(size(schema, "minProperties", "maxProperties")?)),
        }
    }
}

fn size(schema: &Value, min: &str, max: &str) -> Option<Size> {
    let get = |key: &str| schema.get(key).and_then(Value::as_u64);
    let size = Size {
        min: get(min).filter(|min| *min > 0),
        max: get(max),
    };
    (size.min.unwrap_or(0) <= size.max.unwrap_or(u64::MAX)).then_some(size)
}

fn excluded(schema: &Value, key: &str) -> bool {
    schema.get(key) == Some(&Value::Bool(true))
}

fn integer(schema: &Value) -> Option<Bounds> {
    let low = schema.get("minimum").map(|min| {
        let (whole, exact) = whole(min, f64::ceil);
        whole.saturating_add(i128::from(exact && excluded(schema, "exclusiveMinimum")))
    });
    let high = schema.get("maximum").map(|max| {
        let (whole, exact) = whole(max, f64::floor);
        whole.saturating_sub(i128::from(exact && excluded(schema, "exclusiveMaximum")))
    });
    let format = schema.get("format").and_then(Value::as_str);
    let unsigned = low.is_some_and(|low| low >= 0);
    let usual = if unsigned { "uint64" } else { "int64" };
    let find = |name: &str| INTEGERS.iter().find(|(known, ..)| *known == name);
    let (_, rust, least, most) = format.and_then(find).or_else(|| find(usual))?;
    let (from, to) = (
        low.unwrap_or(*least).max(*least),
        high.unwrap_or(*most).min(*most),
    );
    let step = schema.get("multipleOf").and_then(Value::as_i64);
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
fn whole(bound: &Value, round: fn(f64) -> f64) -> (i128, bool) {
    if let Some(exact) = bound
        .as_i64()
        .map(i128::from)
        .or(bound.as_u64().map(i128::from))
    {
        return (exact, true);
    }
    let float = bound.as_f64().unwrap_or_default();
    // Saturates, which no integer type comes near.
    (round(float) as i128, round(float) == float)
}

fn number(schema: &Value) -> Option<Bounds> {
    let bound = |key: &str, exclusive: &str| {
        let bound = schema.get(key).and_then(Value::as_f64)?;
        Some((bound, excluded(schema, exclusive)))
    };
    let min = bound("minimum", "exclusiveMinimum");
    let max = bound("maximum", "exclusiveMaximum");
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
            assert_eq!(Bounds::of(&schema), bounds, "{schema}");
        }
    }
}
