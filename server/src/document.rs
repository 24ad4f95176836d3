//! The document of the API, and a page that shows it to people.

use dropshot::{
    ApiDescription, ApiDescriptionRegisterError, ApiEndpoint, ApiEndpointVersions, Body, HttpError,
    Method, RequestContext, ServerContext,
};
use hyper::{Response, header};

/// Where tools find the document.
pub(crate) const DOCUMENT: &str = "/openapi.json";
/// Where people find it.
pub(crate) const VIEWER: &str = "/docs";

const PAGE: &str = include_str!("document/viewer.html");
/// The page brings all it needs, its empty icon among it, and asks for nothing but the document beside it.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Adds both to an API. They are no part of what the document describes.
pub(crate) fn register<C: ServerContext>(
    api: &mut ApiDescription<C>,
) -> Result<(), ApiDescriptionRegisterError> {
    // Neither takes a body; the server wants to know of what type it would be.
    let versions = || ApiEndpointVersions::All;
    let document =
        |_: RequestContext<C>| async { text("application/json", kfp_provider_api::EFFECTIVE) };
    let viewer = |_: RequestContext<C>| async { text("text/html; charset=utf-8", PAGE) };
    api.register(
        ApiEndpoint::new(
            "document".to_owned(),
            document,
            Method::GET,
            JSON,
            DOCUMENT,
            versions(),
        )
        .visible(false),
    )?;
    api.register(
        ApiEndpoint::new(
            "viewer".to_owned(),
            viewer,
            Method::GET,
            JSON,
            VIEWER,
            versions(),
        )
        .visible(false),
    )
}

const JSON: &str = "application/json";

fn text(content_type: &'static str, text: &'static str) -> Result<Response<Body>, HttpError> {
    Response::builder()
        .header(header::CONTENT_TYPE, content_type)
        .header(header::CONTENT_SECURITY_POLICY, POLICY)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(text.into())
        .map_err(|error| HttpError::for_internal_error(error.to_string()))
}
