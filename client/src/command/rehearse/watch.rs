//! The operator's webhook, as far as a rehearsal needs one: requests come in, and wait until they are looked at.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::CONTENT_TYPE;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use kfp_operator_sim::webhook::Delivery;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};

use crate::command::tell;

/// Where the operator serves its webhook; any other path is none.
const PATH: &str = "/events";

/// How many events wait to be looked at before their senders do.
const QUEUE: usize = 64;

/// How large an event may be. The operator knows no limit, but this is a process on somebody's desk.
const MAX_BODY: usize = 32 * 1024 * 1024;

/// How long answers may take to go out.
const PATIENCE: Duration = Duration::from_secs(5);

/// Pause after a connection that could not be accepted: what is short now may be there later.
const RECOVERY: Duration = Duration::from_millis(100);

/// Receives events.
pub(super) struct Watch {
    arrivals: mpsc::Receiver<Arrival>,
    over: oneshot::Sender<()>,
    server: tokio::task::JoinHandle<()>,
}

/// A request, and who waits for an answer to it.
#[derive(Debug)]
pub(super) struct Arrival {
    method: String,
    content_type: String,
    body: Bytes,
    answer: oneshot::Sender<Reaction>,
}

/// What is said to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reaction {
    /// This status, with this text.
    Answer(u16, String),
    /// Nothing: the connection is closed.
    Silence,
}

/// Why no events can be received.
#[derive(Debug, thiserror::Error)]
#[error("events: {address}: cannot be listened at: {source}")]
pub(super) struct WatchError {
    address: SocketAddr,
    source: io::Error,
}

impl Arrival {
    /// The request, as the operator looks at it.
    pub(super) fn delivery(&self) -> Delivery<'_> {
        Delivery {
            method: &self.method,
            content_type: &self.content_type,
            body: &self.body,
        }
    }

    /// Answers. A sender that has gone away sends again, and it is the same then.
    pub(super) fn answer(self, reaction: Reaction) {
        let _ = self.answer.send(reaction);
    }
}

impl Watch {
    /// Listens, and says where.
    pub(super) async fn listen(address: SocketAddr) -> Result<Self, WatchError> {
        let refused = |source| WatchError { address, source };
        let listener = TcpListener::bind(address).await.map_err(refused)?;
        let local = listener.local_addr().map_err(refused)?;
        tell(format_args!("events are received at http://{local}{PATH}"));
        let (sender, arrivals) = mpsc::channel(QUEUE);
        let (over, ended) = oneshot::channel();
        let server = tokio::spawn(serve(listener, sender, ended));
        Ok(Self {
            arrivals,
            over,
            server,
        })
    }

    /// The next request.
    pub(super) async fn next(&mut self) -> Option<Arrival> {
        self.arrivals.recv().await
    }

    /// Stops, once the answers that are due have gone out: a sender without one sends again.
    pub(super) async fn close(mut self) {
        self.arrivals.close();
        while self.arrivals.recv().await.is_some() {}
        drop(self.over);
        // A connection that never ends is none of ours to wait for.
        let _ = tokio::time::timeout(PATIENCE, self.server).await;
    }
}

/// Serves connections until the other half of `over` is dropped, and those that are open to their end.
async fn serve(
    listener: TcpListener,
    arrivals: mpsc::Sender<Arrival>,
    mut over: oneshot::Receiver<()>,
) {
    let connections = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = &mut over => break,
        };
        match accepted {
            Ok((stream, _)) => accept(stream, arrivals.clone(), &connections),
            Err(error) => {
                tell(format_args!("events: {error}"));
                tokio::time::sleep(RECOVERY).await;
            }
        }
    }
    connections.shutdown().await;
}

fn accept(stream: TcpStream, arrivals: mpsc::Sender<Arrival>, connections: &GracefulShutdown) {
    let service = service_fn(move |request| receive(request, arrivals.clone()));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        // What goes wrong with a connection is for its sender to say.
        let _ = connection.await;
    });
}

/// No answer: the error closes the connection.
#[derive(Debug, thiserror::Error)]
#[error("no answer")]
struct NoAnswer;

async fn receive(
    request: Request<Incoming>,
    arrivals: mpsc::Sender<Arrival>,
) -> Result<Response<Full<Bytes>>, NoAnswer> {
    if request.uri().path() != PATH {
        return Ok(response(404, "404 page not found".to_owned()));
    }
    let (head, body) = request.into_parts();
    let content_type = head.headers.get(CONTENT_TYPE).map(|it| it.as_bytes());
    let body = Limited::new(body, MAX_BODY).collect().await;
    let (answer, reaction) = oneshot::channel();
    let arrival = Arrival {
        method: head.method.to_string(),
        content_type: String::from_utf8_lossy(content_type.unwrap_or_default()).into_owned(),
        body: body.map_err(|_| NoAnswer)?.to_bytes(),
        answer,
    };
    let sent = arrivals.send(arrival).await;
    match (sent, reaction.await) {
        (Ok(()), Ok(Reaction::Answer(status, text))) => Ok(response(status, text)),
        (Ok(()), Ok(Reaction::Silence)) => Err(NoAnswer),
        _ => Ok(response(500, "the rehearsal is over".to_owned())),
    }
}

fn response(status: u16, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(text));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}
