//! What has arrived.

use std::time::Instant;

use chrono::{DateTime, Utc};
use kfp_operator_sim::webhook::http::Request;
use serde_json::Value;

use crate::journal::record::{BodyRecord, EventRecord};

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) request: Request,
    /// The target, not decoded.
    pub(crate) target: String,
    pub(crate) content_type: Option<String>,
    /// The body with every string in its plainest form, to look for names in it.
    text: String,
}

/// What was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Status(u16),
    /// The connection was closed without one.
    Dropped,
}

/// A request to the webhook, with its answer.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    /// From 1, in the order of arrival.
    pub(crate) number: u64,
    pub(crate) arrived: DateTime<Utc>,
    pub(crate) at: Instant,
    pub(crate) received: Received,
    pub(crate) answer: Answer,
    /// Whether a case wanted this answer.
    pub(crate) scripted: bool,
}

impl Received {
    pub(crate) fn new(request: Request) -> Self {
        let shown = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
        let text = match serde_json::from_slice::<Value>(&request.body) {
            Ok(value) => value.to_string(),
            Err(_) => shown(&request.body),
        };
        Self {
            target: shown(&request.target),
            content_type: request.content_type.as_ref().map(shown),
            request,
            text,
        }
    }

    /// Whether the body has this name in it, as a whole or with something appended after a sign.
    pub(crate) fn mentions(&self, name: &str) -> bool {
        let ends = |at: usize| {
            let rest = self.text[at + name.len()..].chars().next();
            !rest.is_some_and(char::is_alphanumeric)
        };
        !name.is_empty() && self.text.match_indices(name).any(|(at, _)| ends(at))
    }
}

impl Delivery {
    pub(super) fn new(number: u64, received: Received, answer: Answer, scripted: bool) -> Self {
        Self {
            number,
            arrived: Utc::now(),
            at: Instant::now(),
            received,
            answer,
            scripted,
        }
    }

    pub(crate) fn mentions(&self, name: &str) -> bool {
        self.received.mentions(name)
    }

    /// As the journal has it.
    pub(super) fn record(&self, body: BodyRecord) -> EventRecord {
        let Self {
            number,
            arrived,
            received,
            answer,
            scripted,
            ..
        } = self;
        EventRecord {
            number: *number,
            arrived: arrived.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
            method: received.request.method.clone(),
            target: received.target.clone(),
            content_type: received.content_type.clone(),
            body,
            answer: match answer {
                Answer::Status(status) => Some(*status),
                Answer::Dropped => None,
            },
            scripted: *scripted,
        }
    }
}
