// To accept a change: EXPECTORATE=overwrite cargo test --test golden
// @generated from openapi.yaml by openapi-codegen. Do not edit.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use dropshot::{
    ApiDescription, ApiEndpointBodyContentType, ApiEndpointResponse, Body, ExclusiveExtractor,
    ExtractorMetadata, HttpError, HttpResponse, HttpResponseOk, Path, RequestContext,
    ServerContext, SharedExtractor, TypedBody,
};
use futures::FutureExt as _;
use http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HeaderValue};
use http::{HeaderMap, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Frame;

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
    fn refuse_provider_error(&self, refusal: &Refusal) -> types::ProviderError;
    /// The body of a refusal that is made without the other methods.
    fn refuse_resource_error(&self, refusal: &Refusal) -> types::ResourceError;
    /// Called with every answer to a known operation, for metrics.
    fn observe(&self, operation: &'static str, status: u16, elapsed: Duration) {
        let _ = (operation, status, elapsed);
    }
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
    pub raw: Bytes,
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
    pub raw: Bytes,
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
    fn read(by: &types::ResourceType, raw: &[u8]) -> Result<Self, json::Unreadable> {
        Ok(
            match by {
                types::ResourceType::Pipeline => Self::Pipeline(json::read(raw)?),
                types::ResourceType::Run => Self::Run(json::read(raw)?),
                types::ResourceType::Runschedule => Self::Runschedule(json::read(raw)?),
                types::ResourceType::Experiment => Self::Experiment(json::read(raw)?),
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
    fn refuse<S: Service>(service: &S, refusal: &Refusal) -> Self {
        match refusal.kind {
            RefusalKind::PathParameter
            | RefusalKind::ContentType
            | RefusalKind::TooLarge
            | RefusalKind::Malformed
            | RefusalKind::BodyTimeout => {
                Self::BadRequest(service.refuse_provider_error(refusal))
            }
            RefusalKind::WrongContent => {
                Self::UnprocessableEntity(service.refuse_provider_error(refusal))
            }
            _ => Self::InternalServerError(service.refuse_provider_error(refusal)),
        }
    }
}

impl HttpResponse for CreateResourceResponse {
    fn to_result(self) -> Result<Response<Body>, HttpError> {
        match self {
            Self::Created(body) => json_reply(StatusCode::CREATED, &body),
            Self::BadRequest(body) => json_reply(StatusCode::BAD_REQUEST, &body),
            Self::UnprocessableEntity(body) => {
                json_reply(StatusCode::UNPROCESSABLE_ENTITY, &body)
            }
            Self::InternalServerError(body) => {
                json_reply(StatusCode::INTERNAL_SERVER_ERROR, &body)
            }
        }
    }
    fn response_metadata() -> ApiEndpointResponse {
        documented_json::<
            types::ResourceId,
        >(StatusCode::CREATED, "The resource exists, and this is its id.")
    }
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Created(_) => StatusCode::CREATED,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::UnprocessableEntity(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::InternalServerError(_) => StatusCode::INTERNAL_SERVER_ERROR,
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
    fn refuse<S: Service>(service: &S, refusal: &Refusal) -> Self {
        match refusal.kind {
            RefusalKind::ContentType
            | RefusalKind::TooLarge
            | RefusalKind::Malformed
            | RefusalKind::BodyTimeout => {
                Self::BadRequest(service.refuse_resource_error(refusal))
            }
            RefusalKind::PathParameter => {
                Self::NotFound(service.refuse_resource_error(refusal))
            }
            RefusalKind::WrongContent => {
                Self::UnprocessableEntity(service.refuse_resource_error(refusal))
            }
            _ => Self::InternalServerError(service.refuse_resource_error(refusal)),
        }
    }
}

impl HttpResponse for UpdateResourceResponse {
    fn to_result(self) -> Result<Response<Body>, HttpError> {
        match self {
            Self::Ok(body) => json_reply(StatusCode::OK, &body),
            Self::BadRequest(body) => json_reply(StatusCode::BAD_REQUEST, &body),
            Self::NotFound(body) => json_reply(StatusCode::NOT_FOUND, &body),
            Self::UnprocessableEntity(body) => {
                json_reply(StatusCode::UNPROCESSABLE_ENTITY, &body)
            }
            Self::InternalServerError(body) => {
                json_reply(StatusCode::INTERNAL_SERVER_ERROR, &body)
            }
        }
    }
    fn response_metadata() -> ApiEndpointResponse {
        documented_json::<
            types::ResourceId,
        >(
            StatusCode::OK,
            "The resource is as the body describes it, and this is its id from now on.",
        )
    }
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Ok(_) => StatusCode::OK,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::UnprocessableEntity(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::InternalServerError(_) => StatusCode::INTERNAL_SERVER_ERROR,
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
    fn refuse<S: Service>(service: &S, refusal: &Refusal) -> Self {
        match refusal.kind {
            RefusalKind::PathParameter => Self::NotFound(types::Nothing {}),
            _ => Self::InternalServerError(service.refuse_resource_error(refusal)),
        }
    }
}

impl HttpResponse for DeleteResourceResponse {
    fn to_result(self) -> Result<Response<Body>, HttpError> {
        match self {
            Self::Ok(body) => json_reply(StatusCode::OK, &body),
            Self::NotFound(body) => json_reply(StatusCode::NOT_FOUND, &body),
            Self::InternalServerError(body) => {
                json_reply(StatusCode::INTERNAL_SERVER_ERROR, &body)
            }
        }
    }
    fn response_metadata() -> ApiEndpointResponse {
        documented_json::<
            types::Nothing,
        >(StatusCode::OK, "The provider holds nothing under this id any more.")
    }
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Ok(_) => StatusCode::OK,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::InternalServerError(_) => StatusCode::INTERNAL_SERVER_ERROR,
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
    fn refuse<S: Service>(_: &S, _: &Refusal) -> Self {
        Self::ServiceUnavailable
    }
}

impl HttpResponse for LivenessProbeResponse {
    fn to_result(self) -> Result<Response<Body>, HttpError> {
        match self {
            Self::NoContent => empty_reply(StatusCode::NO_CONTENT),
            Self::ServiceUnavailable => empty_reply(StatusCode::SERVICE_UNAVAILABLE),
        }
    }
    fn response_metadata() -> ApiEndpointResponse {
        documented_empty(StatusCode::NO_CONTENT, "The process works.")
    }
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NoContent => StatusCode::NO_CONTENT,
            Self::ServiceUnavailable => StatusCode::SERVICE_UNAVAILABLE,
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
    fn refuse<S: Service>(_: &S, _: &Refusal) -> Self {
        Self::ServiceUnavailable
    }
}

impl HttpResponse for ReadinessProbeResponse {
    fn to_result(self) -> Result<Response<Body>, HttpError> {
        match self {
            Self::NoContent => empty_reply(StatusCode::NO_CONTENT),
            Self::ServiceUnavailable => empty_reply(StatusCode::SERVICE_UNAVAILABLE),
        }
    }
    fn response_metadata() -> ApiEndpointResponse {
        documented_empty(StatusCode::NO_CONTENT, "Requests can be served.")
    }
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NoContent => StatusCode::NO_CONTENT,
            Self::ServiceUnavailable => StatusCode::SERVICE_UNAVAILABLE,
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
        rqctx: RequestContext<Self::Context>,
        incoming: Incoming<CreateResourcePath, JsonBody<types::Resource>>,
    ) -> Result<Answer<CreateResourceResponse>, HttpError>;
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
        rqctx: RequestContext<Self::Context>,
        incoming: Incoming<UpdateResourcePath, JsonBody<types::Resource>>,
    ) -> Result<Answer<UpdateResourceResponse>, HttpError>;
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
        rqctx: RequestContext<Self::Context>,
        incoming: Incoming<DeleteResourcePath, NoBody>,
    ) -> Result<Answer<DeleteResourceResponse>, HttpError>;
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
        rqctx: RequestContext<Self::Context>,
    ) -> Result<Answer<LivenessProbeResponse>, HttpError>;
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
        rqctx: RequestContext<Self::Context>,
    ) -> Result<Answer<ReadinessProbeResponse>, HttpError>;
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
        serde_json::from_str(
                "{\"type\":\"object\",\"required\":[\"type\"],\"properties\":{\"type\":{\"$ref\":\"#/components/schemas/ResourceType\"}}}",
            )
            .unwrap_or(schemars::schema::Schema::Bool(true))
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
        serde_json::from_str(
                "{\"type\":\"object\",\"required\":[\"type\",\"id\"],\"properties\":{\"type\":{\"$ref\":\"#/components/schemas/ResourceType\"},\"id\":{\"type\":\"string\",\"description\":\"An id as the provider issued it.\"}}}",
            )
            .unwrap_or(schemars::schema::Schema::Bool(true))
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
        serde_json::from_str(
                "{\"type\":\"object\",\"required\":[\"type\",\"id\"],\"properties\":{\"type\":{\"$ref\":\"#/components/schemas/ResourceType\"},\"id\":{\"type\":\"string\",\"description\":\"An id as the provider issued it.\"}}}",
            )
            .unwrap_or(schemars::schema::Schema::Bool(true))
    }
}

