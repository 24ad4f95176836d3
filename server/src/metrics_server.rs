//! The metrics port: `GET /metrics` and nothing else.

use std::net::SocketAddr;
use std::sync::Arc;

use dropshot::{
    ApiDescription, Body, BuildError, ConfigDropshot, HttpError, HttpServer, RequestContext,
    ServerBuilder, endpoint,
};
use hyper::{Response, header};
use slog::Logger;

use crate::metrics::Exposition;

/// The format that `prometheus-client` writes.
const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// A server for the metrics, listening when this returns.
pub(crate) fn start(
    address: SocketAddr,
    metrics: Arc<Exposition>,
    log: &Logger,
) -> Result<HttpServer<Arc<Exposition>>, BuildError> {
    let mut api = ApiDescription::new();
    api.register(read_metrics)
        .expect("one path cannot conflict");
    let config = ConfigDropshot {
        bind_address: address,
        ..ConfigDropshot::default()
    };
    ServerBuilder::new(api, metrics, log.clone())
        .config(config)
        .start()
}

#[endpoint { method = GET, path = "/metrics" }]
async fn read_metrics(
    request: RequestContext<Arc<Exposition>>,
) -> Result<Response<Body>, HttpError> {
    let text = request
        .context()
        .text()
        .map_err(|error| HttpError::for_internal_error(error.to_string()))?;
    Response::builder()
        .header(header::CONTENT_TYPE, CONTENT_TYPE)
        .body(text.into())
        .map_err(|error| HttpError::for_internal_error(error.to_string()))
}
