//! The cases, by what they are about.

pub(crate) mod bodies;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod health;
pub(crate) mod lifecycle;
pub(crate) mod refusals;
pub(crate) mod robust;
pub(crate) mod transport;
pub(crate) mod update;
