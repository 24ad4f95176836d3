//! Run completion events: what they tell about runs, and what they set off.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use kfp_operator_sim::webhook::{self, Effect, Filter, FoundArtifact, Lookup, Verdict, receive};
use kfp_operator_sim::{
    Afterlife, ArtifactLocation, CustomKind, CustomResource, RunConfigurationDependency, State,
    afterlife,
};
use kfp_provider_domain::{NamespacedName, OutputArtifact};
use tokio::time::{Instant, timeout_at};

use super::entry::Entry;
use super::{Cluster, Key};
use crate::command::rehearse::watch::{Arrival, Watch};
use crate::command::tell;

impl webhook::Cluster for Cluster {
    fn run(&self, name: &NamespacedName) -> Lookup {
        self.declared(CustomKind::Run, name)
    }

    fn run_configuration(&self, name: &NamespacedName) -> Lookup {
        self.declared(CustomKind::RunConfiguration, name)
    }
}

impl Cluster {
    /// Looks at events until every run has ended, or the time is over.
    pub(in crate::command::rehearse) async fn watch(&mut self, watch: &mut Watch, time: Duration) {
        let end = Instant::now() + time;
        while self.runs_under_way() > 0 {
            let Ok(Some(arrival)) = timeout_at(end, watch.next()).await else {
                break;
            };
            self.hear(arrival);
            self.reconcile_all().await;
        }
        self.give_up(time);
    }

    /// As much time passes as finished runs are kept, and the operator deletes them. Nobody waits for it.
    pub(in crate::command::rehearse) async fn expire(&mut self, kept: Duration) {
        let time_to_live = TimeDelta::from_std(kept).unwrap_or(TimeDelta::MAX);
        let moment = TimeDelta::seconds(1);
        let Some(later) = (Utc::now() + moment).checked_add_signed(time_to_live) else {
            return; // that day never comes
        };
        let around = self.surroundings();
        for key in self.keys(CustomKind::Run) {
            let Some(mut entry) = self.entries.remove(&key) else {
                continue;
            };
            let due = afterlife(entry.completed_at, Some(time_to_live), later);
            if due == Afterlife::Deleted && !entry.deleting {
                entry.delete();
                self.reconcile_sent(&mut entry, &around).await;
                if let Some(step) = self.steps.last_mut() {
                    step.warnings.push(format!(
                        "the operator deletes it, because it has ended {} ago",
                        humantime::format_duration(kept)
                    ));
                }
            }
            self.entries.insert(key, entry);
        }
    }

    /// Answers a request as the operator does, and notes what follows.
    fn hear(&mut self, arrival: Arrival) {
        let verdict = receive(self, arrival.delivery());
        let answer = verdict.answer();
        match verdict {
            Verdict::Handled(effect) => self.note_event(*effect, Utc::now()),
            Verdict::HalfHandled(effect, text) => {
                tell(format_args!(
                    "an event is answered with 500: {text}; what it says of its RunConfiguration has been noted"
                ));
                self.note_event(*effect, Utc::now());
            }
            Verdict::Answer { status, text } => {
                tell(format_args!("an event is answered with {status}: {text}"));
            }
            Verdict::Server(answer) => {
                let status = answer.status;
                tell(format_args!(
                    "an event is answered with {status}, and does not arrive"
                ));
            }
            Verdict::Dropped => {
                tell("an event is not answered: the operator breaks down over null");
            }
        }
        arrival.answer(answer);
    }

