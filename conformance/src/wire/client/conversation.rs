//! Requests and answers, one after another, on one connection.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Poll, ready};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::timeout;

use super::head::Head;
use super::{Body, Request, Response, WireFailure};
use crate::wire::chunk::{self, Size};

/// Larger answers are cut off: the operator's own limit is far below.
const MAX_BODY: usize = 64 * 1024 * 1024;
/// Room for the line of a chunk's size, with its extensions, and for all fields after the last one.
const MAX_LINE: usize = 64 * 1024;
/// Interim answers (1xx) before the answer proper.
const MAX_INTERIM: usize = 16;

pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// A connection and what was read from it but not used yet.
pub(super) struct Conversation {
    stream: Box<dyn Stream>,
    buffer: Vec<u8>,
    /// How long requests rested in the middle on purpose.
    pub(super) rest: Duration,
    /// Whether anything was read since the last request began.
    pub(super) heard: bool,
}

/// What happened while something was to be sent.
enum Moved {
    Sent(usize),
    Heard,
}

impl Conversation {
    pub(super) fn on(stream: Box<dyn Stream>) -> Self {
        Self {
            stream,
            buffer: Vec::new(),
            rest: Duration::ZERO,
            heard: false,
        }
    }

    /// Bytes beyond the last answer that have come by now.
    pub(super) fn surplus(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.buffer)
    }

    /// Sends a request and reads its answer.
    pub(super) async fn converse(
        &mut self,
        request: &Request,
        host: &str,
    ) -> Result<Response, WireFailure> {
        self.heard = false;
        let mut interim = Vec::new();
        let head = match self.send(request, host, &mut interim).await? {
            Some(head) => head,
            None => self.final_head(&mut interim).await?,
        };
        let framing = head.framing(&request.method)?;
        let body = self.body(framing).await?;
        Ok(Response {
            status: head.status,
            version: head.version,
            headers: head.headers,
            body,
            framing,
            extra: Vec::new(),
            closed: false,
            interim,
        })
    }

    /// Writes the request. An answer that comes instead of `100 Continue` is returned, and the
    /// body is then not sent, as curl does it.
    async fn send(
        &mut self,
        request: &Request,
        host: &str,
        interim: &mut Vec<u16>,
    ) -> Result<Option<Head>, WireFailure> {
        /// curl's own patience before it sends the body regardless.
        const CONTINUE_PATIENCE: Duration = Duration::from_secs(1);
        let mut bytes = request.head(host);
        let body = request.body.as_deref().unwrap_or_default();
        if !request.expects_continue() {
            let body = &body[..request.abort_after.unwrap_or(body.len())];
            let half = request.pause.as_ref().map_or(0, |_| body.len() / 2);
            let (first, rest) = body.split_at(half);
            bytes.extend_from_slice(first);
            self.write(&bytes).await?;
            if let Some(mut pause) = request.pause.clone() {
                // An error means that nobody can end the rest: then it is over.
                let start = Instant::now();
                let _ = pause.wait_for(|over| *over).await;
                self.rest += start.elapsed();
            }
            self.write(rest).await?;
        } else {
            self.write(&bytes).await?;
            if let Ok(head) = timeout(CONTINUE_PATIENCE, self.head()).await {
                let head = head?;
                if head.status != 100 {
                    return Ok(Some(head));
                }
                interim.push(100);
            }
            self.write(body).await?;
        }
        if request.abort_after.is_some() {
            return Err(WireFailure::Broken("dropped on purpose".to_owned()));
        }
        Ok(None)
    }

    /// Writes, and listens meanwhile. A server may answer before it has read everything, and then close, or read no
    /// more: what it said counts, so that no more is sent then, and a failed write is not the end of the conversation.
    async fn write(&mut self, bytes: &[u8]) -> Result<(), WireFailure> {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.exchange(rest).await {
                Ok(Moved::Sent(length)) => rest = &rest[length..],
                Ok(Moved::Heard) if self.is_answered()? => return Ok(()),
                Ok(Moved::Heard) => {}
                Err(error) => return self.deaf(error).await,
            }
        }
        match self.stream.flush().await {
            Ok(()) => Ok(()),
            Err(error) => self.deaf(error).await,
        }
    }

    /// Sends something, or hears something while nothing can be sent.
    async fn exchange(&mut self, bytes: &[u8]) -> std::io::Result<Moved> {
        let mut heard = [0; 16 * 1024];
        let (stream, buffer) = (&mut self.stream, &mut self.buffer);
        let moved = poll_fn(|context| {
            if let Poll::Ready(sent) = Pin::new(&mut **stream).poll_write(context, bytes) {
                return Poll::Ready(sent.map(Moved::Sent));
            }
            let mut space = ReadBuf::new(&mut heard);
            ready!(Pin::new(&mut **stream).poll_read(context, &mut space))?;
            if space.filled().is_empty() {
                return Poll::Ready(Err(std::io::ErrorKind::BrokenPipe.into()));
            }
            buffer.extend_from_slice(space.filled());
            Poll::Ready(Ok(Moved::Heard))
        })
        .await?;
        self.heard |= matches!(moved, Moved::Heard);
        Ok(moved)
    }

    /// Whether the answer proper has begun.
    fn is_answered(&self) -> Result<bool, WireFailure> {
        let head = Head::read(&self.buffer)?;
        Ok(head.is_some_and(|(head, _)| !(100..200).contains(&head.status)))
    }

    /// The other side takes no more: what it has said before is what is left.
    async fn deaf(&mut self, error: std::io::Error) -> Result<(), WireFailure> {
        match self.fill().await {
            Ok(0) | Err(_) if self.buffer.is_empty() => Err(WireFailure::Broken(error.to_string())),
            _ => Ok(()),
        }
    }

    /// Reads on after the answer, for at most that long. Returns whether the connection ended.
    pub(super) async fn outlive(&mut self, limit: Duration) -> bool {
        // An error is the end of the connection, too.
        let end = async { while matches!(self.fill().await, Ok(1..)) {} };
        timeout(limit, end).await.is_ok()
    }

    async fn final_head(&mut self, interim: &mut Vec<u16>) -> Result<Head, WireFailure> {
        loop {
            let head = self.head().await?;
            // 101 is the end of HTTP, not an interim answer.
            if !(100..200).contains(&head.status) || head.status == 101 {
                return Ok(head);
            }
            interim.push(head.status);
            if interim.len() > MAX_INTERIM {
                let what = format!("more than {MAX_INTERIM} interim answers");
                return Err(WireFailure::NotHttp(what));
            }
        }
    }

    async fn head(&mut self) -> Result<Head, WireFailure> {
        loop {
            if let Some((head, used)) = Head::read(&self.buffer)? {
                self.buffer.drain(..used);
                return Ok(head);
            }
            if self.fill().await? == 0 {
                return Err(WireFailure::ClosedBeforeHead(self.buffer.len()));
            }
        }
    }

    async fn body(&mut self, framing: Body) -> Result<Vec<u8>, WireFailure> {
        let mut body = Vec::new();
        let read = match framing {
            Body::None => Ok(()),
            Body::Length(length) => {
                let declared = || format!("{length} bytes");
                self.take(&mut body, length, declared).await
            }
            Body::Chunked => self.chunks(&mut body).await,
            Body::UntilClose => self.rest(&mut body).await,
        };
        match read {
            Ok(()) => Ok(body),
            // Whatever went wrong, curl has kept what came before.
            Err(failure) => Err(failure.with_partial(body)),
        }
    }

    async fn rest(&mut self, body: &mut Vec<u8>) -> Result<(), WireFailure> {
        let result = loop {
            match self.fill().await {
                Ok(0) => break Ok(()),
                Ok(_) => {}
                Err(failure) => break Err(failure.in_body("all until the close".to_owned())),
            }
        };
        body.append(&mut self.buffer);
        result
    }

    /// Moves exactly `length` bytes to the body, or what there is.
    async fn take(
        &mut self,
        body: &mut Vec<u8>,
        length: usize,
        declared: impl Fn() -> String,
    ) -> Result<(), WireFailure> {
        while self.buffer.len() < length {
            let ended = match self.fill().await {
                Ok(0) => Some(WireFailure::truncated(declared())),
                Ok(_) => None,
                Err(failure) => Some(failure.in_body(declared())),
            };
            if let Some(failure) = ended {
                body.append(&mut self.buffer);
                return Err(failure);
            }
        }
        body.extend(self.buffer.drain(..length));
        Ok(())
    }

    async fn chunks(&mut self, body: &mut Vec<u8>) -> Result<(), WireFailure> {
        const UNFINISHED: &str = "an unfinished chunk";
        loop {
            let size = self.chunk_size().await?;
            if size == 0 {
                return self.trailers().await;
            }
            let size = usize::try_from(size)
                .ok()
                .filter(|size| *size <= MAX_BODY.saturating_sub(body.len()))
                .ok_or_else(|| WireFailure::misframed(format!("chunks above {MAX_BODY} bytes")))?;
            self.take(body, size, || UNFINISHED.to_owned()).await?;
            let mut end = Vec::new();
            self.take(&mut end, 2, || UNFINISHED.to_owned()).await?;
            if end != b"\r\n" {
                let what = format!("a chunk of {size} bytes is not followed by a line end");
                return Err(WireFailure::misframed(what));
            }
        }
    }

    async fn chunk_size(&mut self) -> Result<u64, WireFailure> {
        loop {
            match chunk::size(&self.buffer) {
                Size::Read { line, chunk } => {
                    self.buffer.drain(..line);
                    return Ok(chunk);
                }
                Size::Partial if self.buffer.len() <= MAX_LINE => {}
                Size::Partial | Size::Wrong => return Err(self.no_chunk_size()),
            }
            self.more("another chunk").await?;
        }
    }

    fn no_chunk_size(&self) -> WireFailure {
        let line = self.buffer.split(|byte| *byte == b'\n').next();
        let shown = crate::base::text::excerpt(line.unwrap_or_default().trim_ascii());
        WireFailure::misframed(format!("chunk size {shown:?}"))
    }

    /// Fields after the last chunk, up to the empty line; nothing in the contract looks at them.
    async fn trailers(&mut self) -> Result<(), WireFailure> {
        let mut read = 0;
        loop {
            if let Some(end) = self.buffer.windows(2).position(|two| two == b"\r\n") {
                self.buffer.drain(..end + 2);
                if end == 0 {
                    return Ok(());
                }
                read += end + 2;
            } else {
                self.more("the end of the chunks").await?;
            }
            if read.max(self.buffer.len()) > MAX_LINE {
                let what = format!("more than {MAX_LINE} bytes after the last chunk");
                return Err(WireFailure::misframed(what));
            }
        }
    }

    /// Reads more of a body of which `declared` has to come.
    async fn more(&mut self, declared: &str) -> Result<(), WireFailure> {
        match self.fill().await {
            Ok(0) => Err(WireFailure::truncated(declared.to_owned())),
            Ok(_) => Ok(()),
            Err(failure) => Err(failure.in_body(declared.to_owned())),
        }
    }

    /// Reads once; 0 is the end of the connection.
    pub(super) async fn fill(&mut self) -> Result<usize, WireFailure> {
        if self.buffer.len() > MAX_BODY {
            let what = format!("answer above {MAX_BODY} bytes");
            return Err(WireFailure::NotHttp(what));
        }
        let read = self.stream.read_buf(&mut self.buffer).await;
        self.heard |= matches!(read, Ok(1..));
        read.map_err(|error| WireFailure::Broken(error.to_string()))
    }
}
