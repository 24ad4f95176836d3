//! What generated types need beside serde and schemars.

pub(crate) mod documented;
mod opaque;
pub(crate) mod present;
pub(crate) mod tagged;
pub(crate) mod unique;
