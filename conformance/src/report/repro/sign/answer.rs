//! The answers that signs are looked for in.

use kfp_operator_sim::json::Json;

use crate::oracle::Envelope;

/// An answer, recorded or new.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) method: String,
    pub(crate) target: String,
    /// What tells whether two requests are the same.
    pub(crate) request: String,
    pub(crate) status: Option<u16>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) envelope: Envelope,
    pub(crate) milliseconds: f64,
    /// Why there is no answer.
    pub(crate) failure: Option<String>,
    pub(crate) ending: Ending,
}

/// What came of the connection after the answer. A journal does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ending {
    /// Bytes after the end of the answer.
    pub(crate) surplus: usize,
    /// Whether it was closed while somebody waited for that.
    pub(crate) closed: bool,
}

impl Answer {
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.envelope.text(name)
    }

    pub(super) fn header(&self, wanted: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
        Some(value)
    }

    /// Whether there are bytes after its end, or a length beside what decides where that is.
    pub(super) fn has_excess(&self) -> bool {
        let length = self.header("content-length");
        let without_body = matches!(self.status, Some(204 | 304)) && length.unwrap_or("0") != "0";
        let twice = length.is_some() && self.header("transfer-encoding").is_some();
        self.ending.surplus > 0 || without_body || twice
    }

    /// Kind of the body and of each of its members by name, without their values.
    pub(crate) fn shape(&self) -> String {
        let Some(members) = self.envelope.object() else {
            return match self.envelope.shape() {
                "an array" => "array",
                "no JSON" => "none",
                _ => "value",
            }
            .to_owned();
        };
        let kind = |value: &Json| match value {
            Json::String(_) => "string",
            Json::Object(_) => "object",
            Json::Array(_) => "array",
            Json::Null => "null",
            Json::Bool(_) | Json::Number(_) => "value",
        };
        let mut members: Vec<_> = members.iter().collect();
        members.sort_by_key(|(name, _)| name.as_bytes());
        members
            .into_iter()
            .fold("object".to_owned(), |text, (name, value)| {
                format!("{text} {name}:{}", kind(value))
            })
    }

    /// The id that came with it, whatever it was meant to be.
    pub(crate) fn id(&self) -> Option<String> {
        match self.envelope.member("id")? {
            Json::String(id) if !id.is_empty() => Some(id.clone()),
            Json::Number(number) => Some(number.clone()),
            _ => None,
        }
    }

    /// The answer in one short line.
    pub(crate) fn describe(&self) -> String {
        match (self.status, &self.failure) {
            (Some(status), _) => {
                let text = crate::base::text::excerpt(&self.body);
                format!("{status} {text}").trim_end().to_owned()
            }
            (None, failure) => failure.clone().unwrap_or_else(|| "no answer".to_owned()),
        }
    }
}

/// The answers of a sequence so far, and what was recorded of the last.
#[derive(Debug)]
pub(crate) struct Seen<'a> {
    /// At least one.
    pub(crate) answers: &'a [Answer],
    pub(crate) declared: Vec<u16>,
    pub(crate) pipeline: Option<String>,
    pub(crate) recorded: (Option<u16>, String),
}

impl Seen<'_> {
    pub(super) fn last(&self) -> &Answer {
        self.answers.last().expect("a sequence has a last answer")
    }

    /// What the creates brought.
    pub(super) fn created(&self) -> Vec<Option<String>> {
        let creates = self.answers.iter().filter(|a| a.method == "POST");
        let brought = |a: &Answer| a.id().filter(|_| matches!(a.status, Some(200..=299)));
        creates.map(brought).collect()
    }

    pub(super) fn previous(&self) -> Option<&Answer> {
        self.answers.iter().rev().nth(1)
    }
}
