//! The operator's webhook: one POST at a time on a connection, and no more of the answer than is of use.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{CONTENT_TYPE, HOST, HeaderMap, RETRY_AFTER};
use hyper::{Request, Response, Uri};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::policy::Reply;

/// Longest head of an answer, in bytes; beyond it there is no answer.
const HEAD: usize = 64 << 10;
/// Most of a body that is read, in bytes, and for how long. The status has said everything by then; what is read is for
/// people, and so that the connection can be used again.
const BODY: usize = 16 << 10;
const BODY_TIME: Duration = Duration::from_secs(1);
/// What is kept of it for people, in characters.
const SHOWN: usize = 200;
/// Connections that are kept open for the next event.
const IDLE: usize = 8;

type Connection = SendRequest<Full<Bytes>>;

/// Where events go: exactly this URL.
pub struct Webhook {
    url: Uri,
    /// Host and port to connect to.
    address: (String, u16),
    tls: Option<(TlsConnector, ServerName<'static>)>,
    idle: Mutex<Vec<Connection>>,
}

/// Why a text is not a URL that events can go to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidWebhook {
    /// Not an absolute `http` or `https` URL, or one with a user or a fragment, which are not sent.
    #[error(
        "webhook {0:?}: not an absolute http or https URL of host, port, path and query (hint: http://host:port/events)"
    )]
    Url(String),
    /// The system's certificates are needed for `https`, and cannot be read.
    #[error(
        "webhook {url:?}: no certificate to trust: {reason} (hint: install the system's certificates)"
    )]
    Trust {
        /// The URL.
        url: String,
        /// What is wrong.
        reason: String,
    },
}

impl Webhook {
    /// Reads a URL. Nothing is connected yet.
    ///
    /// # Errors
    /// It is not one that events can go to.
    pub fn new(text: &str) -> Result<Self, InvalidWebhook> {
        let invalid = || InvalidWebhook::Url(text.to_owned());
        let url: Uri = text.parse().map_err(|_| invalid())?;
        let authority = url.authority().ok_or_else(invalid)?;
        let secure = match url.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(invalid()),
        };
        let host = authority.host();
        // What is left beside the host is a user, which is not sent, or a port.
        let port = match authority.as_str().strip_prefix(host).ok_or_else(invalid)? {
            "" if secure => 443,
            "" => 80,
            rest => rest
                .strip_prefix(':')
                .and_then(|port| port.parse().ok())
                .ok_or_else(invalid)?,
        };
        if text.contains('#') || host.is_empty() {
            return Err(invalid());
        }
        let host = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned();
        let tls = if secure {
            let name = ServerName::try_from(host.clone()).map_err(|_| invalid())?;
            Some((trusting(text)?, name))
        } else {
            None
        };
        Ok(Self {
            address: (host, port),
            tls,
            idle: Mutex::default(),
            url,
        })
    }

    /// Sends an event, and says what came back within the time.
    pub(super) async fn post(&self, body: Bytes, limit: Duration) -> Reply {
        match timeout(limit, self.exchange(body)).await {
            Ok(Ok((connection, answer))) => self.read(connection, answer).await,
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
        connection.ready().await?;
        let authority = self
            .url
            .authority()
            .map_or("", |authority| authority.as_str());
        let path = self.url.path_and_query().map_or("/", |path| path.as_str());
        let request = Request::post(path)
            .header(HOST, authority)
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(body))
            .expect("parts of a URL that was read");
        let answer = connection.send_request(request).await?;
        Ok((connection, answer))
    }

    async fn connect(&self) -> Result<Connection, Failure> {
        let (host, port) = &self.address;
        let stream = TcpStream::connect((host.as_str(), *port))
            .await
            .map_err(Failure::Connect)?;
        stream.set_nodelay(true).map_err(Failure::Connect)?;
        match &self.tls {
            None => handshake(stream).await,
            Some((connector, name)) => {
                let stream = connector.connect(name.clone(), stream).await;
                handshake(stream.map_err(Failure::Tls)?).await
            }
        }
    }

    /// What an answer says. The connection is kept if all of it was read.
    async fn read(&self, connection: Connection, answer: Response<Incoming>) -> Reply {
        let (head, mut body) = answer.into_parts();
        let mut text = Vec::new();
        let whole = timeout(BODY_TIME, async {
            while let Some(frame) = body.frame().await {
                let Ok(frame) = frame else { return false };
                text.extend_from_slice(frame.data_ref().map_or(&[][..], |data| data));
                if text.len() > BODY {
                    return false;
                }
            }
            true
        })
        .await;
        if whole == Ok(true) {
            self.keep(connection);
        }
        Reply::Answer {
            status: head.status.as_u16(),
            text: shown(&text),
            retry_after: retry_after(&head.headers),
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
        idle.retain(|connection| !connection.is_closed());
        if idle.len() < IDLE {
            idle.push(connection);
        }
    }
}

