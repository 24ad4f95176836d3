//! Answers as bytes.

use super::answer::{Answer, Content, Mangle};

/// How the end of the body is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Framing {
    #[default]
    Length,
    Chunks,
    /// With extensions and a trailer.
    ExtendedChunks,
    UntilClose,
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) framing: Framing,
    /// Say that the connection ends.
    pub(super) closing: bool,
    /// Header names in lower case.
    pub(super) lower_case: bool,
    /// The body is left out, as HEAD wants it.
    pub(super) head_only: bool,
}

/// The answer's bytes.
pub(super) fn encode(answer: &Answer, style: Style) -> Vec<u8> {
    let body = answer.body();
    if let Some(mangle) = answer.wire.mangle {
        return mangled(answer, style, mangle, &body);
    }
    let mut bytes = answer.wire.interim.to_vec();
    bytes.extend(head(answer, style, body.len()));
    if has_body(answer) && !style.head_only {
        let sent = &body[..body.len().saturating_sub(answer.wire.withheld)];
        bytes.extend(match style.framing {
            Framing::Length | Framing::UntilClose => sent.to_vec(),
            Framing::Chunks => chunks(sent, "", ""),
            Framing::ExtendedChunks => chunks(sent, ";part=\"a\"", "X-Parts: all\r\n"),
        });
    }
    bytes.extend_from_slice(answer.wire.extra);
    bytes
}

/// The answer's bytes with something wrong in how its end is told.
fn mangled(answer: &Answer, style: Style, mangle: Mangle, body: &[u8]) -> Vec<u8> {
    let whole = chunks(body, "", "");
    let length = |length: usize| format!("Content-Length: {length}\r\n");
    let coding = |coding: &str| format!("Transfer-Encoding: {coding}\r\n");
    let (fields, content) = match mangle {
        // The last chunk is "0", and two line ends.
        Mangle::EndlessChunks => (coding("chunked"), whole[..whole.len() - 5].to_vec()),
        Mangle::ChunkSize => (coding("chunked"), [b"size\r\n", body, b"\r\n"].concat()),
        Mangle::ChunksAndLength => (length(body.len() + 1) + &coding("chunked"), whole),
        Mangle::TwoLengths => (length(body.len()) + &length(body.len() + 1), body.to_vec()),
        Mangle::ShortLength => (length(body.len().saturating_sub(1)), body.to_vec()),
        Mangle::CodedChunks => (coding("gzip, chunked"), whole),
        Mangle::Reset => (length(body.len()), body[..body.len() / 2].to_vec()),
    };
    let without_framing = Style {
        framing: Framing::UntilClose,
        closing: true,
        ..style
    };
    let mut bytes = head(answer, without_framing, 0);
    // Before the empty line that ends the head.
    bytes.truncate(bytes.len() - 2);
    bytes.extend(fields.bytes());
    bytes.extend_from_slice(b"\r\n");
    bytes.extend(content);
    bytes
}

fn head(answer: &Answer, style: Style, length: usize) -> Vec<u8> {
    let version = if answer.wire.old_version {
        "HTTP/1.0"
    } else {
        "HTTP/1.1"
    };
    let mut head = format!("{version} {} {}\r\n", answer.status, reason(answer.status));
    let mut header = |name: &str, value: &str| {
        let name = if style.lower_case {
            name.to_ascii_lowercase()
        } else {
            name.to_owned()
        };
        head.push_str(&format!("{name}: {value}\r\n"));
    };
    if let Some(media) = answer.media {
        header("Content-Type", media);
    }
    for (name, value) in &answer.headers {
        header(name, value);
    }
    match style.framing {
        _ if !has_body(answer) => {}
        Framing::Length => header("Content-Length", &length.to_string()),
        Framing::Chunks | Framing::ExtendedChunks => header("Transfer-Encoding", "chunked"),
        Framing::UntilClose => {}
    }
    if style.closing {
        header("Connection", "close");
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// Statuses 204 and 304 have no body; all others have one, although it may be empty.
fn has_body(answer: &Answer) -> bool {
    !(matches!(answer.status, 204 | 304) && answer.content == Content::Nothing)
}

/// Small chunks, so that a body takes several.
fn chunks(body: &[u8], extension: &str, trailer: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for chunk in body.chunks(7) {
        bytes.extend(format!("{:X}{extension}\r\n", chunk.len()).bytes());
        bytes.extend_from_slice(chunk);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend(format!("0{extension}\r\n{trailer}\r\n").bytes());
    bytes
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        307 => "Temporary Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        409 => "Conflict",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        417 => "Expectation Failed",
        418 => "I'm a teapot",
        422 => "Unprocessable Content",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        _ => "Unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mock::answer::Event;

    #[test]
    fn answers_in_every_style() {
        let style = Style::default();
        let chunks = Style {
            framing: Framing::Chunks,
            ..style
        };
        let extended = Style {
            framing: Framing::ExtendedChunks,
            ..style
        };
        let closing = Style {
            framing: Framing::UntilClose,
            closing: true,
            ..style
        };
        let head_only = Style {
            head_only: true,
            lower_case: true,
            ..style
        };
        let table = [
            (
                style,
                "Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{\"id\":\"a\"}",
            ),
            (
                chunks,
                "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n{\"id\":\"\r\n3\r\na\"}\r\n0\r\n\r\n",
            ),
            (
                extended,
                "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n7;part=\"a\"\r\n{\"id\":\"\r\n3;part=\"a\"\r\na\"}\r\n0;part=\"a\"\r\nX-Parts: all\r\n\r\n",
            ),
            (
                closing,
                "Content-Type: application/json\r\nConnection: close\r\n\r\n{\"id\":\"a\"}",
            ),
            (
                head_only,
                "content-type: application/json\r\ncontent-length: 10\r\n\r\n",
            ),
        ];
        let answer = Answer::object(Event::Created { again: false }, 201).with_id("a");
        for (style, rest) in table {
            let expected = format!("HTTP/1.1 201 Created\r\n{rest}");
            assert_eq!(
                String::from_utf8_lossy(&encode(&answer, style)),
                expected,
                "{style:?}"
            );
        }
    }
}
