//! The mock as a process that the operator deploys, and what can be wrong with such a process.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::{Behaviour, Mock};
use crate::facilities::process::every_address;

/// A fault of the process, not of its answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Unfit {
    /// Does not start without the variable MOCK_SETTING.
    NeedsVariable,
    /// Does not start unless it is root.
    NeedsRoot,
    /// Listens on 8080 whatever SERVER_PORT says.
    IgnoresPort,
    /// Listens on 127.0.0.1 only.
    LoopbackOnly,
    /// Does not start without SERVER_PORT.
    NeedsPort,
    /// Ignores SIGTERM.
    IgnoresSigterm,
    /// Exits in the middle of a request.
    DropsRequests,
}

/// Why a deployed mock does not start.
#[derive(Debug, thiserror::Error)]
#[error("mock: {0}")]
pub struct NotStarted(String);

impl NotStarted {
    pub(crate) fn new(why: &io::Error) -> Self {
        Self(why.to_string())
    }
}

/// Serves a mock where the operator's variables say, until a signal ends it.
///
/// # Errors
/// [`NotStarted`] if it is unfit in that way, or the port is not free.
pub async fn deployed(
    behaviour: Behaviour,
    unfit: &[Unfit],
    signal: impl Future<Output = u8>,
) -> Result<(), NotStarted> {
    /// Below what Kubernetes waits for.
    const GRACE: Duration = Duration::from_secs(20);
    let is = |fault| unfit.contains(&fault);
    let refuse = |what: &str| Err(NotStarted(what.to_owned()));
    if is(Unfit::NeedsVariable) && std::env::var_os("MOCK_SETTING").is_none() {
        return refuse("MOCK_SETTING is not set");
    }
    if is(Unfit::NeedsRoot) && !rustix::process::geteuid().is_root() {
        return refuse("permission denied");
    }
    let port = match std::env::var("SERVER_PORT") {
        Ok(port) if !is(Unfit::IgnoresPort) => port
            .parse()
            .map_err(|_| NotStarted(format!("SERVER_PORT is {port:?}")))?,
        Err(_) if is(Unfit::NeedsPort) => return refuse("SERVER_PORT is not set"),
        _ => 8080,
    };
    let host = if is(Unfit::LoopbackOnly) {
        IpAddr::from(Ipv4Addr::LOCALHOST)
    } else {
        every_address()
    };
    let mock = Mock::start_at(SocketAddr::from((host, port)), behaviour);
    let mock = mock.map_err(|error| NotStarted::new(&error))?;
    signal.await;
    if is(Unfit::IgnoresSigterm) {
        std::future::pending::<()>().await;
    }
    if !is(Unfit::DropsRequests) {
        mock.drain(GRACE).await;
    }
    Ok(())
}
