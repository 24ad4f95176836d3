//! The operator's webhook, as far as a rehearsal needs one: requests come in, and wait until they are looked at.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use chrono::Utc;
use kfp_operator_sim::webhook::Delivery;
use kfp_operator_sim::webhook::http::{Answer, Conversation, Next, Request};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::command::tell;

/// How many events wait to be looked at before their senders do.
const QUEUE: usize = 64;

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
    request: Request,
    /// `None` for an answer closes the connection.
    answer: oneshot::Sender<Option<Answer>>,
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
        self.request.delivery()
    }

    /// Answers. A sender that has gone away sends again, and it is the same then.
    pub(super) fn answer(self, answer: Option<Answer>) {
        let _ = self.answer.send(answer);
    }
}

impl Watch {
    /// Listens, and says where.
    pub(super) async fn listen(address: SocketAddr) -> Result<Self, WatchError> {
        let refused = |source| WatchError { address, source };
        let listener = TcpListener::bind(address).await.map_err(refused)?;
        let local = listener.local_addr().map_err(refused)?;
        tell(format_args!("events are received at http://{local}/events"));
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

/// Serves connections until the other half of `over` is dropped, and those that have asked something to their answer.
async fn serve(
    listener: TcpListener,
    arrivals: mpsc::Sender<Arrival>,
    mut over: oneshot::Receiver<()>,
) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
            _ = &mut over => break,
        };
        match accepted {
            Ok((stream, _)) => {
                connections.spawn(converse(stream, arrivals.clone()));
            }
            Err(error) => {
                tell(format_args!("events: {error}"));
                tokio::time::sleep(RECOVERY).await;
            }
        }
    }
    // Nobody looks at what comes now: a connection that has nothing to ask is waiting in vain.
    drop(arrivals);
    while connections.join_next().await.is_some() {}
}

/// What goes wrong with a connection is for its sender to say.
async fn converse(mut stream: TcpStream, arrivals: mpsc::Sender<Arrival>) -> io::Result<()> {
    let mut conversation = Conversation::new(true, Utc::now);
    let mut bytes = vec![0; 16 * 1024];
    loop {
        match conversation.step() {
            Next::Read => {
                let read = tokio::select! {
                    read = stream.read(&mut bytes) => read?,
                    // The rehearsal is over.
                    () = arrivals.closed() => return Ok(()),
                };
                match read {
                    0 => conversation.end(),
                    length => conversation.receive(&bytes[..length]),
                }
            }
            Next::Write(answer) => stream.write_all(&answer).await?,
            Next::Answer(request) => {
                let Some(answer) = ask(request, &arrivals).await else {
                    return Ok(());
                };
                stream.write_all(&conversation.answer(&answer)).await?;
            }
            Next::Close => return close(stream).await,
        }
    }
}

async fn ask(request: Request, arrivals: &mpsc::Sender<Arrival>) -> Option<Answer> {
    let (sender, answer) = oneshot::channel();
    let arrival = Arrival {
        request,
        answer: sender,
    };
    let sent = arrivals.send(arrival).await;
    match (sent, answer.await) {
        (Ok(()), Ok(answer)) => answer,
        _ => Some(Answer::error(500, "the rehearsal is over")),
    }
}

/// Ends a connection in order: with bytes left unread, the system would reset it, and the answer could be lost.
async fn close(mut stream: TcpStream) -> io::Result<()> {
    stream.shutdown().await?;
    let mut rest = vec![0; 16 * 1024];
    let rest = async { while matches!(stream.read(&mut rest).await, Ok(1..)) {} };
    // Who goes on sending does not listen.
    let _ = timeout(PATIENCE, rest).await;
    Ok(())
}
