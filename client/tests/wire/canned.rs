//! A server for one answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// Answers the first request on a port of its own, whatever it asks.
pub(crate) struct Canned {
    port: u16,
    asked: Arc<AtomicBool>,
    request: oneshot::Receiver<String>,
}

/// A listener on a free port that accepts nothing by itself.
pub(crate) async fn bound() -> (u16, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    (listener.local_addr().unwrap().port(), listener)
}

impl Canned {
    /// Answers with a status and a body of JSON.
    pub(crate) async fn json(status: u16, body: &str) -> Self {
        let length = if status == 204 {
            String::new()
        } else {
            format!("Content-Length: {}\r\n", body.len())
        };
        let head =
            format!("HTTP/1.1 {status} Status\r\nContent-Type: application/json\r\n{length}");
        Self::raw(format!("{head}Connection: close\r\n\r\n{body}")).await
    }

    /// Answers with these bytes and closes.
    pub(crate) async fn raw(answer: impl Into<String>) -> Self {
        let answer = answer.into();
        let (port, listener) = bound().await;
        let asked = Arc::new(AtomicBool::new(false));
        let (shown, request) = oneshot::channel();
        let noted = asked.clone();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            noted.store(true, Ordering::SeqCst);
            let request = read(&mut stream).await;
            stream.write_all(answer.as_bytes()).await.unwrap();
            let _unless_nobody_looks = shown.send(request);
        });
        Self {
            port,
            asked,
            request,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Whether a connection came in.
    pub(crate) fn was_asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }

    /// The request that came in.
    pub(crate) async fn request(self) -> String {
        self.request.await.unwrap()
    }
}

/// Reads one request: the head, and as much body as it announces.
async fn read(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let announced = head.lines().find_map(|line| {
                line.to_lowercase()
                    .strip_prefix("content-length: ")
                    .map(str::to_owned)
            });
            if body.len() >= announced.map_or(0, |length| length.parse().unwrap()) {
                return text;
            }
        }
        let mut buffer = [0; 4096];
        let count = stream.read(&mut buffer).await.unwrap();
        assert!(count > 0, "the request ended early: {text}");
        bytes.extend_from_slice(&buffer[..count]);
    }
}
