//! A provider that does what the name or id of a resource says, and one that supports nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use kfp_provider_server::{
    Deleted, Experiment, Experiments, Pipeline, Pipelines, Provider, Refusal, ResourceId, Run,
    RunSchedule, RunSchedules, Runs,
};
use tokio::sync::Notify;

/// Supports nothing.
pub(crate) struct Silent;

impl Pipelines for Silent {}
impl Runs for Silent {}
impl RunSchedules for Silent {}
impl Experiments for Silent {}
impl Provider for Silent {}

/// What a test and its provider share.
#[derive(Default)]
pub(crate) struct Stage {
    /// Requests that have begun to wait.
    pub(crate) waiting: AtomicUsize,
    /// Somebody has begun to wait.
    pub(crate) arrived: Notify,
    /// Lets those go who wait.
    pub(crate) release: Notify,
    /// The provider was stopped.
    pub(crate) stopped: AtomicBool,
    /// The readiness check fails.
    pub(crate) broken: AtomicBool,
}

/// Does what the last part of the name, or the id up to its first `/`, says.
#[derive(Clone, Default)]
pub(crate) struct Scripted(pub(crate) Arc<Stage>);

impl Scripted {
    async fn act(&self, script: &str) -> Result<ResourceId, Refusal> {
        let made: ResourceId = format!("made/{}", script.len()).parse().expect("a safe id");
        match script {
            "ok" => Ok(made),
            "unsupported" => Err(Refusal::unsupported("no such thing")),
            "invalid" => Err(Refusal::invalid("field: wrong")),
            "not-found" => Err(Refusal::not_found("it is gone")),
            "unavailable" => Err(Refusal::unavailable("backend is down")),
            "internal" => Err(Refusal::internal("boom")),
            "half" => Err(Refusal::unavailable("half of it").with_created(made)),
            "empty" => Err(Refusal::invalid(" ")),
            "long" => Err(Refusal::internal("🦀\u{1}".repeat(100_000))),
            "panic" => panic!("as the test wants it"),
            "wait" => {
                self.0.waiting.fetch_add(1, Ordering::SeqCst);
                self.0.arrived.notify_one();
                self.0.release.notified().await;
                Ok(made)
            }
            other => panic!("{other:?} is no script"),
        }
    }

    async fn remove(&self, id: &str) -> Result<Deleted, Refusal> {
        match script(id) {
            "gone" => Ok(Deleted::NotThere),
            script => self.act(script).await.map(|_| Deleted::Removed),
        }
    }
}

fn script(id: &str) -> &str {
    id.split('/').next().unwrap_or_default()
}

/// The four types behave alike.
macro_rules! scripted {
    ($($name:ident $resource:ident),*) => {$(
        impl $name for Scripted {
            async fn create(&self, resource: $resource) -> Result<ResourceId, Refusal> {
                self.act(resource.name.name()).await
            }

            async fn update(&self, id: &str, _resource: $resource) -> Result<ResourceId, Refusal> {
                self.act(script(id)).await
            }

            async fn delete(&self, id: &str) -> Result<Deleted, Refusal> {
                self.remove(id).await
            }
        }
    )*};
}

scripted!(Pipelines Pipeline, Runs Run, RunSchedules RunSchedule, Experiments Experiment);

impl Provider for Scripted {
    async fn ready(&self) -> Result<(), String> {
        if self.0.broken.load(Ordering::SeqCst) {
            Err("broken on purpose".to_owned())
        } else {
            Ok(())
        }
    }

    async fn stop(&self) {
        self.0.stopped.store(true, Ordering::SeqCst);
    }
}