impl<S: Service> Api for Endpoints<S> {
    type Context = Arc<Guarded<S>>;
    async fn create_resource(
        rqctx: RequestContext<Self::Context>,
        incoming: Incoming<CreateResourcePath, JsonBody<types::Resource>>,
    ) -> Result<Answer<CreateResourceResponse>, HttpError> {
        let Incoming { path, request, .. } = incoming;
        let exchange = Exchange::begin(
            &rqctx,
            "createResource",
            vec![("type", path.type_.clone())],
        );
        let read = async {
            let type_ = parameter::<
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
        rqctx: RequestContext<Self::Context>,
        incoming: Incoming<UpdateResourcePath, JsonBody<types::Resource>>,
    ) -> Result<Answer<UpdateResourceResponse>, HttpError> {
        let Incoming { path, request, .. } = incoming;
        let exchange = Exchange::begin(
            &rqctx,
            "updateResource",
            vec![("type", path.type_.clone()), ("id", path.id.clone())],
        );
        let read = async {
            let type_ = parameter::<
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
        rqctx: RequestContext<Self::Context>,
        incoming: Incoming<DeleteResourcePath, NoBody>,
    ) -> Result<Answer<DeleteResourceResponse>, HttpError> {
        let Incoming { path, .. } = incoming;
        let exchange = Exchange::begin(
            &rqctx,
            "deleteResource",
            vec![("type", path.type_.clone()), ("id", path.id.clone())],
        );
        let read = async {
            let type_ = parameter::<types::ResourceType>("type", &path.type_, None)?;
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
        rqctx: RequestContext<Self::Context>,
    ) -> Result<Answer<LivenessProbeResponse>, HttpError> {
        let exchange = Exchange::begin(&rqctx, "livenessProbe", vec![]);
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
        rqctx: RequestContext<Self::Context>,
    ) -> Result<Answer<ReadinessProbeResponse>, HttpError> {
        let exchange = Exchange::begin(&rqctx, "readinessProbe", vec![]);
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

/// Bounds on what one request may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest body, in bytes. A longer one is refused without being read; so that the sender sees the answer, up to
    /// 64 MiB of it are taken and thrown away for up to 5 seconds.
    pub body_bytes: usize,
    /// The longest silence while a body is on its way.
    pub body_silence: Duration,
    /// The time from the arrival of the headers to the answer. A service that takes longer runs on
    /// to its end, so that nothing is left half-done, but its answer is lost.
    pub deadline: Duration,
}

impl Default for Limits {
    /// 32 MiB, 10 seconds, 120 seconds.
    fn default() -> Self {
        Self {
            body_bytes: 32 << 20,
            body_silence: Duration::from_secs(10),
            deadline: Duration::from_secs(120),
        }
    }
}

/// A request that is refused before the service saw it, or whose answer the service owes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The reason.
    pub kind: RefusalKind,
    /// The reason in words, for the sender of the request.
    pub message: String,
    /// The operation, by its id in the document.
    pub operation: &'static str,
    /// The path parameters by name, decoded once, and not otherwise judged.
    pub path: Vec<(&'static str, String)>,
}

impl Refusal {
    /// A path parameter by its name in the document.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.path
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RefusalKind {
    /// A path parameter is not of its type.
    PathParameter,
    /// A parameter in the query is missing, repeated or not of its type.
    QueryParameter,
    /// A parameter in a header is missing, repeated or not of its type.
    HeaderParameter,
    /// The body is not declared to be of the media type that the operation takes.
    ContentType,
    /// The body is longer than the limit.
    TooLarge,
    /// The body is not exactly one value in its media type.
    Malformed,
    /// The body can be read, but is not what the operation takes.
    WrongContent,
    /// The body stopped coming.
    BodyTimeout,
    /// The service panicked.
    Panic,
    /// The service took too long.
    Deadline,
}

/// A service and the bounds it works in: the context of the dropshot server.
pub struct Guarded<S> {
    /// The service.
    pub service: Arc<S>,
    /// The bounds on each request.
    pub limits: Limits,
}

impl<S> Guarded<S> {
    /// A service in the usual bounds.
    pub fn new(service: S) -> Self {
        Self {
            service: Arc::new(service),
            limits: Limits::default(),
        }
    }
}

/// The endpoints could not be registered. That would be a defect of the generator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the endpoints do not fit together: {0}")]
pub struct ApiError(String);

/// The endpoints of a service, for [`dropshot::ServerBuilder`].
///
/// # Errors
///
/// Dropshot refused an endpoint, which the generator should have prevented.
pub fn api_description<S: Service>() -> Result<ApiDescription<Arc<Guarded<S>>>, ApiError> {
    api_mod::api_description::<Endpoints<S>>().map_err(|error| ApiError(error.to_string()))
}

/// Carries the type of the service; there are no values of it.
enum Endpoints<S> {
    #[expect(dead_code, reason = "never made")]
    Never(std::convert::Infallible, PhantomData<fn() -> S>),
}

/// A request before any of it was judged: it can always be extracted.
///
/// `P` holds the path parameters as text and `B` documents the body.
pub struct Incoming<P, B> {
    path: P,
    request: hyper::Request<Arriving>,
    body: PhantomData<fn() -> B>,
}

#[async_trait::async_trait]
impl<P, B> ExclusiveExtractor for Incoming<P, B>
where
    P: serde::de::DeserializeOwned + schemars::JsonSchema + Send + Sync + 'static,
    B: Documented,
{
    async fn from_request<C: ServerContext>(
        rqctx: &RequestContext<C>,
        request: hyper::Request<Body>,
    ) -> Result<Self, HttpError> {
        let path = <Path<P> as SharedExtractor>::from_request(rqctx)
            .await?
            .into_inner();
        Ok(Self {
            path,
            request: Arriving::within(request),
            body: PhantomData,
        })
    }

    fn metadata(content_type: ApiEndpointBodyContentType) -> ExtractorMetadata {
        let mut metadata = <Path<P> as SharedExtractor>::metadata(content_type.clone());
        B::document(&mut metadata, content_type);
        metadata
    }
}

/// How much of a body that was refused is still taken from its sender, and for how long: a connection that ends while
/// somebody sends takes the answer with it.
const LINGER_BYTES: usize = 64 << 20;
const LINGER: Duration = Duration::from_secs(5);

/// A body on its way. What nobody has read of it is read and thrown away, so that its sender gets to read the answer.
struct Arriving {
    body: Option<Body>,
    /// Whether the sender waits to be told to send it, which it is by whoever reads.
    withheld: bool,
}

impl Arriving {
    fn within(request: hyper::Request<Body>) -> hyper::Request<Self> {
        let withheld = request.headers().contains_key(EXPECT);
        request.map(|body| Self {
            body: Some(body),
            withheld,
        })
    }

    fn is_complete(&self) -> bool {
        self.body
            .as_ref()
            .is_none_or(hyper::body::Body::is_end_stream)
    }

    /// The next part; nothing follows its end or a failure.
    async fn frame(&mut self) -> Option<Result<Frame<Bytes>, <Body as hyper::body::Body>::Error>> {
        self.withheld = false;
        let frame = self.body.as_mut()?.frame().await;
        if !matches!(frame, Some(Ok(_))) {
            self.body = None;
        }
        frame
    }

    /// The rest will not come.
    fn give_up(&mut self) {
        self.body = None;
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        if self.withheld || self.is_complete() {
            return;
        }
        // Outside of a runtime the server itself is being dropped, and nobody gets an answer.
        let (Some(mut body), Ok(runtime)) =
            (self.body.take(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        let rest = async move {
            let mut left = LINGER_BYTES;
            while let Some(Ok(frame)) = body.frame().await {
                let length = frame.data_ref().map_or(0, Bytes::len);
                match left.checked_sub(length) {
                    Some(rest) => left = rest,
                    None => return,
                }
            }
        };
        runtime.spawn(tokio::time::timeout(LINGER, rest));
    }
}

/// A body as dropshot documents it.
pub trait Documented: 'static {
    /// Adds the body to what is known of the endpoint.
    fn document(metadata: &mut ExtractorMetadata, content_type: ApiEndpointBodyContentType);
}

/// The operation takes no body, and reads none.
pub enum NoBody {}

impl Documented for NoBody {
    fn document(_: &mut ExtractorMetadata, _: ApiEndpointBodyContentType) {}
}

/// The operation takes JSON of this type.
pub struct JsonBody<T>(PhantomData<fn() -> T>);

impl<T: schemars::JsonSchema + 'static> Documented for JsonBody<T> {
    fn document(metadata: &mut ExtractorMetadata, content_type: ApiEndpointBodyContentType) {
        /// Reads nothing, so that only the schema of `T` matters.
        struct Schema<T>(PhantomData<fn() -> T>);

        impl<'de, T> serde::Deserialize<'de> for Schema<T> {
            fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
                Ok(Self(PhantomData))
            }
        }

        impl<T: schemars::JsonSchema> schemars::JsonSchema for Schema<T> {
            fn is_referenceable() -> bool {
                T::is_referenceable()
            }

            fn schema_name() -> String {
                T::schema_name()
            }

            fn json_schema(
                generator: &mut schemars::r#gen::SchemaGenerator,
            ) -> schemars::schema::Schema {
                T::json_schema(generator)
            }
        }

        let body = <TypedBody<Schema<T>> as ExclusiveExtractor>::metadata(content_type);
        metadata.parameters.extend(body.parameters);
    }
}

/// What is wrong with a request, before it is put into the words of the document.
struct Fault {
    kind: RefusalKind,
    message: String,
    /// Whether some of the body was left on the connection, which must then end.
    unread: bool,
}

impl Fault {
    fn new(kind: RefusalKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            unread: false,
        }
    }

    fn unread(kind: RefusalKind, message: impl Into<String>) -> Self {
        Self {
            unread: true,
            ..Self::new(kind, message)
        }
    }
}

impl From<json::Unreadable> for Fault {
    fn from(unreadable: json::Unreadable) -> Self {
        match unreadable {
            json::Unreadable::Malformed(why) => Self::new(
                RefusalKind::Malformed,
                format!("the body is not valid JSON: {why}"),
            ),
            json::Unreadable::Wrong(why) => Self::new(
                RefusalKind::WrongContent,
                format!("the body does not fit: {why}"),
            ),
        }
    }
}

/// One request on its way through the guard.
struct Exchange<S> {
    guarded: Arc<Guarded<S>>,
    operation: &'static str,
    path: Vec<(&'static str, String)>,
    started: Instant,
}

impl<S: Service> Exchange<S> {
    fn begin(
        rqctx: &RequestContext<Arc<Guarded<S>>>,
        operation: &'static str,
        path: Vec<(&'static str, String)>,
    ) -> Self {
        Self {
            guarded: Arc::clone(rqctx.context()),
            operation,
            path,
            started: Instant::now(),
        }
    }

    /// Reads the request, lets the service handle it, and answers for both if they fail.
    async fn answer<Q, R, F>(
        &self,
        read: impl Future<Output = Result<Q, Fault>>,
        handle: impl FnOnce(Arc<S>, Q) -> F,
        refuse: impl Fn(&S, &Refusal) -> R,
    ) -> Result<Answer<R>, HttpError>
    where
        R: HttpResponse + Send + 'static,
        F: Future<Output = R> + Send + 'static,
    {
        let service = &self.guarded.service;
        let outcome = match read.await {
            Ok(request) => self.finish(handle(Arc::clone(service), request)).await,
            Err(fault) => Err(fault),
        };
        let answer = match outcome {
            Ok(response) => Answer {
                response,
                close: false,
            },
            Err(fault) => Answer {
                close: fault.unread,
                response: self.refused(fault, refuse)?,
            },
        };
        let status = answer.response.status_code().as_u16();
        let observe = || service.observe(self.operation, status, self.started.elapsed());
        // Whoever counts the answers must not be able to lose one.
        let _ = catch_unwind(AssertUnwindSafe(observe));
        Ok(answer)
    }

    /// The answer to what is wrong, in the words of the service. If it panics even over those,
    /// dropshot's own words are what is left.
    fn refused<R>(&self, fault: Fault, refuse: impl Fn(&S, &Refusal) -> R) -> Result<R, HttpError> {
        let refusal = Refusal {
            kind: fault.kind,
            message: fault.message,
            operation: self.operation,
            path: self.path.clone(),
        };
        let attempt = || refuse(&self.guarded.service, &refusal);
        catch_unwind(AssertUnwindSafe(attempt))
            .map_err(|_| HttpError::for_internal_error("a refusal panicked".to_owned()))
    }

    /// Runs the service: a panic stays there, and what outlives the deadline or the sender's
    /// patience goes on to its end, although nobody hears of it.
    async fn finish<R: Send + 'static>(
        &self,
        work: impl Future<Output = R> + Send + 'static,
    ) -> Result<R, Fault> {
        let work = Lasting(Some(Box::pin(AssertUnwindSafe(work).catch_unwind())));
        match tokio::time::timeout(self.remaining(), work).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(_)) => Err(Fault::new(RefusalKind::Panic, "internal error")),
            Err(_) => {
                let message = format!("not finished within {:?}", self.guarded.limits.deadline);
                Err(Fault::new(RefusalKind::Deadline, message))
            }
        }
    }

    fn remaining(&self) -> Duration {
        self.guarded
            .limits
            .deadline
            .saturating_sub(self.started.elapsed())
    }

    /// The body, if it is declared to be of the media type and stays within the limits.
    async fn body(
        &self,
        request: hyper::Request<Arriving>,
        media: &'static str,
    ) -> Result<Bytes, Fault> {
        let limits = &self.guarded.limits;
        let too_large = || {
            let message = format!("the body is longer than {} bytes", limits.body_bytes);
            Fault::unread(RefusalKind::TooLarge, message)
        };
        if declared_length(request.headers())
            .is_some_and(|length| length > limits.body_bytes as u64)
        {
            return Err(too_large());
        }
        content(request.headers(), media).map_err(|message| {
            let unread = !request.body().is_complete();
            Fault {
                unread,
                ..Fault::new(RefusalKind::ContentType, message)
            }
        })?;
        let mut body = request.into_body();
        let mut bytes = BytesMut::new();
        loop {
            let patience = limits.body_silence.min(self.remaining());
            let Ok(frame) = tokio::time::timeout(patience, body.frame()).await else {
                body.give_up();
                return Err(Fault::unread(
                    RefusalKind::BodyTimeout,
                    "the body did not arrive in time",
                ));
            };
            let Some(frame) = frame else {
                return Ok(bytes.freeze());
            };
            let frame = frame.map_err(|error| {
                Fault::unread(
                    RefusalKind::Malformed,
                    format!("the body broke off: {error}"),
                )
            })?;
            if let Ok(data) = frame.into_data() {
                if bytes.len() + data.len() > limits.body_bytes {
                    return Err(too_large());
                }
                bytes.extend_from_slice(&data);
            }
        }
    }
}

/// Work that becomes a task of its own if whoever waits for it gives up. Until then it shares the
/// task of the request, because the way to another one and back costs more than a small answer.
struct Lasting<F: Future<Output: Send> + Send + 'static>(Option<Pin<Box<F>>>);

impl<F: Future<Output: Send> + Send + 'static> Future for Lasting<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let Some(work) = &mut self.0 else {
            return Poll::Pending;
        };
        let outcome = ready!(work.as_mut().poll(context));
        self.0 = None;
        Poll::Ready(outcome)
    }
}

