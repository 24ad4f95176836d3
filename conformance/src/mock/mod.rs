//! A provider that can be broken.
//!
//! A [`Mock`] is a small provider in memory that answers as well as both lenses allow. Its
//! [`Behaviour`] switches on faults, each of which some requirement has to notice ([`FAULTS`]), and
//! legal oddities, which none may take offence at ([`VARIANTS`]). With it the suite tests itself.
//!
//! Here belongs what answers, rightly or wrongly. It shares nothing with the embedded provider, which proves the runner.
//! What the runner makes of the answers belongs in the self-test.
//!
//! A request passes `connection` (bytes), `route` (where to), `gate` (faults that stop it),
//! `provider` with `check` and `store` (what it comes to), `shape` (faults in the form of the
//! answer) and `write` (bytes again).

mod answer;
mod behaviour;
mod check;
mod connection;
mod cron;
mod deployed;
mod effect;
mod events;
mod facilities;
mod fault;
mod gate;
mod ids;
mod naming;
mod outage;
mod provider;
mod route;
mod shape;
mod store;
#[cfg(test)]
mod tests;
mod variant;
mod want;
mod write;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

pub use behaviour::Behaviour;
pub use deployed::{NotStarted, Unfit, deployed};
pub use fault::{FAULTS, Fault, FaultSpec};
pub use naming::UnknownName;
pub use variant::{VARIANTS, Variant, VariantSpec};

use provider::Provider;

/// A running provider. Dropping it closes its socket and all its connections.
#[derive(Debug)]
pub struct Mock {
    address: SocketAddr,
    provider: Arc<Provider>,
    /// One per address.
    accepting: Vec<JoinHandle<()>>,
    /// Turns true when no more connections are wanted.
    closing: watch::Sender<bool>,
}

impl Mock {
    /// Starts on a free port of the loopback address. It accepts connections when this returns.
    ///
    /// Has to be called within a Tokio runtime.
    ///
    /// # Errors
    /// If no socket can be bound.
    pub fn start(behaviour: Behaviour) -> io::Result<Self> {
        Self::start_at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), behaviour)
    }

    /// Starts on the given address; see [`Mock::start`].
    ///
    /// # Errors
    /// If the address cannot be bound.
    pub fn start_at(address: SocketAddr, behaviour: Behaviour) -> io::Result<Self> {
        let provider = Arc::new(Provider::new(behaviour));
        let mut mock = Self {
            address,
            provider: Arc::clone(&provider),
            accepting: Vec::new(),
            closing: watch::Sender::new(false),
        };
        mock.address = mock.listen(address, provider)?;
        Ok(mock)
    }

    /// Serves a provider at an address, and returns the real one.
    fn listen(&mut self, address: SocketAddr, provider: Arc<Provider>) -> io::Result<SocketAddr> {
        let listener = std::net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let listener = TcpListener::from_std(listener)?;
        let closing = self.closing.subscribe();
        self.accepting
            .push(tokio::spawn(accept(listener, provider, closing)));
        Ok(address)
    }

    /// Takes no more connections and waits, for so long at most, until those that there are have
    /// ended.
    async fn drain(mut self, grace: Duration) {
        self.closing.send_replace(true);
        let ended = futures::future::join_all(&mut self.accepting);
        // Whoever is still connected then has been waited for long enough.
        let _ = tokio::time::timeout(grace, ended).await;
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL to give to the runner.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        // The task owns the connections' tasks, which end with it.
        self.accepting.iter().for_each(JoinHandle::abort);
    }
}

async fn accept(
    listener: TcpListener,
    provider: Arc<Provider>,
    mut closing: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = closing.wait_for(|closing| *closing) => break,
        };
        // A connection that broke before it was accepted concerns nobody.
        let Ok((stream, _)) = accepted else {
            continue;
        };
        // Without it answers still arrive, only later.
        let _ = stream.set_nodelay(true);
        let provider = Arc::clone(&provider);
        connections.spawn(async move { connection::serve(stream, &provider).await });
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}
