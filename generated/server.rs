// To accept a change: EXPECTORATE=overwrite cargo test --test golden
// @generated from openapi.yaml by openapi-codegen. Do not edit.

use std::sync::Arc;
pub use openapi_codegen_runtime::server::{
    ApiError, EarlyRefusal, EarlyRefusalKind, Guarded, Limits,
};
use openapi_codegen_runtime::server as runtime;
use super::types;

/// What an implementer of KFP Operator provider API writes: one method per operation.
pub trait Service: Send + Sync + 'static {
    /// Create a resource
    ///
    /// Asks the provider to bring a resource into being. The type in the path decides which of
    /// the four definitions the body holds. The operator sends this once per resource and never
    /// repeats it by itself, so answer only when the outcome is known, and answer with the id:
    /// every later update and delete names the resource by it.
    ///
    /// `POST /resource/{type}`
    fn create_resource(
        &self,
        request: CreateResourceRequest,
    ) -> impl Future<Output = CreateResourceResponse> + Send;
    /// Update a resource
    ///
    /// Replaces what the provider knows about a resource by the definition in the body, which is
    /// complete, not a difference. The answer may name a new id; from then on the old one is
    /// forgotten.
    ///
    /// `PUT /resource/{type}/{id}`
    fn update_resource(
        &self,
        request: UpdateResourceRequest,
    ) -> impl Future<Output = UpdateResourceResponse> + Send;
    /// Delete a resource
    ///
    /// Removes the resource with this id. The operator sends this once and keeps the resource in
    /// the cluster until the answer says that the provider holds nothing any more.
    ///
    /// `DELETE /resource/{type}/{id}`
    fn delete_resource(
        &self,
        request: DeleteResourceRequest,
    ) -> impl Future<Output = DeleteResourceResponse> + Send;
    /// Say whether the process is alive
    ///
    /// The liveness probe. Answer from the process alone: a provider whose orchestrator is down
    /// is alive, and restarting it would not help.
    ///
    /// `GET /livez`
    fn liveness_probe(
        &self,
        request: LivenessProbeRequest,
    ) -> impl Future<Output = LivenessProbeResponse> + Send;
    /// Say whether requests are welcome
    ///
    /// The readiness probe. Answer whether a request that came now could be served; while it
    /// could not, Kubernetes sends none.
    ///
    /// `GET /readyz`
    fn readiness_probe(
        &self,
        request: ReadinessProbeRequest,
    ) -> impl Future<Output = ReadinessProbeResponse> + Send;
    /// The body of a refusal that is made without the other methods.
    fn refuse_provider_error(&self, refusal: &EarlyRefusal) -> types::ProviderError;
    /// The body of a refusal that is made without the other methods.
    fn refuse_resource_error(&self, refusal: &EarlyRefusal) -> types::ResourceError;
}

/// A request to `createResource`, judged and found well-formed.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateResourceRequest {
    /// The id under which the server logs the request, and which it sends back.
    pub request_id: String,
    /// What kind of resource the request is about.
    pub type_: types::ResourceType,
    /// The body.
    pub body: ResourceBody,
    /// The body as it was sent.
    pub raw: runtime::Bytes,
}

/// A request to `updateResource`, judged and found well-formed.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateResourceRequest {
    /// The id under which the server logs the request, and which it sends back.
    pub request_id: String,
    /// What kind of resource the request is about.
    pub type_: types::ResourceType,
    /// The id that the provider gave the resource, percent-encoded as one path segment. Decode it
    /// exactly once.
    pub id: String,
    /// The body.
    pub body: ResourceBody,
    /// The body as it was sent.
    pub raw: runtime::Bytes,
}

/// A request to `deleteResource`, judged and found well-formed.
#[derive(Clone, Debug, PartialEq)]
pub struct DeleteResourceRequest {
    /// The id under which the server logs the request, and which it sends back.
    pub request_id: String,
    /// What kind of resource the request is about.
    pub type_: types::ResourceType,
    /// The id that the provider gave the resource, percent-encoded as one path segment. Decode it
    /// exactly once.
    pub id: String,
}

/// A request to `livenessProbe`, judged and found well-formed.
#[derive(Clone, Debug, PartialEq)]
pub struct LivenessProbeRequest {
    /// The id under which the server logs the request, and which it sends back.
    pub request_id: String,
}

