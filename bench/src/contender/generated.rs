//! The generated server, with a service that does nothing.

use std::sync::Arc;

use dropshot::{HttpServer, ServerBuilder};
use kfp_provider_api::server::{
    CreateResourceRequest, CreateResourceResponse, DeleteResourceRequest, DeleteResourceResponse,
    EarlyRefusal, Guarded, LivenessProbeRequest, LivenessProbeResponse, ReadinessProbeRequest,
    ReadinessProbeResponse, Service, UpdateResourceRequest, UpdateResourceResponse,
    api_description,
};
use kfp_provider_api::types;

use super::{ID, config, silent};

pub(super) struct Constant;

impl Service for Constant {
    async fn create_resource(&self, _: CreateResourceRequest) -> CreateResourceResponse {
        CreateResourceResponse::Created(types::ResourceId { id: ID.to_owned() })
    }

    async fn update_resource(&self, request: UpdateResourceRequest) -> UpdateResourceResponse {
        UpdateResourceResponse::Ok(types::ResourceId { id: request.id })
    }

    async fn delete_resource(&self, _: DeleteResourceRequest) -> DeleteResourceResponse {
        DeleteResourceResponse::Ok(types::Nothing {})
    }

    async fn liveness_probe(&self, _: LivenessProbeRequest) -> LivenessProbeResponse {
        LivenessProbeResponse::NoContent
    }

    async fn readiness_probe(&self, _: ReadinessProbeRequest) -> ReadinessProbeResponse {
        ReadinessProbeResponse::NoContent
    }

    fn refuse_provider_error(&self, refusal: &EarlyRefusal) -> types::ProviderError {
        types::ProviderError {
            id: None,
            provider_error: refusal.message.clone(),
        }
    }

    fn refuse_resource_error(&self, refusal: &EarlyRefusal) -> types::ResourceError {
        types::ResourceError {
            id: refusal.parameter("id").unwrap_or_default().to_owned(),
            provider_error: refusal.message.clone(),
        }
    }
}

pub(super) fn start() -> Result<HttpServer<Arc<Guarded<Constant>>>, String> {
    let api = api_description().map_err(|error| error.to_string())?;
    ServerBuilder::new(api, Arc::new(Guarded::new(Constant)), silent())
        .config(config())
        .start()
        .map_err(|error| error.to_string())
}
