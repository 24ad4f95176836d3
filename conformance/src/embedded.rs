//! The embedded provider as the thing under test when no URL is given.

use std::net::SocketAddr;

use kfp_provider_server::embedded::Embedded;
use kfp_provider_server::{Running, Settings, slog, start};

/// An embedded provider in memory, on a free port of the loopback interface.
pub(crate) struct Provider {
    running: Running,
}

impl Provider {
    /// Starts it. The error is a text for people.
    pub(crate) async fn start() -> Result<Self, String> {
        let provider = Embedded::in_memory()
            .await
            .map_err(|error| error.to_string())?;
        let log = slog::Logger::root(slog::Discard, slog::o!());
        let running = start(Settings::ephemeral(), provider, log)
            .await
            .map_err(|error| error.to_string())?;
        Ok(Self { running })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.running.address()
    }

    pub(crate) async fn stop(self) {
        self.running.shutdown().await;
    }
}