/// A request to `readinessProbe`, judged and found well-formed.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadinessProbeRequest {
    /// The id under which the server logs the request, and which it sends back.
    pub request_id: String,
}

/// A body, by the value of `types::ResourceType`.
#[derive(Clone, Debug, PartialEq)]
pub enum ResourceBody {
    /// The body of `Pipeline`.
    Pipeline(types::Pipeline),
    /// The body of `Run`.
    Run(types::Run),
    /// The body of `Runschedule`.
    Runschedule(types::RunSchedule),
    /// The body of `Experiment`.
    Experiment(types::Experiment),
}

impl ResourceBody {
    fn read(by: &types::ResourceType, raw: &[u8]) -> Result<Self, runtime::Fault> {
        Ok(
            match by {
                types::ResourceType::Pipeline => Self::Pipeline(runtime::read_json(raw)?),
                types::ResourceType::Run => Self::Run(runtime::read_json(raw)?),
                types::ResourceType::Runschedule => {
                    Self::Runschedule(runtime::read_json(raw)?)
                }
                types::ResourceType::Experiment => {
                    Self::Experiment(runtime::read_json(raw)?)
                }
            },
        )
    }
}

/// The declared responses of `createResource`; there are no others.
#[derive(Clone, Debug, PartialEq)]
pub enum CreateResourceResponse {
    /// 201: The resource exists, and this is its id.
    Created(types::ResourceId),
    /// 400: The body is not JSON, or the request cannot be understood at all.
    BadRequest(types::ProviderError),
    /// 422: The body is JSON, but not a definition that this provider can create.
    UnprocessableEntity(types::ProviderError),
    /// 500: The provider, or the orchestrator behind it, failed.
    InternalServerError(types::ProviderError),
}

impl CreateResourceResponse {
    fn refuse<S: Service>(service: &S, refusal: &EarlyRefusal) -> Self {
        match refusal.kind {
            EarlyRefusalKind::PathParameter
            | EarlyRefusalKind::ContentType
            | EarlyRefusalKind::TooLarge
            | EarlyRefusalKind::Malformed
            | EarlyRefusalKind::BodyTimeout => {
                Self::BadRequest(service.refuse_provider_error(refusal))
            }
            EarlyRefusalKind::WrongContent => {
                Self::UnprocessableEntity(service.refuse_provider_error(refusal))
            }
            _ => Self::InternalServerError(service.refuse_provider_error(refusal)),
        }
    }
}

