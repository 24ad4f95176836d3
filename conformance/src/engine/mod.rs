//! What runs the cases: the plan, the session that they share, the context that a case works with, and the run itself.
//!
//! Here belongs what every case needs. What a particular case sends, or which cases there are, does not belong here.

pub(crate) mod activity;
pub(crate) mod case;
mod cleaning;
pub(crate) mod context;
pub(crate) mod plan;
pub(crate) mod previous;
pub(crate) mod run;
pub(crate) mod session;
pub(crate) mod setup;
mod times;
