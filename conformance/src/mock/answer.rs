//! Answers before they are bytes, so that faults can change any part of them.

use std::time::Duration;

use super::route::Id;

/// Which operation was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Livez,
    Readyz,
    Create,
    Update,
    Delete,
    /// No operation of the contract.
    Other,
}

/// What a request came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A probe was answered.
    Probed,
    /// Created; `again` if the name was there already.
    Created {
        again: bool,
    },
    /// Updated; `unchanged` if the content was the same.
    Updated {
        unchanged: bool,
    },
    Deleted,
    /// Nothing has that id; `once` if something had it.
    NotThere {
        once: bool,
    },
    /// The content of the request is wrong.
    Refused(Flaw),
    /// No operation has that path.
    NoRoute,
    /// The path has no such method.
    WrongMethod,
    /// A fault or variant answered instead.
    Staged,
}

/// What is wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    EmptyBody,
    Malformed,
    TrailingGarbage,
    NotObject,
    WrongTypes,
    WrongResource,
    MissingName,
    BadName,
    BadCron,
    UnknownPipeline,
    UnknownType,
    /// The id of the path cannot be decoded.
    UnreadableId,
    /// Valid, but a fault does not want it.
    Unwanted,
    /// Valid, but a fault refuses a convention of the operator in it.
    Convention,
}

/// The body of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Nothing,
    /// A JSON object; values are JSON text.
    Members(Vec<(&'static str, Vec<u8>)>),
    Text(Vec<u8>),
}

/// Ways to spoil how the end of an answer is told. The connection ends with each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mangle {
    /// Chunks without the last one.
    EndlessChunks,
    /// A chunk whose size is no number.
    ChunkSize,
    /// Chunks, and a length beside them.
    ChunksAndLength,
    /// Two lengths.
    TwoLengths,
    /// A length below that of the content.
    ShortLength,
    /// Chunks that say that they are compressed.
    CodedChunks,
    /// A reset in the middle of the content.
    Reset,
}

/// What is peculiar about the way onto the socket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wire {
    /// Bytes before the content, counted in the length.
    pub(crate) before: &'static [u8],
    /// Bytes after the content, counted in the length.
    pub(crate) after: &'static [u8],
    /// Bytes after the end of the answer.
    pub(crate) extra: &'static [u8],
    /// Bytes that follow the end of the answer a moment later.
    pub(crate) late: &'static [u8],
    /// What is wrong with the way its end is told.
    pub(crate) mangle: Option<Mangle>,
    /// An interim answer that comes first.
    pub(crate) interim: &'static [u8],
    /// How many bytes of the content are announced but not sent.
    pub(crate) withheld: usize,
    /// Wait before the answer.
    pub(crate) delay: Duration,
    /// No answer at all.
    pub(crate) hang_up: bool,
    /// Close afterwards without saying so.
    pub(crate) close_silently: bool,
    /// Stay open although the end was asked for.
    pub(crate) ignore_close: bool,
    /// Say HTTP/1.0.
    pub(crate) old_version: bool,
    /// Indent the members.
    pub(crate) pretty: bool,
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) operation: Operation,
    pub(crate) event: Event,
    /// The type in the request's path, or empty.
    pub(crate) kind: String,
    /// The id of the request's path.
    pub(crate) asked: Option<Id>,
    pub(crate) status: u16,
    pub(crate) media: Option<&'static str>,
    /// Headers beside those of the content.
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) content: Content,
    pub(crate) wire: Wire,
}

impl Answer {
    /// A JSON object without members.
    pub(crate) fn object(event: Event, status: u16) -> Self {
        Self {
            operation: Operation::Other,
            event,
            kind: String::new(),
            asked: None,
            status,
            media: Some("application/json"),
            headers: Vec::new(),
            content: Content::Members(Vec::new()),
            wire: Wire::default(),
        }
    }

    /// A status alone.
    pub(crate) fn bare(event: Event, status: u16) -> Self {
        Self {
            media: None,
            content: Content::Nothing,
            ..Self::object(event, status)
        }
    }

    /// The page that a gateway or a framework would show.
    pub(crate) fn page(status: u16) -> Self {
        let mut answer = Self::object(Event::Staged, status);
        answer.show_page();
        answer
    }

    /// A connection that ends instead of an answer.
    pub(crate) fn hang_up() -> Self {
        let mut answer = Self::bare(Event::Staged, 500);
        answer.wire.hang_up = true;
        answer
    }

    /// Adds the id as the first member.
    pub(crate) fn with_id(mut self, id: &str) -> Self {
        if let Content::Members(members) = &mut self.content {
            members.insert(0, ("id", quote(id)));
        }
        self
    }

    pub(crate) fn with_error(mut self, text: &str) -> Self {
        self.set("providerError", quote(text));
        self
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sets a member, or replaces it in its place.
    pub(crate) fn set(&mut self, key: &'static str, value: Vec<u8>) {
        let Content::Members(members) = &mut self.content else {
            return;
        };
        match members.iter_mut().find(|(known, _)| *known == key) {
            Some((_, old)) => *old = value,
            None => members.push((key, value)),
        }
    }

    /// Adds a member, whether or not there is one of that name.
    pub(crate) fn add(&mut self, key: &'static str, value: Vec<u8>) {
        if let Content::Members(members) = &mut self.content {
            members.push((key, value));
        }
    }

    pub(crate) fn remove(&mut self, key: &str) {
        if let Content::Members(members) = &mut self.content {
            members.retain(|(known, _)| *known != key);
        }
    }

    pub(crate) fn rename(&mut self, from: &str, to: &'static str) {
        let Content::Members(members) = &mut self.content else {
            return;
        };
        for (key, _) in members.iter_mut().filter(|(key, _)| *key == from) {
            *key = to;
        }
    }

    pub(crate) fn show_page(&mut self) {
        self.media = Some("text/html");
        self.content = Content::Text(b"<html><h1>Something went wrong</h1></html>".to_vec());
    }

    /// The body's bytes.
    pub(crate) fn body(&self) -> Vec<u8> {
        let content = match &self.content {
            Content::Nothing => Vec::new(),
            Content::Text(text) => text.clone(),
            Content::Members(members) => object_text(members, self.wire.pretty),
        };
        [self.wire.before, &content, self.wire.after].concat()
    }
}

/// A JSON string.
pub(crate) fn quote(text: &str) -> Vec<u8> {
    serde_json::Value::from(text).to_string().into_bytes()
}

fn object_text(members: &[(&'static str, Vec<u8>)], pretty: bool) -> Vec<u8> {
    let (open, colon, comma, close) = if pretty {
        ("{\n  ", ": ", ",\n  ", "\n}\n")
    } else {
        ("{", ":", ",", "}")
    };
    let members: Vec<_> = members
        .iter()
        .map(|(key, value)| [quote(key), colon.as_bytes().to_vec(), value.clone()].concat())
        .collect();
    [
        open.as_bytes(),
        &members.join(comma.as_bytes()),
        close.as_bytes(),
    ]
    .concat()
}
