//! What a provider may answer, as far as it follows from what was sent before.
//!
//! The contract has no way to ask what exists, so an id is all that a model can follow: it is held
//! by the name it was issued for, or nobody has it. [`explain`] decides whether the answers about
//! one id can be explained by some order of the requests; [`Script`] is a random sequence of
//! requests; [`shrink`] finds the shortest part of one that still fails; [`Walk`] sends a script to
//! a provider and compares.
//!
//! Legal variety is part of the model: ids that change with an update, an update that creates what
//! is not there, 404 or 200 for the deletion of nothing, a name that can be created twice, refusals
//! in words where somebody else is at work on the same id, answers that never came.

pub(crate) mod history;
pub(crate) mod script;
mod shrink;

pub(crate) use script::{Script, Width};
pub(crate) use shrink::shrink;
