//! A provider service from its start to its end.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use dropshot::{BuildError, ConfigDropshot, HandlerTaskMode, ServerBuilder};
use kfp_provider_api::server as generated;
use slog::Logger;
use tokio::time::{sleep, timeout};

use crate::adapter::Adapter;
use crate::document;
use crate::in_flight::InFlight;
use crate::metrics::{Exposition, Metrics};
use crate::metrics_server;
use crate::provider::Provider;
use crate::request_log::RequestLog;
use crate::settings::{Limits, Settings};
use crate::signals::Signals;

/// How long the end waits for whoever is reading metrics.
const METRICS_GRACE: Duration = Duration::from_millis(500);

type Closing = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// A provider service that answers requests. Dropping it closes its ports without waiting for anybody.
pub struct Running {
    address: SocketAddr,
    metrics_address: SocketAddr,
    limits: Limits,
    in_flight: Arc<InFlight>,
    log: Logger,
    close_api: Closing,
    close_metrics: Closing,
    stop_provider: Pin<Box<dyn Future<Output = ()> + Send>>,
}

/// How a service ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShutdownOutcome {
    /// Every request was answered and every connection closed.
    Cleanly,
    /// Every request that had arrived was answered; connections on which one had only begun were left alone.
    Cut,
    /// Requests were still being worked on when the grace was over, and were abandoned.
    Abandoned,
}

/// Why a service did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A port cannot be opened.
    #[error("{what} port: {source} (hint: is another service on it?)")]
    Listen {
        /// Which port: `API` or `metrics`.
        what: &'static str,
        /// What the server says, with the address.
        source: BuildError,
    },
    /// The generated API contradicts itself.
    #[error("the API cannot be served: {0}")]
    Api(String),
    /// Signals cannot be listened to.
    #[error("cannot listen for signals: {0}")]
    Signals(std::io::Error),
}

/// Starts a provider service. It accepts requests when this returns.
///
/// # Errors
/// A port is in use, or may not be opened.
pub async fn start<P: Provider>(
    settings: Settings,
    provider: P,
    log: Logger,
) -> Result<Running, StartError> {
    let Settings {
        host,
        port,
        metrics_port,
        limits,
        ..
    } = settings;
    let host = host.address();
    let provider = Arc::new(provider);
    let metrics = Metrics::new();
    let exposition = Exposition::new(&metrics, |registry| provider.register_metrics(registry));
    let in_flight = Arc::new(InFlight::new(metrics.clone()));
    let http_log = RequestLog::logger(&log, metrics.clone());

    let adapter = Adapter::new(
        Arc::clone(&provider),
        Arc::clone(&in_flight),
        metrics,
        limits,
        log.clone(),
    );
    let mut api = generated::api_description::<Adapter<P>>()
        .map_err(|error| StartError::Api(error.to_string()))?;
    document::register(&mut api).map_err(|error| StartError::Api(error.to_string()))?;
    let guarded = generated::Guarded {
        service: Arc::new(adapter),
        limits: guard_limits(limits),
    };
    let config = ConfigDropshot {
        bind_address: SocketAddr::new(host, port),
        default_request_body_max_bytes: limits.body_bytes,
        // A change that has begun is finished, although its client has gone: the operator would not repeat it.
        default_handler_task_mode: HandlerTaskMode::Detached,
        ..ConfigDropshot::default()
    };
    let server = ServerBuilder::new(api, Arc::new(guarded), http_log.clone())
        .config(config)
        .start()
        .map_err(|source| StartError::Listen {
            what: "API",
            source,
        })?;
    let silent = Logger::root(slog::Discard, slog::o!());
    let metrics_server =
        metrics_server::start(SocketAddr::new(host, metrics_port), exposition, &silent).map_err(
            |source| StartError::Listen {
                what: "metrics",
                source,
            },
        )?;

    let (address, metrics_address) = (server.local_addr(), metrics_server.local_addr());
    slog::info!(log, "listening"; "address" => address.to_string(), "metrics_address" => metrics_address.to_string());
    Ok(Running {
        address,
        metrics_address,
        limits,
        in_flight,
        log,
        close_api: Box::pin(server.close()),
        close_metrics: Box::pin(metrics_server.close()),
        stop_provider: Box::pin(async move { provider.stop().await }),
    })
}

/// Runs a provider service until a signal asks it to end, and then ends it; a second signal ends it at once.
///
/// ```no_run
/// use kfp_provider_server::{Provider, Settings, json_logger, serve};
///
/// async fn run(provider: impl Provider) -> Result<(), Box<dyn std::error::Error>> {
///     let (log, _guard) = json_logger(std::io::stderr());
///     let settings = Settings::from_env(std::env::vars_os())?;
///     serve(settings, provider, log).await?;
///     Ok(())
/// }
/// ```
///
/// # Errors
/// As [`start`], and if signals cannot be listened to.
pub async fn serve<P: Provider>(
    settings: Settings,
    provider: P,
    log: Logger,
) -> Result<ShutdownOutcome, StartError> {
    let mut signals = Signals::listen().map_err(StartError::Signals)?;
    let running = start(settings, provider, log.clone()).await?;
    slog::info!(log, "stopping"; "signal" => signals.next().await);
    tokio::select! {
        ended = running.shutdown() => Ok(ended),
        signal = signals.next() => {
            slog::warn!(log, "stopping immediately"; "signal" => signal);
            Ok(ShutdownOutcome::Abandoned)
        }
    }
}

impl Running {
    /// Where the API listens, with the port that was really taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where `/metrics` listens.
    pub fn metrics_address(&self) -> SocketAddr {
        self.metrics_address
    }

    /// Ends the service: no new connections, requests that have arrived are answered, the provider is stopped.
    ///
    /// Takes at most the grace of the limits for requests, and the linger for connections after that.
    pub async fn shutdown(self) -> ShutdownOutcome {
        let Self {
            limits,
            in_flight,
            log,
            mut close_api,
            close_metrics,
            stop_provider,
            ..
        } = self;
        let ended = tokio::select! {
            biased;
            closed = &mut close_api => {
                if let Err(reason) = closed {
                    slog::error!(log, "http server: {reason}");
                }
                ShutdownOutcome::Cleanly
            }
            () = settled(&in_flight, limits.linger) => ShutdownOutcome::Cut,
            () = sleep(limits.grace) => if in_flight.is_idle() { ShutdownOutcome::Cut } else { ShutdownOutcome::Abandoned },
        };
        // Whoever reads metrics can read them elsewhere.
        let _ = timeout(METRICS_GRACE, close_metrics).await;
        stop_provider.await;
        slog::info!(log, "stopped"; "how" => format!("{ended:?}").to_lowercase());
        ended
    }
}

/// Returns when nothing has been worked on for a while. What is left then are connections that wait for their client.
async fn settled(in_flight: &InFlight, linger: Duration) {
    loop {
        in_flight.idle().await;
        sleep(linger).await;
        if in_flight.is_idle() {
            return;
        }
    }
}

fn guard_limits(limits: Limits) -> generated::Limits {
    let Limits {
        body_bytes,
        body_silence,
        deadline,
        ..
    } = limits;
    generated::Limits {
        body_bytes,
        body_silence,
        deadline,
    }
}
