//! A connection that is kept for the next request.

use std::time::{Duration, Instant};

use futures::FutureExt as _;
use tokio::time::timeout;

use super::conversation::Conversation;
use super::{Connector, Request, Response, Timed, WireFailure};

/// Sends requests one after another, on one connection for as long as the provider keeps it.
///
/// The operator's steps never reuse connections; this is for requests in numbers, where nothing hangs on it.
pub(crate) struct Line {
    connector: Connector,
    open: Option<Conversation>,
}

impl Line {
    pub(crate) fn new(connector: Connector) -> Self {
        Self {
            connector,
            open: None,
        }
    }

    /// Whether the provider keeps the connection for another request.
    pub(crate) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Sends a request and reads its answer within `limit`.
    pub(crate) async fn exchange(&mut self, request: &Request, limit: Duration) -> Timed {
        let start = Instant::now();
        let mut connect = Duration::ZERO;
        let exchange = async {
            if let Some(answer) = self.again(request).await {
                return answer;
            }
            let stream = self.connector.connect().await?;
            connect = start.elapsed();
            let mut wire = Conversation::on(stream);
            let answer = self.on(&mut wire, request).await;
            self.keep(wire, answer)
        };
        let result = timeout(limit, exchange)
            .await
            .unwrap_or(Err(WireFailure::Timeout(limit)));
        Timed {
            result,
            connect,
            total: start.elapsed(),
        }
    }

    /// Uses the open connection. `None` if there is none, or if the provider closed it before it took the request:
    /// it may do so at any time, and then a new connection has to tell.
    async fn again(&mut self, request: &Request) -> Option<Result<Response, WireFailure>> {
        let mut wire = self.open.take()?;
        // An idle connection has nothing to read, not even its end.
        if wire.fill().now_or_never().is_some() {
            return None;
        }
        match self.on(&mut wire, request).await {
            Err(WireFailure::ClosedBeforeHead(_) | WireFailure::Broken(_)) if !wire.heard => None,
            answer => Some(self.keep(wire, answer)),
        }
    }

    async fn on(
        &self,
        wire: &mut Conversation,
        request: &Request,
    ) -> Result<Response, WireFailure> {
        let host = self.connector.host_header();
        let mut answer = wire.converse(request, &host).await?;
        answer.extra = wire.surplus();
        Ok(answer)
    }

    /// Keeps the connection for the next request, if the answer leaves it usable.
    fn keep(
        &mut self,
        wire: Conversation,
        answer: Result<Response, WireFailure>,
    ) -> Result<Response, WireFailure> {
        let usable = |answer: &Response| !answer.announces_close() && answer.extra.is_empty();
        if answer.as_ref().is_ok_and(usable) {
            self.open = Some(wire);
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    /// Answers each connection with these texts, one per request, and closes it. Counts connections.
    async fn served(connections: &'static [&'static [&'static str]]) -> Vec<Result<u16, String>> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let port = listener.local_addr().expect("bound").port();
        let server = tokio::spawn(async move {
            for answers in connections {
                let (mut stream, _) = listener.accept().await.expect("accepts");
                for answer in *answers {
                    let mut request = [0; 4096];
                    let read = stream.read(&mut request).await.expect("reads");
                    assert!(read > 0, "a request before each answer");
                    stream.write_all(answer.as_bytes()).await.expect("writes");
                }
            }
        });
        let host = "127.0.0.1".to_owned();
        let mut line = Line::new(Connector {
            host,
            port,
            tls: None,
        });
        let mut seen = Vec::new();
        for _ in connections.iter().flat_map(|answers| answers.iter()) {
            let timed = line
                .exchange(&Request::new("GET", "/"), Duration::from_secs(5))
                .await;
            seen.push(
                timed
                    .result
                    .map(|answer| answer.status)
                    .map_err(|failure| failure.to_string()),
            );
        }
        server.await.expect("every connection came, and no more");
        seen
    }

    #[tokio::test]
    async fn connections_are_kept_as_long_as_the_provider_likes() {
        const KEPT: &str = "HTTP/1.1 204 No Content\r\n\r\n";
        const LAST: &str = "HTTP/1.1 204 No Content\r\nConnection: foo, Close\r\n\r\n";
        const OLD: &str = "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n";
        const OPEN_END: &str = "HTTP/1.1 200 OK\r\n\r\nuntil the end";
        let table: &[&'static [&'static [&'static str]]] = &[
            &[&[KEPT, KEPT, KEPT]],
            &[&[KEPT, LAST], &[KEPT]],
            &[&[OLD], &[OLD]],
            &[&[OPEN_END], &[KEPT]],
            // Closed without a word, which is legal.
            &[&[KEPT], &[KEPT]],
        ];
        for (at, connections) in table.iter().enumerate() {
            let seen = served(connections).await;
            assert!(seen.iter().all(Result::is_ok), "row {at}: {seen:?}");
        }
    }
}
