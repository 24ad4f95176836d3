//! Between the generated server and a provider: every outcome becomes the answer that leaves the operator in the right
//! state.
//!
//! | outcome | create | update | delete |
//! |---|---|---|---|
//! | done | 201 `{id}` | 200 `{id}` | 200 `{}` |
//! | not there | 422 error | 404 error | 404 `{}` |
//! | unsupported | 422 error | 422 error | 200 `{}` |
//! | invalid | 422 error | 422 error | 500 error |
//! | unavailable, internal | 500 error | 500 error | 500 error |
//!
//! An error has a text that the operator can store. Beside it stands the id that the operator must not forget: after an
//! update or a delete the one of the request, as it came; after a create only that of something which exists.

use std::sync::Arc;

use kfp_provider_api::server::{
    self as generated, CreateResourceRequest, CreateResourceResponse, DeleteResourceRequest,
    DeleteResourceResponse, LivenessProbeRequest, LivenessProbeResponse, ReadinessProbeRequest,
    ReadinessProbeResponse, ResourceBody, UpdateResourceRequest, UpdateResourceResponse,
};
use kfp_provider_api::types::{self, ResourceType};
use kfp_provider_domain::ResourceId;
use slog::Logger;

use crate::answer;
use crate::health::Readiness;
use crate::in_flight::InFlight;
use crate::metrics::Metrics;
use crate::provider::{Deleted, Experiments, Pipelines, Provider, RunSchedules, Runs};
use crate::refusal::{Refusal, RefusalKind};
use crate::resource::read;
use crate::settings::Limits;

/// A provider as the generated server wants it.
pub(crate) struct Adapter<P> {
    provider: Arc<P>,
    readiness: Readiness<P>,
    in_flight: Arc<InFlight>,
    metrics: Metrics,
    log: Logger,
}

impl<P: Provider> Adapter<P> {
    pub(crate) fn new(
        provider: Arc<P>,
        in_flight: Arc<InFlight>,
        metrics: Metrics,
        limits: Limits,
        log: Logger,
    ) -> Self {
        let readiness = Readiness::new(Arc::clone(&provider), limits.readiness, log.clone());
        Self {
            provider,
            readiness,
            in_flight,
            metrics,
            log,
        }
    }

    async fn create(&self, request: CreateResourceRequest) -> Result<ResourceId, Refusal> {
        let provider = &*self.provider;
        match request.body {
            ResourceBody::Pipeline(body) => {
                Pipelines::create(provider, read::pipeline(body, request.raw)?).await
            }
            ResourceBody::Run(body) => Runs::create(provider, read::run(body)?).await,
            ResourceBody::Runschedule(body) => {
                RunSchedules::create(provider, read::run_schedule(body)?).await
            }
            ResourceBody::Experiment(body) => {
                Experiments::create(provider, read::experiment(body)?).await
            }
        }
    }

    async fn update(&self, request: UpdateResourceRequest) -> Result<ResourceId, Refusal> {
        let (provider, id) = (&*self.provider, request.id.as_str());
        match request.body {
            ResourceBody::Pipeline(body) => {
                Pipelines::update(provider, id, read::pipeline(body, request.raw)?).await
            }
            ResourceBody::Run(body) => Runs::update(provider, id, read::run(body)?).await,
            ResourceBody::Runschedule(body) => {
                RunSchedules::update(provider, id, read::run_schedule(body)?).await
            }
            ResourceBody::Experiment(body) => {
                Experiments::update(provider, id, read::experiment(body)?).await
            }
        }
    }

    async fn delete(&self, kind: ResourceType, id: &str) -> Result<Deleted, Refusal> {
        let provider = &*self.provider;
        match kind {
            ResourceType::Pipeline => Pipelines::delete(provider, id).await,
            ResourceType::Run => Runs::delete(provider, id).await,
            ResourceType::Runschedule => RunSchedules::delete(provider, id).await,
            ResourceType::Experiment => Experiments::delete(provider, id).await,
        }
    }

    /// Counts a refusal of the provider, and logs those that its own operator should know of.
    fn note(&self, operation: &'static str, request_id: &str, refusal: &Refusal) {
        self.metrics.refusal(operation, refusal.kind.as_str());
        if matches!(
            refusal.kind,
            RefusalKind::Unavailable | RefusalKind::Internal
        ) {
            slog::warn!(self.log, "the provider failed";
                "operation" => operation, "kind" => refusal.kind.as_str(), "request_id" => request_id,
                "reason" => &refusal.message);
        }
    }

    /// Counts a request that the provider has not answered, and words the answer.
    fn note_early(&self, refusal: &generated::EarlyRefusal, id: &str) -> String {
        let operation = label(refusal.operation);
        self.metrics.refusal(operation, early_kind(refusal.kind));
        if refusal.kind == generated::EarlyRefusalKind::Panic {
            self.metrics.panic();
            slog::error!(self.log, "the provider panicked"; "operation" => operation);
        }
        answer::early_text(&refusal.message, id)
    }
}

