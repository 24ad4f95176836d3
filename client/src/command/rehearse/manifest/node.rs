//! YAML with the line of every part.

use std::collections::HashMap;
use std::fmt;

use kfp_operator_sim::json::Json;
use serde::de::{Deserialize, Deserializer, IntoDeserializer as _, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

/// A YAML document as JSON.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) json: Json,
    lines: HashMap<String, u64>,
}

impl Document {
    /// The documents of a text, without the empty ones; or the line and the reason why there are none. Scalars are read
    /// as `kubectl` reads them, which keeps to YAML 1.1.
    pub(super) fn all(text: &str) -> Result<Vec<Self>, (u64, String)> {
        let options = serde_saphyr::options! {
            legacy_octal_numbers: true,
            alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: 20_000 },
            budget: serde_saphyr::budget! { max_recorded_anchor_events: 50_000 },
        };
        let nodes: Vec<Spanned<Node>> = serde_saphyr::from_multiple_with_options(text, options)
            .map_err(|error| {
                let error = error.without_snippet();
                let line = error.location().map_or(0, |location| location.line());
                (line, without_place(&error.to_string()).to_owned())
            })?;
        let documents = nodes.into_iter().map(|node| {
            let mut lines = HashMap::new();
            let json = adopt(
                &mut lines,
                String::new(),
                node.referenced.line(),
                node.value,
            );
            Self { json, lines }
        });
        Ok(documents.collect())
    }

    /// The line of what a pointer points to, or of the nearest thing around it.
    pub(super) fn line(&self, pointer: &str) -> u64 {
        let mut known = pointer;
        loop {
            if let Some(line) = self.lines.get(known) {
                return *line;
            }
            match known.rsplit_once('/') {
                Some((parent, _)) => known = parent,
                None => return 0,
            }
        }
    }

    /// The kind and name of the resource, as far as they can be told, to be followed by something.
    pub(super) fn name(&self) -> String {
        let kind = self.json.get("kind");
        let name = self.json.get("metadata").and_then(|it| it.get("name"));
        match (kind, name) {
            (Some(Json::String(kind)), Some(Json::String(name))) => format!("{kind} {name}: "),
            _ => String::new(),
        }
    }
}

fn adopt(lines: &mut HashMap<String, u64>, pointer: String, line: u64, node: Node) -> Json {
    let json = match node {
        Node::Scalar(value) => value,
        Node::List(items) => {
            let adopt = |(index, item): (usize, Spanned<Node>)| {
                let line = item.referenced.line();
                adopt(lines, format!("{pointer}/{index}"), line, item.value)
            };
            Json::Array(items.into_iter().enumerate().map(adopt).collect())
        }
        Node::Map(members) => {
            let adopt = |(key, line, node): (String, u64, Node)| {
                let escaped = key.replace('~', "~0").replace('/', "~1");
                let value = adopt(lines, format!("{pointer}/{escaped}"), line, node);
                (key, value)
            };
            Json::Object(members.into_iter().map(adopt).collect())
        }
    };
    lines.insert(pointer, line);
    json
}

/// The parser's words without the place, which is said already, and without its advice to the programmer.
fn without_place(message: &str) -> &str {
    let ends = [" at line ", ", set DuplicateKeyPolicy"].map(|end| message.find(end));
    &message[..ends.into_iter().flatten().min().unwrap_or(message.len())]
}

enum Node {
    Scalar(Json),
    List(Vec<Spanned<Node>>),
    Map(Vec<(String, u64, Node)>),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

/// Scalars are [`Json`]'s own business.
macro_rules! scalar {
    ($($method:ident: $type:ty),*) => {
        $(fn $method<E: serde::de::Error>(self, value: $type) -> Result<Node, E> {
            Json::deserialize(value.into_deserializer()).map(Node::Scalar)
        })*
    };
}

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON has too")
    }

    scalar!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_i128: i128, visit_u128: u128, visit_f64: f64, visit_str: &str);

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar(Json::Null))
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar(Json::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, input: D) -> Result<Node, D::Error> {
        input.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut input: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = input.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut input: A) -> Result<Node, A::Error> {
        let mut members = Vec::new();
        while let Some(key) = input.next_key::<Spanned<String>>()? {
            members.push((key.value, key.referenced.line(), input.next_value()?));
        }
        Ok(Node::Map(members))
    }
}
