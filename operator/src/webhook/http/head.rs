//! Request lines and header fields, as Go's `net/textproto` and `net/http` take and refuse them.

use super::target::Target;

/// How much may arrive before the head of a request is complete: Go's default, with the slop of its buffer.
pub(super) const LONGEST: usize = (1 << 20) + 4096;

/// A request that is refused before anybody looks at what it asks for. The connection ends with the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// The head does not end.
    TooLarge,
    /// The body has a coding other than `chunked`.
    Coding,
    /// The version is not 1.
    Version,
    /// Anything else; with the reason where Go gives one.
    Bad(Option<&'static str>),
}

impl Refused {
    const BAD: Self = Self::Bad(None);

    /// The answer, byte for byte.
    pub(super) fn answer(self) -> Vec<u8> {
        let (status, body) = match self {
            Self::TooLarge => {
                let status = "431 Request Header Fields Too Large";
                (status.to_owned(), status.to_owned())
            }
            Self::Coding => (
                "501 Not Implemented".to_owned(),
                "Unsupported transfer encoding".to_owned(),
            ),
            Self::Version => {
                let status = "505 HTTP Version Not Supported: unsupported protocol version";
                (status.to_owned(), status.to_owned())
            }
            Self::Bad(None) => ("400 Bad Request".to_owned(), "400 Bad Request".to_owned()),
            Self::Bad(Some(why)) => {
                let status = format!("400 Bad Request: {why}");
                (status.clone(), status)
            }
        };
        format!("HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n{body}")
            .into_bytes()
    }
}

/// How much body follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    Known(u64),
    Chunked,
}

/// The head of a request that the server accepts.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) method: String,
    /// The target, as it came.
    pub(super) raw_target: Vec<u8>,
    pub(super) length: Length,
    /// Major and minor version.
    version: (u8, u8),
    fields: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Head {
    /// The first field of that name, which is in small letters.
    pub(super) fn field(&self, name: &'static str) -> Option<&[u8]> {
        self.all(name).next()
    }

    fn all(&self, name: &'static str) -> impl Iterator<Item = &[u8]> {
        named(&self.fields, name)
    }

    /// Whether the version is 1.1 or later.
    pub(super) fn is_modern(&self) -> bool {
        self.version >= (1, 1)
    }

    /// Whether the sender lets the connection go on, which it has to ask for in version 1.0.
    pub(super) fn wants_more(&self) -> bool {
        if self.version == (1, 0) {
            return self.has_token("connection", "keep-alive");
        }
        let listed = |value: &[u8]| {
            value
                .split(|byte| *byte == b',')
                .any(|item| trim(item).eq_ignore_ascii_case(b"close"))
        };
        let closes = self.has_token("connection", "close") || self.all("connection").any(listed);
        self.is_modern() && !closes && !self.is_preface()
    }

    /// Whether the first field of that name has this word in it, between commas or spaces.
    pub(super) fn has_token(&self, name: &'static str, word: &str) -> bool {
        self.field(name)
            .unwrap_or_default()
            .split(|byte| matches!(byte, b' ' | b',' | b'\t'))
            .any(|item| item.eq_ignore_ascii_case(word.as_bytes()))
    }

    /// The beginning of HTTP/2, which Go lets through to the handler.
    fn is_preface(&self) -> bool {
        self.version == (2, 0) && self.method == "PRI" && self.raw_target == b"*"
    }

    /// What can be wrong with a head as a whole, in the order in which Go looks at it.
    fn check(mut self) -> Result<Self, Refused> {
        if self.all("host").count() > 1 {
            return Err(Refused::BAD);
        }
        self.length = length(&self.fields, self.is_modern())?;
        if self.length == Length::Chunked && self.all("trailer").any(names_framing) {
            return Err(Refused::BAD);
        }
        if self.version.0 != 1 && !self.is_preface() {
            return Err(Refused::Version);
        }
        match self.field("host") {
            None if self.is_modern() && self.method != "CONNECT" && !self.is_preface() => {
                return Err(Refused::Bad(Some("missing required Host header")));
            }
            Some(host) if !host.iter().all(|byte| is_host_byte(*byte)) => {
                return Err(Refused::Bad(Some("malformed Host header")));
            }
            _ => {}
        }
        if self.fields.iter().any(|(name, _)| name.contains(&b' ')) {
            return Err(Refused::Bad(Some("invalid header name")));
        }
        Ok(self)
    }
}

