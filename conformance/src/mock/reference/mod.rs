//! The operator's own reference server, with the stub provider behind it.
//!
//! It is another provider than the one that can be broken: what it does wrong is what it really does. A request
//! passes [`route`] (the path as Go and its router read it), [`decode`] (the body as `encoding/json` reads it into the
//! [`types`] of the provider's definitions), [`stub`] (what a provider of tests makes of it) and [`reply`] (the answer
//! as `net/http` writes it). Of the words of a refusal only the form is theirs; nobody but people reads them.

mod decode;
mod reply;
mod route;
mod stub;
#[cfg(test)]
mod tests;
mod types;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::facilities::process::every_address;
use crate::wire::server::{Connection, Ended, Request};
use reply::Reply;
use route::Route;
pub use stub::Telling;

/// Serves it where the operator's variables say, until a signal ends it.
///
/// # Errors
/// If the port is not free, or no number.
pub async fn deployed_reference(
    after: Duration,
    signal: impl Future<Output = u8>,
) -> io::Result<()> {
    let variable = |name| {
        std::env::var(name)
            .ok()
            .filter(|value: &String| !value.is_empty())
    };
    let port = variable("SERVER_PORT").map_or(Ok(8080), |port| port.parse());
    let port = port.map_err(|_| io::Error::other("SERVER_PORT is no port"))?;
    let telling = variable("OPERATORWEBHOOK").map(|webhook| Telling { webhook, after });
    let reference = Reference::start_at((every_address(), port).into(), telling)?;
    signal.await;
    drop(reference);
    Ok(())
}

/// A running reference server. Dropping it closes its socket and all its connections.
#[derive(Debug)]
pub struct Reference {
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Reference {
    /// Starts on the given address. It accepts connections when this returns.
    ///
    /// Has to be called within a Tokio runtime.
    ///
    /// # Errors
    /// If the address cannot be bound.
    pub fn start_at(address: SocketAddr, telling: Option<Telling>) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let listener = TcpListener::from_std(listener)?;
        Ok(Self {
            address,
            accepting: tokio::spawn(accept(listener, telling.map(Arc::new))),
        })
    }

    /// The URL to give to the runner.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Reference {
    fn drop(&mut self) {
        // The task owns those of the connections and of the events, which end with it.
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, telling: Option<Arc<Telling>>) {
    let mut tasks = JoinSet::new();
    loop {
        // A connection that broke before it was accepted concerns nobody.
        if let Ok((stream, _)) = listener.accept().await {
            // Without it answers still arrive, only later.
            let _ = stream.set_nodelay(true);
            tasks.spawn(serve(stream, telling.clone()));
        }
        while tasks.try_join_next().is_some() {}
    }
}

/// Answers until the connection ends. Runs that were started on it are reported all the same.
async fn serve(stream: TcpStream, telling: Option<Arc<Telling>>) {
    let mut connection = Connection::new(stream);
    let mut runs = JoinSet::new();
    while let Ok(true) = turn(&mut connection, telling.as_ref(), &mut runs).await {}
    connection.close().await;
    while runs.join_next().await.is_some() {}
}

/// One request and its answer. Returns whether the connection goes on.
async fn turn(
    connection: &mut Connection,
    telling: Option<&Arc<Telling>>,
    runs: &mut JoinSet<()>,
) -> Result<bool, Ended> {
    let read = read(connection).await;
    let (request, reply) = match read {
        Ok(request) => {
            let reply = answer(&request);
            (request, reply)
        }
        Err(Ended::Unreadable(status)) => (Request::default(), Reply::unreadable(status)),
        Err(Ended::Closed) => return Err(Ended::Closed),
    };
    if let (Some(telling), Some(run)) = (telling, &reply.started) {
        runs.spawn(Arc::clone(telling).tell(run.clone()));
    }
    let closing = reply.closes || request.wants_close();
    let bytes = reply.bytes(request.method == "HEAD", closing);
    connection.write(&bytes).await?;
    Ok(!closing)
}

async fn read(connection: &mut Connection) -> Result<Request, Ended> {
    let mut request = connection.head().await?;
    if request.expects_continue() {
        connection.write(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
    }
    request.body = connection.body(&request).await?;
    Ok(request)
}

fn answer(request: &Request) -> Reply {
    match Route::of(&request.method, &request.target) {
        Route::Live => Reply::text(200, "Application is live."),
        Route::Ready => Reply::text(200, "Application is ready."),
        Route::Create(kind) => stub::create(kind, &request.body),
        Route::Update(kind, segment) => match route::unescape(&segment) {
            Ok(id) => stub::update(kind, &route::text(&id), &request.body),
            Err(escape) => Reply::refusal(400, "", &escape),
        },
        Route::Delete(kind, segment) => match route::unescape(&segment) {
            Ok(id) => stub::delete(kind, &route::text(&id)),
            Err(escape) => Reply::refusal(400, "", &escape),
        },
        Route::NotAllowed(methods) => Reply::not_allowed(methods),
        Route::NotFound => Reply::not_found(),
        Route::Unreadable => Reply::unreadable(400),
    }
}
