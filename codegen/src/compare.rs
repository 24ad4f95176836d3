//! Whether two documents are the same contract.

use std::fmt;

use serde_json::Value;

use crate::document::{Document, Source, child};
use crate::error::{Place, SpecError};

/// A part that only one of two documents has, or that they have differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The JSON pointer of the part.
    pub pointer: String,
    /// Where the part is in the first document, or what is nearest to it.
    pub left: Place,
    /// Where the part is in the second document, or what is nearest to it.
    pub right: Place,
    what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            pointer,
            left,
            right,
            what,
        } = self;
        write!(
            f,
            "{pointer}: {what} ({}:{} and {}:{})",
            left.file, left.line, right.file, right.line
        )
    }
}

/// Compares two documents as contracts: prose does not count (summaries, descriptions, titles),
/// nor do the order of keys and the way of writing YAML. Everything else does.
///
/// # Errors
///
/// One of the texts is not YAML.
pub fn compare(left: &Source, right: &Source) -> Result<Vec<Difference>, SpecError> {
    let (left, right) = (Document::parse(left)?, Document::parse(right)?);
    let mut differences = Vec::new();
    let mut report = |pointer: &str, what: String| {
        let place = |document: &Document| document.place(pointer);
        let (left, right) = (place(&left), place(&right));
        differences.push(Difference {
            pointer: pointer.to_owned(),
            left,
            right,
            what,
        });
    };
    walk(&left.value, &right.value, "", &mut report);
    Ok(differences)
}

fn walk(left: &Value, right: &Value, pointer: &str, report: &mut impl FnMut(&str, String)) {
    match (left, right) {
        (Value::Object(a), Value::Object(b)) => {
            for (key, value) in a {
                let at = child(pointer, key);
                match b.get(key) {
                    _ if is_prose(pointer, key, value) => {}
                    Some(other) => walk(value, other, &at, report),
                    None => report(&at, "only in the first document".to_owned()),
                }
            }
            for (key, value) in b {
                if !a.contains_key(key) && !is_prose(pointer, key, value) {
                    report(
                        &child(pointer, key),
                        "only in the second document".to_owned(),
                    );
                }
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (value, other)) in a.iter().zip(b).enumerate() {
                walk(value, other, &format!("{pointer}/{index}"), report);
            }
        }
        _ if left != right => report(
            pointer,
            format!("{left} in the first document, {right} in the second"),
        ),
        _ => {}
    }
}

/// A document as a contract, to be compared by its digest: JSON with sorted keys and without prose (summaries, descriptions,
/// titles). Two documents between which [`compare`] finds no difference have the same text.
///
/// # Errors
///
/// The text is not YAML.
pub fn contract(source: &Source) -> Result<String, SpecError> {
    let document = Document::parse(source)?;
    Ok(format!("{:#}\n", normalised(&document.value, "")))
}

fn normalised(value: &Value, pointer: &str) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members
                .iter()
                .filter(|(key, value)| !is_prose(pointer, key, value))
                .map(|(key, value)| (key.clone(), normalised(value, &child(pointer, key))))
                .collect();
            members.sort_by(|(left, _), (right, _)| left.cmp(right));
            Value::Object(members.into_iter().collect())
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| normalised(item, &format!("{pointer}/{index}")))
            .collect(),
        value => value.clone(),
    }
}

/// A schema's property may be called `description`; then it is an object, not a text.
fn is_prose(pointer: &str, key: &str, value: &Value) -> bool {
    let prose = matches!(key, "description" | "summary") || (key == "title" && pointer == "/info");
    prose && value.is_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(left: &str, right: &str) -> Vec<String> {
        let source = |text: &str| Source {
            name: "x.yaml".into(),
            text: text.into(),
        };
        let differences = compare(&source(left), &source(right)).expect("valid YAML");
        differences
            .into_iter()
            .map(|difference| difference.pointer)
            .collect()
    }

    #[test]
    fn only_the_contract_counts() {
        let table: [(&str, &str, &str, &[&str]); 7] = [
            ("order and style", "{a: 1, b: [x]}", "b:\n- x\na: 1\n", &[]),
            (
                "prose",
                "{a: {description: x, summary: y}}",
                "{a: {description: z}}",
                &[],
            ),
            (
                "info title",
                "{info: {title: x}}",
                "{info: {title: y}}",
                &[],
            ),
            (
                "schema title",
                "{s: {title: x}}",
                "{s: {title: y}}",
                &["/s/title"],
            ),
            (
                "a property called description",
                "{description: {type: string}}",
                "{}",
                &["/description"],
            ),
            ("list length", "{a: [1]}", "{a: [1, 2]}", &["/a"]),
            (
                "both sides",
                "{a: 1, b/c: 2}",
                "{a: 2, d: 3}",
                &["/a", "/b~1c", "/d"],
            ),
        ];
        for (name, left, right, expected) in table {
            assert_eq!(pointers(left, right), expected, "{name}");
            let text = |text: &str| {
                let (name, text) = ("x.yaml".into(), text.into());
                contract(&Source { name, text }).expect("valid YAML")
            };
            assert_eq!(text(left) == text(right), expected.is_empty(), "{name}");
        }
    }
}
