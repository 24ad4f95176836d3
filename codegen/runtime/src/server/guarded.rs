//! A service in its bounds, as dropshot holds it.

use std::convert::Infallible;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

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

impl From<dropshot::ApiDescriptionBuildErrors> for ApiError {
    fn from(errors: dropshot::ApiDescriptionBuildErrors) -> Self {
        Self(errors.to_string())
    }
}

/// Carries the type of a service, for which generated code implements the endpoints; there are no values of it.
pub enum Endpoints<S> {
    /// Never made.
    Never(Infallible, PhantomData<fn() -> S>),
}
