//! One request and one answer on a connection of their own, as each Argo step has its own curl.

use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::conversation::{Conversation, Stream};
use super::{Request, Response, WireFailure};

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

    /// Sends requests one after another on one connection, for as long as it is said to last; `limit` is for each,
    /// and `turn` comes before each.
    ///
    /// Returns the answers up to the first that announces the end of the connection (RFC 9112, 9.6: nothing may be sent
    /// after that), or up to and including the first failure.
    pub(crate) async fn keep_alive(
        &self,
        requests: &[Request],
        limit: Duration,
        mut turn: impl AsyncFnMut(),
    ) -> Vec<Result<Response, WireFailure>> {
        let mut wire = match timeout(limit, self.connect()).await {
            Ok(Ok(stream)) => Conversation::on(stream),
            Ok(Err(failure)) => return vec![Err(failure)],
            Err(_) => return vec![Err(WireFailure::Timeout(limit))],
        };
        let mut answers = Vec::new();
        for request in requests {
            turn().await;
            let answer = timeout(limit, wire.converse(request, &self.host_header())).await;
            let answer = answer.unwrap_or(Err(WireFailure::Timeout(limit)));
            let over = answer.as_ref().map_or(true, Response::announces_close);
            answers.push(answer);
            if over {
                break;
            }
        }
        answers
    }

    pub(super) async fn connect(&self) -> Result<Box<dyn Stream>, WireFailure> {
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
    let mut wire = Conversation::on(stream);
    let answer = wire.converse(request, host).await;
    let complete = Instant::now();
    rest.set(wire.rest);
    let mut response = answer?;
    if !request.linger.is_zero() {
        response.closed = wire.outlive(request.linger).await;
        rest.set(wire.rest + complete.elapsed());
    }
    response.extra = wire.surplus();
    Ok(response)
}
