//! A service inside of the test.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use kfp_provider_server::{
    LogGuard, Provider, Running, Settings, ShutdownOutcome, json_logger, start,
};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::connection::{Answer, exchange};

/// A running service on free ports.
pub struct Service {
    running: Running,
    runtime: Runtime,
    log: Log,
    guard: LogGuard,
}

impl Service {
    /// A service of a provider, with settings for tests.
    pub fn new(provider: impl Provider) -> Self {
        Self::with(Settings::ephemeral(), provider)
    }

    /// A service of a provider, with these settings.
    pub fn with(settings: Settings, provider: impl Provider) -> Self {
        Self::open(settings, async { provider })
    }

    /// For providers that are made in the runtime that they live in.
    pub fn open<P: Provider>(settings: Settings, provider: impl Future<Output = P>) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let log = Log::default();
        let (logger, guard) = json_logger(log.clone());
        let running = runtime
            .block_on(async { start(settings, provider.await, logger).await })
            .expect("a start");
        Self {
            running,
            runtime,
            log,
            guard,
        }
    }

    /// Where the API listens.
    pub fn address(&self) -> SocketAddr {
        self.running.address()
    }

    /// Where the metrics are.
    pub fn metrics_address(&self) -> SocketAddr {
        self.running.metrics_address()
    }

    /// One request on a connection of its own.
    pub fn send(&self, method: &str, target: &str, body: &str) -> Answer {
        exchange(self.address(), method, target, body)
    }

    /// What `/metrics` answers.
    pub fn metrics(&self) -> Answer {
        exchange(self.running.metrics_address(), "GET", "/metrics", "")
    }

    /// The runtime that the service lives in.
    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Ends the service in another thread; the result and the log come from there.
    pub fn shutdown(self) -> std::thread::JoinHandle<(ShutdownOutcome, Vec<Value>)> {
        std::thread::spawn(move || {
            let Self {
                running,
                runtime,
                log,
                guard,
            } = self;
            let ended = runtime.block_on(running.shutdown());
            drop(guard);
            (ended, log.lines())
        })
    }
}

/// What was logged.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// The lines so far.
    pub fn lines(&self) -> Vec<Value> {
        let bytes = self.0.lock().expect("not poisoned").clone();
        let text = String::from_utf8(bytes).expect("text");
        text.lines()
            .map(|line| serde_json::from_str(line).expect("a line of JSON"))
            .collect()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .expect("not poisoned")
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
