//! The embedded provider through its traits, on a clock that the test moves.

use std::collections::BTreeMap;

use chrono::TimeZone as _;
use hyper::body::Bytes;
use kfp_provider_domain::{NamespacedName, ResourceId, Schedule, TriggerIndicator};
use kfp_provider_server::{
    Deleted, Experiment, Experiments, Pipeline, Pipelines, Provider, RefusalKind, Run, RunSchedule,
    RunSchedules, Runs,
};

use super::*;

mod events;
mod history;
mod ids;
mod life;
mod runs;
mod schedules;

fn name(text: &str) -> NamespacedName {
    text.parse().expect("a name")
}

fn pipeline(named: &str, version: &str) -> Pipeline {
    Pipeline {
        name: name(named),
        version: version.to_owned(),
        image: String::new(),
        env: Vec::new(),
        framework: None,
        compiled: serde_json::from_str(r#"{"kind": 1e400}"#).ok(),
        raw: Bytes::new(),
    }
}

fn run(named: &str, pipeline: &str, version: &str) -> Run {
    Run {
        name: name(named),
        version: "abc123".to_owned(),
        pipeline: name(pipeline),
        pipeline_version: version.to_owned(),
        run_configuration: None,
        experiment: None,
        parameters: BTreeMap::from([(String::new(), String::new())]),
        artifacts: Vec::new(),
        trigger: TriggerIndicator::default(),
    }
}

fn failing(run: Run) -> Run {
    Run {
        parameters: BTreeMap::from([("fail".to_owned(), "yes".to_owned())]),
        ..run
    }
}

fn schedule(named: &str, cron: &str) -> RunSchedule {
    let Run {
        name,
        version,
        pipeline,
        pipeline_version,
        run_configuration,
        experiment,
        parameters,
        artifacts,
        trigger,
    } = run(named, "a/p", "");
    let schedule = Schedule {
        cron_expression: (!cron.is_empty()).then(|| cron.to_owned()),
        ..Schedule::default()
    };
    RunSchedule {
        name,
        version,
        pipeline,
        pipeline_version,
        run_configuration,
        experiment,
        schedule,
        parameters,
        artifacts,
        trigger,
    }
}

fn experiment(named: &str) -> Experiment {
    Experiment {
        name: name(named),
        version: "1".to_owned(),
        description: String::new(),
    }
}

fn clock() -> ManualClock {
    ManualClock::new(
        Utc.with_ymd_and_hms(2027, 5, 7, 4, 0, 0)
            .single()
            .expect("a time"),
    )
}

async fn provider(clock: &ManualClock) -> Embedded {
    let config = EmbeddedConfig {
        clock: Arc::new(clock.clone()),
        ..EmbeddedConfig::new(Data::Memory)
    };
    Embedded::open(config).await.expect("memory")
}

impl Embedded {
    /// Waits until the background work has looked at the clock since it was moved.
    async fn caught_up(&self) {
        let mut steps = self.core.steps.subscribe();
        // The first may have begun before.
        for _ in 0..2 {
            steps.mark_unchanged();
            self.core.wake.notify_one();
            steps.changed().await.expect("background work");
        }
    }

    async fn state(&self, id: &ResourceId) -> Option<RunState> {
        self.run_status(id.as_str())
            .await
            .expect("store")
            .map(|status| status.state)
    }

    /// The id of the run of this name, if there is one.
    async fn run_named(&self, name: &'static str) -> Option<String> {
        self.core
            .store
            .write(move |txn| txn.id_of(store::Kind::Run, name))
            .await
            .expect("store")
    }
}

const STEP: Duration = Duration::from_secs(5);
