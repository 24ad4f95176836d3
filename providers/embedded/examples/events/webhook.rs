//! A webhook that fails as often as it is told, and knows what has arrived.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::Failure;

/// What stands before the number of a run in the body of its event.
pub(crate) const MARK: &str = "run-";

pub(crate) struct Webhook {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    /// Of a hundred requests so many are answered by 500.
    failing: u8,
    attempts: AtomicU64,
    /// Runs whose event was answered by 200, by number.
    taken: Vec<AtomicBool>,
    distinct: AtomicU64,
}

impl Webhook {
    pub(crate) async fn start(failing: u8, runs: u64) -> Result<Self, Failure> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            failing,
            attempts: AtomicU64::new(0),
            taken: (0..runs).map(|_| AtomicBool::new(false)).collect(),
            distinct: AtomicU64::new(0),
        });
        let serving = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&serving);
                tokio::spawn(async move { shared.serve(stream).await });
            }
        });
        Ok(Self { address, shared })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/events", self.address)
    }

    pub(crate) fn attempts(&self) -> u64 {
        self.shared.attempts.load(Ordering::Relaxed)
    }

    /// Runs whose event was taken, each counted once.
    pub(crate) fn distinct(&self) -> u64 {
        self.shared.distinct.load(Ordering::Relaxed)
    }
}

impl Shared {
    /// One request after the other. Every body here ends with the only braces at the end of a read.
    async fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut bytes = Vec::with_capacity(4096);
        loop {
            bytes.clear();
            while !bytes.ends_with(b"}") {
                if stream.read_buf(&mut bytes).await? == 0 {
                    return Ok(());
                }
            }
            self.attempts.fetch_add(1, Ordering::Relaxed);
            if fastrand::u8(..100) < self.failing {
                let answer = b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n";
                stream.write_all(answer).await?;
                continue;
            }
            self.take(&bytes);
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
            stream.write_all(answer).await?;
        }
    }

    fn take(&self, request: &[u8]) {
        let text = String::from_utf8_lossy(request);
        let number = text.split_once(MARK).map(|(_, rest)| rest);
        let digits = number.map(|rest| rest.split(|c: char| !c.is_ascii_digit()));
        let number = digits.and_then(|mut digits| digits.next()?.parse::<usize>().ok());
        let taken = number.and_then(|number| self.taken.get(number));
        if taken.is_some_and(|taken| !taken.swap(true, Ordering::Relaxed)) {
            self.distinct.fetch_add(1, Ordering::Relaxed);
        }
    }
}
