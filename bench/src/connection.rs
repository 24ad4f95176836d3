//! HTTP as far as it is needed to put a load on a server: one connection, kept, with answers of declared length.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::call::Call;
use crate::error::BenchError;

/// A connection that is kept.
pub(crate) struct Connection {
    address: SocketAddr,
    stream: TcpStream,
    received: Vec<u8>,
}

/// An answer, for as long as no other is asked for.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Result<Self, BenchError> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let received = Vec::with_capacity(4096);
        Ok(Self {
            address,
            stream,
            received,
        })
    }

    /// Sends a request and waits for the whole answer.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> Result<Answer<'_>, BenchError> {
        self.stream.write_all(request).await?;
        self.received.clear();
        loop {
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err(self.bad("the connection was closed in the middle of an answer"));
            }
            match head(&self.received) {
                Ok(None) => {}
                Ok(Some(head)) if self.received.len() < head.end => {}
                Ok(Some(head)) => {
                    return Ok(Answer {
                        status: head.status,
                        body: &self.received[head.start..head.end],
                    });
                }
                Err(what) => return Err(self.bad(what)),
            }
        }
    }

    /// Makes a call, and insists on the answer that it must have.
    pub(crate) async fn call(&mut self, call: &Call) -> Result<(), BenchError> {
        let Answer { status, body } = self.exchange(&call.request).await?;
        if status == call.status {
            return Ok(());
        }
        Err(BenchError::WrongAnswer {
            call: call.name.to_owned(),
            status,
            body: String::from_utf8_lossy(body).into_owned(),
        })
    }

    fn bad(&self, what: impl Into<String>) -> BenchError {
        BenchError::BadAnswer {
            address: self.address,
            what: what.into(),
        }
    }
}

/// Status, and where the body starts and ends.
struct Head {
    status: u16,
    start: usize,
    end: usize,
}

/// `None` if the head has not arrived completely.
fn head(bytes: &[u8]) -> Result<Option<Head>, String> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(start) =
        response.parse(bytes).map_err(|error| error.to_string())?
    else {
        return Ok(None);
    };
    let length = response
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-length"))
        .and_then(|header| {
            std::str::from_utf8(header.value)
                .ok()?
                .parse::<usize>()
                .ok()
        });
    let status = response.code.unwrap_or_default();
    // What has no length here has no body, such as 204; none of the servers sends chunks.
    let end = start + length.unwrap_or_default();
    Ok(Some(Head { status, start, end }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_end_where_they_say() {
        let table: [(&str, Option<(u16, usize)>); 4] = [
            ("HTTP/1.1 20", None),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", None),
            (
                "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
                Some((200, 2)),
            ),
            ("HTTP/1.1 204 No Content\r\n\r\n", Some((204, 0))),
        ];
        for (text, expected) in table {
            let found = head(text.as_bytes())
                .map(|head| head.map(|head| (head.status, head.end - head.start)));
            assert_eq!(found, Ok(expected), "{text:?}");
        }
        assert!(head(b"nonsense\r\n\r\n").is_err());
    }
}
