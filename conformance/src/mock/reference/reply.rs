//! Answers, as Go's `net/http` writes them.

use kfp_operator_sim::json::Json;

use super::stub::Run;

const TEXT: &str = "text/plain; charset=utf-8";

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, &'static str)>,
    pub(super) body: String,
    /// Whether the connection ends with it.
    pub(super) closes: bool,
    /// The run that it started.
    pub(super) started: Option<Run>,
}

impl Reply {
    /// A text. No handler names a media type: it is guessed from the first bytes, and JSON looks like plain text.
    pub(super) fn text(status: u16, body: impl Into<String>) -> Self {
        Self {
            status,
            headers: vec![("Content-Type", TEXT)],
            body: body.into(),
            closes: false,
            started: None,
        }
    }

    /// The object that all handlers answer with; members that are empty are left out.
    pub(super) fn object(status: u16, id: &str, error: &str) -> Self {
        let members = [("id", id), ("providerError", error)];
        let present = members.into_iter().filter(|(_, text)| !text.is_empty());
        let object = Json::object(present.map(|(name, text)| (name, Json::from(text))));
        Self::text(status, object.to_string())
    }

    pub(super) fn refusal(status: u16, id: &str, error: &str) -> Self {
        Self::object(status, id, error)
    }

    pub(super) fn not_found() -> Self {
        let mut reply = Self::text(404, "404 page not found\n");
        reply.headers.push(("X-Content-Type-Options", "nosniff"));
        reply
    }

    /// A header for each method, and nothing else.
    pub(super) fn not_allowed(methods: &[&'static str]) -> Self {
        Self {
            headers: methods.iter().map(|method| ("Allow", *method)).collect(),
            ..Self::text(405, "")
        }
    }

    /// What Go's server says to what is no request.
    pub(super) fn unreadable(status: u16) -> Self {
        Self {
            closes: true,
            ..Self::text(status, format!("{status} {}", reason(status)))
        }
    }

    pub(super) fn bytes(&self, head_only: bool, closing: bool) -> Vec<u8> {
        let Self { status, body, .. } = self;
        let date = chrono::Utc::now().format("%a, %d %b %Y %H:%M:%S GMT");
        let mut head = format!("HTTP/1.1 {status} {}\r\n", reason(*status));
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let length = body.len();
        head.push_str(&format!("Date: {date}\r\nContent-Length: {length}\r\n"));
        if closing {
            head.push_str("Connection: close\r\n");
        }
        head.push_str("\r\n");
        if !head_only {
            head.push_str(body);
        }
        head.into_bytes()
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        413 => "Request Entity Too Large",
        431 => "Request Header Fields Too Large",
        501 => "Not Implemented",
        _ => "Internal Server Error",
    }
}
