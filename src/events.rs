//! Run completion events: how a provider tells the operator that a run has ended.
//!
//! - [`types`]: what goes over the wire.
//! - `client` (feature `client`): sends one event. Who has to be sure that it arrives needs more than that: the event
//!   delivery of `kfp-run-completion`.
//! - `server` (feature `server`): a skeleton for what receives events.
//!
//! All three are generated from `run-completion.yaml`. `RunCompletionEvent` of
//! `kfp-provider-domain` is the event of which the names, the times and the outcome have been checked.

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

/// A typed HTTP client that sends one event and returns what the receiver says to it.
#[cfg(feature = "client")]
#[allow(
    missing_docs,
    clippy::all,
    clippy::allow_attributes_without_reason,
    clippy::unwrap_used,
    reason = "generated"
)]
pub mod client {
    include!(concat!(env!("OUT_DIR"), "/events/client.rs"));
}

/// A receiver of events that cannot give an answer which the contract does not have.
#[cfg(feature = "server")]
pub mod server {
    include!(concat!(env!("OUT_DIR"), "/events/server.rs"));
}
