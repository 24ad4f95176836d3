//! The one spelling under which free-form values enter a version hash.

use super::value::Json;
use super::walk::{Container, Event, events};

/// A number that does not fit into Go's `float64`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("number {0}: beyond what a 64-bit float holds (hint: write it as a string)")]
pub struct NumberOutOfRange(pub(crate) String);

impl Json {
    /// The value decoded to Go's generic values and written again: names sorted, the last of duplicates kept, every
    /// number passed through a 64-bit float.
    ///
    /// # Errors
    /// A number is out of range: Go refuses to decode it.
    pub fn canonical(&self) -> Result<Json, NumberOutOfRange> {
        let mut copy = self.clone();
        copy.sort_members();
        let mut pending = vec![&mut copy];
        while let Some(value) = pending.pop() {
            match value {
                Self::Number(text) => *text = float_text(text)?,
                Self::Array(items) => pending.extend(items),
                Self::Object(members) => pending.extend(members.iter_mut().map(|(_, value)| value)),
                _ => {}
            }
        }
        Ok(copy)
    }

    /// The value as the API server returns it: members sorted, whole numbers that fit into 64 bits as they are, every
    /// other number passed through a 64-bit float, and no negative zero. What no float holds stays as it is.
    pub fn stored(&self) -> Json {
        let mut copy = self.clone();
        copy.sort_members();
        let mut pending = vec![&mut copy];
        while let Some(value) = pending.pop() {
            match value {
                Self::Number(text) => *text = stored_number(text),
                Self::Array(items) => pending.extend(items),
                Self::Object(members) => pending.extend(members.iter_mut().map(|(_, value)| value)),
                _ => {}
            }
        }
        copy
    }

    /// The first number that no float holds, and the pointer to it.
    pub(crate) fn unheld_number(&self) -> Option<(String, NumberOutOfRange)> {
        let mut path: Vec<(Option<&str>, usize)> = Vec::new();
        for event in events(self) {
            if let Event::Number(text) = event
                && let Err(error) = float_text(text)
            {
                let steps = path.iter().map(|(key, index)| match key {
                    Some(key) => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
                    None => format!("/{index}"),
                });
                return Some((steps.collect(), error));
            }
            match (event, path.last_mut()) {
                (Event::Key(name), Some((key, _))) => *key = Some(name),
                (Event::Open(_), _) => path.push((None, 0)),
                (Event::Close(_), _) => {
                    path.pop();
                    if let Some((_, index)) = path.last_mut() {
                        *index += 1;
                    }
                }
                (_, Some((_, index))) => *index += 1,
                (_, None) => {}
            }
        }
        None
    }

    /// How deep arrays and objects are nested; 0 for anything else.
    pub fn depth(&self) -> usize {
        let (mut open, mut deepest) = (0_usize, 0);
        for event in events(self) {
            match event {
                Event::Open(Container::Array | Container::Object) => open += 1,
                Event::Close(_) => open -= 1,
                _ => {}
            }
            deepest = deepest.max(open);
        }
        deepest
    }
}

fn stored_number(text: &str) -> String {
    if let Ok(whole) = text.parse::<i64>() {
        return whole.to_string();
    }
    match float_text(text) {
        Ok(zero) if zero == "-0" => "0".to_owned(),
        Ok(float) => float,
        Err(_) => text.to_owned(),
    }
}

fn float_text(text: &str) -> Result<String, NumberOutOfRange> {
    let value: f64 = text
        .parse()
        .map_err(|_| NumberOutOfRange(text.to_owned()))?;
    go_float(value).ok_or_else(|| NumberOutOfRange(text.to_owned()))
}

/// A float as Go's encoder writes it: the fewest digits that read back the same, with an exponent below 1e-6 and from
/// 1e21. `None` for what JSON cannot say.
pub(crate) fn go_float(value: f64) -> Option<String> {
    let magnitude = value.abs();
    if !value.is_finite() {
        None
    } else if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
        let text = format!("{value:e}"); // like 1e21 and 1e-7; Go puts a sign before every exponent
        Some(if text.contains("e-") {
            text
        } else {
            text.replace('e', "e+")
        })
    } else {
        Some(value.to_string())
    }
}
