//! The operator's webhook, as far as a rehearsal needs one: events come in, and wait until they are looked at.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use dropshot::{ConfigDropshot, HttpServer, ServerBuilder};
use kfp_provider_api::domain::RunCompletionEvent;
use kfp_provider_api::events::server::{
    ApiError, Guarded, ReportRunCompletionRequest, ReportRunCompletionResponse, Service,
    api_description,
};
use tokio::sync::{mpsc, oneshot};

use crate::command::tell;

/// How many events wait to be looked at before their senders do.
const QUEUE: usize = 64;

/// How long answers may take to go out.
const PATIENCE: Duration = Duration::from_secs(5);

/// Receives events.
pub(super) struct Watch {
    events: mpsc::Receiver<Arrived>,
    server: HttpServer<Arc<Guarded<Webhook>>>,
}

/// An event, and who waits for an answer to it.
#[derive(Debug)]
pub(super) struct Arrived {
    pub(super) event: RunCompletionEvent,
    pub(super) answer: oneshot::Sender<Verdict>,
}

/// What the operator says to an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is noted.
    Noted,
    /// Nobody knows what it is about.
    Gone,
}

/// Why no events can be received.
#[derive(Debug, thiserror::Error)]
pub(super) enum WatchError {
    #[error("events: {0}")]
    Api(#[from] ApiError),
    #[error("events: {address}: cannot be listened at: {source}")]
    Listen {
        address: SocketAddr,
        source: dropshot::BuildError,
    },
}

impl Watch {
    /// Listens, and says where.
    pub(super) fn listen(address: SocketAddr) -> Result<Self, WatchError> {
        let (sender, events) = mpsc::channel(QUEUE);
        let webhook = Arc::new(Guarded::new(Webhook { events: sender }));
        let nowhere = slog::Logger::root(slog::Discard, slog::o!());
        let server = ServerBuilder::new(api_description::<Webhook>()?, webhook, nowhere)
            .config(ConfigDropshot {
                bind_address: address,
                ..ConfigDropshot::default()
            })
            .start()
            .map_err(|source| WatchError::Listen { address, source })?;
        tell(format_args!(
            "events are received at http://{}/events",
            server.local_addr()
        ));
        Ok(Self { events, server })
    }

    /// Stops, once the answers that are due have gone out: a sender without one sends again.
    pub(super) async fn close(mut self) {
        self.events.close();
        while self.events.recv().await.is_some() {}
        // A connection that never ends is none of ours to wait for.
        if let Ok(Err(error)) = tokio::time::timeout(PATIENCE, self.server.close()).await {
            tell(format_args!("events: {error}"));
        }
    }

    /// The next event.
    pub(super) async fn next(&mut self) -> Option<Arrived> {
        self.events.recv().await
    }
}

struct Webhook {
    events: mpsc::Sender<Arrived>,
}

impl Service for Webhook {
    async fn report_run_completion(
        &self,
        request: ReportRunCompletionRequest,
    ) -> ReportRunCompletionResponse {
        let event = match RunCompletionEvent::from_json(&request.raw) {
            Ok(event) => event,
            Err(error) => {
                tell(format_args!("an event is refused: {error}"));
                return ReportRunCompletionResponse::InternalServerError(error.to_string());
            }
        };
        let (answer, verdict) = oneshot::channel();
        let sent = self.events.send(Arrived { event, answer }).await;
        match (sent, verdict.await) {
            (Ok(()), Ok(Verdict::Noted)) => ReportRunCompletionResponse::Ok,
            (Ok(()), Ok(Verdict::Gone)) => {
                ReportRunCompletionResponse::Gone("no such run or run configuration".to_owned())
            }
            _ => {
                ReportRunCompletionResponse::InternalServerError("the rehearsal is over".to_owned())
            }
        }
    }
}
