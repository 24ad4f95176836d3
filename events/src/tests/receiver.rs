//! A webhook by hand: it sees every byte, and answers with any.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::PATIENCE;

/// A request as it came.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Received {
    pub(super) head: String,
    pub(super) body: Vec<u8>,
}

/// What it does with the request of this number, from 0.
pub(super) enum Act {
    /// Sends these bytes, and goes on.
    Say(&'static str),
    /// Sends the first bytes once and the others forever.
    Endless(&'static str, &'static str),
    /// Sends these bytes, and resets the connection.
    Reset(&'static str),
    /// Says that nothing will come, and keeps the connection.
    HalfClose,
    /// Keeps silent until the other side gives up.
    Nothing,
    /// Closes the connection.
    Close,
}

pub(super) struct Receiver {
    pub(super) url: String,
    received: mpsc::UnboundedReceiver<Received>,
    acceptor: tokio::task::JoinHandle<()>,
}

impl Receiver {
    pub(super) async fn start(act: impl Fn(usize) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!(
            "http://{}/events",
            listener.local_addr().expect("its address")
        );
        let (sender, received) = mpsc::unbounded_channel();
        let acceptor = tokio::spawn(async move {
            let act = std::sync::Arc::new(act);
            let number = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
            while let Ok((stream, _)) = listener.accept().await {
                let (act, number, sender) = (act.clone(), number.clone(), sender.clone());
                tokio::spawn(async move {
                    let next = || act(number.fetch_add(1, std::sync::atomic::Ordering::SeqCst));
                    serve(stream, next, sender).await
                });
            }
        });
        Self {
            url,
            received,
            acceptor,
        }
    }

    pub(super) async fn next(&mut self) -> Received {
        let next = tokio::time::timeout(PATIENCE, self.received.recv()).await;
        next.expect("no request comes").expect("the receiver lives")
    }

    /// What came and was not looked at.
    pub(super) fn rest(&mut self) -> Vec<Received> {
        std::iter::from_fn(|| self.received.try_recv().ok()).collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.acceptor.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    act: impl Fn() -> Act,
    received: mpsc::UnboundedSender<Received>,
) -> Option<()> {
    loop {
        let request = read(&mut stream).await?;
        let act = act();
        received.send(request).ok()?;
        match act {
            Act::Say(bytes) => stream.write_all(bytes.as_bytes()).await.ok()?,
            Act::Endless(first, rest) => {
                stream.write_all(first.as_bytes()).await.ok()?;
                loop {
                    stream.write_all(rest.as_bytes()).await.ok()?;
                }
            }
            Act::Reset(bytes) => {
                stream.write_all(bytes.as_bytes()).await.ok()?;
                return stream.set_zero_linger().ok();
            }
            Act::HalfClose => {
                stream.shutdown().await.ok()?;
                let _ = stream.read(&mut [0; 16]).await;
                return None;
            }
            Act::Nothing => {
                let _ = stream.read(&mut [0; 16]).await;
                return None;
            }
            Act::Close => return None,
        }
    }
}

/// One request, or nothing when the connection ends.
async fn read(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = bytes.split_off(end);
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some(Received { head, body })
}
