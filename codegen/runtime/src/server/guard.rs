//! What stands between dropshot and a service, for the generated server: everything that a
//! request can do wrong is turned into a declared answer here.

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
