//! What rules change.

use crate::mock::answer::{Answer, Content, quote};

pub(in crate::mock) const TRACE: &[u8] =
    br#""Traceback (most recent call last):\n  File \"provider.py\", line 7""#;

pub(in crate::mock) const EARLY_HINTS: &[u8] =
    b"HTTP/1.1 103 Early Hints\r\nLink: </openapi.json>; rel=service-desc\r\n\r\n";
/// An object with a text as providerError, compressed.
pub(in crate::mock) const GZIPPED: &[u8] = b"\x1F\x8B\x08\x00\x00\x00\x00\x00\x02\x03\xAB\x56\x2A\x28\xCA\x2F\xCB\x4C\x49\x2D\x72\x2D\x2A\xCA\x2F\x52\xB2\x52\x2A\xC9\x48\x55\x48\xCA\x4F\xA9\x54\xC8\x2C\x56\x28\x2F\xCA\xCF\x4B\x57\xAA\x05\x00\xFD\x17\xD5\xBD\x25\x00\x00\x00";

pub(in crate::mock) fn set_error(answer: &mut Answer, json: &[u8]) {
    answer.set("providerError", json.to_vec());
}

pub(in crate::mock) fn probe_text(answer: &mut Answer, status: u16) {
    answer.status = status;
    answer.media = Some("text/plain");
    answer.content = Content::Text(b"Application is well.".to_vec());
}

pub(in crate::mock) fn not_implemented(answer: &mut Answer) {
    answer.status = 501;
    set_error(answer, br#""updates are not implemented""#);
}

pub(in crate::mock) fn conflict(answer: &mut Answer) {
    answer.status = 409;
    answer.remove("id");
    set_error(answer, br#""the name is taken""#);
}

pub(in crate::mock) fn null_members(answer: &mut Answer) {
    answer.set("id", b"null".to_vec());
    set_error(answer, b"null");
}

pub(in crate::mock) fn no_content(answer: &mut Answer) {
    answer.status = 204;
    answer.media = None;
    answer.content = Content::Nothing;
}

pub(in crate::mock) fn fail(answer: &mut Answer, json: &[u8]) {
    answer.status = 500;
    set_error(answer, json);
}

pub(in crate::mock) fn compress(answer: &mut Answer) {
    answer.headers.push(("Content-Encoding", "gzip".to_owned()));
    answer.content = Content::Text(GZIPPED.to_vec());
}

pub(in crate::mock) fn echo_id(answer: &mut Answer) {
    let asked = answer.asked.as_ref().and_then(|id| id.text.as_deref());
    let id = quote(asked.unwrap_or_default());
    answer.set("id", id);
}

pub(in crate::mock) fn echo_raw_id(answer: &mut Answer) {
    let id = quote(answer.asked.as_ref().map_or("", |id| &id.raw));
    answer.set("id", id);
}

pub(in crate::mock) fn add_headers(answer: &mut Answer) {
    let many = (0..300).map(|n| ("X-Trace", n.to_string()));
    answer.headers.extend(many);
    answer
        .headers
        .push(("X-End", "1\r\nwhat is this".to_owned()));
}