impl<F: Future<Output: Send> + Send + 'static> Drop for Lasting<F> {
    fn drop(&mut self) {
        // Outside of a runtime the server itself is being dropped, and nothing can go on.
        if let (Some(work), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(work);
        }
    }
}

/// A path parameter in its type.
fn parameter<T: FromStr>(name: &str, text: &str, body: Option<&Arriving>) -> Result<T, Fault>
where
    T::Err: fmt::Display,
{
    text.parse().map_err(|error| {
        let message = format!("{text:?} is no value of the path parameter `{name}`: {error}");
        let unread = body.is_some_and(|body| !body.is_complete());
        Fault {
            unread,
            ..Fault::new(RefusalKind::PathParameter, message)
        }
    })
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers
        .get(CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()
}

/// Whether the headers declare the media type. Parameters are allowed, but a charset must be UTF-8.
fn content(headers: &HeaderMap, media: &str) -> Result<(), String> {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(format!("exactly one content type is needed: {media}"));
    };
    let text = value
        .to_str()
        .map_err(|_| "the content type is not text".to_owned())?;
    let mut parts = text.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let charset = parts
        .filter_map(|part| part.split_once('='))
        .find_map(|(name, value)| {
            name.trim()
                .eq_ignore_ascii_case("charset")
                .then(|| value.trim().trim_matches('"'))
        });
    if !essence.eq_ignore_ascii_case(media) {
        return Err(format!("the content type must be {media}, not {text:?}"));
    }
    match charset {
        Some(name) if !name.eq_ignore_ascii_case("utf-8") => {
            Err(format!("the charset must be utf-8, not {name:?}"))
        }
        _ => Ok(()),
    }
}

