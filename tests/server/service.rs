//! A service that does what the name or id in the request says.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use dropshot::{ConfigDropshot, HandlerTaskMode, HttpServer, ServerBuilder};
use kfp_provider_api::server::*;
use kfp_provider_api::types;
use tokio::sync::Notify;

#[derive(Default)]
pub(crate) struct Double {
    /// Every answer that was observed.
    pub(crate) observed: Mutex<Vec<(&'static str, u16)>>,
    /// Told when a request with the id `wait` has arrived.
    pub(crate) begun: Notify,
    /// Lets a request with the id `wait` go on.
    pub(crate) go: Notify,
    /// Told when a request with the id `wait` has come to its end.
    pub(crate) done: Notify,
}

impl Service for Double {
    async fn create_resource(&self, request: CreateResourceRequest) -> CreateResourceResponse {
        let id = match request.body {
            ResourceBody::Pipeline(body) => body.pipeline_definition.name.to_string(),
            ResourceBody::Run(body) => body.name.to_string(),
            ResourceBody::Runschedule(body) => body.name.to_string(),
            ResourceBody::Experiment(body) => body.name.to_string(),
        };
        assert_ne!(id, "n/panic", "as the test wants it");
        CreateResourceResponse::Created(types::ResourceId { id })
    }

    async fn update_resource(&self, request: UpdateResourceRequest) -> UpdateResourceResponse {
        if request.id == "wait" {
            self.begun.notify_one();
            self.go.notified().await;
            self.done.notify_one();
        }
        UpdateResourceResponse::Ok(types::ResourceId { id: request.id })
    }

    async fn delete_resource(&self, request: DeleteResourceRequest) -> DeleteResourceResponse {
        assert_ne!(request.id, "panic", "as the test wants it");
        DeleteResourceResponse::Ok(types::Nothing {})
    }

    async fn liveness_probe(&self, _: LivenessProbeRequest) -> LivenessProbeResponse {
        LivenessProbeResponse::NoContent
    }

    async fn readiness_probe(&self, _: ReadinessProbeRequest) -> ReadinessProbeResponse {
        panic!("as the test wants it")
    }

    fn refuse_provider_error(&self, refusal: &Refusal) -> types::ProviderError {
        assert!(
            !refusal.message.contains("refuse-panic"),
            "as the test wants it"
        );
        types::ProviderError {
            id: None,
            provider_error: refusal.message.clone(),
        }
    }

    fn refuse_resource_error(&self, refusal: &Refusal) -> types::ResourceError {
        let id = refusal.parameter("id").unwrap_or_default().to_owned();
        types::ResourceError {
            id,
            provider_error: refusal.message.clone(),
        }
    }

    fn observe(&self, operation: &'static str, status: u16, _: Duration) {
        self.observed.lock().unwrap().push((operation, status));
        assert_ne!(operation, "livenessProbe", "as the test wants it");
    }
}

pub(crate) type Server = HttpServer<Arc<Guarded<Double>>>;

/// A server on a port of its own, with limits that a test can reach.
pub(crate) fn start() -> (Server, Arc<Double>) {
    start_with(Limits {
        body_bytes: 4096,
        ..Limits::default()
    })
}

pub(crate) fn start_with(limits: Limits) -> (Server, Arc<Double>) {
    start_in(HandlerTaskMode::Detached, limits)
}

pub(crate) fn start_in(mode: HandlerTaskMode, limits: Limits) -> (Server, Arc<Double>) {
    let service = Arc::new(Double::default());
    let guarded = Arc::new(Guarded {
        service: Arc::clone(&service),
        limits,
    });
    let log = slog::Logger::root(slog::Discard, slog::o!());
    let api = api_description::<Double>().unwrap();
    let server = ServerBuilder::new(api, guarded, log)
        .config(ConfigDropshot {
            default_handler_task_mode: mode,
            ..ConfigDropshot::default()
        })
        .start()
        .unwrap();
    (server, service)
}
