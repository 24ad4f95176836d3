//! The sockets of the receiver. One request per connection, which is the only thing in which it differs from the
//! operator's: the next one may have to be refused.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use kfp_operator_sim::webhook::http::{Conversation, Next};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::{Received, Shared};

pub(super) const BACKLOG: u32 = 1024;
/// Connections at a time; more wait in the backlog.
const CONNECTIONS: usize = 256;
/// How long a request may take to arrive, and its connection to end.
const PATIENCE: Duration = Duration::from_secs(30);
/// The pause after a failure to accept or to bind.
const PAUSE: Duration = Duration::from_millis(20);

/// A socket at an address, which refuses connections until it listens.
pub(super) fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Serves connections while it is wanted.
pub(super) async fn accept(mut listener: TcpListener, shared: Arc<Shared>) {
    let mut wanted = shared.wanted.subscribe();
    loop {
        let mut connections = JoinSet::new();
        loop {
            // What is shared lives as long as this task.
            let unwanted = async { wanted.wait_for(|open| !*open).await.is_ok() };
            let accepted = tokio::select! {
                _ = unwanted => break,
                accepted = listener.accept(), if connections.len() < CONNECTIONS => accepted,
                Some(_) = connections.join_next() => continue,
            };
            match accepted {
                Ok((stream, _)) => {
                    connections.spawn(converse(stream, Arc::clone(&shared)));
                }
                Err(_) => sleep(PAUSE).await,
            }
        }
        drop(listener);
        connections.shutdown().await;
        // Bound all the same, so that nobody else gets the port meanwhile.
        let held = retry(|| bind(shared.address)).await;
        shared.open.send_replace(false);
        let _ = wanted.wait_for(|open| *open).await.is_ok();
        listener = match held.listen(BACKLOG) {
            Ok(listener) => listener,
            Err(_) => retry(|| bind(shared.address)?.listen(BACKLOG)).await,
        };
        shared.open.send_replace(true);
    }
}

async fn retry<T>(mut attempt: impl FnMut() -> io::Result<T>) -> T {
    loop {
        match attempt() {
            Ok(done) => return done,
            Err(_) => sleep(PAUSE).await,
        }
    }
}

/// What goes wrong with a connection is for its sender to say.
async fn converse(mut stream: TcpStream, shared: Arc<Shared>) {
    let mut conversation = Conversation::new(false, Utc::now);
    loop {
        let next = conversation.step();
        let done = match next {
            Next::Read => within(read(&mut stream, &mut conversation)).await,
            Next::Write(bytes) => within(stream.write_all(&bytes)).await,
            Next::Answer(request) => {
                let reply = shared.receive(Received::new(request));
                sleep(reply.delay).await;
                let Some(answer) = reply.answer else {
                    return;
                };
                within(stream.write_all(&conversation.answer(&answer))).await
            }
            Next::Close => {
                let _ = within(close(stream)).await;
                return;
            }
        };
        if done.is_err() {
            return;
        }
    }
}

async fn within<T>(work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(PATIENCE, work).await?
}

async fn read(stream: &mut TcpStream, conversation: &mut Conversation) -> io::Result<()> {
    let mut bytes = vec![0; 16 * 1024];
    match stream.read(&mut bytes).await? {
        0 => conversation.end(),
        length => conversation.receive(&bytes[..length]),
    }
    Ok(())
}

/// Ends a connection in order: with bytes left unread, the system would reset it, and the answer could be lost.
async fn close(mut stream: TcpStream) -> io::Result<()> {
    stream.shutdown().await?;
    let mut rest = vec![0; 16 * 1024];
    while stream.read(&mut rest).await? > 0 {}
    Ok(())
}
