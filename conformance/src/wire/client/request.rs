//! Requests as bytes.

/// One request, exactly as it goes onto the socket.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The request target as sent, percent-encoding included.
    pub(crate) target: String,
    /// Headers in the order they are sent, without `Host`.
    pub(crate) headers: Vec<(String, String)>,
    /// `Host` header; `None` sends the target's own host and port.
    pub(crate) host: Option<String>,
    pub(crate) body: Option<Vec<u8>>,
    /// Bytes of the body that are really sent before the connection is dropped.
    pub(crate) abort_after: Option<usize>,
    /// Rests in the middle of the body until this turns true.
    pub(crate) pause: Option<tokio::sync::watch::Receiver<bool>>,
    /// How long to look for bytes after the end of the answer.
    pub(crate) linger: std::time::Duration,
    /// How long it may take, if that is not what any request may.
    pub(crate) limit: Option<std::time::Duration>,
}

impl Request {
    /// A request with curl's headers and no body.
    pub(crate) fn new(method: &str, target: &str) -> Self {
        let headers = vec![
            ("User-Agent".to_owned(), "curl/8.12.1".to_owned()),
            ("Accept".to_owned(), "*/*".to_owned()),
        ];
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers,
            host: None,
            body: None,
            abort_after: None,
            pause: None,
            linger: std::time::Duration::ZERO,
            limit: None,
        }
    }

    /// Adds a body as curl's `--data-binary` does: content type, length, and above 1 MiB the
    /// expectation of a `100 Continue`.
    pub(crate) fn json(self, body: Vec<u8>) -> Self {
        self.body(body, Some("application/json"))
    }

    /// Adds a body with another content type, or none.
    pub(crate) fn body(mut self, body: Vec<u8>, content_type: Option<&str>) -> Self {
        const EXPECT_ABOVE: usize = 1024 * 1024;
        if let Some(content_type) = content_type {
            self.headers
                .push(("Content-Type".to_owned(), content_type.to_owned()));
        }
        self.headers
            .push(("Content-Length".to_owned(), body.len().to_string()));
        if body.len() > EXPECT_ABOVE {
            self.headers
                .push(("Expect".to_owned(), "100-continue".to_owned()));
        }
        self.body = Some(body);
        self
    }

    /// Adds a header, or replaces the one of that name.
    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        let mut request = self.without(name);
        request.headers.push((name.to_owned(), value.to_owned()));
        request
    }

    /// Leaves a header out.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    /// Sends another `Host` than the target's.
    pub(crate) fn host(mut self, host: &str) -> Self {
        self.host = Some(host.to_owned());
        self
    }

    /// Whether the sender waits for `100 Continue` before the body.
    pub(crate) fn expects_continue(&self) -> bool {
        self.headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("expect"))
    }

    /// Request line and headers, with the empty line that ends them.
    pub(crate) fn head(&self, default_host: &str) -> Vec<u8> {
        let host = self.host.as_deref().unwrap_or(default_host);
        let mut head = format!(
            "{} {} HTTP/1.1\r\nHost: {host}\r\n",
            self.method, self.target
        );
        for (name, value) in &self.headers {
            head.push_str(name);
            head.push_str(": ");
            head.push_str(value);
            head.push_str("\r\n");
        }
        head.push_str("\r\n");
        head.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_those_of_curl() {
        let table = [
            (
                Request::new("DELETE", "/resource/run/a%2Fb"),
                "DELETE /resource/run/a%2Fb HTTP/1.1\r\nHost: svc.ns:8080\r\nUser-Agent: curl/8.12.1\r\nAccept: */*\r\n\r\n",
            ),
            (
                Request::new("POST", "/resource/run").json(b"{}\n".to_vec()),
                "POST /resource/run HTTP/1.1\r\nHost: svc.ns:8080\r\nUser-Agent: curl/8.12.1\r\nAccept: */*\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n",
            ),
        ];
        for (request, head) in table {
            assert_eq!(String::from_utf8_lossy(&request.head("svc.ns:8080")), head);
        }
    }

    #[test]
    fn only_bodies_above_one_mebibyte_expect_a_continue() {
        for (size, expected) in [(1024 * 1024, false), (1024 * 1024 + 1, true)] {
            let request = Request::new("POST", "/").json(vec![b' '; size]);
            assert_eq!(request.expects_continue(), expected, "{size} bytes");
        }
    }
}
