//! HTTP as the operator's webhook speaks it: what Go's `net/http` makes of the bytes of a connection, and what it
//! answers. Nothing here reads or writes: whoever holds the connection does, and asks what is next.
//!
//! One thing is ours: Go takes bodies of any length, and this takes no more than [`MAX_BODY`].

mod answer;
mod body;
mod head;
mod target;

pub use answer::Answer;

pub(super) use target::Route;

use body::{BodyReader, Progress};
use chrono::{DateTime, Utc};
use head::{Head, HeadReader, Length};

use super::{Delivery, is_event};

/// The longest body that is received.
pub const MAX_BODY: usize = 64 * 1024 * 1024;

/// How much of an unwanted body is read, so that the connection can go on.
const MAX_UNWANTED: usize = 256 * 1024;

/// A request that is to be answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The method, in its own case.
    pub method: String,
    /// The target, as it came.
    pub target: Vec<u8>,
    /// The first `Content-Type`.
    pub content_type: Option<Vec<u8>>,
    /// The body, as far as it was read.
    pub body: Vec<u8>,
    /// Why the body is not complete, in Go's words.
    pub broken: Option<&'static str>,
}

impl Request {
    /// The request, as the webhook looks at it.
    pub fn delivery(&self) -> Delivery<'_> {
        Delivery {
            method: &self.method,
            target: &self.target,
            content_type: self.content_type.as_deref().unwrap_or_default(),
            body: &self.body,
            broken: self.broken,
        }
    }
}

/// What to do with a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Read, and tell by [`Conversation::receive`] or [`Conversation::end`].
    Read,
    /// Write this, and go on.
    Write(Vec<u8>),
    /// Answer this by [`Conversation::answer`], or close the connection.
    Answer(Request),
    /// Close the connection. What is still on its way should be read first, for a while, or the last answer may be lost.
    Close,
}

/// One connection.
#[derive(Debug)]
pub struct Conversation {
    clock: fn() -> DateTime<Utc>,
    /// What has come and was not used yet.
    buffer: Vec<u8>,
    /// Whether nothing more will come.
    ended: bool,
    /// Whether a line has ended since the head was looked at, which is not done for every byte of a long one.
    line_ended: bool,
    stage: Stage,
    /// Whether the connection may go on after an answer.
    goes_on: bool,
    /// The method of the request before.
    before: Option<String>,
}

#[derive(Debug)]
enum Stage {
    Head(HeadReader),
    /// The sender waits for a sign to send the body.
    Permit(Exchange, BodyReader),
    Body(Exchange, BodyReader),
    Answer(Exchange),
    Over,
}

/// What the answer to a request depends on.
#[derive(Debug)]
struct Exchange {
    head: Head,
    /// Whether the webhook looks at the body.
    wanted: bool,
    /// Whether the rest of the body is on the connection still.
    unread: bool,
}

impl Conversation {
    /// A connection without requests so far. Go lets it go on after an answer unless there is a reason not to. The clock
    /// dates the answers.
    pub fn new(goes_on: bool, clock: fn() -> DateTime<Utc>) -> Self {
        Self {
            clock,
            buffer: Vec::new(),
            ended: false,
            line_ended: false,
            stage: Stage::Head(HeadReader::default()),
            goes_on,
            before: None,
        }
    }

    /// These bytes have come.
    pub fn receive(&mut self, bytes: &[u8]) {
        self.line_ended |= bytes.contains(&b'\n');
        self.buffer.extend_from_slice(bytes);
    }

    /// No more bytes will come.
    pub fn end(&mut self) {
        self.ended = true;
    }

