//! Workflows that have not ended.

use kfp_operator_sim::{Operation, Request, ResourceKind, Status, Workflow};

/// A workflow that has not ended.
#[derive(Debug)]
pub(super) struct UnderWay {
    /// In the order in which they were started.
    pub(super) number: usize,
    pub(super) operation: Operation,
    pub(super) kind: ResourceKind,
    pub(super) before: Status,
    pub(super) workflow: Workflow,
    pub(super) request: Request,
    /// The id as the step gets it.
    pub(super) id: String,
    pub(super) warnings: Vec<String>,
}

impl UnderWay {
    /// Whether it compiles before it sends, which takes minutes where others take seconds.
    pub(super) fn compiles(&self) -> bool {
        self.kind == ResourceKind::Pipeline && self.operation != Operation::Delete
    }
}
