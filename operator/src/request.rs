//! Requests as the operator's `curl` step sends them.

use kfp_provider_domain::RESERVED;
use percent_encoding::{AsciiSet, utf8_percent_encode};

use crate::kind::{Operation, ResourceKind};

/// The client's name in the step's image.
const USER_AGENT: &str = "curl/8.12.1";

/// Bodies longer than this ask for permission first.
const EXPECT_ABOVE: usize = 1024 * 1024;

/// One request to a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The HTTP method.
    pub method: &'static str,
    /// The request target, as it stands in the request line.
    pub target: String,
    /// The body; deletions have none, not even an empty one.
    pub body: Option<Vec<u8>>,
}

impl Request {
    /// `POST /resource/{kind}`
    pub fn create(kind: ResourceKind, body: Vec<u8>) -> Self {
        Self::new(Operation::Create, kind, None, Some(body))
    }

    /// `PUT /resource/{kind}/{id}`; the id is encoded already, by [`encode_id`] or [`encode_id_jq16`].
    pub fn update(kind: ResourceKind, encoded_id: &str, body: Vec<u8>) -> Self {
        Self::new(Operation::Update, kind, Some(encoded_id), Some(body))
    }

    /// `DELETE /resource/{kind}/{id}`; the id is encoded already.
    pub fn delete(kind: ResourceKind, encoded_id: &str) -> Self {
        Self::new(Operation::Delete, kind, Some(encoded_id), None)
    }

    fn new(
        operation: Operation,
        kind: ResourceKind,
        encoded_id: Option<&str>,
        body: Option<Vec<u8>>,
    ) -> Self {
        let path = match encoded_id {
            None => format!("/resource/{kind}"),
            Some(id) => format!("/resource/{kind}/{id}"),
        };
        Self {
            method: operation.method(),
            target: squash_dots(&path),
            body,
        }
    }

    /// The headers in the order in which they are sent. `host` is the provider's host and port.
    pub fn headers(&self, host: &str) -> Vec<(&'static str, String)> {
        let mut headers = vec![
            ("Host", host.to_owned()),
            ("User-Agent", USER_AGENT.to_owned()),
            ("Accept", "*/*".to_owned()),
        ];
        if let Some(body) = &self.body {
            headers.push(("Content-Type", "application/json".to_owned()));
            headers.push(("Content-Length", body.len().to_string()));
            if body.len() > EXPECT_ABOVE {
                headers.push(("Expect", "100-continue".to_owned()));
            }
        }
        headers
    }

    /// The request line and headers as bytes on the wire, the empty line included. A body follows at once, or after the
    /// interim answer if the headers have an `Expect`; a server that sends none is waited for one second.
    pub fn head(&self, host: &str) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        for (name, value) in self.headers(host) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        head.into_bytes()
    }
}

/// What `jq` up to version 1.6 encodes.
const RESERVED_BY_JQ_1_6: &AsciiSet = &RESERVED
    .remove(b'!')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// Encodes an id for a path as `jq`'s `@uri` does from version 1.7 on: everything but letters, digits and `-_.~`.
///
/// Only the encoding is done here. Before it, the operator's shell reads the id inside double quotes: `$`, a backtick,
/// `"` and `\` do not reach `jq` as they are, and `-n` or `-e` not at all.
pub fn encode_id(id: &str) -> String {
    utf8_percent_encode(id, RESERVED).to_string()
}

/// As [`encode_id`], by `jq` up to version 1.6, which also leaves `!*'()` as they are. The image of the operator's step
/// has no fixed version, so that a provider meets either form.
pub fn encode_id_jq16(id: &str) -> String {
    utf8_percent_encode(id, RESERVED_BY_JQ_1_6).to_string()
}

/// Takes dot segments out of a path as `curl` does before it sends one (RFC 3986, 5.2.4).
pub fn squash_dots(path: &str) -> String {
    if !path.starts_with('/') {
        return path.to_owned();
    }
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path[1..].split('/').peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." if last => kept.push(""),
            "." => {}
            ".." => {
                kept.pop();
                if last {
                    kept.push("");
                }
            }
            _ => kept.push(segment),
        }
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_in_paths() {
        let table = [
            ("abc-_.~019Z", "abc-_.~019Z", "abc-_.~019Z"),
            ("a/b", "a%2Fb", "a%2Fb"),
            ("a+b c", "a%2Bb%20c", "a%2Bb%20c"),
            ("100%", "100%25", "100%25"),
            ("a%2Fb", "a%252Fb", "a%252Fb"),
            ("\u{20ac}", "%E2%82%AC", "%E2%82%AC"),
            ("a?b#c", "a%3Fb%23c", "a%3Fb%23c"),
            ("it's(*)!", "it%27s%28%2A%29%21", "it's(*)!"),
            ("\n\0\u{7f}", "%0A%00%7F", "%0A%00%7F"),
            ("", "", ""),
        ];
        for (id, newer, older) in table {
            assert_eq!(encode_id(id), newer, "id {id:?}");
            assert_eq!(encode_id_jq16(id), older, "id {id:?}");
        }
    }

    #[test]
    fn targets() {
        let table = [
            ("x", "/resource/run/x"),
            ("", "/resource/run/"),
            (".", "/resource/run/"),
            ("..", "/resource/"),
            ("...", "/resource/run/..."),
            (".a", "/resource/run/.a"),
            ("%2E%2E", "/resource/run/%2E%2E"),
        ];
        for (encoded, target) in table {
            assert_eq!(
                Request::delete(ResourceKind::Run, encoded).target,
                target,
                "id {encoded:?}"
            );
        }
        for (path, squashed) in [
            ("/a/./b", "/a/b"),
            ("/a/../b", "/b"),
            ("/../../b", "/b"),
            ("/", "/"),
            ("/..", "/"),
        ] {
            assert_eq!(squash_dots(path), squashed, "path {path}");
        }
    }

    #[test]
    fn heads() {
        let head =
            |request: Request| String::from_utf8(request.head("forge.ml:8080")).expect("ASCII");
        assert_eq!(
            head(Request::create(ResourceKind::RunSchedule, b"{}\n".to_vec())),
            "POST /resource/runschedule HTTP/1.1\r\nHost: forge.ml:8080\r\nUser-Agent: curl/8.12.1\r\n\
             Accept: */*\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n"
        );
        assert_eq!(
            head(Request::delete(ResourceKind::Run, "x")),
            "DELETE /resource/run/x HTTP/1.1\r\nHost: forge.ml:8080\r\nUser-Agent: curl/8.12.1\r\nAccept: */*\r\n\r\n"
        );
        let expects = |size| {
            head(Request::update(
                ResourceKind::Pipeline,
                "x",
                vec![b' '; size],
            ))
            .contains("\r\nExpect: ")
        };
        assert!(!expects(EXPECT_ABOVE));
        assert!(expects(EXPECT_ABOVE + 1));
    }
}