    /// What to do next.
    pub fn step(&mut self) -> Next {
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Head(reader) => self.head(reader),
            Stage::Permit(exchange, body) => {
                self.stage = Stage::Body(exchange, body);
                Next::Write(b"HTTP/1.1 100 Continue\r\n\r\n".to_vec())
            }
            Stage::Body(exchange, body) => self.body(exchange, body),
            // Whoever asks again has not answered, and will not.
            Stage::Answer(_) | Stage::Over => Next::Close,
        }
    }

    /// The bytes of an answer to the request that was given out last.
    pub fn answer(&mut self, answer: &Answer) -> Vec<u8> {
        let Stage::Answer(Exchange { head, unread, .. }) =
            std::mem::replace(&mut self.stage, Stage::Over)
        else {
            return Vec::new();
        };
        let goes_on = self.goes_on && head.wants_more() && !unread && !answer.closes;
        let bytes = answer.encode(&head, goes_on, (self.clock)());
        if goes_on {
            self.before = Some(head.method);
            self.line_ended = self.buffer.contains(&b'\n');
            self.stage = Stage::Head(HeadReader::default());
        }
        bytes
    }

    fn head(&mut self, mut reader: HeadReader) -> Next {
        if reader.is_fresh() && !self.begins() {
            if !self.ended {
                self.stage = Stage::Head(reader);
            }
            return if self.ended { Next::Close } else { Next::Read };
        }
        let news = self.line_ended || self.ended || self.buffer.len() >= head::LONGEST;
        if !news {
            self.stage = Stage::Head(reader);
            return Next::Read;
        }
        self.line_ended = false;
        match reader.read(&mut self.buffer, self.ended) {
            Ok(Some(head)) => self.accept(head),
            Ok(None) => {
                self.stage = Stage::Head(reader);
                Next::Read
            }
            Err(refused) => Next::Write(refused.answer()),
        }
    }

    /// Whether a request has begun. After another one Go waits for four bytes, and after a POST it passes over line ends
    /// among them, which old browsers sent.
    fn begins(&mut self) -> bool {
        let Some(method) = &self.before else {
            return !self.buffer.is_empty();
        };
        if self.buffer.len() < 4 {
            return false;
        }
        if method == "POST" {
            let ends = self.buffer.iter().take(4);
            let ends = ends
                .take_while(|byte| matches!(byte, b'\r' | b'\n'))
                .count();
            self.buffer.drain(..ends);
        }
        self.before = None;
        !self.buffer.is_empty()
    }

    fn accept(&mut self, head: Head) -> Next {
        let expects = head.has_token("expect", "100-continue");
        if !expects && head.field("expect").is_some_and(|value| !value.is_empty()) {
            let refusal = Answer::closing(417);
            return Next::Write(refusal.encode(&head, false, (self.clock)()));
        }
        let waits = expects && head.is_modern() && head.length != Length::Known(0);
        let wanted = is_event(
            &head.method,
            &head.raw_target,
            head.field("content-type").unwrap_or_default(),
        );
        let limit = if wanted { MAX_BODY } else { MAX_UNWANTED };
        let too_long = matches!(head.length, Length::Known(length) if length >= limit as u64);
        let body = BodyReader::new(head.length, limit);
        let mut exchange = Exchange {
            head,
            wanted,
            unread: false,
        };
        if !wanted && (waits || too_long) {
            exchange.unread = true;
            return self.ask(exchange, Vec::new(), None);
        }
        self.stage = if waits {
            Stage::Permit(exchange, body)
        } else {
            Stage::Body(exchange, body)
        };
        self.step()
    }

    fn body(&mut self, mut exchange: Exchange, mut body: BodyReader) -> Next {
        let progress = body.read(&mut self.buffer, self.ended);
        let broken = match progress {
            Progress::More => {
                self.stage = Stage::Body(exchange, body);
                return Next::Read;
            }
            Progress::TooLong if exchange.wanted => return self.too_long(&exchange.head),
            Progress::Complete => None,
            Progress::TooLong => {
                exchange.unread = true;
                None
            }
            Progress::Broken(why) => {
                // A handler that has read up to here has closed the body, and Go reads on as if it had ended. What answers
                // `OPTIONS *` reads, too, but does not close.
                let head = &exchange.head;
                let server = head.method == "OPTIONS" && head.raw_target == b"*";
                let short = matches!(head.length, Length::Known(_));
                exchange.unread = !(exchange.wanted || server && short);
                Some(why)
            }
        };
        self.ask(exchange, body.bytes, broken)
    }

    fn ask(&mut self, exchange: Exchange, body: Vec<u8>, broken: Option<&'static str>) -> Next {
        let head = &exchange.head;
        let request = Request {
            method: head.method.clone(),
            target: head.raw_target.clone(),
            content_type: head.field("content-type").map(<[u8]>::to_vec),
            body,
            broken,
        };
        self.stage = Stage::Answer(exchange);
        Next::Answer(request)
    }

    fn too_long(&mut self, head: &Head) -> Next {
        let text = format!("the body is longer than {MAX_BODY} bytes");
        Next::Write(Answer::error(413, &text).encode(head, false, (self.clock)()))
    }
}
