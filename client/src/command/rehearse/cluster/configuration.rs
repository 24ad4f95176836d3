//! Run configurations: they are not sent, but make what is.

use kfp_operator_sim::{
    CustomKind, CustomResource, Halted, MAX_LABEL, Owned, OwnedSchedule, Pass, RunConfiguration,
    State, Surroundings, condition,
};

use super::entry::{Entry, unresolved_optional};
use super::{Cluster, Key, failed, key};
use crate::command::rehearse::names::counted;

impl Cluster {
    pub(super) fn reconcile_configuration(
        &mut self,
        key: &Key,
        entry: &mut Entry,
        around: &Surroundings,
    ) -> bool {
        let CustomResource::RunConfiguration(rc) = &mut entry.resource else {
            return false;
        };
        let owned = self.owned(key);
        let mut made = self.made;
        let pass = rc.reconcile(around, &owned, |start| {
            made += 1;
            counted(start, made)
        });
        self.made = made;
        match pass {
            // What the API server refuses stops the operator before it notes anything.
            Ok(Pass { run: Some(run), .. }) if run.refused_label().is_some() => {
                entry.waiting = run.refused_label().map(|(label, value)| {
                    format!("the API server refuses the run, and the operator tries again forever: label {label} would be {value:?}, which is longer than {MAX_LABEL} characters (hint: a shorter name)")
                });
                false
            }
            Ok(pass) => {
                entry.waiting = stuck(&pass);
                let changed = self.carry_out(key, rc, pass);
                (entry.status.state, entry.status.message) = self.condition(key);
                changed
            }
            Err(error @ Halted::ProviderChanged) => {
                entry.status = failed(&entry.status, error.to_string());
                false
            }
            Err(panic) => {
                entry.waiting = Some(panic.to_string());
                false
            }
        }
    }

    fn carry_out(&mut self, key: &Key, rc: &mut RunConfiguration, pass: Pass) -> bool {
        let changed = rc.status != pass.status
            || pass.run.is_some()
            || !pass.created.is_empty()
            || !pass.deleted.is_empty();
        rc.status = pass.status;
        let lacking = rc.spec.run.unresolved_optional(&rc.status.dependencies);
        let remarks: Vec<_> = lacking.into_iter().map(unresolved_optional).collect();
        let runs = pass.run.into_iter().map(CustomResource::Run);
        let schedules = pass.created.into_iter().map(CustomResource::RunSchedule);
        for child in runs.chain(schedules) {
            let mut entry = Entry::child(child, key);
            if matches!(entry.resource, CustomResource::RunSchedule(_)) {
                entry.remarks.clone_from(&remarks); // a run looks for itself
            }
            self.entries.insert(self::key(&entry.resource), entry);
        }
        for name in pass.deleted {
            let child = (CustomKind::RunSchedule, key.1.clone(), name);
            if let Some(child) = self.entries.get_mut(&child) {
                child.delete();
            }
        }
        changed
    }

    fn children<'a>(&'a self, key: &'a Key) -> impl Iterator<Item = &'a Entry> {
        self.entries
            .values()
            .filter(|entry| entry.owner.as_ref() == Some(key) && !entry.deleting)
    }

    fn owned(&self, key: &Key) -> Owned {
        let mut owned = Owned::default();
        for child in self.children(key) {
            match &child.resource {
                CustomResource::Run(run) => owned.runs.push(run.clone()),
                CustomResource::RunSchedule(schedule) => owned.schedules.push(OwnedSchedule {
                    name: schedule.metadata.name.clone(),
                    version: schedule.spec.version(),
                }),
                _ => {}
            }
        }
        owned
    }

    fn condition(&self, key: &Key) -> (State, String) {
        let schedules = self
            .children(key)
            .filter(|child| matches!(child.resource, CustomResource::RunSchedule(_)))
            .map(|child| (child.status.state, child.status.message.as_str()));
        condition(schedules)
    }
}

/// What keeps a run configuration from coming to an end, in words.
fn stuck(pass: &Pass) -> Option<String> {
    if let Some(reason) = &pass.unresolved {
        return Some(format!(
            "no run and no schedule is made, although the state says Succeeded: {reason}"
        ));
    }
    let places: Vec<_> = pass
        .restless
        .iter()
        .map(|index| format!("spec.triggers.schedules[{index}]"))
        .collect();
    (!places.is_empty()).then(|| {
        format!(
            "{}: a time has a fraction of a second, or is the beginning of the year 1: the operator never finds the schedule that it \
             has made, and creates another and deletes the one before without end (hint: whole seconds)",
            places.join(", ")
        )
    })
}
