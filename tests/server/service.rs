//! A service that does what the name or id in the request says.

use std::sync::{Arc, Mutex};

use dropshot::{ConfigDropshot, HandlerTaskMode, HttpServer, ServerBuilder};
use kfp_provider_api::server::*;
use kfp_provider_api::types;
use slog::{Drain, KV as _, Key, Never, OwnedKVList, Record, Serializer};
use tokio::sync::Notify;

#[derive(Default)]
pub(crate) struct Double {
    /// Every answer that was sent: the method of its request, and its status.
    pub(crate) answered: Arc<Answered>,
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

    fn refuse_provider_error(&self, refusal: &EarlyRefusal) -> types::ProviderError {
        assert!(
            !refusal.message.contains("refuse-panic"),
            "as the test wants it"
        );
        types::ProviderError {
            id: None,
            provider_error: refusal.message.clone(),
        }
    }

    fn refuse_resource_error(&self, refusal: &EarlyRefusal) -> types::ResourceError {
        let id = refusal.parameter("id").unwrap_or_default().to_owned();
        types::ResourceError {
            id,
            provider_error: refusal.message.clone(),
        }
    }
}

/// The answers that the server reports to its logger, which is where the provider's skeleton counts them too.
#[derive(Debug, Default)]
pub(crate) struct Answered(Mutex<Vec<(String, u16)>>);

impl Answered {
    pub(crate) fn all(&self) -> Vec<(String, u16)> {
        self.0.lock().unwrap().clone()
    }
}

/// Sends what the server says about requests to [`Answered`].
struct Log(Arc<Answered>);

impl Drain for Log {
    type Ok = ();
    type Err = Never;

    fn log(&self, record: &Record<'_>, context: &OwnedKVList) -> Result<(), Never> {
        if record.msg().to_string() == "request completed" {
            let mut answer = Answer::default();
            record.kv().serialize(record, &mut answer).unwrap();
            context.serialize(record, &mut answer).unwrap();
            self.0
                .0
                .lock()
                .unwrap()
                .push((answer.method, answer.status));
        }
        Ok(())
    }
}

#[derive(Default)]
struct Answer {
    method: String,
    status: u16,
}

impl Serializer for Answer {
    fn emit_arguments(&mut self, key: Key, value: &std::fmt::Arguments<'_>) -> slog::Result {
        match key.as_ref() {
            "method" => self.method = value.to_string(),
            "response_code" => self.status = value.to_string().parse().unwrap(),
            _ => {}
        }
        Ok(())
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
    let log = slog::Logger::root(Log(Arc::clone(&service.answered)), slog::o!());
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

/// A request with a body, and the headers that go with it.
pub(crate) fn request(method: &str, path: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{method} {path} HTTP/1.1\r\nHost: x\r\n").into_bytes();
    if !content_type.is_empty() {
        bytes.extend_from_slice(format!("Content-Type: {content_type}\r\n").as_bytes());
    }
    bytes.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
    bytes.extend_from_slice(body);
    bytes
}
