//! Requests from a socket.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Request;
use crate::wire::chunk::{self, Size};

const MAX_HEAD: usize = 64 * 1024;
const MAX_HEADERS: usize = 64;
const MAX_BODY: usize = 64 * 1024 * 1024;

/// Why there is no request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The connection was closed, or broke.
    Closed,
    /// What came is no acceptable request; the status says why.
    Unreadable(u16),
}

impl From<std::io::Error> for Ended {
    fn from(_: std::io::Error) -> Self {
        Self::Closed
    }
}

/// A connection, and what was read from it but not used yet.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// Whether it ends with a reset.
    abrupt: bool,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            buffer: Vec::new(),
            abrupt: false,
        }
    }

    /// Reads the next request up to its body.
    pub(crate) async fn head(&mut self) -> Result<Request, Ended> {
        loop {
            if let Some((request, used)) = parse(&self.buffer)? {
                self.buffer.drain(..used);
                return Ok(request);
            }
            if self.buffer.len() > MAX_HEAD {
                return Err(Ended::Unreadable(431));
            }
            self.fill().await?;
        }
    }

    /// Whether the body of the request has arrived as far as its length is told.
    pub(crate) fn has_body(&self, request: &Request) -> bool {
        matches!(length(request), Ok(Length::Known(length)) if self.buffer.len() >= length)
    }

    /// Reads the body of the request.
    pub(crate) async fn body(&mut self, request: &Request) -> Result<Vec<u8>, Ended> {
        match length(request)? {
            Length::Known(length) if length > MAX_BODY => Err(Ended::Unreadable(413)),
            Length::Known(length) => self.exactly(length).await,
            Length::Chunked => self.chunks().await,
        }
    }

    /// What was read but is no complete message.
    pub(crate) fn unread(&self) -> &[u8] {
        &self.buffer
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Lets the connection end with a reset.
    pub(crate) fn reset(&mut self) {
        // Without it the connection is closed at once, too, only more politely.
        self.abrupt = self.stream.set_zero_linger().is_ok();
    }

    /// Ends the connection in order: with bytes left unread the kernel would reset it, and the
    /// answer could be lost.
    pub(crate) async fn close(mut self) {
        if self.abrupt {
            return;
        }
        // The other side may have gone already, which is an end as well.
        let _ = self.stream.shutdown().await;
        while self.fill().await.is_ok() {
            self.buffer.clear();
        }
    }

    async fn chunks(&mut self) -> Result<Vec<u8>, Ended> {
        let mut body = Vec::new();
        loop {
            let size = self.chunk_size().await?;
            if body.len().saturating_add(size) > MAX_BODY {
                return Err(Ended::Unreadable(413));
            }
            if size == 0 {
                while !self.line().await?.is_empty() {}
                return Ok(body);
            }
            body.append(&mut self.exactly(size).await?);
            self.line().await?;
        }
    }

    async fn chunk_size(&mut self) -> Result<usize, Ended> {
        loop {
            match chunk::size(&self.buffer) {
                Size::Read { line, chunk } => {
                    self.buffer.drain(..line);
                    return usize::try_from(chunk).map_err(|_| Ended::Unreadable(413));
                }
                Size::Partial if self.buffer.len() <= MAX_HEAD => self.fill().await?,
                Size::Partial | Size::Wrong => return Err(Ended::Unreadable(400)),
            }
        }
    }

    async fn line(&mut self) -> Result<Vec<u8>, Ended> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\r\n") {
                let line = self.buffer[..end].to_vec();
                self.buffer.drain(..end + 2);
                return Ok(line);
            }
            if self.buffer.len() > MAX_HEAD {
                return Err(Ended::Unreadable(400));
            }
            self.fill().await?;
        }
    }

    async fn exactly(&mut self, length: usize) -> Result<Vec<u8>, Ended> {
        while self.buffer.len() < length {
            self.fill().await?;
        }
        let rest = self.buffer.split_off(length);
        Ok(std::mem::replace(&mut self.buffer, rest))
    }

    async fn fill(&mut self) -> Result<(), Ended> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(Ended::Closed),
            _ => Ok(()),
        }
    }
}

fn parse(bytes: &[u8]) -> Result<Option<(Request, usize)>, Ended> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let used = match parsed.parse(bytes) {
        Ok(httparse::Status::Complete(used)) => used,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(Ended::Unreadable(431)),
        Err(_) => return Err(Ended::Unreadable(400)),
    };
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let headers = parsed
        .headers
        .iter()
        .map(|h| {
            (
                h.name.to_owned(),
                String::from_utf8_lossy(h.value).into_owned(),
            )
        })
        .collect();
    let request = Request {
        method: text(parsed.method),
        target: text(parsed.path),
        headers,
        body: Vec::new(),
        old_version: parsed.version == Some(0),
    };
    Ok(Some((request, used)))
}

enum Length {
    Known(usize),
    Chunked,
}

fn length(request: &Request) -> Result<Length, Ended> {
    match (
        request.header("transfer-encoding"),
        request.header("content-length"),
    ) {
        (Some(coding), None) if coding.eq_ignore_ascii_case("chunked") => Ok(Length::Chunked),
        (None, None) => Ok(Length::Known(0)),
        (None, Some(length)) => length
            .parse()
            .map(Length::Known)
            .map_err(|_| Ended::Unreadable(400)),
        // Two lengths, or a coding that is not known: what follows cannot be told apart.
        _ => Err(Ended::Unreadable(400)),
    }
}
