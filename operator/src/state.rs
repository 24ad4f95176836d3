//! The operator's state machine: where an answer leaves a resource, and what is sent next.

use crate::kind::Operation;
use crate::step::{ProviderOutput, StepResult};

/// The longest message, in characters, that a status can hold. A longer one keeps the whole status from being written.
pub const MAX_MESSAGE: usize = 32_768;

/// The reason of the condition `Synchronized`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum State {
    /// Nothing has happened yet.
    #[default]
    Unknown,
    /// A creation is under way.
    Creating,
    /// An update is under way.
    Updating,
    /// A deletion is under way, or has failed: there is no way back.
    Deleting,
    /// The provider holds the resource.
    Succeeded,
    /// The last creation or update failed.
    Failed,
    /// The provider holds nothing, and the finalizer is released.
    Deleted,
}

/// What the operator notes about a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// The state.
    pub state: State,
    /// Whether the resource is bound to a provider: from then on its provider must not change.
    pub provider_set: bool,
    /// The id at the provider; empty if none is known.
    pub id: String,
    /// The message of the condition.
    pub message: String,
}

impl Status {
    /// A resource that the provider holds under an id.
    pub fn succeeded(id: impl Into<String>) -> Self {
        Self {
            state: State::Succeeded,
            provider_set: true,
            id: id.into(),
            message: String::new(),
        }
    }

    /// Whether the resource can vanish: until then its finalizer keeps it.
    pub fn finalizer_released(&self) -> bool {
        self.state == State::Deleted
    }

    fn with(self, state: State, message: impl Into<String>) -> Self {
        Self {
            state,
            message: message.into(),
            ..self
        }
    }
}

/// Where an answer leaves a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// As first written. A failed deletion's message can be seen here and in a Kubernetes Event only.
    pub instant: Status,
    /// As it stays.
    pub steady: Status,
}

/// The status while an operation is under way. A creation forgets everything that was noted before.
pub fn begin(operation: Operation, before: &Status) -> Status {
    match operation {
        Operation::Create => Status {
            state: State::Creating,
            ..Status::default()
        },
        Operation::Update => before.clone().with(State::Updating, ""),
        Operation::Delete => before.clone().with(State::Deleting, ""),
    }
}

/// Where an operation leaves a resource, from the status before it and the result of its step.
pub fn settle(operation: Operation, before: &Status, step: &StepResult) -> Settled {
    let under_way = begin(operation, before);
    let output = match step {
        StepResult::Output(output) => output,
        StepResult::Unreadable(_) => {
            return failed(operation, under_way, "could not retrieve workflow output");
        }
        StepResult::Failed(_) => return failed(operation, under_way, "operation failed"),
    };
    if output.provider_error.chars().count() > MAX_MESSAGE {
        return Settled {
            instant: under_way.clone(),
            steady: under_way,
        };
    }
    match operation {
        Operation::Create | Operation::Update => stored(operation, under_way, output),
        Operation::Delete => deleted(under_way, output),
    }
}

fn stored(operation: Operation, under_way: Status, output: &ProviderOutput) -> Settled {
    let ProviderOutput { id, provider_error } = output;
    let noted = Status {
        provider_set: true,
        id: id.clone(),
        ..under_way.clone()
    };
    if !provider_error.is_empty() {
        failed(operation, noted, provider_error)
    } else if id.is_empty() {
        failed(operation, under_way, "id was empty")
    } else {
        let succeeded = noted.with(State::Succeeded, "");
        Settled {
            instant: succeeded.clone(),
            steady: succeeded,
        }
    }
}

fn deleted(under_way: Status, output: &ProviderOutput) -> Settled {
    let ProviderOutput { id, provider_error } = output;
    let noted = Status {
        id: id.clone(),
        ..under_way.clone()
    };
    if !provider_error.is_empty() {
        failed(Operation::Delete, noted, provider_error)
    } else if !id.is_empty() {
        failed(Operation::Delete, under_way, "id should be empty")
    } else {
        let gone = noted.with(State::Deleted, "");
        Settled {
            instant: gone.clone(),
            steady: gone,
        }
    }
}

/// A failure. A deletion's stays in Deleting, and the next look at the resource finds no workflow any more and says so.
fn failed(operation: Operation, status: Status, message: &str) -> Settled {
    match operation {
        Operation::Create | Operation::Update => {
            let failed = status.with(State::Failed, message);
            Settled {
                instant: failed.clone(),
                steady: failed,
            }
        }
        Operation::Delete => Settled {
            instant: status.clone().with(State::Deleting, message),
            steady: status.with(State::Deleting, "operation progress unknown"),
        },
    }
}

/// What the operator finds when it looks at a resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Desire {
    /// The version differs from the one in the status.
    pub version_changed: bool,
    /// Somebody has deleted the resource.
    pub deletion_requested: bool,
    /// The provider differs from the one that the resource is bound to.
    pub provider_changed: bool,
    /// A workflow of the resource has not finished.
    pub workflow_unfinished: bool,
}

impl Desire {
    /// Something that the version covers has changed.
    pub const CHANGE: Self = Self {
        version_changed: true,
        ..Self::NONE
    };
    /// The resource has been deleted.
    pub const DELETION: Self = Self {
        deletion_requested: true,
        ..Self::NONE
    };
    const NONE: Self = Self {
        version_changed: false,
        deletion_requested: false,
        provider_changed: false,
        workflow_unfinished: false,
    };
}

/// What the operator does then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    Nothing,
    /// Wait for the workflow.
    Wait,
    /// Send a request.
    Send(Operation),
    /// Release the finalizer without asking the provider.
    Release,
    /// Go to Failed with this message; nothing is sent.
    Fail(&'static str),
}

/// What the operator does with a resource whose finished workflows have all been [settled](settle).
pub fn next_action(status: &Status, desire: Desire) -> Action {
    let id_known = !status.id.is_empty();
    if status.provider_set && desire.provider_changed {
        return Action::Fail("the provider has changed");
    }
    match status.state {
        State::Unknown => Action::Send(store(id_known)),
        State::Creating | State::Updating | State::Deleting if desire.workflow_unfinished => {
            Action::Wait
        }
        State::Creating | State::Updating => Action::Fail("operation progress unknown"),
        State::Deleting => Action::Nothing,
        State::Deleted => Action::Release,
        State::Succeeded | State::Failed => match (desire.deletion_requested, id_known) {
            (true, true) => Action::Send(Operation::Delete),
            (true, false) => Action::Release,
            (false, _) if desire.version_changed => Action::Send(store(id_known)),
            (false, _) => Action::Nothing,
        },
    }
}

fn store(id_known: bool) -> Operation {
    if id_known {
        Operation::Update
    } else {
        Operation::Create
    }
}

#[cfg(test)]
mod tests;
