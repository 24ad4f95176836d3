//! Responses as dropshot sends them.

use std::fmt;

use dropshot::{ApiEndpointResponse, Body, HttpError, HttpResponse, HttpResponseOk};
use http::StatusCode;
use http::header::{CONNECTION, CONTENT_TYPE, HeaderValue};

/// A response as dropshot sends it.
pub type Response = http::Response<Body>;

/// A response on its way to dropshot.
pub type Reply = Result<Response, HttpError>;

/// A declared response, and whether the connection can be used again.
pub struct Answer<R> {
    response: R,
    close: bool,
}

impl<R> Answer<R> {
    pub(super) fn new(response: R, close: bool) -> Self {
        Self { response, close }
    }
}

impl<R: HttpResponse> HttpResponse for Answer<R> {
    fn to_result(self) -> Reply {
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

/// A response of JSON.
///
/// # Errors
///
/// The body cannot be written as JSON.
pub fn json_reply<T: serde::Serialize>(status: StatusCode, body: &T) -> Reply {
    let text = serde_json::to_vec(body)
        .map_err(|error| HttpError::for_internal_error(error.to_string()))?;
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

/// A response without a body.
///
/// # Errors
///
/// None; the type is that of every reply.
pub fn empty_reply(status: StatusCode) -> Reply {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    Ok(response)
}

/// A response of JSON, as dropshot documents it.
pub fn documented_json<T>(status: StatusCode, description: &str) -> ApiEndpointResponse
where
    T: serde::Serialize + schemars::JsonSchema + Send + Sync + 'static,
{
    let mut metadata = <HttpResponseOk<T> as HttpResponse>::response_metadata();
    metadata.success = Some(status);
    metadata.description = Some(description.to_owned());
    metadata
}

/// A response without JSON, as dropshot documents it.
pub fn documented_empty(status: StatusCode, description: &str) -> ApiEndpointResponse {
    let description = Some(description.to_owned());
    ApiEndpointResponse {
        success: Some(status),
        description,
        ..ApiEndpointResponse::default()
    }
}

/// A status that does not belong to the range, or is declared with a response of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not one of the statuses that are declared together")]
pub struct UndeclaredStatus(pub StatusCode);

/// A status of a range, unless it is one of the others.
///
/// # Errors
///
/// It is not of the range, or one of the others.
pub fn of_range(
    status: StatusCode,
    class: u16,
    others: &[u16],
) -> Result<StatusCode, UndeclaredStatus> {
    let code = status.as_u16();
    if code / 100 == class && !others.contains(&code) {
        Ok(status)
    } else {
        Err(UndeclaredStatus(status))
    }
}

/// A response that is no JSON.
///
/// # Errors
///
/// None; the type is that of every reply.
pub fn body_reply(status: StatusCode, media: &'static str, body: impl Into<Body>) -> Reply {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let media = HeaderValue::from_static(media);
    response.headers_mut().insert(CONTENT_TYPE, media);
    Ok(response)
}

/// The same response under another media type.
pub fn declared_as(mut response: Response, media: &'static str) -> Response {
    let media = HeaderValue::from_static(media);
    response.headers_mut().insert(CONTENT_TYPE, media);
    response
}

/// A header that generated types leave no room to get wrong.
pub fn header(response: &mut Response, name: &'static str, value: &impl fmt::Display) {
    if let Ok(value) = HeaderValue::from_str(&value.to_string()) {
        response.headers_mut().insert(name, value);
    }
}
