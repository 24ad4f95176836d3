//! Requests as bytes, and a server to send them to.

use std::sync::Arc;
use std::time::Duration;

use dropshot::{ApiDescription, HttpServer, ServerBuilder};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A server on a port of its own.
pub(crate) fn start<C: Send + Sync + 'static>(
    api: ApiDescription<Arc<C>>,
    context: C,
) -> HttpServer<Arc<C>> {
    let log = slog::Logger::root(slog::Discard, slog::o!());
    ServerBuilder::new(api, Arc::new(context), log)
        .start()
        .unwrap()
}

/// A client that neither waits forever nor follows redirects.
pub(crate) fn http() -> reqwest::Client {
    reqwest::Client::builder()
        .timeout(Duration::from_secs(300))
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

/// Sends one request and reads the whole answer: its status and its text.
pub(crate) async fn send<C: Send + Sync + 'static>(
    server: &HttpServer<Arc<C>>,
    line: &str,
    headers: &str,
    body: &[u8],
) -> (u16, String) {
    let mut stream = TcpStream::connect(server.local_addr()).await.unwrap();
    let length = body.len();
    let head = format!(
        "{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer[9..12].parse().unwrap();
    (status, answer)
}
