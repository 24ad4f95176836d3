//! What the run created and has not deleted yet.

use std::sync::{Mutex, PoisonError};

use kfp_operator_sim::ResourceKind;

/// Resources alive on the provider because of this run.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    alive: Mutex<Vec<(ResourceKind, String)>>,
}

impl Ledger {
    /// Notes a resource; noting it twice keeps one entry.
    pub(crate) fn created(&self, kind: ResourceKind, id: &str) {
        let mut alive = self.lock();
        if !alive.iter().any(|(k, i)| *k == kind && i == id) {
            alive.push((kind, id.to_owned()));
        }
    }

    /// Forgets a resource.
    pub(crate) fn deleted(&self, kind: ResourceKind, id: &str) {
        self.lock().retain(|(k, i)| !(*k == kind && i == id));
    }

    /// What is left, in the order in which it can be deleted: what refers to others first, and of
    /// one type the newest first.
    pub(crate) fn remaining(&self) -> Vec<(ResourceKind, String)> {
        let order = |kind: ResourceKind| match kind {
            ResourceKind::RunSchedule => 0,
            ResourceKind::Run => 1,
            ResourceKind::Experiment => 2,
            ResourceKind::Pipeline => 3,
        };
        let mut alive = self.lock().clone();
        alive.reverse();
        alive.sort_by_key(|(kind, _)| order(*kind));
        alive
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(ResourceKind, String)>> {
        self.alive.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependants_are_deleted_first() {
        let ledger = Ledger::default();
        ledger.created(ResourceKind::Pipeline, "p");
        ledger.created(ResourceKind::Run, "r1");
        ledger.created(ResourceKind::Run, "r2");
        ledger.created(ResourceKind::Run, "r2");
        ledger.created(ResourceKind::RunSchedule, "s");
        ledger.created(ResourceKind::Experiment, "gone");
        ledger.deleted(ResourceKind::Experiment, "gone");
        let ids: Vec<String> = ledger.remaining().into_iter().map(|(_, id)| id).collect();
        assert_eq!(ids, ["s", "r2", "r1", "p"]);
    }
}
