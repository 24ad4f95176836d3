//! What a scalar is: a text, unless it looks like something else.

use std::borrow::Cow;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use regex::Regex;

use super::parse::Scalar;
use crate::json::{Json, go_float};

/// A scalar of the kinds that kubectl knows.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    /// Beyond the others.
    Unsigned(u64),
    Float(f64),
    Text(String),
}

const TAG: &str = "tag:yaml.org,2002:";

impl Value {
    /// # Errors
    /// The tag and the text do not fit together.
    pub(super) fn of(scalar: Scalar) -> Result<Self, String> {
        let Scalar {
            tag,
            text,
            implicit,
            ..
        } = scalar;
        let Some(tag) = tag else {
            return Ok(if implicit {
                Self::plain(&text).unwrap_or(Self::Text(text))
            } else {
                Self::Text(text)
            });
        };
        let misfit = |text: &str| {
            Err(format!(
                "{text:?} does not fit its tag !!{}",
                &tag[TAG.len()..]
            ))
        };
        let short = tag.strip_prefix(TAG).unwrap_or_default();
        match (short, Self::plain(&text)) {
            ("str", _) => Ok(Self::Text(text)),
            ("null", Some(Self::Null)) => Ok(Self::Null),
            ("bool", Some(value @ Self::Bool(_)))
            | ("int", Some(value @ (Self::Int(_) | Self::Unsigned(_))))
            | ("float", Some(value @ Self::Float(_))) => Ok(value),
            ("float", Some(Self::Int(value))) => Ok(Self::Float(value as f64)),
            ("timestamp", None) if is_timestamp(&text) => Ok(Self::Text(text)),
            ("null" | "bool" | "int" | "float" | "timestamp", _) => misfit(&text),
            ("binary", _) => binary(&text).map(Self::Text).or_else(|()| misfit(&text)),
            // Any other tag says nothing to kubectl.
            _ => Ok(Self::Text(text)),
        }
    }

    /// What a text is that is neither quoted nor tagged; `None` for a text.
    fn plain(text: &str) -> Option<Self> {
        word(text).or_else(|| match text.as_bytes().first()? {
            b'.' => float(text),
            b'0'..=b'9' | b'+' | b'-' => number(text),
            _ => None,
        })
    }

    /// As JSON writes it. What JSON has no number for becomes one that nothing reads: the document is refused if it is
    /// still there at its end.
    pub(super) fn into_json(self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(value),
            Self::Int(value) => Json::Number(value.to_string()),
            Self::Unsigned(value) => Json::Number(value.to_string()),
            Self::Float(value) => {
                Json::Number(go_float(value).unwrap_or_else(|| value.to_string()))
            }
            Self::Text(text) => Json::String(text),
        }
    }

    /// As the key of an object.
    ///
    /// # Errors
    /// kubectl has no key for it.
    pub(super) fn into_key(self) -> Result<String, String> {
        Ok(match self {
            Self::Bool(value) => value.to_string(),
            Self::Int(value) => value.to_string(),
            Self::Float(value) => float_key(value),
            Self::Text(text) => text,
            Self::Null => return Err("null is no key (hint: put it in quotes)".to_owned()),
            Self::Unsigned(value) => {
                return Err(format!(
                    "{value} is too large for a key (hint: put it in quotes)"
                ));
            }
        })
    }
}

fn word(text: &str) -> Option<Value> {
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Value::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Value::Bool(false)
        }
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        ".nan" | ".NaN" | ".NAN" => Value::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Value::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Value::Float(f64::NEG_INFINITY),
        _ => return None,
    })
}

fn number(text: &str) -> Option<Value> {
    let text: Cow<'_, str> = if text.contains('_') {
        text.replace('_', "").into()
    } else {
        text.into()
    };
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, &*text),
    };
    let signed = text.len() != digits.len();
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    integer(negative, signed, digits, radix)
        .or_else(|| float(&text))
        .or_else(|| late_sign(&text))
}

fn integer(negative: bool, signed: bool, digits: &str, radix: u32) -> Option<Value> {
    if digits.starts_with(['+', '-']) {
        return None;
    }
    match (u64::from_str_radix(digits, radix), negative) {
        (Ok(value), true) => 0_i64.checked_sub_unsigned(value).map(Value::Int),
        (Ok(value), false) => match i64::try_from(value) {
            Ok(value) => Some(Value::Int(value)),
            Err(_) => (!signed).then_some(Value::Unsigned(value)),
        },
        (Err(_), _) => None,
    }
}

/// A binary number may have its sign behind the prefix.
fn late_sign(text: &str) -> Option<Value> {
    let digits = text.strip_prefix("0b")?;
    i64::from_str_radix(digits, 2).ok().map(Value::Int)
}

fn float(text: &str) -> Option<Value> {
    static FORM: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")
            .expect("a test compiles it")
    });
    let value = text.parse::<f64>().ok().filter(|_| FORM.is_match(text))?;
    // What is too large for a float stays a text.
    value.is_finite().then_some(Value::Float(value))
}

/// A float as a key: with the digits that a float of half the size has.
fn float_key(value: f64) -> String {
    let value = value as f32;
    if value.is_nan() {
        return ".nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let Some((digits, exponent)) = scientific
        .split_once('e')
        .and_then(|(digits, exponent)| Some((digits, exponent.parse::<i32>().ok()?)))
    else {
        return scientific;
    };
    if value != 0.0 && !(-4..6).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.abs());
    }
    value.to_string()
}

/// A text from base 64; what is not UTF-8 in it is replaced byte by byte.
fn binary(text: &str) -> Result<String, ()> {
    const ENGINE: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
    );
    let text = text.replace(['\r', '\n'], "");
    let bytes = ENGINE.decode(text).map_err(|_| ())?;
    let mut decoded = String::new();
    for chunk in bytes.utf8_chunks() {
        decoded.push_str(chunk.valid());
        decoded.extend(chunk.invalid().iter().map(|_| '\u{fffd}'));
    }
    Ok(decoded)
}

/// The forms of times that kubectl takes.
fn is_timestamp(text: &str) -> bool {
    static FORM: LazyLock<Regex> = LazyLock::new(|| {
        let clock = r"([01]?[0-9]|2[0-3]):[0-5]?[0-9]:[0-5]?[0-9]([.,][0-9]+)?";
        Regex::new(&format!(
            r"^([0-9]{{4}})-([0-9]{{1,2}})-([0-9]{{1,2}})([Tt]{clock}(Z|[-+]([01][0-9]|2[0-4]):[0-5][0-9])| {clock})?$"
        ))
        .expect("a test compiles it")
    });
    let Some(parts) = FORM.captures(text) else {
        return false;
    };
    let part = |index: usize| parts.get(index)?.as_str().parse::<u32>().ok();
    let date = || chrono::NaiveDate::from_ymd_opt(part(1)?.try_into().ok()?, part(2)?, part(3)?);
    date().is_some()
}
