//! One request over one connection without TLS, on which an early answer is not lost.
//!
//! A provider may answer before it has read all of a long body, and close. What is sent from then on fails, although the
//! answer has arrived. Clients in general then tell of the broken connection; here the answer is read.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::RawAnswer;
use crate::error::{ClientError, ConnectionError};

/// How a provider is reached.
#[derive(Clone, Debug)]
pub(crate) struct Plain {
    pub(crate) base: Url,
    pub(crate) authorization: Option<HeaderValue>,
    pub(crate) timeout: Duration,
}

impl Plain {
    /// Sends a request and reads its answer.
    pub(crate) async fn send(
        &self,
        method: Method,
        target: &str,
        body: Option<Vec<u8>>,
        wanted: usize,
    ) -> Result<RawAnswer, ConnectionError> {
        let end = Instant::now() + self.timeout;
        let name = format!("{method} {target}");
        let request = self.request(method, target, body)?;
        let exchange = async {
            let stream = connect(&self.base)
                .await
                .map_err(ConnectionError::Connect)?;
            let stream = TokioIo::new(Forgiving::new(stream));
            let (mut sender, connection) = http1::handshake(stream).await?;
            // It ends with the answer, whether or not the rest of the body has been sent.
            let connection = Ending(tokio::spawn(connection));
            Ok::<_, ConnectionError>((sender.send_request(request).await?, sender, connection))
        };
        let answer = timeout_at(end, exchange).await;
        let (answer, _sender, _connection) = answer.map_err(|_| ConnectionError::Timeout)??;
        Ok(read(&name, answer, wanted, end).await)
    }

    fn request(
        &self,
        method: Method,
        target: &str,
        body: Option<Vec<u8>>,
    ) -> Result<Request<Full<Bytes>>, ConnectionError> {
        let prefix = self.base.path().trim_end_matches('/');
        let authority = &self.base[url::Position::BeforeHost..url::Position::AfterPort];
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{prefix}{target}"))
            .header(ACCEPT, "*/*")
            .header(HOST, authority);
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let body = Full::from(body.unwrap_or_default());
        request
            .body(body)
            .map_err(|error| ConnectionError::Broken(error.into()))
    }
}

/// A connection to where a URL points.
async fn connect(base: &Url) -> io::Result<TcpStream> {
    let host = base.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = base.port_or_known_default().unwrap_or(80);
    let stream = TcpStream::connect((host, port)).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// As much of an answer as is wanted, and arrives in time.
async fn read(name: &str, answer: Response<Incoming>, wanted: usize, end: Instant) -> RawAnswer {
    let mut raw = RawAnswer {
        status: answer.status(),
        body: Vec::new(),
        broken: None,
        cut: false,
    };
    let mut body = answer.into_body();
    while !raw.cut {
        let source = match timeout_at(end, body.frame()).await {
            Ok(None) => break,
            Ok(Some(Ok(frame))) => {
                if let Ok(chunk) = frame.into_data() {
                    let room = wanted - raw.body.len();
                    raw.cut = chunk.len() > room;
                    raw.body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                }
                continue;
            }
            Ok(Some(Err(error))) => error.into(),
            Err(_) => ConnectionError::Timeout,
        };
        let request = name.to_owned();
        raw.broken = Some(ClientError::Connection { request, source });
        break;
    }
    raw
}

/// A task that ends with whoever holds this.
struct Ending(tokio::task::JoinHandle<Result<(), hyper::Error>>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A stream that goes on reading when the other side no longer takes what is written.
struct Forgiving {
    stream: TcpStream,
    /// Why nothing can be written any more.
    deaf: Option<io::Error>,
    /// Whether anything was read.
    heard: bool,
}

impl Forgiving {
    fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            deaf: None,
            heard: false,
        }
    }
}

impl AsyncRead for Forgiving {
    /// An end without any answer is told as what ended the writing, if that came first.
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        let nothing = match &read {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Ok(())) => buffer.filled().len() == before,
            Poll::Ready(Err(_)) => true,
        };
        self.heard |= !nothing;
        match self.deaf.take().filter(|_| nothing && !self.heard) {
            Some(error) => Poll::Ready(Err(error)),
            None => read,
        }
    }
}

impl AsyncWrite for Forgiving {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.deaf.is_some() {
            return Poll::Ready(Ok(bytes.len()));
        }
        match Pin::new(&mut self.stream).poll_write(context, bytes) {
            Poll::Ready(Err(error)) => {
                self.deaf = Some(error);
                Poll::Ready(Ok(bytes.len()))
            }
            other => other,
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_flush(context) {
            Poll::Ready(Err(_)) => Poll::Ready(Ok(())),
            other => other,
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_shutdown(context) {
            Poll::Ready(Err(_)) => Poll::Ready(Ok(())),
            other => other,
        }
    }
}
