//! One request and one answer on a connection of their own, as each Argo step has its own curl.

use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{Body, Request, Response, WireFailure};

/// More headers than any provider sends; beyond it the answer counts as not HTTP.
const MAX_HEADERS: usize = 128;
/// Larger answers are cut off: the operator's own limit is far below.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// How a target is reached.
#[derive(Clone)]
pub(crate) struct Connector {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) tls: Option<Tls>,
}

/// TLS settings for an `https` target.
#[derive(Clone)]
pub(crate) struct Tls {
    pub(crate) config: Arc<rustls::ClientConfig>,
    pub(crate) name: ServerName<'static>,
}

/// An answer and how long its parts took.
#[derive(Clone, Debug)]
pub(crate) struct Timed {
    pub(crate) result: Result<Response, WireFailure>,
    pub(crate) connect: Duration,
    /// Until the answer was complete or failed, without the rests that the request itself took.
    pub(crate) total: Duration,
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

impl Connector {
    /// `host:port` as curl writes it into the `Host` header.
    pub(crate) fn host_header(&self) -> String {
        let default = if self.tls.is_some() { 443 } else { 80 };
        if self.port == default {
            self.host.clone()
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// Sends one request on a new connection and reads its answer within `limit`.
    pub(crate) async fn exchange(&self, request: &Request, limit: Duration) -> Timed {
        let start = Instant::now();
        let mut connect = Duration::ZERO;
        let rest = Cell::new(Duration::ZERO);
        let exchange = async {
            let stream = self.connect().await?;
            connect = start.elapsed();
            let answer = converse(stream, request, &self.host_header(), &rest).await?;
            if answer.status == 417 && request.expects_continue() {
                return self.unexpecting(request, &rest).await;
            }
            Ok(answer)
        };
        let result = timeout(limit, exchange)
            .await
            .unwrap_or(Err(WireFailure::Timeout(limit)));
        Timed {
            result,
            connect,
            total: start.elapsed().saturating_sub(rest.get()),
        }
    }

    /// Sends a request again without `Expect`, as curl does after 417.
    async fn unexpecting(
        &self,
        request: &Request,
        rest: &Cell<Duration>,
    ) -> Result<Response, WireFailure> {
        let request = request.clone().without("Expect");
        let answer = converse(self.connect().await?, &request, &self.host_header(), rest).await?;
        Ok(Response {
            interim: vec![417],
            ..answer
        })
    }

    /// Sends several requests one after another on one connection.
    ///
    /// Returns the answers up to and including the first failure.
    pub(crate) async fn keep_alive(
        &self,
        requests: &[Request],
        limit: Duration,
    ) -> Vec<Result<Response, WireFailure>> {
        let mut answers = Vec::new();
        let conversation = async {
            let stream = match self.connect().await {
                Ok(stream) => stream,
                Err(failure) => return answers.push(Err(failure)),
            };
            let mut wire = Wire {
                stream,
                buffer: Vec::new(),
                rest: Duration::ZERO,
            };
            for request in requests {
                let answer = wire.converse(request, &self.host_header()).await;
                let failed = answer.is_err();
                answers.push(answer);
                if failed {
                    break;
                }
            }
        };
        if timeout(limit, conversation).await.is_err() {
            answers.push(Err(WireFailure::Timeout(limit)));
        }
        answers
    }

    async fn connect(&self) -> Result<Box<dyn Stream>, WireFailure> {
        let failed = |error: std::io::Error| WireFailure::Connect(error.to_string());
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        let tcp = TcpStream::connect((host, self.port))
            .await
            .map_err(failed)?;
        tcp.set_nodelay(true).map_err(failed)?;
        match &self.tls {
            None => Ok(Box::new(tcp)),
            Some(tls) => {
                let connector = tokio_rustls::TlsConnector::from(Arc::clone(&tls.config));
                Ok(Box::new(
                    connector
                        .connect(tls.name.clone(), tcp)
                        .await
                        .map_err(failed)?,
                ))
            }
        }
    }
}

async fn converse(
    stream: Box<dyn Stream>,
    request: &Request,
    host: &str,
    rest: &Cell<Duration>,
) -> Result<Response, WireFailure> {
    let mut wire = Wire {
        stream,
        buffer: Vec::new(),
        rest: Duration::ZERO,
    };
    let answer = wire.converse(request, host).await;
    let complete = Instant::now();
    rest.set(wire.rest);
    let mut response = answer?;
    if !request.linger.is_zero() {
        response.closed = wire.outlive(request.linger).await;
        rest.set(wire.rest + complete.elapsed());
    }
    response.extra = std::mem::take(&mut wire.buffer);
    Ok(response)
}

/// A connection and what was read from it but not used yet.
struct Wire {
    stream: Box<dyn Stream>,
    buffer: Vec<u8>,
    /// How long requests rested in the middle on purpose.
    rest: Duration,
}

struct Head {
    status: u16,
    headers: Vec<(String, String)>,
}

impl Wire {
    async fn converse(&mut self, request: &Request, host: &str) -> Result<Response, WireFailure> {
        let mut interim = Vec::new();
        let head = match self.send(request, host, &mut interim).await? {
            Some(head) => head,
            None => self.final_head(&mut interim).await?,
        };
        let framing = framing(&request.method, &head)?;
        let body = self.body(framing).await?;
        Ok(Response {
            status: head.status,
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

    /// A server may answer and close before it has read everything: what it said still counts,
    /// so a failed write is not the end of the conversation.
    async fn write(&mut self, bytes: &[u8]) -> Result<(), WireFailure> {
        let written = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        match written.await {
            Ok(()) => Ok(()),
            Err(error) => match self.fill().await {
                Ok(0) | Err(_) if self.buffer.is_empty() => {
                    Err(WireFailure::Broken(error.to_string()))
                }
                _ => Ok(()),
            },
        }
    }

    /// Reads on after the answer, for at most that long. Returns whether the connection ended.
    async fn outlive(&mut self, limit: Duration) -> bool {
        // An error is the end of the connection, too.
        let end = async { while matches!(self.fill().await, Ok(1..)) {} };
        timeout(limit, end).await.is_ok()
    }

    async fn final_head(&mut self, interim: &mut Vec<u16>) -> Result<Head, WireFailure> {
        loop {
            let head = self.head().await?;
            if !(100..200).contains(&head.status) || head.status == 101 {
                return Ok(head);
            }
            interim.push(head.status);
        }
    }

    async fn head(&mut self) -> Result<Head, WireFailure> {
        loop {
            if let Some((head, used)) = parse_head(&self.buffer)? {
                self.buffer.drain(..used);
                return Ok(head);
            }
            if self.fill().await? == 0 {
                return Err(WireFailure::ClosedBeforeHead(self.buffer.len()));
            }
        }
    }

    async fn body(&mut self, framing: Body) -> Result<Vec<u8>, WireFailure> {
        match framing {
            Body::None => Ok(Vec::new()),
            Body::Length(length) => self.exactly(length, format!("{length} bytes")).await,
            Body::Chunked => self.chunks().await,
            Body::UntilClose => {
                while self.fill().await? > 0 {}
                Ok(std::mem::take(&mut self.buffer))
            }
        }
    }

    async fn exactly(&mut self, length: usize, declared: String) -> Result<Vec<u8>, WireFailure> {
        while self.buffer.len() < length {
            if self.fill().await? == 0 {
                let partial = std::mem::take(&mut self.buffer);
                return Err(WireFailure::Truncated {
                    read: partial.len(),
                    declared,
                    partial,
                });
            }
        }
        Ok(self.buffer.drain(..length).collect())
    }

    async fn chunks(&mut self) -> Result<Vec<u8>, WireFailure> {
        let mut body = Vec::new();
        loop {
            let size = self.chunk_size(body.len()).await?;
            if size == 0 {
                self.trailers(body.len()).await?;
                return Ok(body);
            }
            if body.len() + size > MAX_BODY {
                return Err(WireFailure::NotHttp(format!("body above {MAX_BODY} bytes")));
            }
            let mut chunk = self
                .exactly(size + 2, "an unfinished chunk".to_owned())
                .await?;
            if !chunk.ends_with(b"\r\n") {
                return Err(WireFailure::NotHttp(
                    "chunk does not end in CRLF".to_owned(),
                ));
            }
            chunk.truncate(size);
            body.append(&mut chunk);
        }
    }

    /// Fields after the last chunk, up to the empty line; nothing in the contract looks at them.
    async fn trailers(&mut self, read: usize) -> Result<(), WireFailure> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|two| two == b"\r\n") {
                self.buffer.drain(..end + 2);
                if end == 0 {
                    return Ok(());
                }
            } else if self.fill().await? == 0 {
                let declared = "the end of the chunks".to_owned();
                return Err(WireFailure::Truncated {
                    read,
                    declared,
                    partial: Vec::new(),
                });
            }
        }
    }

    async fn chunk_size(&mut self, read: usize) -> Result<usize, WireFailure> {
        loop {
            match httparse::parse_chunk_size(&self.buffer) {
                Ok(httparse::Status::Complete((used, size))) => {
                    self.buffer.drain(..used);
                    return usize::try_from(size)
                        .map_err(|_| WireFailure::NotHttp("chunk size out of range".to_owned()));
                }
                Ok(httparse::Status::Partial) => {}
                Err(_) => return Err(WireFailure::NotHttp("invalid chunk size".to_owned())),
            }
            if self.fill().await? == 0 {
                let declared = "more chunks".to_owned();
                return Err(WireFailure::Truncated {
                    read,
                    declared,
                    partial: Vec::new(),
                });
            }
        }
    }

    /// Reads once; 0 is the end of the connection.
    async fn fill(&mut self) -> Result<usize, WireFailure> {
        if self.buffer.len() > MAX_BODY {
            return Err(WireFailure::NotHttp(format!(
                "answer above {MAX_BODY} bytes"
            )));
        }
        self.stream
            .read_buf(&mut self.buffer)
            .await
            .map_err(|error| WireFailure::Broken(error.to_string()))
    }
}

fn parse_head(bytes: &[u8]) -> Result<Option<(Head, usize)>, WireFailure> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Response::new(&mut headers);
    let used = match parsed.parse(bytes) {
        Ok(httparse::Status::Complete(used)) => used,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(error) => {
            let start = String::from_utf8_lossy(&bytes[..bytes.len().min(40)]).into_owned();
            return Err(WireFailure::NotHttp(format!("{error} at {start:?}")));
        }
    };
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
    let status = parsed.code.expect("a complete head has a status");
    Ok(Some((Head { status, headers }, used)))
}

/// RFC 9112 section 6.3: how the length of the body is told.
fn framing(method: &str, head: &Head) -> Result<Body, WireFailure> {
    let values = |wanted: &'static str| {
        head.headers
            .iter()
            .filter(move |(name, _)| name.eq_ignore_ascii_case(wanted))
            .map(|(_, value)| value.trim())
    };
    if method == "HEAD" || matches!(head.status, 100..=199 | 204 | 304) {
        return Ok(Body::None);
    }
    if values("transfer-encoding").any(|value| value.to_ascii_lowercase().ends_with("chunked")) {
        return Ok(Body::Chunked);
    }
    let mut lengths: Vec<&str> = values("content-length").collect();
    lengths.dedup();
    match lengths.as_slice() {
        [] => Ok(Body::UntilClose),
        [one] => one
            .parse()
            .map(Body::Length)
            .map_err(|_| WireFailure::NotHttp(format!("Content-Length {one:?}"))),
        many => Err(WireFailure::NotHttp(format!(
            "Content-Length told as {}",
            many.join(", ")
        ))),
    }
}
