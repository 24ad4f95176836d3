//! A provider that takes everything and knows nothing: what a run against it costs is the runner's.
//!
//! `bench/runner.sh` measures with it. It prints its URL and serves until it is killed.

use std::io::{self, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Fields of a request's head, at most.
const FIELDS: usize = 64;
/// The next id.
static NEXT: AtomicU64 = AtomicU64::new(0);

#[tokio::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(io::stdout(), "http://{}", listener.local_addr()?)?;
    loop {
        let (stream, _) = listener.accept().await?;
        // A connection that breaks is its client's affair.
        tokio::spawn(async move { serve(stream).await.ok() });
    }
}

/// Answers request after request, until the client closes or asks for the end.
async fn serve(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = Vec::with_capacity(16 * 1024);
    loop {
        let Some(request) = Request::read(&buffer)? else {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
            continue;
        };
        if request.expects && buffer.len() == request.head {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        while buffer.len() < request.head + request.body {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        }
        buffer.drain(..request.head + request.body);
        stream.write_all(request.answer().as_bytes()).await?;
        if request.last {
            return stream.shutdown().await;
        }
    }
}

/// What the answer depends on.
struct Request {
    method: String,
    /// The last segment of the path, as it came.
    id: String,
    /// Length of the head.
    head: usize,
    /// Length of the body.
    body: usize,
    /// Whether the client waits to be told that it may send the body.
    expects: bool,
    /// Whether the client wants the connection closed.
    last: bool,
}

impl Request {
    /// `None` if the head is not complete yet.
    fn read(bytes: &[u8]) -> io::Result<Option<Self>> {
        let mut fields = [httparse::EMPTY_HEADER; FIELDS];
        let mut parsed = httparse::Request::new(&mut fields);
        let httparse::Status::Complete(head) = parsed.parse(bytes).map_err(io::Error::other)?
        else {
            return Ok(None);
        };
        let field = |name: &str| {
            let found = parsed
                .headers
                .iter()
                .find(|field| field.name.eq_ignore_ascii_case(name));
            found.map(|field| String::from_utf8_lossy(field.value).into_owned())
        };
        let length = field("content-length").and_then(|length| length.trim().parse().ok());
        let path = parsed.path.unwrap_or_default();
        Ok(Some(Self {
            method: parsed.method.unwrap_or_default().to_owned(),
            id: path.rsplit('/').next().unwrap_or_default().to_owned(),
            head,
            body: length.unwrap_or(0),
            expects: field("expect").is_some(),
            last: field("connection").is_some_and(|value| value.eq_ignore_ascii_case("close")),
        }))
    }

    fn answer(&self) -> String {
        let (status, body) = match self.method.as_str() {
            "GET" => return "HTTP/1.1 204 No Content\r\n\r\n".to_owned(),
            "POST" => {
                let id = NEXT.fetch_add(1, Ordering::Relaxed);
                ("201 Created", format!("{{\"id\":\"{id}\"}}"))
            }
            "PUT" => ("200 OK", format!("{{\"id\":\"{}\"}}", self.id)),
            _ => ("200 OK", "{}".to_owned()),
        };
        let length = body.len();
        format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
    }
}
