//! Run completion events: how a provider tells the operator that a run has ended.
//!
//! [`types`] are generated from `run-completion.yaml`. `RunCompletionEvent` of `kfp-provider-domain` is the event of which
//! the names, the times and the outcome have been checked; `kfp-run-completion` delivers it.

/// The operator's webhook: `run-completion.yaml`, an OpenAPI 3.0 document.
pub const OPENAPI: &str = include_str!("../run-completion.yaml");

/// What goes over the wire.
#[allow(
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::allow_attributes_without_reason,
    clippy::unwrap_used,
    reason = "generated"
)]
pub mod types {
    include!(concat!(env!("OUT_DIR"), "/events/types.rs"));
}
