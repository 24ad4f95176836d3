//! A service inside of the test, and bodies to send to it.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use kfp_provider_server::{Ended, LogGuard, Provider, Running, Settings, json_logger, start};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::wire::{Answer, exchange};

/// The resource types, as they stand in paths.
pub(crate) const TYPES: [&str; 4] = ["pipeline", "run", "runschedule", "experiment"];

/// A running service on free ports.
pub(crate) struct Service {
    running: Running,
    runtime: Runtime,
    log: Log,
    guard: LogGuard,
}

impl Service {
    pub(crate) fn new(provider: impl Provider) -> Self {
        Self::with(Settings::ephemeral(), provider)
    }

    pub(crate) fn with(settings: Settings, provider: impl Provider) -> Self {
        Self::open(settings, async { provider })
    }

    /// For providers that are made in the runtime that they live in.
    pub(crate) fn open<P: Provider>(settings: Settings, provider: impl Future<Output = P>) -> Self {
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

    pub(crate) fn address(&self) -> SocketAddr {
        self.running.address()
    }

    pub(crate) fn metrics_address(&self) -> SocketAddr {
        self.running.metrics_address()
    }

    pub(crate) fn send(&self, method: &str, target: &str, body: &str) -> Answer {
        exchange(self.address(), method, target, body)
    }

    pub(crate) fn metrics(&self) -> Answer {
        exchange(self.running.metrics_address(), "GET", "/metrics", "")
    }

    pub(crate) fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Ends the service in another thread; the result and the log come from there.
    pub(crate) fn shutdown(self) -> std::thread::JoinHandle<(Ended, Vec<Value>)> {
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
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(crate) fn lines(&self) -> Vec<Value> {
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

/// A body as the operator sends it for a resource of this type and name.
pub(crate) fn body(kind: &str, name: &str) -> String {
    let run = format!(
        r#""name":"{name}","version":"d6fa98","pipelineName":"a/p","pipelineVersion":"","runConfigurationName":"","experimentName":"""#
    );
    let trigger = r#""triggerIndicator":{"type":"","source":"","sourceNamespace":""}"#;
    match kind {
        "pipeline" => format!(
            r#"{{"pipelineDefinition": {{"name":"{name}","version":"v1-a44efe","image":"i","framework":{{"name":"plain","parameters":{{}}}}}}, "compiledPipeline": {{"kind": "secret-part"}}}}"#
        ),
        "run" => format!("{{{run},{trigger}}}\n"),
        "runschedule" => {
            format!("{{{run},\"schedule\":{{\"cronExpression\":\"15 4 * * 1-5\"}},{trigger}}}\n")
        }
        _ => format!("{{\"name\":\"{name}\",\"version\":\"5ba93c\",\"description\":\"\"}}\n"),
    }
}
