//! The head of an answer, read as generously as curl reads it: what the operator does not notice is
//! no violation.

use super::{Body, WireFailure};

/// Limits of curl: beyond them it gives up.
const MAX_HEAD: usize = 300 * 1024;
const MAX_FIELDS: usize = 5_000;
/// Fields of an ordinary answer; more room is taken only if it is needed.
const USUAL_FIELDS: usize = 64;

pub(super) struct Head {
    pub(super) status: u16,
    /// Minor version: 0 or 1.
    pub(super) version: u8,
    pub(super) headers: Vec<(String, String)>,
}

impl Head {
    /// Reads a head from the front of `bytes`. Returns it with its length, or `None` if more bytes
    /// are needed.
    pub(super) fn read(bytes: &[u8]) -> Result<Option<(Self, usize)>, WireFailure> {
        let read = match Self::with_room(bytes, USUAL_FIELDS) {
            Err(httparse::Error::TooManyHeaders) => Self::with_room(bytes, MAX_FIELDS),
            read => read,
        };
        match read {
            Ok(None) if bytes.len() > MAX_HEAD => {
                let what = format!("head above {MAX_HEAD} bytes");
                Err(WireFailure::NotHttp(what))
            }
            Ok(head) => Ok(head),
            Err(error) => {
                let start = String::from_utf8_lossy(&bytes[..bytes.len().min(40)]).into_owned();
                Err(WireFailure::NotHttp(format!("{error} at {start:?}")))
            }
        }
    }

    fn with_room(bytes: &[u8], fields: usize) -> Result<Option<(Self, usize)>, httparse::Error> {
        let mut headers = vec![httparse::EMPTY_HEADER; fields];
        let mut parsed = httparse::Response::new(&mut headers);
        let mut config = httparse::ParserConfig::default();
        // Lines that go on in the next one, and lines that are no field: curl takes both.
        config.allow_obsolete_multiline_headers_in_responses(true);
        config.ignore_invalid_headers_in_responses(true);
        let httparse::Status::Complete(used) = config.parse_response(&mut parsed, bytes)? else {
            return Ok(None);
        };
        let text = |value: &[u8]| String::from_utf8_lossy(value).replace(['\r', '\n'], " ");
        let fields = parsed.headers.iter();
        let head = Self {
            status: parsed.code.unwrap_or_default(),
            version: parsed.version.unwrap_or_default(),
            headers: fields.map(|h| (h.name.to_owned(), text(h.value))).collect(),
        };
        Ok(Some((head, used)))
    }

    /// RFC 9112 section 6.3: how the length of the body is told.
    pub(super) fn framing(&self, method: &str) -> Result<Body, WireFailure> {
        if method == "HEAD" || matches!(self.status, 100..=199 | 204 | 304) {
            return Ok(Body::None);
        }
        let codings = self.values("transfer-encoding");
        if let Some(last) = codings.last() {
            let chunked = last.eq_ignore_ascii_case("chunked");
            return Ok(if chunked {
                Body::Chunked
            } else {
                Body::UntilClose
            });
        }
        let mut lengths = self.values("content-length");
        lengths.dedup();
        match lengths.as_slice() {
            [] => Ok(Body::UntilClose),
            [one] => length(one).map(Body::Length),
            many => Err(WireFailure::misframed(format!(
                "Content-Length told as {}",
                many.join(" and ")
            ))),
        }
    }

    /// The members of a list, over all fields of that name.
    fn values(&self, wanted: &str) -> Vec<&str> {
        let of_name = self
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
        of_name
            .flat_map(|(_, value)| value.split(',').map(str::trim))
            .collect()
    }
}

/// Digits only: the number types of most languages take a sign, HTTP does not.
fn length(text: &str) -> Result<usize, WireFailure> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse()
        .ok()
        .filter(|_| digits)
        .ok_or_else(|| WireFailure::misframed(format!("Content-Length is {text:?}")))
}
