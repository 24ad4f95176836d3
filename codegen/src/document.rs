//! YAML text to a JSON value that still knows on which line each part was written.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use serde_saphyr::Spanned;

use crate::error::{Place, SpecError};

/// A named text: what was read from a file, without the reading.
#[derive(Clone, Debug)]
pub struct Source {
    /// The name by which messages refer to the text, such as `openapi.yaml`.
    pub name: String,
    /// The text, in YAML or JSON.
    pub text: String,
}

/// A parsed document.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    pub(crate) value: Value,
    file: Arc<str>,
    origins: HashMap<String, (Arc<str>, u64)>,
}

impl Document {
    pub(crate) fn parse(source: &Source) -> Result<Self, SpecError> {
        let file: Arc<str> = source.name.as_str().into();
        // As YAML 1.2 has it: a property may be called `on`, and a version be 1_0.
        let options = serde_saphyr::options! {
            strict_booleans: true,
            leading_zero_numbers_as_strings: true,
            underscored_numbers_as_strings: true,
            // An alias repeats what it stands for, aliases of aliases without end.
            alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: 20_000 },
            budget: serde_saphyr::budget! { max_recorded_anchor_events: 50_000 },
        };
        let node = serde_saphyr::from_str_with_options(&source.text, options);
        let node: Spanned<Node> = node.map_err(|error| {
            let error = error.without_snippet();
            let line = error.location().map_or(0, |location| location.line());
            let pointer = String::new();
            SpecError::Syntax {
                at: Place {
                    file: Arc::clone(&file),
                    line,
                    pointer,
                },
                message: without_place(&error.to_string()).to_owned(),
            }
        })?;
        let mut document = Self {
            value: Value::Null,
            file,
            origins: HashMap::new(),
        };
        document.value = document.adopt(String::new(), node.referenced.line(), node.value);
        Ok(document)
    }

    fn adopt(&mut self, pointer: String, line: u64, node: Node) -> Value {
        let value = match node {
            Node::Scalar(value) => value,
            Node::List(items) => {
                let adopt = |(index, item): (usize, Spanned<Node>)| {
                    self.adopt(
                        format!("{pointer}/{index}"),
                        item.referenced.line(),
                        item.value,
                    )
                };
                Value::Array(items.into_iter().enumerate().map(adopt).collect())
            }
            Node::Map(members) => {
                let adopt = |(key, line, node): (String, u64, Node)| {
                    let value = self.adopt(child(&pointer, &key), line, node);
                    (key, value)
                };
                Value::Object(members.into_iter().map(adopt).collect())
            }
        };
        self.origins.insert(pointer, (Arc::clone(&self.file), line));
        value
    }

    /// The place of a pointer, or of the nearest thing around it that was written somewhere.
    pub(crate) fn place(&self, pointer: &str) -> Place {
        let mut known = pointer;
        loop {
            if let Some((file, line)) = self.origins.get(known) {
                return Place {
                    file: Arc::clone(file),
                    line: *line,
                    pointer: pointer.to_owned(),
                };
            }
            match known.rsplit_once('/') {
                Some((parent, _)) => known = parent,
                None => {
                    let file = Arc::clone(&self.file);
                    return Place {
                        file,
                        line: 0,
                        pointer: pointer.to_owned(),
                    };
                }
            }
        }
    }

    pub(crate) fn refused(
        &self,
        pointer: &str,
        what: impl Into<String>,
        hint: &'static str,
    ) -> SpecError {
        SpecError::Refused {
            at: self.place(pointer),
            what: what.into(),
            hint,
        }
    }

    /// Forgets where a removed part was written.
    pub(crate) fn forget(&mut self, pointer: &str) {
        let below = format!("{pointer}/");
        self.origins
            .retain(|known, _| known != pointer && !known.starts_with(&below));
    }

    /// Remembers that the part at `pointer` was written at `part` of another document.
    pub(crate) fn credit(&mut self, pointer: &str, other: &Document, part: &str) {
        for (known, origin) in &other.origins {
            if let Some(rest) = known.strip_prefix(part)
                && rest.starts_with('/')
            {
                self.origins
                    .insert(format!("{pointer}{rest}"), origin.clone());
            }
        }
    }
}

/// The parser's words without the place, which is said already, and without its advice to the
/// programmer.
fn without_place(message: &str) -> &str {
    let ends = [" at line ", ", set DuplicateKeyPolicy"]
        .iter()
        .filter_map(|end| message.find(end));
    &message[..ends.min().unwrap_or(message.len())]
}

/// The pointer to a member of the object at `pointer`.
pub(crate) fn child(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

enum Node {
    Scalar(Value),
    List(Vec<Spanned<Node>>),
    Map(Vec<(String, u64, Node)>),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON has too")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Scalar(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Scalar(Value::from(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Scalar(Value::from(value)))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Node, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("JSON has no such number"))?;
        Ok(Node::Scalar(Value::Number(number)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Scalar(Value::from(value)))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar(Value::Null))
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar(Value::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Node, A::Error> {
        let mut map = Vec::new();
        // As text, whatever it looks like: an unquoted status code is a key like any other.
        while let Some(key) = members.next_key::<Spanned<String>>()? {
            map.push((
                key.value,
                key.referenced.line(),
                members.next_value::<Node>()?,
            ));
        }
        Ok(Node::Map(map))
    }
}

/// An object with nothing in it, to borrow where a part is left out.
pub(crate) fn no_members() -> &'static Map<String, Value> {
    static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    &NONE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Document {
        Document::parse(&Source {
            name: "x.yaml".into(),
            text: text.into(),
        })
        .expect("valid")
    }

    #[test]
    fn every_pointer_has_the_line_of_its_key_or_item() {
        let document = parse("a:\n  200:\n    b/c: 1\nlist:\n- x\n- y: {z: 2}\n");
        let table = [
            ("/a", 1),
            ("/a/200", 2),
            ("/a/200/b~1c", 3),
            ("/list/1", 6),
            ("/list/1/y/z", 6),
        ];
        for (pointer, line) in table {
            assert_eq!(document.place(pointer).line, line, "{pointer}");
            assert!(document.value.pointer(pointer).is_some(), "{pointer}");
        }
        assert_eq!(document.place("/a/200/nowhere/at/all").line, 2);
    }

    #[test]
    fn words_that_older_yaml_took_for_values_are_words() {
        let document = parse("{y: no, on: 007, v: 1_0, t: true, n: 1.50}");
        let expected = serde_json::json!({"y": "no", "on": "007", "v": "1_0", "t": true, "n": 1.5});
        assert_eq!(document.value, expected);
    }

    #[test]
    fn broken_yaml_is_refused_with_its_line() {
        let source = Source {
            name: "x.yaml".into(),
            text: "a: 1\nb: [\n".into(),
        };
        let error = Document::parse(&source).expect_err("broken");
        assert!(error.place().line >= 2, "{error}");
    }
}
