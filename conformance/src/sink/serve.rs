//! The sockets of the receiver. One request per connection: the next one may have to be refused.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::{Answer, Received, Reply, Shared};
use crate::mock::http::{Connection, Ended};

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

async fn converse(stream: TcpStream, shared: Arc<Shared>) {
    let mut connection = Connection::new(stream);
    let reply = match timeout(PATIENCE, read(&mut connection)).await {
        Ok(Ok(received)) => shared.receive(received),
        Ok(Err(Ended::Unreadable(status))) => Reply::now(status, "unreadable"),
        Ok(Err(Ended::Closed)) | Err(_) => return,
    };
    sleep(reply.delay).await;
    let Answer::Status(status) = reply.answer else {
        return;
    };
    let written = async {
        // Who has gone does not want the answer.
        if connection.write(&encode(status, &reply.text)).await.is_ok() {
            connection.close().await;
        }
    };
    let _ = timeout(PATIENCE, written).await;
}

async fn read(connection: &mut Connection) -> Result<Received, Ended> {
    let mut request = connection.head().await?;
    if request.expects_continue() {
        connection.write(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
    }
    request.body = connection.body(&request).await?;
    let content_type = request.header("content-type").map(str::to_owned);
    Ok(Received::new(
        request.method,
        request.target,
        content_type,
        request.body,
    ))
}

/// An answer as Go's `http.Error` writes it; 200 has no body.
fn encode(status: u16, text: &str) -> Vec<u8> {
    let reason = match status {
        200 => "OK",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        410 => "Gone",
        415 => "Unsupported Media Type",
        _ => "Internal Server Error",
    };
    let body = if text.is_empty() {
        String::new()
    } else {
        format!("{text}\n")
    };
    let kind = if text.is_empty() {
        ""
    } else {
        "Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n"
    };
    format!(
        "HTTP/1.1 {status} {reason}\r\n{kind}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
