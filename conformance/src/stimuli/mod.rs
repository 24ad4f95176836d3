//! What cases send: valid bodies, the grammar of the document and the values generated from it, sequences of requests and
//! the model of what may be answered to them.
//!
//! Here belongs what makes requests, and makes them smaller. What is concluded from the answers does not belong here.

pub(crate) mod fixture;
pub(crate) mod generate;
pub(crate) mod grammar;
pub(crate) mod model;
