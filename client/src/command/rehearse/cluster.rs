//! The cluster as the operator sees it: resources, what has become of them, and the rounds in which they are reconciled.

mod configuration;
mod entry;
mod events;
mod remarks;
mod sending;

use std::collections::BTreeMap;

use kfp_operator_sim::{
    CustomKind, CustomResource, KnownPipeline, Provider, State, Status, Surroundings,
    generated_name,
};
use kfp_provider_api::domain::NamespacedName;

use super::compiled::Compiler;
use super::endpoint::Endpoint;
use super::manifest::Manifest;
use super::step::Step;
use configuration::suffix;
use entry::Entry;

/// Kind, namespace and name: in the order in which resources can depend on each other.
type Key = (CustomKind, String, String);

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
}

impl Cluster {
    pub(super) fn new(endpoint: Endpoint, compiler: Compiler) -> Self {
        Self {
            endpoint,
            compiler,
            entries: BTreeMap::new(),
            steps: Vec::new(),
            made: 0,
        }
    }

    /// Creates or changes resources, and lets the operator do what follows.
    pub(super) async fn apply(&mut self, manifests: Vec<Manifest>) {
        for Manifest {
            mut resource,
            place,
        } in manifests
        {
            self.name(&mut resource);
            let key = key(&resource);
            match self.entries.get_mut(&key) {
                None => {
                    self.entries.insert(key, Entry::new(resource, place));
                }
                Some(entry) if entry.is_immutable(&resource) => {
                    let step = Step::silent(
                        entry.title(),
                        place,
                        entry.status.clone(),
                        false,
                        vec!["the webhook refuses the change: the specification of a Run is immutable (hint: make another Run)".to_owned()],
                    );
                    self.steps.push(step);
                }
                Some(entry) => entry.replace(resource, place),
            }
        }
        self.reconcile_all().await;
    }

    /// Gives a name to a resource that asks for one, as the API server does; no resource has it yet.
    fn name(&mut self, resource: &mut CustomResource) {
        while resource.metadata().name.is_empty() {
            self.made += 1;
            let metadata = resource.metadata_mut();
            metadata.name = generated_name(&metadata.generate_name, &suffix(self.made));
            if self.entries.contains_key(&key(resource)) {
                resource.metadata_mut().name.clear();
            }
        }
    }

    /// Round after round, until nothing changes any more.
    async fn reconcile_all(&mut self) {
        for _ in 0..MAX_ROUNDS {
            let mut changed = false;
            for kind in CustomKind::ALL {
                let around = self.surroundings();
                for key in self.keys(kind) {
                    changed |= self.reconcile(&key, &around).await;
                }
            }
            if !changed {
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
                        self.note(&entry, true, Vec::new());
                    }
                    _ => {
                        entry.deleting = true;
                        entry.stuck = false;
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
                CustomResource::RunConfiguration(rc) => {
                    let last = rc.status.latest_runs.succeeded.clone();
                    around.run_configurations.insert(name, last);
                }
                _ => {}
            }
        }
        around
    }

    fn provider(&self, name: &NamespacedName) -> Option<Provider> {
        let key = (
            CustomKind::Provider,
            name.namespace().to_owned(),
            name.name().to_owned(),
        );
        match &self.entries.get(&key)?.resource {
            CustomResource::Provider(provider) => Some(provider.clone()),
            _ => None,
        }
    }

    /// Notes that a resource has come to a state without a request.
    fn note(&mut self, entry: &Entry, well: bool, warnings: Vec<String>) {
        let step = Step::silent(
            entry.title(),
            entry.place.clone(),
            entry.status.clone(),
            well,
            warnings,
        );
        self.steps.push(step);
    }
}

fn key(resource: &CustomResource) -> Key {
    let metadata = resource.metadata();
    (
        resource.kind(),
        metadata.namespace.clone(),
        metadata.name.clone(),
    )
}

/// A failure without a request.
fn failed(before: &Status, message: impl Into<String>) -> Status {
    Status {
        state: State::Failed,
        message: message.into(),
        ..before.clone()
    }
}
