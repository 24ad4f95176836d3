//! What happened to a resource at one moment of the rehearsal.

use kfp_operator_sim::{Operation, Reply, Request, State, Status, Workflow};

/// One row of the report.
#[derive(Debug)]
pub(super) struct Step {
    /// Kind, namespace and name.
    pub(super) resource: String,
    /// File and line, or what made the resource.
    pub(super) place: String,
    /// What was sent, if anything was.
    pub(super) sent: Option<Sent>,
    /// How the resource ends up.
    pub(super) status: Status,
    /// The version that the operator notes.
    pub(super) version: String,
    /// Whether that is as it should be.
    pub(super) well: bool,
    /// What people should know about it.
    pub(super) warnings: Vec<String>,
    /// Whether a webhook did not let it in.
    pub(super) refused: bool,
}

/// A request and its answer.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) operation: Operation,
    pub(super) request: Request,
    /// Host and port.
    pub(super) host: String,
    pub(super) workflow: Workflow,
    pub(super) reply: Reply,
    /// Whether no request was sent.
    pub(super) assumed: bool,
}

impl Step {
    /// A step in which nothing was sent.
    pub(super) fn silent(
        resource: String,
        place: String,
        status: Status,
        version: String,
        well: bool,
        warnings: Vec<String>,
    ) -> Self {
        Self {
            resource,
            place,
            sent: None,
            status,
            version,
            well,
            warnings,
            refused: false,
        }
    }

    /// The state as the operator spells it; a resource that was never looked at has none.
    pub(super) fn state(&self) -> String {
        match self.status.state {
            State::Unknown => "(none)".to_owned(),
            state => format!("{state:?}"),
        }
    }
}