/// Reads a head line by line.
#[derive(Debug, Default)]
pub(super) struct HeadReader {
    line: Option<RequestLine>,
    fields: Vec<(Vec<u8>, Vec<u8>)>,
    /// Bytes used so far.
    used: usize,
}

#[derive(Debug, Default)]
struct RequestLine {
    method: String,
    raw_target: Vec<u8>,
    version: (u8, u8),
}

impl HeadReader {
    /// Whether nothing of the head has come.
    pub(super) fn is_fresh(&self) -> bool {
        self.line.is_none()
    }

    /// Takes what it can from the buffer. `None` if more has to come; when nothing more comes, a begun head is refused.
    pub(super) fn read(
        &mut self,
        buffer: &mut Vec<u8>,
        ended: bool,
    ) -> Result<Option<Head>, Refused> {
        let mut at = 0;
        let seen = buffer.len().min(LONGEST - self.used);
        let read = self.lines(&buffer[..seen], &mut at);
        buffer.drain(..at);
        self.used += at;
        match read {
            Ok(Some(head)) => head.check().map(Some),
            Ok(None) if self.used + buffer.len() >= LONGEST => Err(Refused::TooLarge),
            Ok(None) if ended => Err(Refused::BAD),
            other => other,
        }
    }

    /// Takes whole lines, also the one that is wrong.
    fn lines(&mut self, buffer: &[u8], at: &mut usize) -> Result<Option<Head>, Refused> {
        loop {
            let rest = &buffer[*at..];
            let Some((line, used)) = next_line(rest) else {
                return Ok(None);
            };
            if self.line.is_none() {
                self.line = Some(request_line(line)?);
                *at += used;
                continue;
            }
            if line.is_empty() {
                *at += used;
                return Ok(self.line.take().map(|line| self.head(line)));
            }
            if !line.contains(&b':') || (self.fields.is_empty() && is_space(line[0])) {
                *at += used;
                return Err(Refused::BAD);
            }
            let Some((text, used)) = continued(rest, line, used) else {
                return Ok(None);
            };
            *at += used;
            self.fields.push(field(&text)?);
        }
    }

    fn head(&mut self, line: RequestLine) -> Head {
        Head {
            method: line.method,
            raw_target: line.raw_target,
            version: line.version,
            length: Length::Known(0),
            fields: std::mem::take(&mut self.fields),
        }
    }
}

/// The next line without its end, which may lack the carriage return, and the bytes that it takes.
fn next_line(text: &[u8]) -> Option<(&[u8], usize)> {
    let end = text.iter().position(|byte| *byte == b'\n')?;
    let line = &text[..end];
    Some((line.strip_suffix(b"\r").unwrap_or(line), end + 1))
}

/// A field with the lines that continue it. `None` if it cannot be seen yet whether one does.
fn continued(text: &[u8], first: &[u8], mut used: usize) -> Option<(Vec<u8>, usize)> {
    let mut whole = trim(first).to_vec();
    while is_space(*text.get(used)?) {
        let rest = &text[used..];
        let indent = rest.iter().take_while(|byte| is_space(**byte)).count();
        let (line, length) = next_line(&rest[indent..])?;
        whole.push(b' ');
        whole.extend_from_slice(trim(line));
        used += indent + length;
    }
    Some((whole, used))
}