/// A declared response, and whether the connection can be used again.
pub struct Answer<R> {
    response: R,
    close: bool,
}

impl<R: HttpResponse> HttpResponse for Answer<R> {
    fn to_result(self) -> Result<Response<Body>, HttpError> {
        let mut response = self.response.to_result()?;
        if self.close {
            response
                .headers_mut()
                .insert(CONNECTION, HeaderValue::from_static("close"));
        }
        Ok(response)
    }

    fn response_metadata() -> ApiEndpointResponse {
        R::response_metadata()
    }

    fn status_code(&self) -> StatusCode {
        self.response.status_code()
    }
}

fn json_reply<T: serde::Serialize>(
    status: StatusCode,
    body: &T,
) -> Result<Response<Body>, HttpError> {
    let text = serde_json::to_vec(body)
        .map_err(|error| HttpError::for_internal_error(error.to_string()))?;
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

fn empty_reply(status: StatusCode) -> Result<Response<Body>, HttpError> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    Ok(response)
}

fn documented_json<T>(status: StatusCode, description: &str) -> ApiEndpointResponse
where
    T: serde::Serialize + schemars::JsonSchema + Send + Sync + 'static,
{
    let mut metadata = <HttpResponseOk<T> as HttpResponse>::response_metadata();
    metadata.success = Some(status);
    metadata.description = Some(description.to_owned());
    metadata
}

