// To accept a change: EXPECTORATE=overwrite cargo test --test golden
// @generated from run-completion.yaml by openapi-codegen. Do not edit.

use std::sync::Arc;
pub use openapi_codegen_runtime::server::{
    ApiError, EarlyRefusal, EarlyRefusalKind, Guarded, Limits,
};
use openapi_codegen_runtime::server as runtime;
use super::types;

/// What an implementer of KFP Operator run completion webhook writes: one method per operation.
pub trait Service: Send + Sync + 'static {
    /// Report a finished run
    ///
    /// The receiver looks up the run and the run configuration that the event names, and writes
    /// down what has become of them. Handlers run one after the other; if one of them fails, all
    /// of them run again when the event is sent again.
    ///
    /// The header `Content-Type` must be `application/json` to the byte: no `charset`, no capital
    /// letters. Any other method is answered with 405.
    ///
    /// `POST /events`
    fn report_run_completion(
        &self,
        request: ReportRunCompletionRequest,
    ) -> impl Future<Output = ReportRunCompletionResponse> + Send;
}

/// A request to `reportRunCompletion`, judged and found well-formed.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportRunCompletionRequest {
    /// The id under which the server logs the request, and which it sends back.
    pub request_id: String,
    /// The body.
    pub body: types::RunCompletionEvent,
    /// The body as it was sent.
    pub raw: runtime::Bytes,
}

/// The declared responses of `reportRunCompletion`; there are no others.
#[derive(Clone, Debug, PartialEq)]
pub enum ReportRunCompletionResponse {
    /// 200: The event was handled. Do not send it again.
    Ok,
    /// 400: The body is empty, or the event names neither a run nor a run configuration, or one of
    /// its parts cannot be passed on. Sending the same bytes again will not help.
    BadRequest(String),
    /// 410: Neither the run nor the run configuration exists any more. Nobody waits for the event:
    /// drop it.
    Gone(String),
    /// 415: The header `Content-Type` is not `application/json` to the byte.
    UnsupportedMediaType(String),
    /// 500: The body cannot be read as an event, a name lacks its namespace, or handling failed:
    /// the cluster could not be asked, or somebody else changed the resource meanwhile. Send
    /// the event again later.
    InternalServerError(String),
}

impl ReportRunCompletionResponse {
    fn refuse<S: Service>(_: &S, refusal: &EarlyRefusal) -> Self {
        match refusal.kind {
            EarlyRefusalKind::TooLarge | EarlyRefusalKind::BodyTimeout => {
                Self::BadRequest(refusal.message.clone())
            }
            EarlyRefusalKind::ContentType => {
                Self::UnsupportedMediaType(refusal.message.clone())
            }
            _ => Self::InternalServerError(refusal.message.clone()),
        }
    }
}

impl dropshot::HttpResponse for ReportRunCompletionResponse {
    fn to_result(self) -> runtime::Reply {
        match self {
            Self::Ok => runtime::empty_reply(runtime::StatusCode::OK),
            Self::BadRequest(body) => {
                runtime::body_reply(
                    runtime::StatusCode::BAD_REQUEST,
                    "text/plain; charset=utf-8",
                    body,
                )
            }
            Self::Gone(body) => {
                runtime::body_reply(
                    runtime::StatusCode::GONE,
                    "text/plain; charset=utf-8",
                    body,
                )
            }
            Self::UnsupportedMediaType(body) => {
                runtime::body_reply(
                    runtime::StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "text/plain; charset=utf-8",
                    body,
                )
            }
            Self::InternalServerError(body) => {
                runtime::body_reply(
                    runtime::StatusCode::INTERNAL_SERVER_ERROR,
                    "text/plain; charset=utf-8",
                    body,
                )
            }
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        runtime::documented_empty(
            runtime::StatusCode::OK,
            "The event was handled. Do not send it again.",
        )
    }
    fn status_code(&self) -> runtime::StatusCode {
        match self {
            Self::Ok => runtime::StatusCode::OK,
            Self::BadRequest(_) => runtime::StatusCode::BAD_REQUEST,
            Self::Gone(_) => runtime::StatusCode::GONE,
            Self::UnsupportedMediaType(_) => runtime::StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::InternalServerError(_) => runtime::StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// The endpoints of KFP Operator run completion webhook, as dropshot knows them.
#[dropshot::api_description{module = "api_mod"}]
trait Api {
    /// The service behind the guard.
    type Context;
    /// Report a finished run
    ///
    /// The receiver looks up the run and the run configuration that the event names, and writes
    /// down what has become of them. Handlers run one after the other; if one of them fails, all
    /// of them run again when the event is sent again.
    ///
    /// The header `Content-Type` must be `application/json` to the byte: no `charset`, no capital
    /// letters. Any other method is answered with 405.
    ///
    /// `POST /events`
    #[endpoint{method = POST,
    path = "/events",
    operation_id = "reportRunCompletion",
    tags = ["Run completion"]}]
    async fn report_run_completion(
        rqctx: dropshot::RequestContext<Self::Context>,
        incoming: runtime::Incoming<
            runtime::NoPath,
            runtime::JsonBody<types::RunCompletionEvent>,
        >,
    ) -> Result<runtime::Answer<ReportRunCompletionResponse>, dropshot::HttpError>;
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
    async fn report_run_completion(
        rqctx: dropshot::RequestContext<Self::Context>,
        incoming: runtime::Incoming<
            runtime::NoPath,
            runtime::JsonBody<types::RunCompletionEvent>,
        >,
    ) -> Result<runtime::Answer<ReportRunCompletionResponse>, dropshot::HttpError> {
        let runtime::Incoming { request, .. } = incoming;
        let exchange = runtime::Exchange::begin(&rqctx, "reportRunCompletion");
        let read = async {
            let raw = exchange.body(request, "application/json").await?;
            let body = runtime::read_json(&raw)?;
            Ok(ReportRunCompletionRequest {
                request_id: rqctx.request_id.clone(),
                body,
                raw,
            })
        };
        let handle = |service: Arc<S>, request| async move {
            service.report_run_completion(request).await
        };
        exchange.answer(read, handle, ReportRunCompletionResponse::refuse::<S>).await
    }
}
