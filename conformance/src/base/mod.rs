//! What every layer may use: outcomes, digests, exit codes, shards, the pace of requests, paths, texts.
//!
//! Here belongs what knows nothing of this crate and is needed in more than one layer. What is about HTTP, about the
//! document or about a requirement does not belong here.

pub(crate) mod contract;
pub(crate) mod digest;
pub(crate) mod exit;
pub(crate) mod outcome;
pub(crate) mod pace;
pub(crate) mod shard;
pub(crate) mod text;