    fn note_event(&mut self, effect: Effect, now: DateTime<Utc>) {
        let Effect {
            event,
            completes_run,
            updates_run_configuration,
            artifacts,
        } = effect;
        let run = event.run_name.as_ref().map(|it| key(CustomKind::Run, it));
        let configuration = event
            .run_configuration_name
            .as_ref()
            .map(|it| key(CustomKind::RunConfiguration, it));
        let mut remarks = self.missing(&run, &configuration, &artifacts);
        if completes_run && let Some((key, mut entry)) = self.take(run) {
            let state = match event.status.as_str() {
                "succeeded" => "Succeeded",
                _ => "Failed",
            };
            if let CustomResource::Run(run) = &mut entry.resource {
                run.status.completion_state = state.to_owned();
            }
            entry.completed_at.get_or_insert(now);
            entry.awaited = false;
            entry.waiting = None;
            let ended = format!(
                "has ended: completionState is {state}, and its id at the provider {:?}",
                event.run_id
            );
            remarks.insert(0, ended);
            self.note(&entry, true, remarks);
            self.entries.insert(key, entry);
        } else if !["succeeded", "failed"].contains(&event.status.as_str()) {
            tell(format_args!(
                "an event says status {:?}: the operator knows only \"succeeded\" and \"failed\", and the run stays open",
                event.status
            ));
        }
        if updates_run_configuration && let Some((key, mut entry)) = self.take(configuration) {
            if let CustomResource::RunConfiguration(rc) = &mut entry.resource {
                rc.status.latest_runs.succeeded = RunConfigurationDependency {
                    provider_id: event.run_id.clone(),
                    artifacts: artifacts.into_iter().map(location).collect(),
                };
            }
            let known = std::mem::replace(&mut entry.last_end, event.run_end_time);
            if known
                .zip(event.run_end_time)
                .is_some_and(|(known, now)| now < known)
            {
                let warning = format!(
                    "status.latestRuns goes back to run {:?}, which ended before the one that was noted: the operator takes the event \
                     that arrives last for the last run (hint: deliver the events of one run configuration in order)",
                    event.run_id
                );
                self.note(&entry, true, vec![warning]);
            }
            self.entries.insert(key, entry);
        }
    }

    fn take(&mut self, key: Option<Key>) -> Option<(Key, Entry)> {
        self.entries.remove_entry(&key?)
    }

    /// The declared artifacts that the event does not hold, in words. The run configuration's count where there is one.
    fn missing(
        &self,
        run: &Option<Key>,
        configuration: &Option<Key>,
        found: &[FoundArtifact],
    ) -> Vec<String> {
        let declared = [configuration, run]
            .into_iter()
            .flatten()
            .find_map(|key| Some(artifacts(&self.entries.get(key)?.resource)))
            .unwrap_or_default();
        let absent = |it: &&OutputArtifact| !found.iter().any(|found| found.name == it.name);
        declared.iter().filter(absent).map(why_missing).collect()
    }

    /// Notes the runs of which nothing was heard.
    fn give_up(&mut self, time: Duration) {
        for key in self.keys(CustomKind::Run) {
            let Some(mut entry) = self.entries.remove(&key) else {
                continue;
            };
            if is_under_way(&entry) {
                entry.awaited = false;
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

    fn declared(&self, kind: CustomKind, name: &NamespacedName) -> Lookup {
        match self.entries.get(&key(kind, name)) {
            Some(entry) if entry.status.state != State::Deleted => {
                let declared = artifacts(&entry.resource).iter();
                let parts = |it: &OutputArtifact| (it.name.clone(), it.path.clone());
                Lookup::Found(declared.map(parts).collect())
            }
            _ => Lookup::NotFound,
        }
    }
}

fn artifacts(resource: &CustomResource) -> &[OutputArtifact] {
    match resource {
        CustomResource::Run(run) => &run.spec.artifacts,
        CustomResource::RunConfiguration(rc) => &rc.spec.run.artifacts,
        _ => &[],
    }
}

fn location(FoundArtifact { name, location }: FoundArtifact) -> ArtifactLocation {
    ArtifactLocation { name, location }
}

fn why_missing(OutputArtifact { name, path }: &OutputArtifact) -> String {
    match path.filter().map(str::parse::<Filter>) {
        Some(Err(error)) => format!("artifact {name}: never noted, because of its {error}"),
        _ => format!("artifact {name}: the event holds nothing at {path}"),
    }
}

/// Whether a run is at the provider, and nothing has told that it has ended.
fn is_under_way(entry: &Entry) -> bool {
    matches!(entry.resource, CustomResource::Run(_))
        && entry.status.state == State::Succeeded
        && !entry.status.id.is_empty()
        && entry.awaited
}

fn key(kind: CustomKind, name: &NamespacedName) -> Key {
    (kind, name.namespace().to_owned(), name.name().to_owned())
}
