//! Run configurations: they are not sent, but make what is.

use kfp_operator_sim::{
    CustomKind, CustomResource, MAX_LABEL, Owned, OwnedSchedule, Pass, RunConfiguration, State,
    Surroundings, condition, generated_name,
};

use super::entry::Entry;
use super::{Cluster, Key, failed, key};

/// The letters and digits with which the API server ends names.
const SUFFIX: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

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
            generated_name(start, &suffix(made))
        });
        self.made = made;
        match pass {
            // What the API server refuses stops the operator before it notes anything.
            Ok(Pass { run: Some(run), .. }) if run.refused_label().is_some() => {
                entry.waiting = run.refused_label().map(|(label, value)| {
                    format!("the API server refuses the run, and the operator tries again for ever: label {label} would be {value:?}, which is longer than {MAX_LABEL} characters (hint: a shorter name)")
                });
                false
            }
            Ok(pass) => {
                entry.waiting = pass.unresolved.as_ref().map(|reason| {
                    format!("no run and no schedule is made, although the state says Succeeded: {reason}")
                });
                let changed = self.carry_out(key, rc, pass);
                (entry.status.state, entry.status.message) = self.condition(key);
                changed
            }
            Err(error) => {
                entry.status = failed(&entry.status, error.to_string());
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
        let runs = pass.run.into_iter().map(CustomResource::Run);
        let schedules = pass.created.into_iter().map(CustomResource::RunSchedule);
        for child in runs.chain(schedules) {
            let entry = Entry::child(child, key);
            self.entries.insert(self::key(&entry.resource), entry);
        }
        for name in pass.deleted {
            let child = (CustomKind::RunSchedule, key.1.clone(), name);
            if let Some(child) = self.entries.get_mut(&child) {
                child.deleting = true;
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

/// The five characters that end a name: random in a cluster, counted here so that a rehearsal can be repeated.
pub(super) fn suffix(mut number: usize) -> String {
    let mut letters = [SUFFIX[0]; 5];
    for letter in letters.iter_mut().rev() {
        *letter = SUFFIX[number % SUFFIX.len()];
        number /= SUFFIX.len();
    }
    letters.map(char::from).iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_differ() {
        assert_eq!(suffix(0), "bbbbb");
        assert_eq!(suffix(1), "bbbbc");
        assert_eq!(suffix(27), "bbbcb");
    }
}
