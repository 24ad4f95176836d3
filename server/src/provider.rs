//! What the author of a provider writes.

use std::future::Future;

use kfp_provider_domain::ResourceId;
use prometheus_client::registry::Registry;

use crate::refusal::Refusal;
use crate::resource::{Experiment, Pipeline, Run, RunSchedule};

/// A resource is gone, one way or the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deleted {
    /// It existed and was removed.
    Removed,
    /// There was none of that id and type.
    NotThere,
}

/// Declares one trait per resource type. They differ in nothing but the type and the words.
macro_rules! resource_trait {
    ($(#[$doc:meta])* $name:ident, $resource:ident, $what:literal, $whats:literal) => {
        $(#[$doc])*
        ///
        /// The methods are the operator's three requests; a method that is left out answers that the provider does not
        /// support it. They run concurrently, also for one resource. Each must be done within the request deadline
        /// of the settings; long work is started, not awaited.
        ///
        /// Ids come back as they were issued, but also after years, after restarts, and with texts that were never
        /// issued. An id issued for another resource type does not exist here.
        pub trait $name: Send + Sync {
            #[doc = concat!("Creates a ", $what, " and returns the id by which the operator will know it.")]
            ///
            /// The operator never repeats a create by itself, but it may create again what it believes lost, under the
            /// same name.
            fn create(&self, resource: $resource) -> impl Future<Output = Result<ResourceId, Refusal>> + Send {
                let _ = resource;
                async { Err(Refusal::unsupported(concat!("this provider does not support ", $whats))) }
            }

            #[doc = concat!("Replaces the ", $what, " of this id and returns its id, which may be a new one.")]
            ///
            /// After an error the operator keeps `id`, so what it means must still exist.
            fn update(&self, id: &str, resource: $resource) -> impl Future<Output = Result<ResourceId, Refusal>> + Send {
                let _ = (id, resource);
                async { Err(Refusal::unsupported(concat!("this provider does not support changing ", $whats))) }
            }

            #[doc = concat!("Removes the ", $what, " of this id.")]
            ///
            /// An error keeps the resource in the cluster, waiting forever: return one only if something is really
            /// left behind. What is not there is not an error.
            fn delete(&self, id: &str) -> impl Future<Output = Result<Deleted, Refusal>> + Send {
                let _ = id;
                async { Err(Refusal::unsupported(concat!("this provider does not support deleting ", $whats))) }
            }
        }
    };
}

resource_trait! {
    /// Pipelines: what runs are made of, in versions.
    Pipelines, Pipeline, "pipeline", "pipelines"
}
resource_trait! {
    /// Runs: one execution of a pipeline each. The operator never updates a run.
    Runs, Run, "run", "runs"
}
resource_trait! {
    /// Run schedules: runs that are started by the clock.
    RunSchedules, RunSchedule, "run schedule", "run schedules"
}
resource_trait! {
    /// Experiments: groups of runs.
    Experiments, Experiment, "experiment", "experiments"
}

/// A whole provider: the four resource types and its own state of health.
///
/// The README of this crate has one to start from, and `kfp-provider-embedded` is one that supports everything.
pub trait Provider: Pipelines + Runs + RunSchedules + Experiments + 'static {
    /// Whether requests can be served now: the answer to `/readyz`. The error says what is missing; it is logged.
    /// Asked at most about once a second, and not waited for longer than the settings allow.
    fn ready(&self) -> impl Future<Output = Result<(), String>> + Send {
        async { Ok(()) }
    }

    /// Adds metrics of the provider's own to those on the metrics port. Called once, at the start.
    fn register_metrics(&self, registry: &mut Registry) {
        let _ = registry;
    }

    /// Called once at the end, when every request is answered: stop background work, flush what is buffered.
    fn stop(&self) -> impl Future<Output = ()> + Send {
        async {}
    }
}