fn request_line(line: &[u8]) -> Result<RequestLine, Refused> {
    let mut parts = line.splitn(3, |byte| *byte == b' ');
    let (Some(method), Some(target), Some(version)) = (parts.next(), parts.next(), parts.next())
    else {
        return Err(Refused::BAD);
    };
    if method.is_empty() || !method.iter().all(|byte| is_token_byte(*byte)) {
        return Err(Refused::BAD);
    }
    let version = match version.strip_prefix(b"HTTP/") {
        Some([major @ b'0'..=b'9', b'.', minor @ b'0'..=b'9']) => (major - b'0', minor - b'0'),
        _ => return Err(Refused::BAD),
    };
    let method = String::from_utf8_lossy(method).into_owned();
    Target::parse(&method, target).ok_or(Refused::BAD)?;
    Ok(RequestLine {
        raw_target: target.to_vec(),
        method,
        version,
    })
}

/// Name and value. A space in the name is refused later, and in other words.
fn field(text: &[u8]) -> Result<(Vec<u8>, Vec<u8>), Refused> {
    let colon = text.iter().position(|byte| *byte == b':');
    let (name, value) = text.split_at(colon.ok_or(Refused::BAD)?);
    let value = trim(&value[1..]);
    let named = !name.is_empty()
        && name
            .iter()
            .all(|byte| *byte == b' ' || is_token_byte(*byte));
    let visible = value
        .iter()
        .all(|byte| matches!(byte, b'\t' | b' '..=b'~' | 0x80..));
    if !named || !visible {
        return Err(Refused::BAD);
    }
    Ok((name.to_ascii_lowercase(), value.to_vec()))
}

fn named<'a>(
    fields: &'a [(Vec<u8>, Vec<u8>)],
    name: &'static str,
) -> impl Iterator<Item = &'a [u8]> {
    fields
        .iter()
        .filter(move |(known, _)| known == name.as_bytes())
        .map(|(_, value)| value.as_slice())
}

/// How much body the fields tell of. Version 1.0 knows no codings.
fn length(fields: &[(Vec<u8>, Vec<u8>)], modern: bool) -> Result<Length, Refused> {
    let mut codings = named(fields, "transfer-encoding").filter(|_| modern);
    let chunked = match (codings.next(), codings.next()) {
        (None, _) => false,
        (Some(coding), None) if coding.eq_ignore_ascii_case(b"chunked") => true,
        _ => return Err(Refused::Coding),
    };
    let mut lengths = named(fields, "content-length");
    let known = lengths.next();
    if lengths.any(|other| Some(other) != known) {
        return Err(Refused::BAD);
    }
    let known = known
        .map(|text| digits(text).ok_or(Refused::BAD))
        .transpose()?;
    Ok(match (chunked, known) {
        (true, _) => Length::Chunked,
        (false, known) => Length::Known(known.unwrap_or(0)),
    })
}

/// A number of 63 bits, in digits and nothing else.
fn digits(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?;
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = plain.then(|| text.parse().ok()).flatten()?;
    (number <= i64::MAX as u64).then_some(number)
}

/// Whether a `Trailer` announces one of the fields that say where a body ends.
fn names_framing(value: &[u8]) -> bool {
    let framing: [&[u8]; 3] = [b"transfer-encoding", b"trailer", b"content-length"];
    value
        .split(|byte| *byte == b',')
        .any(|name| framing.iter().any(|it| trim(name).eq_ignore_ascii_case(it)))
}

fn trim(text: &[u8]) -> &[u8] {
    let start = text.iter().take_while(|byte| is_space(**byte)).count();
    trim_end(&text[start..])
}

pub(super) fn trim_end(text: &[u8]) -> &[u8] {
    let end = text.iter().rev().take_while(|byte| is_space(**byte));
    &text[..text.len() - end.count()]
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!$%&()*+,-.:;=[]'_~".contains(&byte)
}

/// The length of the fields that follow the last chunk, and of the empty line that ends them; as an error, the length of
/// those up to one that is none.
pub(super) fn fields(text: &[u8]) -> Result<usize, usize> {
    let mut reader = HeadReader {
        line: Some(RequestLine::default()),
        ..HeadReader::default()
    };
    let mut at = 0;
    match reader.lines(text, &mut at) {
        Ok(Some(_)) => Ok(at),
        _ => Err(at),
    }
}
