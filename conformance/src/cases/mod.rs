//! The cases, by what they are about.
//!
//! Here belongs what is sent to decide a requirement, and what is seen in the answers. Nothing below knows a case.

pub(crate) mod bodies;
pub(crate) mod container;
pub(crate) mod create;
pub(crate) mod crowd;
pub(crate) mod delete;
mod effect;
pub(crate) mod events;
pub(crate) mod generated;
pub(crate) mod health;
pub(crate) mod lifecycle;
mod outage;
pub(crate) mod pace;
pub(crate) mod refusals;
pub(crate) mod replica;
mod restart;
pub(crate) mod robust;
pub(crate) mod transport;
pub(crate) mod update;
pub(crate) mod upheaval;
pub(crate) mod walk;
