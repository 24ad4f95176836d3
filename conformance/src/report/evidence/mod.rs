//! Requests and answers as a reader sees them, with the bytes that a finding is about marked.

mod file;
mod mark;
mod request;
mod shown;
mod span;

use serde::Serialize;

pub(super) use file::{file_name, write};
use mark::Place;
use shown::Shown;

use crate::journal::bodies::Bodies;
use crate::journal::record::{BodyRecord, ExchangeRecord};
use crate::judge::Judged;

/// A message: its first line and headers, and its body. What cannot be printed is written as
/// `⟨0D⟩`.
#[derive(Debug, Default, Serialize)]
pub(super) struct Message {
    pub(super) head: String,
    pub(super) body: String,
    /// Length of the body in bytes, whether or not all of it is shown.
    pub(super) bytes: usize,
    /// Why there is less of the body than that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lacking: Option<String>,
}

/// A part of a request or an answer that a finding is about. Offsets count UTF-16 units, as browsers do.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Mark {
    pub(super) seq: u64,
    /// Whether it is in the request, else in the answer.
    pub(super) request: bool,
    /// Whether it is in the body, else in the head.
    pub(super) body: bool,
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) note: String,
}

/// An exchange with its bodies.
pub(super) struct Evidence<'a> {
    exchange: &'a ExchangeRecord,
    /// The answer's head with the places of its parts.
    head: Head,
    /// The answer's body, if it could be read.
    answer: Option<Vec<u8>>,
    request: Option<Vec<u8>>,
    /// Bytes of a body that are shown.
    limit: usize,
}

/// Text of a head, and where in it, in bytes, status or target and headers stand.
#[derive(Default)]
struct Head {
    text: String,
    status: std::ops::Range<usize>,
    headers: Vec<(String, std::ops::Range<usize>)>,
}

impl Head {
    /// The head of a request; its target stands where an answer has its status.
    fn request(exchange: &ExchangeRecord) -> Self {
        let request = &exchange.request;
        let (method, target) = (shown::line(&request.method), shown::line(&request.target));
        let start = method.len() + 1;
        let mut head = Self {
            text: format!("{method} {target} HTTP/1.1"),
            status: start..start + target.len(),
            headers: Vec::new(),
        };
        head.add(&request.headers);
        head
    }

    fn add(&mut self, headers: &[(String, String)]) {
        for (name, value) in headers {
            self.text.push('\n');
            let start = self.text.len();
            self.text
                .push_str(&shown::line(&format!("{name}: {value}")));
            self.headers
                .push((name.to_ascii_lowercase(), start..self.text.len()));
        }
    }

    fn answer(exchange: &ExchangeRecord) -> Self {
        let Some(response) = &exchange.response else {
            let text = shown::line(exchange.failure.as_deref().unwrap_or("no answer"));
            return Self {
                status: 0..text.len(),
                text,
                headers: Vec::new(),
            };
        };
        let mut head = Self {
            text: format!("HTTP {}", response.status),
            ..Self::default()
        };
        head.status = "HTTP ".len()..head.text.len();
        head.add(&response.headers);
        head
    }
}

impl<'a> Evidence<'a> {
    /// Reads the bodies of an exchange and keeps at most `limit` bytes of each for the reader.
    pub(super) fn read(exchange: &'a ExchangeRecord, bodies: Bodies<'_>, limit: usize) -> Self {
        let response = exchange.response.as_ref();
        Self {
            exchange,
            head: Head::answer(exchange),
            answer: response.and_then(|response| bodies.read(&response.body)),
            request: exchange
                .request
                .body
                .as_ref()
                .and_then(|body| bodies.read(body)),
            limit,
        }
    }

    /// The request.
    pub(super) fn request(&self) -> Message {
        let head = Head::request(self.exchange).text;
        let request = &self.exchange.request;
        self.message(head, request.body.as_ref(), self.request.as_deref())
    }

    /// The answer, or the reason why there is none.
    pub(super) fn response(&self) -> Message {
        let record = self.exchange.response.as_ref().map(|r| &r.body);
        self.message(self.head.text.clone(), record, self.answer.as_deref())
    }

    fn message(&self, head: String, record: Option<&BodyRecord>, body: Option<&[u8]>) -> Message {
        let Some(record) = record else {
            return Message {
                head,
                ..Message::default()
            };
        };
        let Some(body) = body else {
            return Message {
                head,
                bytes: record.bytes,
                lacking: Some(format!("bodies/{} cannot be read", record.sha256)),
                ..Message::default()
            };
        };
        let shown = Shown::of(body, self.limit);
        Message {
            head,
            lacking: shown
                .left_out
                .map(|bytes| format!("{bytes} bytes in the middle are left out here")),
            body: shown.text,
            bytes: record.bytes,
        }
    }

    /// What a result is about in the answer, each part with a note.
    fn marked(&self, judged: &Judged) -> Vec<(String, String)> {
        let body = self.answer.as_deref().unwrap_or_default();
        let places = mark::places(&judged.requirement.id, &judged.actual, &self.head, body);
        let text = |place: Place| {
            let bytes = if place.body {
                body
            } else {
                self.head.text.as_bytes()
            };
            let shown = Shown::of(&bytes[place.range], self.limit);
            (place.note, shown.text)
        };
        places.into_iter().map(text).collect()
    }

    /// The places of what a result is about, in the texts of request and answer.
    pub(super) fn marks(&self, judged: &Judged) -> Vec<Mark> {
        let (id, actual) = (&judged.requirement.id, &judged.actual);
        let sent = self.request.as_deref().unwrap_or_default();
        let asked = Head::request(self.exchange);
        let places = request::places(id, actual, &asked, sent);
        let mut marks = self.found(true, places, &asked, sent);
        let body = self.answer.as_deref().unwrap_or_default();
        let places = mark::places(id, actual, &self.head, body);
        marks.extend(self.found(false, places, &self.head, body));
        marks
    }

    fn found(&self, request: bool, places: Vec<Place>, head: &Head, body: &[u8]) -> Vec<Mark> {
        let shown = Shown::of(body, self.limit);
        let in_head = |byte: usize| utf16(&head.text[..byte]);
        places
            .into_iter()
            .map(|Place { body, range, note }| {
                let (from, to) = if body {
                    (shown.offset(range.start), shown.offset(range.end))
                } else {
                    (in_head(range.start), in_head(range.end))
                };
                Mark {
                    seq: self.exchange.seq,
                    request,
                    body,
                    from,
                    to,
                    note,
                }
            })
            .collect()
    }
}

/// Length of a text in UTF-16 units.
fn utf16(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

#[cfg(test)]
mod tests;
