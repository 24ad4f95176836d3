//! Values with the line of every part, built from the outside in.

use std::collections::HashMap;

use crate::json::{Json, MAX_DEPTH};

/// Deeper parts have no line of their own: nothing is ever said about them.
const LINED: usize = 16;

/// So many remarks about one document are enough.
const MAX_REMARKS: usize = 20;

/// A value, and what is known about its text.
#[derive(Debug)]
pub(super) struct Composed {
    pub(super) json: Json,
    pub(super) lines: Lines,
    /// Line and words.
    pub(super) remarks: Vec<(u64, String)>,
}

/// The line of every part, by its pointer.
#[derive(Debug, Default)]
pub(super) struct Lines(HashMap<String, u64>);

impl Lines {
    /// The line of what a pointer points to, or of the nearest thing around it.
    pub(super) fn nearest(&self, pointer: &str) -> u64 {
        let mut known = pointer;
        loop {
            if let Some(line) = self.0.get(known) {
                return *line;
            }
            match known.rsplit_once('/') {
                Some((parent, _)) => known = parent,
                None => return 0,
            }
        }
    }
}

/// A list or an object that is open.
struct Frame {
    content: Content,
    /// The length of the pointer to what is around it.
    outside: usize,
}

enum Content {
    List(Vec<Json>),
    Object(Members),
}

/// Members in the order of the text. Of equal names, the last one counts.
#[derive(Default)]
struct Members {
    members: Vec<(String, Json)>,
    known: HashMap<String, usize>,
    /// The name of the next member, and its line.
    next: Option<(String, u64)>,
}

impl Members {
    /// Whether the name is new.
    fn insert(&mut self, name: String, value: Json) -> bool {
        if let Some(at) = self.known.get(&name) {
            self.members[*at].1 = value;
            return false;
        }
        self.known.insert(name.clone(), self.members.len());
        self.members.push((name, value));
        true
    }
}

/// Builds a value. Lines are given as numbers from zero, within a text that starts on a line of a file.
pub(super) struct Composer {
    first: u64,
    open: Vec<Frame>,
    pointer: String,
    lines: Lines,
    remarks: Vec<(u64, String)>,
    done: Json,
}

impl Composer {
    pub(super) fn new(first: u64) -> Self {
        Self {
            first,
            open: Vec::new(),
            pointer: String::new(),
            lines: Lines::default(),
            remarks: Vec::new(),
            done: Json::Null,
        }
    }

    /// The name of the next member.
    pub(super) fn key(&mut self, name: String, line: u64) {
        if let Some(Content::Object(members)) = self.open.last_mut().map(|it| &mut it.content) {
            members.next = Some((name, line));
        }
    }

    /// A part that has no parts.
    pub(super) fn value(&mut self, value: Json, line: u64) {
        self.mark(line);
        self.place(value);
    }

    /// Notes the line of the next part: that of its key, if it has one.
    pub(super) fn mark(&mut self, line: u64) {
        if self.open.len() > LINED {
            return;
        }
        let outside = self.pointer.len();
        let line = self.enter().unwrap_or(line);
        let line = self.first + line + 1;
        self.lines.0.insert(self.pointer.clone(), line);
        self.pointer.truncate(outside);
    }

    /// Lengthens the pointer to the next part, and says where its key is.
    fn enter(&mut self) -> Option<u64> {
        match &self.open.last()?.content {
            Content::List(items) => {
                self.pointer.push_str(&format!("/{}", items.len()));
                None
            }
            Content::Object(members) => {
                let (name, line) = members.next.as_ref()?;
                self.pointer.push('/');
                self.pointer
                    .push_str(&name.replace('~', "~0").replace('/', "~1"));
                Some(*line)
            }
        }
    }

    /// Starts a list or an object. Whether that is possible at this depth.
    pub(super) fn open(&mut self, is_object: bool, line: u64) -> bool {
        if self.open.len() == MAX_DEPTH {
            return false;
        }
        self.mark(line);
        let outside = self.pointer.len();
        if self.open.len() <= LINED {
            self.enter();
        }
        let content = if is_object {
            Content::Object(Members::default())
        } else {
            Content::List(Vec::new())
        };
        self.open.push(Frame { content, outside });
        true
    }

    /// Ends the innermost list or object. It is yet to be placed.
    pub(super) fn close(&mut self) -> Json {
        let Some(frame) = self.open.pop() else {
            return Json::Null;
        };
        self.pointer.truncate(frame.outside);
        match frame.content {
            Content::List(items) => Json::Array(items),
            Content::Object(members) => Json::Object(members.members),
        }
    }

    /// Puts a value into the innermost list or object.
    pub(super) fn place(&mut self, value: Json) {
        match self.open.last_mut().map(|it| &mut it.content) {
            None => self.done = value,
            Some(Content::List(items)) => items.push(value),
            Some(Content::Object(members)) => {
                let Some((name, line)) = members.next.take() else {
                    return;
                };
                let remark = (
                    self.first + line + 1,
                    format!("{name} is there already: the last one counts"),
                );
                if !members.insert(name, value) && self.remarks.len() < MAX_REMARKS {
                    self.remarks.push(remark);
                }
            }
        }
    }

    /// Puts a member of another object into the innermost one.
    pub(super) fn merged(&mut self, name: String, value: Json) {
        if let Some(Content::Object(members)) = self.open.last_mut().map(|it| &mut it.content) {
            members.insert(name, value);
        }
    }

    /// What was built; `None` if it is null.
    pub(super) fn finish(self) -> Option<Composed> {
        match self.done {
            Json::Null => None,
            json => Some(Composed {
                json,
                lines: self.lines,
                remarks: self.remarks,
            }),
        }
    }
}
