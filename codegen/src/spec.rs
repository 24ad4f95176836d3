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

/// The content of a body or response: its media type and what is said of it. The checks leave one.
pub(crate) fn content<'a>(holder: &At<'a>) -> Option<(&'a str, Media, At<'a>)> {
    let (name, at) = holder.members("content").into_iter().next()?;
    Some((name, Media::of(name)?, at))
}

/// The schema of content that is a typed value.
pub(crate) fn typed_schema<'a>(holder: &At<'a>) -> Option<At<'a>> {
    match content(holder)? {
        (_, Media::Json | Media::Form, at) => at.get("schema"),
        _ => None,
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

    pub(crate) fn flag(&self, key: &str) -> bool {
        self.value.get(key) == Some(&Value::Bool(true))
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

    /// The items of the list under `key`, if it is one.
    pub(crate) fn items(&self, key: &str) -> Vec<At<'a>> {
        let Some(inner) = self.get(key) else {
            return Vec::new();
        };
        let list = inner.value.as_array().map_or(&[][..], Vec::as_slice);
        let at = |(index, value)| At {
            pointer: format!("{}/{index}", inner.pointer),
            value,
        };
        list.iter().enumerate().map(at).collect()
    }

    pub(crate) fn reference(&self) -> Option<&'a str> {
        self.text("$ref")
    }
}

/// One operation: a method on a path.
#[derive(Clone, Debug)]
pub(crate) struct Operation<'a> {
    pub(crate) path: &'a str,
    pub(crate) method: &'static str,
    pub(crate) item: At<'a>,
    pub(crate) at: At<'a>,
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

    pub(crate) fn paths(&self) -> Vec<(&'a str, At<'a>)> {
        let mut paths = self.at().members("paths");
        paths.retain(|(path, _)| !path.starts_with("x-"));
        paths
    }

    pub(crate) fn operations(&self) -> Vec<Operation<'a>> {
        let mut operations = Vec::new();
        for (path, item) in self.paths() {
            for method in METHODS {
                if let Some(at) = item.get(method) {
                    operations.push(Operation {
                        path,
                        method,
                        item: item.clone(),
                        at,
                    });
                }
            }
        }
        operations
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

    /// The parameters of an operation, its own and those of its path, references followed.
    pub(crate) fn parameters(&self, operation: &Operation<'a>) -> Vec<At<'a>> {
        let own: Vec<_> = self.followed(operation.at.items("parameters"));
        let same = |a: &At<'_>, b: &At<'_>| {
            a.text("name") == b.text("name") && a.text("in") == b.text("in")
        };
        let mut all = own.clone();
        let shared = self.followed(operation.item.items("parameters"));
        all.extend(
            shared
                .into_iter()
                .filter(|shared| !own.iter().any(|own| same(own, shared))),
        );
        all
    }

    pub(crate) fn body(&self, operation: &Operation<'a>) -> Option<At<'a>> {
        self.follow(operation.at.get("requestBody")?)
    }

    /// The responses of an operation by what they cover, references followed, the most specific
    /// first. `default` stands for the errors that are not declared otherwise.
    pub(crate) fn replies(&self, operation: &Operation<'a>) -> Vec<(Status, At<'a>)> {
        let mut replies = Vec::new();
        let mut rest = None;
        for (status, at) in self.responses(operation) {
            match Status::read(status) {
                Some(status) => replies.push((status, at)),
                None if status == "default" => rest = Some(at),
                None => {}
            }
        }
        for class in [4, 5].map(Status::Class) {
            if let Some(at) = rest
                .clone()
                .filter(|_| !replies.iter().any(|(known, _)| *known == class))
            {
                replies.push((class, at));
            }
        }
        replies.sort_by_key(|(status, _)| *status);
        replies
    }

    /// The responses of an operation as they are declared, references followed.
    pub(crate) fn responses(&self, operation: &Operation<'a>) -> Vec<(&'a str, At<'a>)> {
        let mut responses = operation.at.members("responses");
        responses.retain(|(status, _)| !status.starts_with("x-"));
        responses
            .into_iter()
            .filter_map(|(status, at)| Some((status, self.follow(at)?)))
            .collect()
    }

    fn followed(&self, list: Vec<At<'a>>) -> Vec<At<'a>> {
        list.into_iter().filter_map(|at| self.follow(at)).collect()
    }
}

/// The variables of a path template, in order.
pub(crate) fn variables(path: &str) -> Vec<&str> {
    path.split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
        .collect()
}
