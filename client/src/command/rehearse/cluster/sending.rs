//! What is sent: one look at a resource, and what the operator does then.

use kfp_operator_sim::{
    Action, ConstructionError, CustomResource, Desire, Halted, Observed, Provider, State, Status,
    Surroundings, next_action,
};

use super::entry::Entry;
use super::{Cluster, failed};

impl Cluster {
    /// Looks at a resource as the operator does, and does what it does then. Whether anything has changed.
    pub(super) async fn reconcile_sent(
        &mut self,
        entry: &mut Entry,
        around: &Surroundings,
    ) -> bool {
        if let Some(reason) = entry.wedged.clone() {
            return self.wedged(entry, reason);
        }
        if entry.stuck || entry.status.state == State::Deleted {
            return false;
        }
        if entry.deleting && entry.status.state == State::Unknown {
            return self.forget(entry);
        }
        let Some(provider) = self.provider(&entry.provider()).cloned() else {
            entry.waiting = Some(format!(
                "Provider {} is in none of the files: the operator tries again and again, and writes no status",
                entry.provider()
            ));
            return false;
        };
        if let (CustomResource::Run(run), false) = (&mut entry.resource, entry.deleting) {
            if run.observe(around) == Observed::Waiting {
                entry.waiting = Some(format!(
                    "waits until Pipeline {} is in Succeeded, without a state",
                    run.spec.pipeline
                ));
                return false;
            }
            if let Err(halted) = run.spec.hashable() {
                return self.halted(entry, &halted);
            }
            if let Err(reason) = run.spec.resolve(&run.status.dependencies) {
                return self.unresolved(entry, &reason);
            }
        }
        entry.waiting = None;
        self.act(entry, &provider).await
    }

    async fn act(&mut self, entry: &mut Entry, provider: &Provider) -> bool {
        let desire = Desire {
            version_changed: entry.wanted_version() != entry.version,
            deletion_requested: entry.deleting,
            provider_changed: entry.provider() != entry.bound,
            workflow_unfinished: entry.under_way.is_some(),
        };
        match next_action(&entry.status, desire) {
            Action::Nothing | Action::Wait => false,
            Action::Fail(message) => {
                let status = failed(&entry.status, message);
                if entry.status == status {
                    return false;
                }
                entry.status = status;
                let warnings = vec![format!(
                    "nothing is sent, not even when it is deleted: it is bound to Provider {}",
                    entry.bound
                )];
                self.note(entry, false, warnings);
                true
            }
            Action::Release if entry.lacks_parameters() => {
                let reason = "it is never gone: the operator goes from Succeeded to Deleted and back without end, because a parameter \
                              cannot be resolved, and never releases the finalizer (hint: take the finalizer out by hand)";
                entry.wedged = Some(reason.to_owned());
                self.wedged(entry, reason.to_owned())
            }
            Action::Release => {
                entry.status.state = State::Deleted;
                let warnings = vec![
                    "the provider is not asked, because no id is known: whatever a failed request left there stays".to_owned(),
                ];
                self.note(entry, true, warnings);
                true
            }
            Action::Send(operation) => {
                self.operate(operation, entry, provider).await;
                entry.acquire();
                true
            }
        }
    }

    /// A resource that the operator will never get anywhere with: told once for each change and for the deletion.
    fn wedged(&mut self, entry: &mut Entry, reason: String) -> bool {
        if !std::mem::take(&mut entry.touched) {
            return false;
        }
        self.note(entry, false, vec![reason]);
        true
    }

    /// A resource that never got to the provider is deleted.
    fn forget(&mut self, entry: &mut Entry) -> bool {
        entry.status.state = State::Deleted;
        entry.waiting = None;
        self.note(entry, true, Vec::new());
        true
    }

    /// A run over which the operator panics.
    fn halted(&mut self, entry: &mut Entry, halted: &Halted) -> bool {
        entry.stuck = true;
        entry.waiting = None;
        self.note(entry, false, vec![halted.to_string()]);
        true
    }

    /// A run whose parameters were not there when its pipeline's version was noted.
    fn unresolved(&mut self, entry: &mut Entry, reason: &ConstructionError) -> bool {
        entry.stuck = true;
        entry.waiting = None;
        entry.version = entry.wanted_version();
        let words = match reason {
            ConstructionError::Parameter { reason, .. } => reason.clone(),
            other => other.to_string(),
        };
        entry.status = Status {
            state: State::Succeeded,
            message: format!("Unable to resolve parameters: {words}"),
            ..Status::default()
        };
        let warnings = vec![format!(
            "nothing is ever sent, although the state says Succeeded: {reason}"
        )];
        self.note(entry, false, warnings);
        true
    }
}