fn documented_empty(status: StatusCode, description: &str) -> ApiEndpointResponse {
    let description = Some(description.to_owned());
    ApiEndpointResponse {
        success: Some(status),
        description,
        ..ApiEndpointResponse::default()
    }
}

mod json {
    use std::borrow::Cow;
    use std::cell::RefCell;
    use std::collections::HashSet;
    use std::fmt;

    use serde::de::value::StrDeserializer;
    use serde::de::{
        Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error as _, IgnoredAny,
        IntoDeserializer as _, MapAccess, SeqAccess, Visitor,
    };

    /// Why a text is not a value of the wanted type.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) enum Unreadable {
        /// The text is not exactly one JSON value.
        Malformed(String),
        /// It is JSON, but not of this type; the message starts with the path to the culprit.
        Wrong(String),
    }

    impl fmt::Display for Unreadable {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            match self {
                Self::Malformed(why) | Self::Wrong(why) => f.write_str(why),
            }
        }
    }

    /// Reads exactly one value. An array does not pass for an object, and no key may come twice,
    /// except inside of what the type does not look at.
    pub(crate) fn read<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, Unreadable> {
        let text = std::str::from_utf8(bytes)
            .map_err(|error| Unreadable::Malformed(format!("not UTF-8: {error}")))?;
        let track = Track::default();
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let value = T::deserialize(Strict {
            inner: &mut deserializer,
            track: &track,
        });
        let value = value.map_err(|error| judge(text, &track, error))?;
        deserializer
            .end()
            .map_err(|error| malformed(text, &error))?;
        Ok(value)
    }

    /// The parser stops at the first wrong value; what follows may still not be JSON at all.
    fn judge(text: &str, track: &Track, error: serde_json::Error) -> Unreadable {
        if !error.is_data() {
            return malformed(text, &error);
        }
        if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
            return malformed(text, &error);
        }
        let place = format!(" at line {} column {}", error.line(), error.column());
        let message = error.to_string();
        Unreadable::Wrong(format!(
            "{track}: {}",
            message.strip_suffix(&place).unwrap_or(&message)
        ))
    }

    /// What the parser says, and what stands there: a place alone says nothing about a text that was put together elsewhere.
    fn malformed(text: &str, error: &serde_json::Error) -> Unreadable {
        let line = text.lines().nth(error.line().saturating_sub(1));
        let bytes = line.unwrap_or_default().as_bytes();
        let rest = bytes
            .get(error.column().saturating_sub(1)..)
            .unwrap_or_default();
        let found: String = String::from_utf8_lossy(rest).chars().take(24).collect();
        if found.is_empty() {
            return Unreadable::Malformed(error.to_string());
        }
        Unreadable::Malformed(format!("{error}, where {found:?} stands"))
    }

    /// The way from where the reader failed up to the top: a step is noted only when it fails.
    #[derive(Default)]
    struct Track(RefCell<Vec<Step>>);

    enum Step {
        Key(String),
        Index(usize),
    }

    impl Track {
        fn within<T, E>(
            &self,
            step: impl FnOnce() -> Step,
            read: impl FnOnce() -> Result<T, E>,
        ) -> Result<T, E> {
            read().inspect_err(|_| self.0.borrow_mut().push(step()))
        }
    }

    impl fmt::Display for Track {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("$")?;
            for step in self.0.borrow().iter().rev() {
                match step {
                    Step::Index(index) => write!(f, "[{index}]")?,
                    Step::Key(key)
                        if key.chars().all(|c| c.is_alphanumeric() || c == '_') && !key.is_empty() =>
                    {
                        write!(f, ".{key}")?;
                    }
                    Step::Key(key) => write!(f, "[{key:?}]")?,
                }
            }
            Ok(())
        }
    }

    /// A deserializer, visitor, seed or access that does what the inner one does, and keeps track.
    struct Strict<'t, T> {
        inner: T,
        track: &'t Track,
    }

    impl<'t, T> Strict<'t, T> {
        fn around<U>(&self, inner: U) -> Strict<'t, U> {
            Strict {
                inner,
                track: self.track,
            }
        }
    }

    macro_rules! forward {
        ($($method:ident)*) => {$(
            fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
                let visitor = self.around(visitor);
                self.inner.$method(visitor)
            }
        )*};
    }

    impl<'de, D: Deserializer<'de>> Deserializer<'de> for Strict<'_, D> {
        type Error = D::Error;

        forward! {
            deserialize_any deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32
            deserialize_i64 deserialize_i128 deserialize_u8 deserialize_u16 deserialize_u32
            deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64 deserialize_char
            deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf
            deserialize_option deserialize_unit deserialize_seq deserialize_map
            deserialize_identifier
        }

        fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.inner.deserialize_ignored_any(visitor)
        }

        /// As a map: serde_json would also take an array, field by field.
        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            _: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, D::Error> {
            self.deserialize_map(visitor)
        }

        fn deserialize_unit_struct<V: Visitor<'de>>(
            self,
            name: &'static str,
            visitor: V,
        ) -> Result<V::Value, D::Error> {
            let visitor = self.around(visitor);
            self.inner.deserialize_unit_struct(name, visitor)
        }

        /// A member that may be left out asks by the name `present`; it has no use for null.
        fn deserialize_newtype_struct<V: Visitor<'de>>(
            self,
            name: &'static str,
            visitor: V,
        ) -> Result<V::Value, D::Error> {
            if name == "present" {
                return self.deserialize_option(visitor);
            }
            let visitor = self.around(visitor);
            self.inner.deserialize_newtype_struct(name, visitor)
        }

        fn deserialize_tuple<V: Visitor<'de>>(
            self,
            len: usize,
            visitor: V,
        ) -> Result<V::Value, D::Error> {
            let visitor = self.around(visitor);
            self.inner.deserialize_tuple(len, visitor)
        }

        fn deserialize_tuple_struct<V: Visitor<'de>>(
            self,
            name: &'static str,
            len: usize,
            visitor: V,
        ) -> Result<V::Value, D::Error> {
            let visitor = self.around(visitor);
            self.inner.deserialize_tuple_struct(name, len, visitor)
        }

        /// From a text only: serde_json would also take an object with one key.
        fn deserialize_enum<V: Visitor<'de>>(
            self,
            _: &'static str,
            _: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, D::Error> {
            self.inner.deserialize_any(Word(visitor))
        }

        fn is_human_readable(&self) -> bool {
            self.inner.is_human_readable()
        }
    }

    macro_rules! visit {
        ($($method:ident $type:ty)*) => {$(
            fn $method<E: serde::de::Error>(self, value: $type) -> Result<V::Value, E> {
                self.inner.$method(value)
            }
        )*};
    }

    impl<'de, V: Visitor<'de>> Visitor<'de> for Strict<'_, V> {
        type Value = V::Value;

        visit! {
            visit_bool bool visit_i64 i64 visit_i128 i128 visit_u64 u64 visit_u128 u128
            visit_f64 f64 visit_char char visit_str &str visit_borrowed_str &'de str
            visit_string String visit_bytes &[u8] visit_borrowed_bytes &'de [u8]
            visit_byte_buf Vec<u8>
        }

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.inner.expecting(f)
        }

        fn visit_unit<E: serde::de::Error>(self) -> Result<V::Value, E> {
            self.inner.visit_unit()
        }

        fn visit_none<E: serde::de::Error>(self) -> Result<V::Value, E> {
            self.inner.visit_none()
        }

        fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
            let deserializer = self.around(deserializer);
            self.inner.visit_some(deserializer)
        }

        fn visit_newtype_struct<D: Deserializer<'de>>(
            self,
            deserializer: D,
        ) -> Result<V::Value, D::Error> {
            let deserializer = self.around(deserializer);
            self.inner.visit_newtype_struct(deserializer)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
            let items = Items {
                inner: self.around(items),
                next: 0,
            };
            self.inner.visit_seq(items)
        }

        fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
            let members = Members {
                inner: self.around(members),
                keys: Keys::new(),
            };
            self.inner.visit_map(members)
        }

        fn visit_enum<A: EnumAccess<'de>>(self, variant: A) -> Result<V::Value, A::Error> {
            self.inner.visit_enum(variant)
        }
    }

    impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Strict<'_, S> {
        type Value = S::Value;

        fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
            let deserializer = self.around(deserializer);
            self.inner.deserialize(deserializer)
        }
    }

    /// Takes a text for the variant of that name.
    struct Word<V>(V);

    impl<'de, V: Visitor<'de>> Visitor<'de> for Word<V> {
        type Value = V::Value;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.expecting(f)
        }

        fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<V::Value, E> {
            self.0.visit_enum(value.into_deserializer())
        }
    }

    struct Items<'t, A> {
        inner: Strict<'t, A>,
        next: usize,
    }

    impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Items<'_, A> {
        type Error = A::Error;

        fn next_element_seed<S: DeserializeSeed<'de>>(
            &mut self,
            seed: S,
        ) -> Result<Option<S::Value>, A::Error> {
            let seed = self.inner.around(seed);
            let track = self.inner.track;
            let step = || Step::Index(self.next);
            let item = track.within(step, || self.inner.inner.next_element_seed(seed))?;
            self.next += 1;
            Ok(item)
        }
    }

    struct Members<'t, 'de, A> {
        inner: Strict<'t, A>,
        keys: Keys<'de>,
    }

    impl<'de, A: MapAccess<'de>> MapAccess<'de> for Members<'_, 'de, A> {
        type Error = A::Error;

        fn next_key_seed<S: DeserializeSeed<'de>>(
            &mut self,
            seed: S,
        ) -> Result<Option<S::Value>, A::Error> {
            let Some(Key(key)) = self.inner.inner.next_key()? else {
                return Ok(None);
            };
            if !self.keys.add(key) {
                let key = self.keys.last();
                return Err(A::Error::custom(format_args!(
                    "the key {key:?} is there twice"
                )));
            }
            let key: StrDeserializer<'_, A::Error> = self.keys.last().into_deserializer();
            seed.deserialize(key).map(Some)
        }

        fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
            let seed = self.inner.around(seed);
            let step = || Step::Key(self.keys.last().to_owned());
            let track = self.inner.track;
            track.within(step, || self.inner.inner.next_value_seed(seed))
        }
    }

    /// The keys of an object so far. Most objects have few, and looking at those is cheaper than hashing them.
    struct Keys<'de> {
        in_order: Vec<Cow<'de, str>>,
        hashed: HashSet<Cow<'de, str>>,
    }

    impl<'de> Keys<'de> {
        const FEW: usize = 16;

        fn new() -> Self {
            Self {
                in_order: Vec::with_capacity(Self::FEW),
                hashed: HashSet::new(),
            }
        }

        /// Whether the key is new. It is the last one from now on in any case.
        fn add(&mut self, key: Cow<'de, str>) -> bool {
            let new = if self.in_order.len() < Self::FEW {
                !self.in_order.contains(&key)
            } else {
                if self.hashed.is_empty() {
                    self.hashed.extend(self.in_order.iter().cloned());
                }
                self.hashed.insert(key.clone())
            };
            self.in_order.push(key);
            new
        }

        fn last(&self) -> &str {
            self.in_order.last().map_or("", |key| key)
        }
    }

    /// A key, taken from the text as it is if nothing in it is escaped.
    struct Key<'de>(Cow<'de, str>);

    impl<'de> Deserialize<'de> for Key<'de> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            /// Takes a text.
            struct Text;

            impl<'de> Visitor<'de> for Text {
                type Value = Key<'de>;

                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("a key")
                }

                fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
                    Ok(Key(Cow::Borrowed(key)))
                }

                fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
                    Ok(Key(Cow::Owned(key.to_owned())))
                }
            }

            deserializer.deserialize_str(Text)
        }
    }
}
