//! Flat walks over a value: its events in the order of the text, and a value built back from them.

use super::value::Json;

/// One step of a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event<'a> {
    Null,
    Bool(bool),
    Number(&'a str),
    String(&'a str),
    Key(&'a str),
    Open(Container),
    Close(Container),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    Array,
    Object,
}

/// The events of a value.
pub(super) fn events(value: &Json) -> Events<'_> {
    Events {
        open: Vec::new(),
        next: Some(value),
    }
}

pub(super) struct Events<'a> {
    open: Vec<Open<'a>>,
    /// The value to enter next, when a container or a key has promised one.
    next: Option<&'a Json>,
}

enum Open<'a> {
    Array(std::slice::Iter<'a, Json>),
    Object(std::slice::Iter<'a, (String, Json)>),
}

impl<'a> Iterator for Events<'a> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        if let Some(value) = self.next.take() {
            return Some(self.enter(value));
        }
        match self.open.last_mut()? {
            Open::Array(items) => match items.next() {
                Some(value) => Some(self.enter(value)),
                None => self.close(Container::Array),
            },
            Open::Object(members) => match members.next() {
                Some((key, value)) => {
                    self.next = Some(value);
                    Some(Event::Key(key))
                }
                None => self.close(Container::Object),
            },
        }
    }
}

impl<'a> Events<'a> {
    fn enter(&mut self, value: &'a Json) -> Event<'a> {
        match value {
            Json::Null => Event::Null,
            Json::Bool(value) => Event::Bool(*value),
            Json::Number(text) => Event::Number(text),
            Json::String(text) => Event::String(text),
            Json::Array(items) => {
                self.open.push(Open::Array(items.iter()));
                Event::Open(Container::Array)
            }
            Json::Object(members) => {
                self.open.push(Open::Object(members.iter()));
                Event::Open(Container::Object)
            }
        }
    }

    fn close(&mut self, container: Container) -> Option<Event<'a>> {
        self.open.pop();
        Some(Event::Close(container))
    }
}

/// Builds a value from its parts, innermost last.
#[derive(Default)]
pub(super) struct Builder {
    open: Vec<(Json, Option<String>)>,
    done: Json,
}

impl Builder {
    pub(super) fn key(&mut self, key: String) {
        if let Some((_, pending)) = self.open.last_mut() {
            *pending = Some(key);
        }
    }

    pub(super) fn open(&mut self, container: Container) {
        let empty = match container {
            Container::Array => Json::Array(Vec::new()),
            Container::Object => Json::Object(Vec::new()),
        };
        self.open.push((empty, None));
    }

    pub(super) fn close(&mut self) {
        if let Some((value, _)) = self.open.pop() {
            self.value(value);
        }
    }

    pub(super) fn value(&mut self, value: Json) {
        match self.open.last_mut() {
            None => self.done = value,
            Some((Json::Object(members), key)) => {
                members.push((key.take().unwrap_or_default(), value))
            }
            Some((Json::Array(items), _)) => items.push(value),
            Some(_) => {} // only containers are ever opened
        }
    }

    pub(super) fn finish(self) -> Json {
        self.done
    }
}

/// A copy of a value.
pub(super) fn rebuild(value: &Json) -> Json {
    let mut builder = Builder::default();
    for event in events(value) {
        match event {
            Event::Null => builder.value(Json::Null),
            Event::Bool(value) => builder.value(Json::Bool(value)),
            Event::Number(text) => builder.value(Json::Number(text.to_owned())),
            Event::String(text) => builder.value(Json::String(text.to_owned())),
            Event::Key(key) => builder.key(key.to_owned()),
            Event::Open(container) => builder.open(container),
            Event::Close(_) => builder.close(),
        }
    }
    builder.finish()
}

impl Clone for Json {
    fn clone(&self) -> Self {
        rebuild(self)
    }
}

impl PartialEq for Json {
    /// Equality of structure and text: member order and the spelling of numbers count.
    fn eq(&self, other: &Self) -> bool {
        events(self).eq(events(other))
    }
}

impl Eq for Json {}
