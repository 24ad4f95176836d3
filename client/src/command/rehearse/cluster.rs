//! The cluster as the operator sees it: resources, what has become of them, and the rounds in which they are reconciled.

mod configuration;
mod entry;
mod events;
mod key;
mod remarks;
mod sending;
mod under_way;
mod workflows;

use std::collections::BTreeMap;

use kfp_operator_sim::{
    CustomKind, CustomResource, KnownPipeline, Provider, RunConfiguration, State, Status,
    Surroundings, admit,
};
use kfp_provider_domain::NamespacedName;

use super::compiled::Compiler;
use super::endpoint::Endpoint;
use super::manifest::Manifest;
use super::rules::{Order, Rules};
use super::step::Step;
use entry::Entry;
use key::{Key, key};

/// More rounds than any chain of dependencies that has not gone wrong.
const MAX_ROUNDS: usize = 100;

/// All resources, and what has happened to them.
#[derive(Debug)]
pub(super) struct Cluster {
    endpoint: Endpoint,
    compiler: Compiler,
    entries: BTreeMap<Key, Entry>,
    steps: Vec<Step>,
    /// How many resources run configurations have made.
    made: usize,
    /// How many workflows were started.
    workflows: usize,
    rules: Rules,
    /// Whether workflows go on while others start.
    at_once: bool,
}

impl Cluster {
    pub(super) fn new(endpoint: Endpoint, compiler: Compiler, rules: Rules) -> Self {
        Self {
            endpoint,
            compiler,
            entries: BTreeMap::new(),
            steps: Vec::new(),
            made: 0,
            workflows: 0,
            rules,
            at_once: false,
        }
    }

    /// Creates or changes resources, and lets the operator do what follows.
    pub(super) async fn apply(&mut self, mut manifests: Vec<Manifest>) {
        if self.rules.order == Order::Dependencies {
            manifests.sort_by_key(|manifest| manifest.resource.kind());
        }
        for manifest in manifests {
            self.let_in(manifest);
        }
        self.at_once = self.rules.order == Order::AsApplied;
        self.reconcile_all().await;
    }

    /// Takes a resource as the API server does, which asks the operator's webhooks.
    fn let_in(&mut self, Manifest { resource, place }: Manifest) {
        let key = key(&resource);
        let refusal = admit(&resource, self.rules.multiversion, |name| {
            self.provider(name)
        })
        .err();
        match (self.entries.get_mut(&key), refusal) {
            (None, None) => {
                self.entries.insert(key, Entry::new(resource, place));
            }
            (None, Some(refusal)) => {
                let warning = format!("the webhook refuses it, and it is not created: {refusal}");
                self.refuse(&Entry::new(resource, place), warning);
            }
            (Some(entry), None) if !entry.is_immutable(&resource) => entry.replace(resource, place),
            (Some(_), refusal) => {
                let why = refusal.map_or_else(
                    || {
                        "the specification of a Run is immutable (hint: make another Run)"
                            .to_owned()
                    },
                    |refusal| refusal.to_string(),
                );
                if let Some(mut entry) = self.entries.remove(&key) {
                    let known = std::mem::replace(&mut entry.place, place);
                    self.refuse(&entry, format!("the webhook refuses the change: {why}"));
                    entry.place = known;
                    self.entries.insert(key, entry);
                }
            }
        }
    }

    fn refuse(&mut self, entry: &Entry, warning: String) {
        self.note(entry, false, vec![warning]);
        if let Some(step) = self.steps.last_mut() {
            step.refused = true;
        }
    }

    /// Round after round, until nothing changes any more. Workflows that were started end when there is nothing else to
    /// do.
    async fn reconcile_all(&mut self) {
        for _ in 0..MAX_ROUNDS {
            let mut changed = false;
            for kind in CustomKind::ALL {
                let around = self.surroundings();
                for key in self.keys(kind) {
                    changed |= self.reconcile(&key, &around).await;
                }
            }
            if !changed && !self.end_workflows().await {
                return;
            }
        }
    }

    async fn reconcile(&mut self, key: &Key, around: &Surroundings) -> bool {
        let Some(mut entry) = self.entries.remove(key) else {
            return false;
        };
        let changed = match key.0 {
            CustomKind::Provider => false,
            CustomKind::RunConfiguration => self.reconcile_configuration(key, &mut entry, around),
            _ => self.reconcile_sent(&mut entry, around).await,
        };
        self.entries.insert(key.clone(), entry);
        changed
    }

