//! The traits of a provider, each method a change of the store.

use kfp_provider_domain::ResourceId;
use prometheus_client::registry::Registry;

use super::{Embedded, cron, experiments, pipelines, runs, schedules};
use kfp_provider_server::Refusal;
use kfp_provider_server::{Deleted, Experiments, Pipelines, Provider, RunSchedules, Runs};
use kfp_provider_server::{Experiment, Pipeline, Run, RunSchedule};

impl Pipelines for Embedded {
    async fn create(&self, resource: Pipeline) -> Result<ResourceId, Refusal> {
        self.change(move |txn, _, _| pipelines::create(txn, resource))
            .await
    }

    async fn update(&self, id: &str, resource: Pipeline) -> Result<ResourceId, Refusal> {
        let id = id.to_owned();
        self.change(move |txn, _, _| pipelines::update(txn, &id, resource))
            .await
    }

    async fn delete(&self, id: &str) -> Result<Deleted, Refusal> {
        let id = id.to_owned();
        self.change(move |txn, _, _| pipelines::delete(txn, &id).map(Ok))
            .await
    }
}

/// Runs are never updated: what has run cannot be changed.
impl Runs for Embedded {
    async fn create(&self, resource: Run) -> Result<ResourceId, Refusal> {
        self.change(move |txn, rules, now| runs::create(txn, resource, rules, now))
            .await
    }

    async fn delete(&self, id: &str) -> Result<Deleted, Refusal> {
        let id = id.to_owned();
        self.change(move |txn, _, _| runs::delete(txn, &id).map(Ok))
            .await
    }
}

impl RunSchedules for Embedded {
    async fn create(&self, resource: RunSchedule) -> Result<ResourceId, Refusal> {
        let times = cron::Times::read(
            &resource.schedule,
            self.core.rules.time_zone,
            self.core.clock.now(),
        )?;
        self.change(move |txn, _, now| schedules::create(txn, resource, &times, now))
            .await
    }

    async fn update(&self, id: &str, resource: RunSchedule) -> Result<ResourceId, Refusal> {
        let id = id.to_owned();
        let times = cron::Times::read(
            &resource.schedule,
            self.core.rules.time_zone,
            self.core.clock.now(),
        );
        self.change(move |txn, _, now| schedules::update(txn, &id, resource, times, now))
            .await
    }

    async fn delete(&self, id: &str) -> Result<Deleted, Refusal> {
        let id = id.to_owned();
        self.change(move |txn, _, _| schedules::delete(txn, &id).map(Ok))
            .await
    }
}

impl Experiments for Embedded {
    async fn create(&self, resource: Experiment) -> Result<ResourceId, Refusal> {
        self.change(move |txn, _, _| experiments::create(txn, &resource))
            .await
    }

    async fn update(&self, id: &str, resource: Experiment) -> Result<ResourceId, Refusal> {
        let id = id.to_owned();
        self.change(move |txn, _, _| experiments::update(txn, &id, &resource))
            .await
    }

    async fn delete(&self, id: &str) -> Result<Deleted, Refusal> {
        let id = id.to_owned();
        self.change(move |txn, _, _| experiments::delete(txn, &id).map(Ok))
            .await
    }
}

impl Provider for Embedded {
    /// Ready while the store takes transactions.
    async fn ready(&self) -> Result<(), String> {
        self.core
            .store
            .write(|txn| txn.next_due())
            .await
            .map(drop)
            .map_err(|failure| failure.to_string())
    }

    fn register_metrics(&self, registry: &mut Registry) {
        self.core.sink.register_metrics(registry);
    }

    async fn stop(&self) {
        self.close().await;
    }
}
