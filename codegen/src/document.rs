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

/// Bounds against bombs, far above what documents have.
const MAX_DEPTH: usize = 200;
const MAX_PARTS: usize = 10_000_000;
/// An alias repeats what it stands for, aliases of aliases without end.
const MAX_REPEATED: usize = 100_000;

/// A parsed document.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    pub(crate) value: Value,
    file: Arc<str>,
    origins: HashMap<String, (Arc<str>, u64)>,
}

impl Document {
    pub(crate) fn parse(source: &Source) -> Result<Self, SpecError> {
        on_a_large_stack(|| Self::parse_here(source))
    }

    fn parse_here(source: &Source) -> Result<Self, SpecError> {
        let file: Arc<str> = source.name.as_str().into();
        // As YAML 1.2 has it: a property may be called `on`, and a version be 1_0.
        let options = serde_saphyr::options! {
            strict_booleans: true,
            leading_zero_numbers_as_strings: true,
            underscored_numbers_as_strings: true,
            alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MAX_REPEATED },
            budget: serde_saphyr::budget! {
                max_depth: MAX_DEPTH,
                flow_nesting_limit: MAX_DEPTH,
                max_events: MAX_PARTS,
                max_nodes: MAX_PARTS,
                max_aliases: MAX_REPEATED,
                max_anchors: MAX_REPEATED,
                max_recorded_anchor_events: MAX_REPEATED,
                // Comments cost nothing, and a shared schema is what aliases are for.
                max_buffered_comment_events: usize::MAX,
                max_total_comment_bytes: usize::MAX,
                enforce_alias_anchor_ratio: false,
            },
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
                message: words(error),
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

/// The YAML library takes much of the stack for every level.
const STACK: usize = 64 << 20;

fn on_a_large_stack<T: Send>(work: impl Fn() -> T + Sync) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        match thread.spawn_scoped(scope, &work).map(|it| it.join()) {
            Ok(Ok(done)) => done,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            // No thread can be started; most documents are not deep.
            Err(_) => work(),
        }
    })
}

/// The parser's words without the place, which is said already, and without its advice to the
/// programmer; a bound in our own words.
fn words(error: &serde_saphyr::Error) -> String {
    let message = error.to_string();
    let ends = [" at line ", ", set DuplicateKeyPolicy"]
        .iter()
        .filter_map(|end| message.find(end));
    let message = &message[..ends.min().unwrap_or(message.len())];
    let bounds: [(&[&str], String); 3] = [
        (
            &["depth", "nest", "recursion"],
            format!("nested deeper than {MAX_DEPTH} levels (hint: name parts of it as components)"),
        ),
        (
            &["alias", "anchor"],
            format!(
                "aliases repeat more than {MAX_REPEATED} parts (hint: refer to a component by $ref)"
            ),
        ),
        (
            &["budget", "limit"],
            format!("more than {MAX_PARTS} parts (hint: split the document)"),
        ),
    ];
    let is_bound = ["budget", "limit", "exceeded"]
        .iter()
        .any(|word| message.contains(word));
    let bound = bounds
        .into_iter()
        .find(|(words, _)| is_bound && words.iter().any(|word| message.contains(word)));
    bound.map_or_else(|| message.to_owned(), |(_, bound)| bound)
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

    /// What the message about a text says; nothing if it can be read.
    fn refusal(text: String) -> Option<String> {
        let name = "x.yaml".to_owned();
        Document::parse(&Source { name, text })
            .err()
            .map(|error| error.to_string())
    }

    #[test]
    fn what_documents_have_is_read() {
        let comments = "# switched off\n".repeat(5_000);
        let items = format!("a:\n{}", "- 1\n".repeat(260_000));
        let anchors: String = (0..3_000)
            .map(|i| format!("a{i}: &a{i} {{b: [1, 2]}}\nc{i}: *a{i}\n"))
            .collect();
        let shared = format!("a: &a {{b: [1, 2]}}\nc:\n{}", "- *a\n".repeat(10_000));
        let deep = format!("a: {}1{}", "[".repeat(180), "]".repeat(180));
        let block: String = (0..180).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
        let table = [
            format!("a:\n{comments}  b: 1\n{comments}c:\n- 1\n{comments}- 2\n"),
            items,
            anchors,
            shared,
            deep,
            block,
        ];
        for text in table {
            let start: String = text.chars().take(40).collect();
            assert_eq!(refusal(text), None, "{start}");
        }
    }

    #[test]
    fn bombs_are_told_in_words() {
        let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for i in 1..10 {
            let aliases = format!("*a{}, ", i - 1).repeat(10);
            laughs.push_str(&format!("a{i}: &a{i} [{aliases}]\n"));
        }
        let deep = format!("a: {}1{}", "[".repeat(2_000), "]".repeat(2_000));
        let block: String = (0..2_000)
            .map(|i| format!("{}a:\n", " ".repeat(i)))
            .collect();
        let table = [
            (laughs, "aliases repeat more than 100000 parts (hint: "),
            (deep, "nested deeper than 200 levels (hint: "),
            (block, "nested deeper than 200 levels (hint: "),
        ];
        for (text, says) in table {
            let said = refusal(text).unwrap_or_default();
            assert!(said.contains(says), "{said}");
        }
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