impl dropshot::HttpResponse for CreateResourceResponse {
    fn to_result(self) -> runtime::Reply {
        match self {
            Self::Created(body) => {
                runtime::json_reply(runtime::StatusCode::CREATED, &body)
            }
            Self::BadRequest(body) => {
                runtime::json_reply(runtime::StatusCode::BAD_REQUEST, &body)
            }
            Self::UnprocessableEntity(body) => {
                runtime::json_reply(runtime::StatusCode::UNPROCESSABLE_ENTITY, &body)
            }
            Self::InternalServerError(body) => {
                runtime::json_reply(runtime::StatusCode::INTERNAL_SERVER_ERROR, &body)
            }
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        runtime::documented_json::<
            types::ResourceId,
        >(runtime::StatusCode::CREATED, "The resource exists, and this is its id.")
    }
    fn status_code(&self) -> runtime::StatusCode {
        match self {
            Self::Created(_) => runtime::StatusCode::CREATED,
            Self::BadRequest(_) => runtime::StatusCode::BAD_REQUEST,
            Self::UnprocessableEntity(_) => runtime::StatusCode::UNPROCESSABLE_ENTITY,
            Self::InternalServerError(_) => runtime::StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// The declared responses of `updateResource`; there are no others.
#[derive(Clone, Debug, PartialEq)]
pub enum UpdateResourceResponse {
    /// 200: The resource is as the body describes it, and this is its id from now on.
    Ok(types::ResourceId),
    /// 400: The body is not JSON, or the request cannot be understood at all.
    BadRequest(types::ResourceError),
    /// 404: The provider knows no resource of this type under this id.
    NotFound(types::ResourceError),
    /// 422: The body is JSON, but not a definition that this resource can be given.
    UnprocessableEntity(types::ResourceError),
    /// 500: The provider, or the orchestrator behind it, failed.
    InternalServerError(types::ResourceError),
}

impl UpdateResourceResponse {
    fn refuse<S: Service>(service: &S, refusal: &EarlyRefusal) -> Self {
        match refusal.kind {
            EarlyRefusalKind::ContentType
            | EarlyRefusalKind::TooLarge
            | EarlyRefusalKind::Malformed
            | EarlyRefusalKind::BodyTimeout => {
                Self::BadRequest(service.refuse_resource_error(refusal))
            }
            EarlyRefusalKind::PathParameter => {
                Self::NotFound(service.refuse_resource_error(refusal))
            }
            EarlyRefusalKind::WrongContent => {
                Self::UnprocessableEntity(service.refuse_resource_error(refusal))
            }
            _ => Self::InternalServerError(service.refuse_resource_error(refusal)),
        }
    }
}

impl dropshot::HttpResponse for UpdateResourceResponse {
    fn to_result(self) -> runtime::Reply {
        match self {
            Self::Ok(body) => runtime::json_reply(runtime::StatusCode::OK, &body),
            Self::BadRequest(body) => {
                runtime::json_reply(runtime::StatusCode::BAD_REQUEST, &body)
            }
            Self::NotFound(body) => {
                runtime::json_reply(runtime::StatusCode::NOT_FOUND, &body)
            }
            Self::UnprocessableEntity(body) => {
                runtime::json_reply(runtime::StatusCode::UNPROCESSABLE_ENTITY, &body)
            }
            Self::InternalServerError(body) => {
                runtime::json_reply(runtime::StatusCode::INTERNAL_SERVER_ERROR, &body)
            }
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        runtime::documented_json::<
            types::ResourceId,
        >(
            runtime::StatusCode::OK,
            "The resource is as the body describes it, and this is its id from now on.",
        )
    }
    fn status_code(&self) -> runtime::StatusCode {
        match self {
            Self::Ok(_) => runtime::StatusCode::OK,
            Self::BadRequest(_) => runtime::StatusCode::BAD_REQUEST,
            Self::NotFound(_) => runtime::StatusCode::NOT_FOUND,
            Self::UnprocessableEntity(_) => runtime::StatusCode::UNPROCESSABLE_ENTITY,
            Self::InternalServerError(_) => runtime::StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// The declared responses of `deleteResource`; there are no others.
#[derive(Clone, Debug, PartialEq)]
pub enum DeleteResourceResponse {
    /// 200: The provider holds nothing under this id any more.
    Ok(types::Nothing),
    /// 404: The provider held nothing under this id to begin with.
    NotFound(types::Nothing),
    /// 500: The resource may still exist, because removing it failed.
    InternalServerError(types::ResourceError),
}

impl DeleteResourceResponse {
    fn refuse<S: Service>(service: &S, refusal: &EarlyRefusal) -> Self {
        match refusal.kind {
            EarlyRefusalKind::PathParameter => Self::NotFound(types::Nothing {}),
            _ => Self::InternalServerError(service.refuse_resource_error(refusal)),
        }
    }
}

impl dropshot::HttpResponse for DeleteResourceResponse {
    fn to_result(self) -> runtime::Reply {
        match self {
            Self::Ok(body) => runtime::json_reply(runtime::StatusCode::OK, &body),
            Self::NotFound(body) => {
                runtime::json_reply(runtime::StatusCode::NOT_FOUND, &body)
            }
            Self::InternalServerError(body) => {
                runtime::json_reply(runtime::StatusCode::INTERNAL_SERVER_ERROR, &body)
            }
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        runtime::documented_json::<
            types::Nothing,
        >(runtime::StatusCode::OK, "The provider holds nothing under this id any more.")
    }
    fn status_code(&self) -> runtime::StatusCode {
        match self {
            Self::Ok(_) => runtime::StatusCode::OK,
            Self::NotFound(_) => runtime::StatusCode::NOT_FOUND,
            Self::InternalServerError(_) => runtime::StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// The declared responses of `livenessProbe`; there are no others.
#[derive(Clone, Debug, PartialEq)]
pub enum LivenessProbeResponse {
    /// 204: The process works.
    NoContent,
    /// 503: The process is beyond recovery and should be restarted.
    ServiceUnavailable,
}

impl LivenessProbeResponse {
    fn refuse<S: Service>(_: &S, _: &EarlyRefusal) -> Self {
        Self::ServiceUnavailable
    }
}

impl dropshot::HttpResponse for LivenessProbeResponse {
    fn to_result(self) -> runtime::Reply {
        match self {
            Self::NoContent => runtime::empty_reply(runtime::StatusCode::NO_CONTENT),
            Self::ServiceUnavailable => {
                runtime::empty_reply(runtime::StatusCode::SERVICE_UNAVAILABLE)
            }
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        runtime::documented_empty(runtime::StatusCode::NO_CONTENT, "The process works.")
    }
    fn status_code(&self) -> runtime::StatusCode {
        match self {
            Self::NoContent => runtime::StatusCode::NO_CONTENT,
            Self::ServiceUnavailable => runtime::StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// The declared responses of `readinessProbe`; there are no others.
#[derive(Clone, Debug, PartialEq)]
pub enum ReadinessProbeResponse {
    /// 204: Requests can be served.
    NoContent,
    /// 503: Requests cannot be served at present.
    ServiceUnavailable,
}

impl ReadinessProbeResponse {
    fn refuse<S: Service>(_: &S, _: &EarlyRefusal) -> Self {
        Self::ServiceUnavailable
    }
}

impl dropshot::HttpResponse for ReadinessProbeResponse {
    fn to_result(self) -> runtime::Reply {
        match self {
            Self::NoContent => runtime::empty_reply(runtime::StatusCode::NO_CONTENT),
            Self::ServiceUnavailable => {
                runtime::empty_reply(runtime::StatusCode::SERVICE_UNAVAILABLE)
            }
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        runtime::documented_empty(
            runtime::StatusCode::NO_CONTENT,
            "Requests can be served.",
        )
    }
    fn status_code(&self) -> runtime::StatusCode {
        match self {
            Self::NoContent => runtime::StatusCode::NO_CONTENT,
            Self::ServiceUnavailable => runtime::StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// The endpoints of KFP Operator provider API, as dropshot knows them.
#[dropshot::api_description{module = "api_mod"}]
trait Api {
    /// The service behind the guard.
    type Context;
    /// Create a resource
    ///
    /// Asks the provider to bring a resource into being. The type in the path decides which of
    /// the four definitions the body holds. The operator sends this once per resource and never
    /// repeats it by itself, so answer only when the outcome is known, and answer with the id:
    /// every later update and delete names the resource by it.
    ///
    /// `POST /resource/{type}`
    #[endpoint{method = POST,
    path = "/resource/{type}",
    operation_id = "createResource",
    tags = ["Resource Operations"]}]
    async fn create_resource(
        rqctx: dropshot::RequestContext<Self::Context>,
        incoming: runtime::Incoming<
            CreateResourcePath,
            runtime::JsonBody<types::Resource>,
        >,
    ) -> Result<runtime::Answer<CreateResourceResponse>, dropshot::HttpError>;
    /// Update a resource
    ///
    /// Replaces what the provider knows about a resource by the definition in the body, which is
    /// complete, not a difference. The answer may name a new id; from then on the old one is
    /// forgotten.
    ///
    /// `PUT /resource/{type}/{id}`
    #[endpoint{method = PUT,
    path = "/resource/{type}/{id}",
    operation_id = "updateResource",
    tags = ["Resource Operations"]}]
    async fn update_resource(
        rqctx: dropshot::RequestContext<Self::Context>,
        incoming: runtime::Incoming<
            UpdateResourcePath,
            runtime::JsonBody<types::Resource>,
        >,
    ) -> Result<runtime::Answer<UpdateResourceResponse>, dropshot::HttpError>;
    /// Delete a resource
    ///
    /// Removes the resource with this id. The operator sends this once and keeps the resource in
    /// the cluster until the answer says that the provider holds nothing any more.
    ///
    /// `DELETE /resource/{type}/{id}`
    #[endpoint{method = DELETE,
    path = "/resource/{type}/{id}",
    operation_id = "deleteResource",
    tags = ["Resource Operations"]}]
    async fn delete_resource(
        rqctx: dropshot::RequestContext<Self::Context>,
        incoming: runtime::Incoming<DeleteResourcePath, runtime::NoBody>,
    ) -> Result<runtime::Answer<DeleteResourceResponse>, dropshot::HttpError>;
    /// Say whether the process is alive
    ///
    /// The liveness probe. Answer from the process alone: a provider whose orchestrator is down
    /// is alive, and restarting it would not help.
    ///
    /// `GET /livez`
    #[endpoint{method = GET,
    path = "/livez",
    operation_id = "livenessProbe",
    tags = ["Kubernetes Lifecycle"]}]
    async fn liveness_probe(
        rqctx: dropshot::RequestContext<Self::Context>,
    ) -> Result<runtime::Answer<LivenessProbeResponse>, dropshot::HttpError>;
    /// Say whether requests are welcome
    ///
    /// The readiness probe. Answer whether a request that came now could be served; while it
    /// could not, Kubernetes sends none.
    ///
    /// `GET /readyz`
    #[endpoint{method = GET,
    path = "/readyz",
    operation_id = "readinessProbe",
    tags = ["Kubernetes Lifecycle"]}]
    async fn readiness_probe(
        rqctx: dropshot::RequestContext<Self::Context>,
    ) -> Result<runtime::Answer<ReadinessProbeResponse>, dropshot::HttpError>;
}

/// The path of `createResource`.
#[derive(serde::Deserialize)]
struct CreateResourcePath {
    #[serde(rename = "type")]
    type_: String,
}

impl schemars::JsonSchema for CreateResourcePath {
    fn schema_name() -> String {
        "CreateResourcePath".to_owned()
    }
    fn json_schema(
        generator: &mut schemars::r#gen::SchemaGenerator,
    ) -> schemars::schema::Schema {
        generator.subschema_for::<types::ResourceType>();
        openapi_codegen_runtime::documented(
            "{\"type\":\"object\",\"required\":[\"type\"],\"properties\":{\"type\":{\"$ref\":\"#/components/schemas/ResourceType\"}}}",
        )
    }
}

/// The path of `updateResource`.
#[derive(serde::Deserialize)]
struct UpdateResourcePath {
    #[serde(rename = "type")]
    type_: String,
    #[serde(rename = "id")]
    id: String,
}

impl schemars::JsonSchema for UpdateResourcePath {
    fn schema_name() -> String {
        "UpdateResourcePath".to_owned()
    }
    fn json_schema(
        generator: &mut schemars::r#gen::SchemaGenerator,
    ) -> schemars::schema::Schema {
        generator.subschema_for::<types::ResourceType>();
        openapi_codegen_runtime::documented(
            "{\"type\":\"object\",\"required\":[\"type\",\"id\"],\"properties\":{\"type\":{\"$ref\":\"#/components/schemas/ResourceType\"},\"id\":{\"type\":\"string\",\"description\":\"An id as the provider issued it.\"}}}",
        )
    }
}

/// The path of `deleteResource`.
#[derive(serde::Deserialize)]
struct DeleteResourcePath {
    #[serde(rename = "type")]
    type_: String,
    #[serde(rename = "id")]
    id: String,
}

impl schemars::JsonSchema for DeleteResourcePath {
    fn schema_name() -> String {
        "DeleteResourcePath".to_owned()
    }
    fn json_schema(
        generator: &mut schemars::r#gen::SchemaGenerator,
    ) -> schemars::schema::Schema {
        generator.subschema_for::<types::ResourceType>();
        openapi_codegen_runtime::documented(
            "{\"type\":\"object\",\"required\":[\"type\",\"id\"],\"properties\":{\"type\":{\"$ref\":\"#/components/schemas/ResourceType\"},\"id\":{\"type\":\"string\",\"description\":\"An id as the provider issued it.\"}}}",
        )
    }
}

/// The endpoints of a service, for [`dropshot::ServerBuilder`].
///
/// # Errors
///
/// Dropshot refused an endpoint, which the generator should have prevented.
pub fn api_description<S: Service>() -> Result<
    dropshot::ApiDescription<Arc<Guarded<S>>>,
    ApiError,
> {
    Ok(api_mod::api_description::<runtime::Endpoints<S>>()?)
}

impl<S: Service> Api for runtime::Endpoints<S> {
    type Context = Arc<Guarded<S>>;
    async fn create_resource(
        rqctx: dropshot::RequestContext<Self::Context>,
        incoming: runtime::Incoming<
            CreateResourcePath,
            runtime::JsonBody<types::Resource>,
        >,
    ) -> Result<runtime::Answer<CreateResourceResponse>, dropshot::HttpError> {
        let runtime::Incoming { path, request, .. } = incoming;
        let exchange = runtime::Exchange::begin(&rqctx, "createResource");
        let read = async {
            let type_ = runtime::parameter::<
                types::ResourceType,
            >("type", &path.type_, Some(request.body()))?;
            let raw = exchange.body(request, "application/json").await?;
            let body = ResourceBody::read(&type_, &raw)?;
            Ok(CreateResourceRequest {
                request_id: rqctx.request_id.clone(),
                type_,
                body,
                raw,
            })
        };
        let handle = |service: Arc<S>, request| async move {
            service.create_resource(request).await
        };
        exchange.answer(read, handle, CreateResourceResponse::refuse::<S>).await
    }
    async fn update_resource(
        rqctx: dropshot::RequestContext<Self::Context>,
        incoming: runtime::Incoming<
            UpdateResourcePath,
            runtime::JsonBody<types::Resource>,
        >,
    ) -> Result<runtime::Answer<UpdateResourceResponse>, dropshot::HttpError> {
        let runtime::Incoming { path, request, .. } = incoming;
        let exchange = runtime::Exchange::begin(&rqctx, "updateResource");
        let read = async {
            let type_ = runtime::parameter::<
                types::ResourceType,
            >("type", &path.type_, Some(request.body()))?;
            let id = path.id;
            let raw = exchange.body(request, "application/json").await?;
            let body = ResourceBody::read(&type_, &raw)?;
            Ok(UpdateResourceRequest {
                request_id: rqctx.request_id.clone(),
                type_,
                id,
                body,
                raw,
            })
        };
        let handle = |service: Arc<S>, request| async move {
            service.update_resource(request).await
        };
        exchange.answer(read, handle, UpdateResourceResponse::refuse::<S>).await
    }
    async fn delete_resource(
        rqctx: dropshot::RequestContext<Self::Context>,
        incoming: runtime::Incoming<DeleteResourcePath, runtime::NoBody>,
    ) -> Result<runtime::Answer<DeleteResourceResponse>, dropshot::HttpError> {
        let runtime::Incoming { path, .. } = incoming;
        let exchange = runtime::Exchange::begin(&rqctx, "deleteResource");
        let read = async {
            let type_ = runtime::parameter::<
                types::ResourceType,
            >("type", &path.type_, None)?;
            let id = path.id;
            Ok(DeleteResourceRequest {
                request_id: rqctx.request_id.clone(),
                type_,
                id,
            })
        };
        let handle = |service: Arc<S>, request| async move {
            service.delete_resource(request).await
        };
        exchange.answer(read, handle, DeleteResourceResponse::refuse::<S>).await
    }
    async fn liveness_probe(
        rqctx: dropshot::RequestContext<Self::Context>,
    ) -> Result<runtime::Answer<LivenessProbeResponse>, dropshot::HttpError> {
        let exchange = runtime::Exchange::begin(&rqctx, "livenessProbe");
        let read = async {
            Ok(LivenessProbeRequest {
                request_id: rqctx.request_id.clone(),
            })
        };
        let handle = |service: Arc<S>, request| async move {
            service.liveness_probe(request).await
        };
        exchange.answer(read, handle, LivenessProbeResponse::refuse::<S>).await
    }
    async fn readiness_probe(
        rqctx: dropshot::RequestContext<Self::Context>,
    ) -> Result<runtime::Answer<ReadinessProbeResponse>, dropshot::HttpError> {
        let exchange = runtime::Exchange::begin(&rqctx, "readinessProbe");
        let read = async {
            Ok(ReadinessProbeRequest {
                request_id: rqctx.request_id.clone(),
            })
        };
        let handle = |service: Arc<S>, request| async move {
            service.readiness_probe(request).await
        };
        exchange.answer(read, handle, ReadinessProbeResponse::refuse::<S>).await
    }
}
