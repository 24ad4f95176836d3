//! The traits of a provider, each method a change of the store.

use kfp_provider_domain::ResourceId;
use kfp_provider_server::{
    Deleted, Experiment, Experiments, Pipeline, Pipelines, Provider, Refusal, Run, RunSchedule,
    RunSchedules, Runs,
};
use prometheus_client::registry::Registry;

use super::{Embedded, cron, experiments, pipelines, runs, schedules};

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
        self.change(move |txn, _, _| Ok(pipelines::delete(txn, &id)?))
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
        self.change(move |txn, _, _| Ok(runs::delete(txn, &id)?))
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
        self.change(move |txn, _, _| Ok(schedules::delete(txn, &id)?))
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
        self.change(move |txn, _, _| Ok(experiments::delete(txn, &id)?))
            .await
    }
}

impl Provider for Embedded {
    /// Ready while the store takes transactions: this one waits in the queue of changes, as those of requests do.
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
