//! Run completion events: what they tell about runs, and what they set off.

use std::time::Duration;

use kfp_operator_sim::{
    CustomKind, CustomResource, RunConfigurationDependency, State, reported_artifacts,
};
use kfp_provider_api::domain::{FullName, RunCompletionEvent, RunOutcome};
use tokio::time::{Instant, timeout_at};

use super::entry::Entry;
use super::{Cluster, Key};
use crate::command::rehearse::watch::{Verdict, Watch};

impl Cluster {
    /// Looks at events until every run has ended, or the time is over.
    pub(in crate::command::rehearse) async fn watch(&mut self, watch: &mut Watch, time: Duration) {
        let end = Instant::now() + time;
        while self.runs_under_way() > 0 {
            let Ok(Some(arrived)) = timeout_at(end, watch.next()).await else {
                break;
            };
            let verdict = self.complete(&arrived.event);
            // A sender that has gone away sends again, and it is the same then.
            let _ = arrived.answer.send(verdict);
            self.reconcile_all().await;
        }
        self.give_up(time);
    }

    /// Notes the runs of which nothing was heard.
    fn give_up(&mut self, time: Duration) {
        for key in self.keys(CustomKind::Run) {
            let Some(mut entry) = self.entries.remove(&key) else {
                continue;
            };
            if is_under_way(&entry) {
                entry.completed = true; // as far as anybody waits for it
                let remark = format!(
                    "no event has told within {} that it has ended (hint: OPERATORWEBHOOK of the provider)",
                    humantime::format_duration(time)
                );
                self.note(&entry, false, vec![remark]);
            }
            self.entries.insert(key, entry);
        }
    }

    fn runs_under_way(&self) -> usize {
        self.entries
            .values()
            .filter(|entry| is_under_way(entry))
            .count()
    }

    fn complete(&mut self, event: &RunCompletionEvent) -> Verdict {
        let run = event.reference.run().map(|name| key(CustomKind::Run, name));
        let configuration = event
            .reference
            .configuration()
            .map(|name| key(CustomKind::RunConfiguration, name));
        let known = |key: &Option<Key>| {
            key.as_ref()
                .is_some_and(|key| self.entries.contains_key(key))
        };
        if !known(&run) && !known(&configuration) {
            return Verdict::Gone;
        }
        let state = match event.outcome {
            RunOutcome::Succeeded => "Succeeded",
            RunOutcome::Failed => "Failed",
        };
        if let Some(mut entry) = run.as_ref().and_then(|key| self.entries.remove(key)) {
            if let CustomResource::Run(run) = &mut entry.resource {
                run.status.completion_state = state.to_owned();
            }
            entry.completed = true;
            entry.waiting = None;
            let remark = format!(
                "has ended: completionState is {state}, and its id at the provider {:?}",
                event.run_id.as_str()
            );
            self.note(&entry, true, vec![remark]);
            self.entries.extend(run.map(|key| (key, entry)));
        }
        if let (Some(key), RunOutcome::Succeeded) = (&configuration, &event.outcome)
            && let Some(entry) = self.entries.get_mut(key)
            && let CustomResource::RunConfiguration(rc) = &mut entry.resource
        {
            let components = event.components.as_deref().unwrap_or_default();
            rc.status.latest_runs.succeeded = RunConfigurationDependency {
                provider_id: event.run_id.as_str().to_owned(),
                artifacts: reported_artifacts(&rc.spec.run.artifacts, components),
            };
        }
        Verdict::Noted
    }
}

/// Whether a run is at the provider, and nothing has told that it has ended.
fn is_under_way(entry: &Entry) -> bool {
    matches!(entry.resource, CustomResource::Run(_))
        && entry.status.state == State::Succeeded
        && !entry.status.id.is_empty()
        && !entry.completed
}

fn key(kind: CustomKind, name: &FullName) -> Key {
    let name = name.name();
    (kind, name.namespace().to_owned(), name.name().to_owned())
}