    /// Deletes everything, the dependants first.
    pub(super) async fn delete_all(&mut self) {
        self.at_once = false;
        let configurations = self.keys(CustomKind::RunConfiguration).into_iter();
        let mut sets_off: BTreeMap<_, _> = configurations
            .map(|key| (key.clone(), self.triggered_by(&key)))
            .collect();
        let around = self.surroundings();
        for kind in CustomKind::ALL.into_iter().rev() {
            for key in self.keys(kind) {
                let Some(mut entry) = self.entries.remove(&key) else {
                    continue;
                };
                match kind {
                    CustomKind::Provider => {
                        self.entries.insert(key, entry);
                    }
                    CustomKind::RunConfiguration => {
                        entry.status = Status {
                            state: State::Deleted,
                            ..Status::default()
                        };
                        let warnings = sets_off.remove(&key).unwrap_or_default();
                        self.note(&entry, true, warnings);
                    }
                    _ => {
                        entry.delete();
                        let known = self.steps.len();
                        self.reconcile_sent(&mut entry, &around).await;
                        if self.steps.len() == known && entry.status.state != State::Deleted {
                            self.note(&entry, false, Vec::new());
                        }
                    }
                }
            }
        }
    }

    /// What the deletion of a run configuration sets off, in words.
    fn triggered_by(&self, key: &Key) -> Vec<String> {
        let named = |rc: &RunConfiguration| {
            let names = &rc.spec.triggers.run_configurations;
            names.iter().any(|name| {
                let namespace = match name.namespace() {
                    "" => &rc.metadata.namespace,
                    namespace => namespace,
                };
                (namespace, name.name()) == (key.1.as_str(), key.2.as_str())
            })
        };
        let one = |entry: &Entry| match &entry.resource {
            CustomResource::RunConfiguration(rc) if named(rc) => Some(format!(
                "{} is triggered by it: deleted while that one exists, it sets off one more run there (hint: delete that one first)",
                entry.title()
            )),
            _ => None,
        };
        self.entries.values().filter_map(one).collect()
    }

    /// Why the provider could not be asked at all, if it could not.
    pub(super) fn unreachable(&self) -> Option<&str> {
        self.endpoint.unreachable()
    }

    /// What happened, and at the end what has not happened.
    pub(super) fn finish(mut self) -> Vec<Step> {
        let entries = std::mem::take(&mut self.entries);
        for (key, mut entry) in entries {
            if key.0 == CustomKind::RunConfiguration {
                let warnings = entry.waiting.iter().cloned().collect();
                let well = entry.waiting.is_none() && entry.status.state == State::Succeeded;
                self.note(&entry, well, warnings);
            } else if let Some(waiting) = entry.waiting.take() {
                self.note(&entry, false, vec![waiting]);
            }
        }
        self.steps
    }

    fn keys(&self, kind: CustomKind) -> Vec<Key> {
        self.entries
            .keys()
            .filter(|key| key.0 == kind)
            .cloned()
            .collect()
    }

    fn surroundings(&self) -> Surroundings {
        let mut around = Surroundings::default();
        for entry in self.entries.values() {
            let metadata = entry.resource.metadata();
            let Ok(name) = NamespacedName::new(&*metadata.namespace, &*metadata.name) else {
                continue;
            };
            match &entry.resource {
                CustomResource::Pipeline(_) if !entry.deleting => {
                    let known = KnownPipeline {
                        state: entry.status.state,
                        version: entry.version.clone(),
                    };
                    around.pipelines.insert(name, known);
                }
                CustomResource::RunConfiguration(rc) if entry.status.state != State::Deleted => {
                    let last = rc.status.latest_runs.succeeded.clone();
                    around.run_configurations.insert(name, last);
                }
                _ => {}
            }
        }
        around
    }

    fn provider(&self, name: &NamespacedName) -> Option<&Provider> {
        let key = (
            CustomKind::Provider,
            name.namespace().to_owned(),
            name.name().to_owned(),
        );
        match &self.entries.get(&key)?.resource {
            CustomResource::Provider(provider) => Some(provider),
            _ => None,
        }
    }

    /// Notes that a resource has come to a state without a request.
    fn note(&mut self, entry: &Entry, well: bool, warnings: Vec<String>) {
        let step = Step::silent(
            entry.title(),
            entry.place.clone(),
            entry.status.clone(),
            entry.version.clone(),
            well,
            warnings,
        );
        self.steps.push(step);
    }
}

/// A failure without a request.
fn failed(before: &Status, message: impl Into<String>) -> Status {
    Status {
        state: State::Failed,
        message: message.into(),
        ..before.clone()
    }
}
