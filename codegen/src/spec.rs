//! A reading glass over the JSON of an OpenAPI document: operations, schemas, references.

use serde_json::{Map, Value};

use crate::document::{child, no_members};

/// The methods that a path item may have, in the order of the specification.
pub(crate) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// The media type of JSON, which is what nearly everything is written in.
pub(crate) const JSON: &str = "application/json";

/// What generated code can make of a media type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Media {
    /// A typed value.
    Json,
    /// An object, each member a text.
    Form,
    /// A text.
    Text,
    /// Bytes of any kind.
    Bytes,
}

impl Media {
    /// `None` for several parts in one, and for what leaves the kind open.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let (essence, charset) = name.split_once(';').unwrap_or((name, "charset=utf-8"));
        let token = |text: &str| {
            let legal = |c: char| c.is_ascii_alphanumeric() || "!#$&^_.+-".contains(c);
            !text.is_empty() && text.chars().all(legal)
        };
        let (kind, sub) = essence.trim().split_once('/')?;
        let utf8 = charset.trim().eq_ignore_ascii_case("charset=utf-8");
        if !token(kind) || !token(sub) || !utf8 {
            return None;
        }
        match (kind, sub) {
            ("multipart" | "message", _) => None,
            ("application", "json") => Some(Self::Json),
            ("application", "x-www-form-urlencoded") => Some(Self::Form),
            (_, sub) if sub.ends_with("+json") => Some(Self::Json),
            ("text", _) => Some(Self::Text),
            _ => Some(Self::Bytes),
        }
    }
}

/// Which responses are declared together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    One(u16),
    /// All of a hundred that are not declared by themselves, by their first digit.
    Class(u16),
}

impl Status {
    /// `default` is left out: it is not a status but the rest of them.
    pub(crate) fn read(text: &str) -> Option<Self> {
        match text.strip_suffix("XX") {
            Some(class @ ("2" | "4" | "5")) => class.parse().ok().map(Self::Class),
            Some(_) => None,
            None if text.len() == 3 => text.parse().ok().map(Self::One),
            None => None,
        }
    }

    pub(crate) fn class(self) -> u16 {
        match self {
            Self::One(code) => code / 100,
            Self::Class(class) => class,
        }
    }

    pub(crate) fn is_error(self) -> bool {
        self.class() >= 4
    }

    /// Whether a response under this status may carry `code`.
    pub(crate) fn covers(self, code: u16) -> bool {
        match self {
            Self::One(own) => own == code,
            Self::Class(class) => class == code / 100,
        }
    }
}

/// The extension that lets a path parameter choose the schema of the body.
pub(crate) const BODY_BY_PARAMETER: &str = "x-body-by-parameter";

/// The extension that marks a schema as JSON to be carried, never interpreted.
pub(crate) const OPAQUE: &str = "x-opaque";

/// A part of the document and where it is.
#[derive(Clone, Debug)]
pub(crate) struct At<'a> {
    pub(crate) pointer: String,
    pub(crate) value: &'a Value,
}

impl<'a> At<'a> {
    pub(crate) fn get(&self, key: &str) -> Option<At<'a>> {
        let value = self.value.get(key)?;
        Some(At {
            pointer: child(&self.pointer, key),
            value,
        })
    }

    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        self.value.get(key)?.as_str()
    }

    pub(crate) fn object(&self) -> &'a Map<String, Value> {
        self.value.as_object().unwrap_or(no_members())
    }

    /// The members of the object under `key`, if it is one.
    pub(crate) fn members(&self, key: &str) -> Vec<(&'a str, At<'a>)> {
        let Some(inner) = self.get(key) else {
            return Vec::new();
        };
        let at = |name: &'a String| {
            (
                name.as_str(),
                At {
                    pointer: child(&inner.pointer, name),
                    value: &inner.value[name.as_str()],
                },
            )
        };
        inner.object().keys().map(at).collect()
    }

    pub(crate) fn reference(&self) -> Option<&'a str> {
        self.text("$ref")
    }
}

/// One operation: a method on a path.
#[derive(Clone, Debug)]
pub(crate) struct Operation<'a> {
    pub(crate) method: &'static str,
    pub(crate) at: At<'a>,
}

/// The operations of a path.
pub(crate) fn operations<'a>(item: &At<'a>) -> Vec<Operation<'a>> {
    let operation = |method| {
        let at = item.get(method)?;
        Some(Operation { method, at })
    };
    METHODS.into_iter().filter_map(operation).collect()
}

/// The whole document, with references that can be followed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spec<'a> {
    pub(crate) root: &'a Value,
}

impl<'a> Spec<'a> {
    pub(crate) fn at(&self) -> At<'a> {
        At {
            pointer: String::new(),
            value: self.root,
        }
    }

    pub(crate) fn operations(&self) -> Vec<Operation<'a>> {
        let mut paths = self.at().members("paths");
        paths.retain(|(path, _)| !path.starts_with("x-"));
        let items = paths.iter().flat_map(|(_, item)| operations(item));
        items.collect()
    }

    /// Follows references until something else is reached. `None`: it leads nowhere.
    pub(crate) fn follow(&self, at: At<'a>) -> Option<At<'a>> {
        let mut at = at;
        for _ in 0..32 {
            let Some(reference) = at.reference() else {
                return Some(at);
            };
            let pointer = reference.strip_prefix('#')?.to_owned();
            let value = self.root.pointer(&pointer)?;
            at = At { pointer, value };
        }
        None // references that only refer to each other
    }

    pub(crate) fn body(&self, operation: &Operation<'a>) -> Option<At<'a>> {
        self.follow(operation.at.get("requestBody")?)
    }
}

/// The variables of a path template, in order.
pub(crate) fn variables(path: &str) -> Vec<&str> {
    path.split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
        .collect()
}
