//! Dropshot by hand, with the extractors that come with it.
//!
//! A route per resource type, so that each handler knows the type of its body: nothing cheaper can be written. It
//! lacks what the guard of the generated server adds: trailing bytes, repeated keys and arrays in place of objects
//! pass, a missing content type too, a panic breaks the connection, a slow body or handler is waited for without end.

use dropshot::{
    ApiDescription, HttpError, HttpResponseCreated, HttpResponseOk, HttpResponseUpdatedNoContent,
    HttpServer, Path, RequestContext, ServerBuilder, TypedBody, endpoint,
};
use kfp_provider_api::types::{Pipeline, ResourceId, Run};

use super::{ID, config, silent};

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct ById {
    id: String,
}

type Created = Result<HttpResponseCreated<ResourceId>, HttpError>;
type Updated = Result<HttpResponseOk<ResourceId>, HttpError>;

#[endpoint { method = POST, path = "/resource/run" }]
async fn create_run(_: RequestContext<()>, body: TypedBody<Run>) -> Created {
    Ok(created(body.into_inner()))
}

#[endpoint { method = PUT, path = "/resource/run/{id}" }]
async fn update_run(_: RequestContext<()>, path: Path<ById>, body: TypedBody<Run>) -> Updated {
    Ok(updated(path.into_inner(), body.into_inner()))
}

#[endpoint { method = POST, path = "/resource/pipeline" }]
async fn create_pipeline(_: RequestContext<()>, body: TypedBody<Pipeline>) -> Created {
    Ok(created(body.into_inner()))
}

#[endpoint { method = PUT, path = "/resource/pipeline/{id}" }]
async fn update_pipeline(
    _: RequestContext<()>,
    path: Path<ById>,
    body: TypedBody<Pipeline>,
) -> Updated {
    Ok(updated(path.into_inner(), body.into_inner()))
}

#[endpoint { method = GET, path = "/livez" }]
async fn livez(_: RequestContext<()>) -> Result<HttpResponseUpdatedNoContent, HttpError> {
    Ok(HttpResponseUpdatedNoContent())
}

fn created<T>(_resource: T) -> HttpResponseCreated<ResourceId> {
    HttpResponseCreated(ResourceId { id: ID.to_owned() })
}

fn updated<T>(path: ById, _resource: T) -> HttpResponseOk<ResourceId> {
    HttpResponseOk(ResourceId { id: path.id })
}

pub(super) fn start() -> Result<HttpServer<()>, String> {
    let mut api = ApiDescription::new();
    let registered = [
        api.register(create_run),
        api.register(update_run),
        api.register(create_pipeline),
        api.register(update_pipeline),
        api.register(livez),
    ];
    for endpoint in registered {
        endpoint.map_err(|error| error.to_string())?;
    }
    ServerBuilder::new(api, (), silent())
        .config(config())
        .start()
        .map_err(|error| error.to_string())
}
