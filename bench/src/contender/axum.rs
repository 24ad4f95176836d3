//! Plain axum, with the extractors that come with it.

use std::io;

use axum::extract::{DefaultBodyLimit, Path};
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use kfp_provider_api::types::{Pipeline, ResourceId, Run};
use tokio::net::TcpListener;

use super::{BODY_BYTES, ID};

async fn create<T>(Json(_): Json<T>) -> (StatusCode, Json<ResourceId>) {
    (StatusCode::CREATED, Json(ResourceId { id: ID.to_owned() }))
}

async fn update<T>(Path(id): Path<String>, Json(_): Json<T>) -> Json<ResourceId> {
    Json(ResourceId { id })
}

pub(super) async fn serve(listener: TcpListener) -> io::Result<()> {
    let router = Router::new()
        .route("/resource/run", post(create::<Run>))
        .route("/resource/run/{id}", put(update::<Run>))
        .route("/resource/pipeline", post(create::<Pipeline>))
        .route("/resource/pipeline/{id}", put(update::<Pipeline>))
        .route("/livez", get(async || StatusCode::NO_CONTENT))
        .layer(DefaultBodyLimit::max(BODY_BYTES));
    axum::serve(listener, router).await
}