impl fmt::Display for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.url.fmt(f)
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("cannot connect: {0}")]
    Connect(io::Error),
    #[error("no secure connection: {0}")]
    Tls(io::Error),
    #[error("no answer that can be read: {0}")]
    Http(hyper::Error),
}

async fn handshake<S>(stream: S) -> Result<Connection, Failure>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let (connection, driver) = http1::Builder::new()
        .max_buf_size(HEAD)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(Failure::Http)?;
    // It ends with the connection, and what goes wrong is reported to whoever waits for the answer.
    tokio::spawn(driver);
    Ok(connection)
}

/// TLS with the certificates that the system trusts.
fn trusting(url: &str) -> Result<TlsConnector, InvalidWebhook> {
    let failed = |reason: String| InvalidWebhook::Trust {
        url: url.to_owned(),
        reason,
    };
    let mut roots = rustls::RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        return Err(failed("none was found".to_owned()));
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Seconds. The other form, a date, is not worth a clock that agrees with theirs.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers
        .get(RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()?;
    Some(Duration::from_secs(seconds))
}

/// The beginning of a text from outside, on one line.
fn shown(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let line = text
        .trim()
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c });
    line.take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        let table = [
            ("http://host/events", Some(("host", 80))),
            ("http://host:8082/events?a=b", Some(("host", 8082))),
            ("http://127.0.0.1:1/a/../b//", Some(("127.0.0.1", 1))),
            ("http://[::1]:9/events", Some(("::1", 9))),
            ("http://host", Some(("host", 80))),
            ("https://host/events", Some(("host", 443))),
            ("ftp://host/events", None),
            ("/events", None),
            ("host:80", None),
            ("http:///events", None),
            ("http://user:secret@host/events", None),
            ("http://host/events#part", None),
            ("http://host:99999/", None),
            ("", None),
        ];
        for (text, expected) in table {
            match (Webhook::new(text), expected) {
                (Ok(webhook), Some((host, port))) => {
                    assert_eq!(webhook.address, (host.to_owned(), port), "{text}");
                }
                // A machine without certificates cannot send to https at all.
                (Err(InvalidWebhook::Url(said)), None) => assert_eq!(said, text),
                (Err(InvalidWebhook::Trust { .. }), Some(_)) => {}
                (webhook, _) => panic!("{text}: {:?}", webhook.map(|webhook| webhook.to_string())),
            }
        }
    }

    #[test]
    fn what_others_say_is_kept_short() {
        assert_eq!(shown(b" no\n\x1b[31m such\xff "), "no  [31m such\u{fffd}");
        assert_eq!(shown("é".repeat(300).as_bytes()).chars().count(), SHOWN);
    }

    #[test]
    fn times_to_wait() {
        let table = [
            ("7", Some(7)),
            (" 0 ", Some(0)),
            ("-1", None),
            ("1.5", None),
            ("Fri, 31 Dec 1999 23:59:59 GMT", None),
        ];
        for (text, expected) in table {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().expect("a value"))]);
            assert_eq!(
                retry_after(&headers),
                expected.map(Duration::from_secs),
                "{text:?}"
            );
        }
    }
}