impl<P: Provider> generated::Service for Adapter<P> {
    async fn create_resource(&self, request: CreateResourceRequest) -> CreateResourceResponse {
        let _working = self.in_flight.enter();
        let request_id = request.request_id.clone();
        let refusal = match self.create(request).await {
            Ok(id) => return CreateResourceResponse::Created(types::ResourceId { id: id.into() }),
            Err(refusal) => refusal,
        };
        self.note("create", &request_id, &refusal);
        let created = refusal.created.as_ref().map(ResourceId::as_str);
        let provider_error = answer::text(&refusal, created.unwrap_or_default());
        let body = types::ProviderError {
            id: created.map(str::to_owned),
            provider_error,
        };
        match refusal.kind {
            RefusalKind::Unsupported | RefusalKind::Invalid | RefusalKind::NotFound => {
                CreateResourceResponse::UnprocessableEntity(body)
            }
            RefusalKind::Unavailable | RefusalKind::Internal => {
                CreateResourceResponse::InternalServerError(body)
            }
        }
    }

    async fn update_resource(&self, request: UpdateResourceRequest) -> UpdateResourceResponse {
        let _working = self.in_flight.enter();
        let (request_id, id) = (request.request_id.clone(), request.id.clone());
        let refusal = match self.update(request).await {
            Ok(id) => return UpdateResourceResponse::Ok(types::ResourceId { id: id.into() }),
            Err(refusal) => refusal,
        };
        self.note("update", &request_id, &refusal);
        let provider_error = answer::text(&refusal, &id);
        let body = types::ResourceError { id, provider_error };
        match refusal.kind {
            RefusalKind::NotFound => UpdateResourceResponse::NotFound(body),
            RefusalKind::Unsupported | RefusalKind::Invalid => {
                UpdateResourceResponse::UnprocessableEntity(body)
            }
            RefusalKind::Unavailable | RefusalKind::Internal => {
                UpdateResourceResponse::InternalServerError(body)
            }
        }
    }

    async fn delete_resource(&self, request: DeleteResourceRequest) -> DeleteResourceResponse {
        let _working = self.in_flight.enter();
        let DeleteResourceRequest {
            request_id,
            id,
            type_,
            ..
        } = request;
        let refusal = match self.delete(type_, &id).await {
            Ok(Deleted::Removed) => return DeleteResourceResponse::Ok(types::Nothing {}),
            Ok(Deleted::NotThere) => return DeleteResourceResponse::NotFound(types::Nothing {}),
            Err(refusal) => refusal,
        };
        self.note("delete", &request_id, &refusal);
        match refusal.kind {
            RefusalKind::Unsupported => DeleteResourceResponse::Ok(types::Nothing {}),
            RefusalKind::NotFound => DeleteResourceResponse::NotFound(types::Nothing {}),
            RefusalKind::Invalid | RefusalKind::Unavailable | RefusalKind::Internal => {
                let provider_error = answer::text(&refusal, &id);
                DeleteResourceResponse::InternalServerError(types::ResourceError {
                    id,
                    provider_error,
                })
            }
        }
    }

    /// Alive as long as it answers.
    async fn liveness_probe(&self, _request: LivenessProbeRequest) -> LivenessProbeResponse {
        LivenessProbeResponse::NoContent
    }

    async fn readiness_probe(&self, _request: ReadinessProbeRequest) -> ReadinessProbeResponse {
        if self.readiness.check().await {
            ReadinessProbeResponse::NoContent
        } else {
            ReadinessProbeResponse::ServiceUnavailable
        }
    }

    fn refuse_provider_error(&self, refusal: &generated::EarlyRefusal) -> types::ProviderError {
        types::ProviderError {
            id: None,
            provider_error: self.note_early(refusal, ""),
        }
    }

    fn refuse_resource_error(&self, refusal: &generated::EarlyRefusal) -> types::ResourceError {
        let id = refusal.parameter("id").unwrap_or_default();
        types::ResourceError {
            id: id.to_owned(),
            provider_error: self.note_early(refusal, id),
        }
    }
}

/// An operation of the document as metrics and logs call it.
fn label(operation: &str) -> &'static str {
    match operation {
        "createResource" => "create",
        "updateResource" => "update",
        "deleteResource" => "delete",
        _ => "other",
    }
}

fn early_kind(kind: generated::EarlyRefusalKind) -> &'static str {
    use generated::EarlyRefusalKind as Kind;
    match kind {
        Kind::PathParameter => "path",
        Kind::ContentType => "content_type",
        Kind::TooLarge => "too_large",
        Kind::Malformed => "malformed",
        Kind::WrongContent => "wrong_content",
        Kind::BodyTimeout => "body_timeout",
        Kind::Panic => "panic",
        Kind::Deadline => "deadline",
        _ => "other",
    }
}
