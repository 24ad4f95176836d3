//! What a fault or variant does, and where.

use serde_json::Value;

use super::answer::{Answer, Flaw, Operation};
use super::check::Resource;
use super::events::Run;
use super::ids::Seed;
use super::route::Call;

/// An effect on what a request passes, from the first to the last.
#[derive(Clone, Copy, Debug)]
pub(super) enum Effect {
    /// Requests that are stopped before they are understood, and with what.
    Gate(fn(&Call<'_>) -> bool, fn(&Call<'_>) -> Answer),
    /// A flaw that is overlooked in the requests of an operation.
    Overlook(Operation, Flaw),
    /// Valid bodies that are refused.
    Refuse(fn(&Resource) -> bool),
    /// Valid bodies at which the provider breaks down: a refusal of a value in words would only show another taste.
    Break(fn(&Resource) -> bool),
    /// Another id is issued.
    Id(fn(&Seed<'_>) -> String),
    /// Answers that are otherwise right, and what becomes of them.
    Shape(fn(&Answer) -> bool, fn(&mut Answer)),
    /// A member of events has another value.
    Report(&'static str, fn(&Run) -> Value),
}
