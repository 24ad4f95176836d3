//! What the code that `openapi-codegen` writes stands on.
//!
//! - Without a feature: what the generated types need, and [`json`], a stricter reader of JSON than serde's.
//! - `client`: what progenitor's client does not have.
//! - `server`: the guard between dropshot and a service. Everything that a request can do wrong becomes a declared answer
//!   there.
//!
//! Generated code is the only intended caller. What its users see of this crate, generated code exports again: the limits of
//! a server, and the refusals that it makes before its service is asked.

pub mod json;
mod types;

#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "server")]
pub mod server;

pub use types::documented::documented;
pub use types::present::present;
pub use types::tagged::Tagged;
pub use types::unique::repeated;
