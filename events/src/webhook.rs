//! The operator's webhook: one POST at a time on a connection, and no more of the answer than is of use.

mod answer;
mod bounded;
mod target;

use std::error::Error as _;
use std::fmt;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{CONTENT_TYPE, HOST};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::clock::Clock;
use crate::policy::Reply;
use bounded::{Allowance, Bounded};
use target::Target;

pub use target::InvalidWebhook;

/// Longest head of an answer, in bytes; beyond it there is no answer.
const HEAD: usize = 64 << 10;
/// Connections that are kept open for the next event.
const IDLE: usize = 8;

/// Most that is read on a connection for one request, in bytes: the longest head and more of a body than is of use.
/// Interim answers count, too.
const ANSWER: usize = 2 * HEAD;

/// A connection, and how much may be read on it.
struct Connection {
    sender: SendRequest<Full<Bytes>>,
    allowance: Allowance,
}

/// Where events go: exactly this URL.
pub struct Webhook {
    target: Target,
    idle: Mutex<Vec<Connection>>,
}

impl Webhook {
    /// Reads a URL. Nothing is connected yet.
    ///
    /// # Errors
    /// It is not one that events can go to.
    pub fn new(text: &str) -> Result<Self, InvalidWebhook> {
        Ok(Self {
            target: Target::read(text)?,
            idle: Mutex::default(),
        })
    }

    /// Sends an event, and says what came back within the time.
    pub(super) async fn post(&self, body: Bytes, limit: Duration, clock: &dyn Clock) -> Reply {
        match timeout(limit, self.exchange(body)).await {
            Ok(Ok((connection, answer))) => self.read(connection, answer, clock.now()).await,
            Ok(Err(failure)) => Reply::Nothing(failure.to_string()),
            Err(_) => Reply::Nothing(format!("no answer within {limit:?}")),
        }
    }

    /// An answer, without its body, and the connection that it is on.
    async fn exchange(&self, body: Bytes) -> Result<(Connection, Response<Incoming>), Failure> {
        while let Some(connection) = self.idle() {
            match self.send(connection, body.clone()).await {
                // The other side has closed it meanwhile, as it may.
                Err(error) if error.is_canceled() || error.is_incomplete_message() => {}
                sent => return sent.map_err(Failure::Http),
            }
        }
        let connection = self.connect().await?;
        self.send(connection, body).await.map_err(Failure::Http)
    }

    async fn send(
        &self,
        mut connection: Connection,
        body: Bytes,
    ) -> hyper::Result<(Connection, Response<Incoming>)> {
        connection.sender.ready().await?;
        let url = &self.target.url;
        let authority = url.authority().map_or("", |authority| authority.as_str());
        let path = url.path_and_query().map_or("/", |path| path.as_str());
        let request = Request::post(path)
            .header(HOST, authority)
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(body))
            .expect("parts of a URL that was read");
        connection.allowance.grant(ANSWER);
        let answer = connection.sender.send_request(request).await?;
        Ok((connection, answer))
    }

    async fn connect(&self) -> Result<Connection, Failure> {
        let (host, port) = &self.target.address;
        let stream = TcpStream::connect((host.as_str(), *port))
            .await
            .map_err(Failure::Connect)?;
        stream.set_nodelay(true).map_err(Failure::Connect)?;
        match &self.target.tls {
            None => handshake(stream).await,
            Some((connector, name)) => {
                let stream = connector.connect(name.clone(), stream).await;
                handshake(stream.map_err(Failure::Tls)?).await
            }
        }
    }

    /// What an answer says. The connection is kept if all of it was read.
    async fn read(
        &self,
        connection: Connection,
        answer: Response<Incoming>,
        now: DateTime<Utc>,
    ) -> Reply {
        let (head, body) = answer.into_parts();
        let (text, whole) = answer::text(body).await;
        if whole {
            self.keep(connection);
        }
        Reply::Answer {
            status: head.status.as_u16(),
            text,
            retry_after: answer::retry_after(&head.headers, now),
        }
    }

    fn idle(&self) -> Option<Connection> {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
    }

    fn keep(&self, connection: Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|connection| !connection.sender.is_closed());
        if idle.len() < IDLE {
            idle.push(connection);
        }
    }
}

impl fmt::Display for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.target.url.fmt(f)
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("cannot connect: {0}")]
    Connect(io::Error),
    #[error("no secure connection: {0}")]
    Tls(io::Error),
    #[error("no answer that can be read: {}", whole(.0))]
    Http(hyper::Error),
}

/// An error with what it was caused by.
fn whole(error: &hyper::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

async fn handshake<S>(stream: S) -> Result<Connection, Failure>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let (stream, allowance) = Bounded::new(stream);
    let (sender, driver) = http1::Builder::new()
        .max_buf_size(HEAD)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(Failure::Http)?;
    // It ends with the connection, and what goes wrong is reported to whoever waits for the answer.
    tokio::spawn(driver);
    Ok(Connection { sender, allowance })
}
