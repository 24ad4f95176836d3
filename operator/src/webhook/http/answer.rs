//! Answers, as Go's `http.Error` and `http.Redirect` make them and its server writes them.

use chrono::{DateTime, Utc};

use super::head::Head;

/// An answer of the webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    fields: Vec<(&'static str, String)>,
    body: Vec<u8>,
    /// Whether the connection ends with it.
    pub(super) closes: bool,
    /// Whether the body is for `GET` alone.
    page: bool,
}

impl Answer {
    /// The event was handled: 200, and nothing else.
    pub fn done() -> Self {
        Self::empty(200)
    }

    /// An error: a line of text that no browser is to take for anything else.
    pub fn error(status: u16, text: &str) -> Self {
        Self {
            fields: vec![
                ("Content-Type", "text/plain; charset=utf-8".to_owned()),
                ("X-Content-Type-Options", "nosniff".to_owned()),
            ],
            body: format!("{text}\n").into_bytes(),
            ..Self::empty(status)
        }
    }

    /// Another path is meant.
    pub(in crate::webhook) fn elsewhere(location: &[u8]) -> Self {
        let shown = html(location);
        let page: [&[u8]; 3] = [b"<a href=\"", &shown, b"\">Temporary Redirect</a>.\n\n"];
        Self {
            fields: vec![("Location", visible(location))],
            body: page.concat(),
            page: true,
            ..Self::empty(307)
        }
    }

    /// A status after which the connection ends.
    pub(in crate::webhook) fn closing(status: u16) -> Self {
        Self {
            closes: true,
            ..Self::empty(status)
        }
    }

    fn empty(status: u16) -> Self {
        Self {
            status,
            fields: Vec::new(),
            body: Vec::new(),
            closes: false,
            page: false,
        }
    }

    pub(super) fn encode(&self, head: &Head, goes_on: bool, now: DateTime<Utc>) -> Vec<u8> {
        let method = head.method.as_str();
        let version = if head.is_modern() { "1.1" } else { "1.0" };
        let mut text = format!("HTTP/{version} {} {}\r\n", self.status, reason(self.status));
        let mut field = |name: &str, value: &str| {
            text.push_str(&format!("{name}: {value}\r\n"));
        };
        // An answer that ends the connection says so in front where Go's handler does, and at the end where its server does.
        let said = self.closes && (head.is_modern() || self.status == 417);
        if said {
            field("Connection", "close");
        }
        if self.page && matches!(method, "GET" | "HEAD") {
            field("Content-Type", "text/html; charset=utf-8");
        }
        for (name, value) in &self.fields {
            field(name, value);
        }
        field("Date", &now.format("%a, %d %b %Y %H:%M:%S GMT").to_string());
        let page_for_nobody = self.page && method != "GET";
        let body = if page_for_nobody {
            &[]
        } else {
            self.body.as_slice()
        };
        // To HEAD, Go tells the length of what it would have sent, but not that it would have been nothing.
        if method != "HEAD" || !body.is_empty() {
            field("Content-Length", &body.len().to_string());
        }
        if !goes_on && head.is_modern() && !said {
            field("Connection", "close");
        } else if goes_on && !head.is_modern() {
            field("Connection", "keep-alive");
        }
        text.push_str("\r\n");
        let mut bytes = text.into_bytes();
        if method != "HEAD" {
            bytes.extend_from_slice(body);
        }
        bytes
    }
}

fn html(text: &[u8]) -> Vec<u8> {
    let mut safe = Vec::with_capacity(text.len());
    for byte in text {
        match byte {
            b'&' => safe.extend_from_slice(b"&amp;"),
            b'<' => safe.extend_from_slice(b"&lt;"),
            b'>' => safe.extend_from_slice(b"&gt;"),
            b'"' => safe.extend_from_slice(b"&#34;"),
            b'\'' => safe.extend_from_slice(b"&#39;"),
            byte => safe.push(*byte),
        }
    }
    safe
}

/// What is not ASCII, encoded for a header.
fn visible(text: &[u8]) -> String {
    let mut visible = String::with_capacity(text.len());
    for byte in text {
        if byte.is_ascii() {
            visible.push(char::from(*byte));
        } else {
            visible.push_str(&format!("%{byte:x}"));
        }
    }
    visible
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        307 => "Temporary Redirect",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        410 => "Gone",
        413 => "Request Entity Too Large",
        415 => "Unsupported Media Type",
        417 => "Expectation Failed",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Unknown",
    }
}
