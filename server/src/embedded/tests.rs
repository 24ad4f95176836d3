//! The embedded provider through its traits, on a clock that the test moves.

use std::collections::{BTreeMap, HashSet};

use chrono::TimeZone as _;
use hyper::body::Bytes;
use kfp_provider_api::domain::{NamespacedName, Schedule, TriggerIndicator};
use proptest::prelude::*;

use super::*;
use crate::refusal::RefusalKind;

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
        steps.mark_unchanged();
        self.core.wake.notify_one();
        steps.changed().await.expect("background work");
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

#[tokio::test]
async fn runs_go_from_state_to_state_on_the_clock() {
    let clock = clock();
    let provider = provider(&clock).await;
    Pipelines::create(&provider, pipeline("a/p", "v1"))
        .await
        .expect("pipeline");
    let good = Runs::create(&provider, run("a/good", "a/p", "v1"))
        .await
        .expect("run");
    let bad = Runs::create(&provider, failing(run("a/bad", "a/p", "")))
        .await
        .expect("run");
    let gone = Runs::create(&provider, run("a/gone", "a/p", ""))
        .await
        .expect("run");
    provider.caught_up().await;
    assert_eq!(provider.state(&good).await, Some(RunState::Pending));
    clock.advance(Duration::from_secs(1));
    provider.caught_up().await;
    assert_eq!(provider.state(&good).await, Some(RunState::Running));
    assert_eq!(
        Runs::delete(&provider, gone.as_str()).await,
        Ok(Deleted::Removed),
        "also while it runs"
    );
    clock.advance(Duration::from_millis(4999));
    provider.caught_up().await;
    assert_eq!(provider.state(&good).await, Some(RunState::Running));
    clock.advance(Duration::from_millis(1));
    provider.caught_up().await;
    let status = provider
        .run_status(good.as_str())
        .await
        .expect("store")
        .expect("status");
    assert_eq!(status.state, RunState::Succeeded);
    assert_eq!(
        (status.ended.expect("ended") - status.created).num_seconds(),
        6
    );
    assert_eq!(status.pipeline_version, "v1");
    assert_eq!(provider.state(&bad).await, Some(RunState::Failed));
    assert_eq!(provider.state(&gone).await, None);
}

#[tokio::test]
async fn waiting_for_a_run() {
    let clock = clock();
    let provider = provider(&clock).await;
    assert_eq!(provider.run_finished("nothing").await.expect("store"), None);
    Pipelines::create(&provider, pipeline("a/p", "v1"))
        .await
        .expect("pipeline");
    let id = Runs::create(&provider, run("a/r", "a/p", ""))
        .await
        .expect("run");
    let mover = async {
        for _ in 0..3 {
            clock.advance(STEP);
            provider.caught_up().await;
        }
    };
    let (finished, ()) = tokio::join!(provider.run_finished(id.as_str()), mover);
    assert_eq!(
        finished.expect("store").map(|status| status.state),
        Some(RunState::Succeeded)
    );
}

#[tokio::test]
async fn a_run_needs_its_pipeline_and_version() {
    let provider = provider(&clock()).await;
    Pipelines::create(&provider, pipeline("a/p", "v1"))
        .await
        .expect("pipeline");
    let id = Pipelines::create(&provider, pipeline("a/p", "v2"))
        .await
        .expect("pipeline");
    let table = [
        ("a/p", "", Ok("v2")),
        ("a/p", "v1", Ok("v1")),
        ("a/p", "v2", Ok("v2")),
        (
            "a/p",
            "v3",
            Err(
                "pipelineVersion: pipeline \"a/p\" has no version \"v3\" (hint: the newest is \"v2\")",
            ),
        ),
        (
            "b/p",
            "",
            Err("pipelineName: there is no pipeline \"b/p\" (hint: create it before its runs)"),
        ),
        (
            "p",
            "v1",
            Err("pipelineName: there is no pipeline \"p\" (hint: create it before its runs)"),
        ),
    ];
    for (row, (pipeline, version, expected)) in table.into_iter().enumerate() {
        let created = Runs::create(&provider, run(&format!("a/r{row}"), pipeline, version)).await;
        match (created, expected) {
            (Ok(id), Ok(expected)) => {
                let status = provider
                    .run_status(id.as_str())
                    .await
                    .expect("store")
                    .expect("status");
                assert_eq!(status.pipeline_version, expected, "{pipeline} {version:?}");
            }
            (Err(refusal), Err(expected)) => {
                assert_eq!(
                    (refusal.kind, refusal.message.as_str()),
                    (RefusalKind::NotFound, expected)
                );
            }
            (created, _) => panic!("{pipeline} {version:?}: {created:?}"),
        }
    }
    assert_eq!(
        Pipelines::delete(&provider, id.as_str()).await,
        Ok(Deleted::Removed)
    );
    assert!(
        Runs::create(&provider, run("a/late", "a/p", "v1"))
            .await
            .is_err(),
        "its versions are gone with it"
    );
    Pipelines::create(&provider, pipeline("a/p", "v9"))
        .await
        .expect("again");
    assert!(
        Runs::create(&provider, run("a/late", "a/p", "v1"))
            .await
            .is_err(),
        "and do not come back"
    );
}

#[tokio::test]
async fn creating_what_exists_is_no_second_run() {
    let clock = clock();
    let provider = provider(&clock).await;
    Pipelines::create(&provider, pipeline("a/p", "v1"))
        .await
        .expect("pipeline");
    let first = Runs::create(&provider, run("a/r", "a/p", ""))
        .await
        .expect("run");
    clock.advance(STEP);
    provider.caught_up().await;
    assert_eq!(
        Runs::create(&provider, run("a/r", "a/p", ""))
            .await
            .as_ref(),
        Ok(&first)
    );
    assert_eq!(
        provider.state(&first).await,
        Some(RunState::Running),
        "the same definition is the same run"
    );
    assert_eq!(
        Runs::create(&provider, failing(run("a/r", "a/p", "")))
            .await
            .as_ref(),
        Ok(&first)
    );
    assert_eq!(
        provider.state(&first).await,
        Some(RunState::Pending),
        "another definition starts over"
    );
    for _ in 0..2 {
        clock.advance(STEP);
        provider.caught_up().await;
    }
    assert_eq!(provider.state(&first).await, Some(RunState::Failed));
}

#[tokio::test]
async fn schedules_fire() {
    let clock = clock();
    let provider = provider(&clock).await;
    let id = RunSchedules::create(&provider, schedule("a/s", "*/10 * * * *"))
        .await
        .expect("before its pipeline");
    let never = RunSchedules::create(&provider, schedule("a/never", ""))
        .await
        .expect("no cron text");
    clock.advance(Duration::from_secs(600));
    provider.caught_up().await;
    assert_eq!(
        provider.run_named("a/s-20270507T041000Z").await,
        None,
        "there is no pipeline yet"
    );
    Pipelines::create(&provider, pipeline("a/p", "v1"))
        .await
        .expect("pipeline");
    clock.advance(Duration::from_secs(600));
    provider.caught_up().await;
    let run = provider
        .run_named("a/s-20270507T042000Z")
        .await
        .expect("a run");
    assert_eq!(
        provider
            .run_status(&run)
            .await
            .expect("store")
            .expect("status")
            .pipeline_version,
        "v1"
    );
    clock.advance(Duration::from_secs(3600));
    provider.caught_up().await;
    assert!(
        provider.run_named("a/s-20270507T043000Z").await.is_some(),
        "what was missed is made up for"
    );
    assert!(
        provider.run_named("a/s-20270507T044000Z").await.is_none(),
        "once"
    );
    let changed = RunSchedules::update(&provider, id.as_str(), schedule("a/s", "0 12 * * *")).await;
    assert_eq!(changed.as_ref(), Ok(&id));
    clock.advance(Duration::from_secs(600));
    provider.caught_up().await;
    assert!(
        provider.run_named("a/s-20270507T053000Z").await.is_none(),
        "the new times count"
    );
    for id in [id, never] {
        assert_eq!(
            RunSchedules::delete(&provider, id.as_str()).await,
            Ok(Deleted::Removed)
        );
    }
    clock.advance(Duration::from_secs(24 * 3600));
    provider.caught_up().await;
    assert!(
        provider.run_named("a/s-20270507T120000Z").await.is_none(),
        "a deleted schedule is silent"
    );
    assert!(
        provider.run_status(&run).await.expect("store").is_some(),
        "its runs stay"
    );
}

#[tokio::test]
async fn a_bad_cron_text_changes_nothing() {
    let provider = provider(&clock()).await;
    let refusal = RunSchedules::create(&provider, schedule("a/s", "every day"))
        .await
        .expect_err("not a cron text");
    assert_eq!(refusal.kind, RefusalKind::Invalid);
    let id = RunSchedules::create(&provider, schedule("a/s", "0 0 * * *"))
        .await
        .expect("schedule");
    let refusal = RunSchedules::update(&provider, id.as_str(), schedule("a/s", "0 0 30 2 *"))
        .await
        .expect_err("never");
    assert_eq!(refusal.kind, RefusalKind::Invalid);
    let refusal = RunSchedules::update(&provider, "nothing", schedule("a/s", "x"))
        .await
        .expect_err("unknown");
    assert_eq!(
        refusal.kind,
        RefusalKind::NotFound,
        "the id matters before the content"
    );
    assert_eq!(
        RunSchedules::update(&provider, id.as_str(), schedule("a/s", "")).await,
        Ok(id)
    );
}

#[tokio::test]
async fn ids_are_distinct_and_of_one_type() {
    let provider = provider(&clock()).await;
    let mut ids = HashSet::new();
    for named in ["a-b/c", "a/b-c", "a/b", "b/a", "ab", "a/x", "b/x", "x"] {
        ids.insert(
            Experiments::create(&provider, experiment(named))
                .await
                .expect(named),
        );
        ids.insert(
            Pipelines::create(&provider, pipeline(named, "v"))
                .await
                .expect(named),
        );
    }
    assert_eq!(ids.len(), 16);
    for id in &ids {
        let outcomes = [
            Pipelines::delete(&provider, id.as_str()).await,
            Runs::delete(&provider, id.as_str()).await,
            RunSchedules::delete(&provider, id.as_str()).await,
            Experiments::delete(&provider, id.as_str()).await,
        ];
        let removed = outcomes
            .iter()
            .filter(|outcome| **outcome == Ok(Deleted::Removed))
            .count();
        assert_eq!(removed, 1, "{id}: {outcomes:?}");
    }
}

#[tokio::test]
async fn names_and_ids() {
    let provider = provider(&clock()).await;
    let first = Experiments::create(&provider, experiment("a/x"))
        .await
        .expect("first");
    assert_eq!(
        Experiments::create(&provider, experiment("a/x"))
            .await
            .as_ref(),
        Ok(&first),
        "a name has one id"
    );
    let second = Experiments::create(&provider, experiment("a/y"))
        .await
        .expect("second");
    let refusal = Experiments::update(&provider, first.as_str(), experiment("a/y"))
        .await
        .expect_err("taken");
    assert_eq!(refusal.kind, RefusalKind::Invalid);
    assert_eq!(
        Experiments::update(&provider, first.as_str(), experiment("a/z"))
            .await
            .as_ref(),
        Ok(&first)
    );
    let third = Experiments::create(&provider, experiment("a/x"))
        .await
        .expect("the name is free again");
    assert_eq!(HashSet::from([&first, &second, &third]).len(), 3);
    assert_eq!(
        Experiments::delete(&provider, third.as_str()).await,
        Ok(Deleted::Removed)
    );
    let fourth = Experiments::create(&provider, experiment("a/x"))
        .await
        .expect("again");
    assert_ne!(third, fourth, "a deleted id never comes back");
    assert_eq!(
        Experiments::delete(&provider, third.as_str()).await,
        Ok(Deleted::NotThere)
    );
    assert_eq!(
        Experiments::update(&provider, fourth.as_str(), experiment("a/x")).await,
        Ok(fourth)
    );
    for id in ["", "nothing", "\0", &"x".repeat(100_000)] {
        let refusal = Experiments::update(&provider, id, experiment("a/q"))
            .await
            .expect_err("unknown");
        assert_eq!(refusal.kind, RefusalKind::NotFound);
        assert_eq!(
            Experiments::delete(&provider, id).await,
            Ok(Deleted::NotThere)
        );
    }
}

#[tokio::test]
async fn runs_and_schedules_go_on_where_they_were() {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = clock();
    let open = || {
        let config = EmbeddedConfig::new(Data::File(folder.path().join("store")));
        Embedded::open(EmbeddedConfig {
            clock: Arc::new(clock.clone()),
            ..config
        })
    };
    let before = open().await.expect("store");
    let kept = Pipelines::create(&before, pipeline("a/p", "v1"))
        .await
        .expect("pipeline");
    let run = Runs::create(&before, run("a/r", "a/p", "v1"))
        .await
        .expect("run");
    RunSchedules::create(&before, schedule("a/s", "10 4 * * *"))
        .await
        .expect("schedule");
    assert!(
        matches!(open().await.err(), Some(OpenError::InUse(_))),
        "one at a time"
    );
    before.close().await;
    assert!(before.ready().await.is_err(), "what is closed is not ready");
    let refusal = Pipelines::create(&before, pipeline("a/q", "v1"))
        .await
        .expect_err("closed");
    assert_eq!(
        (refusal.kind, refusal.message.as_str()),
        (RefusalKind::Unavailable, "the store is closed")
    );
    clock.advance(Duration::from_secs(3600));
    let after = open().await.expect("the file is free again");
    after.caught_up().await;
    assert_eq!(after.state(&run).await, Some(RunState::Running));
    assert!(after.run_named("a/s-20270507T041000Z").await.is_some());
    assert_eq!(
        Pipelines::update(&after, kept.as_str(), pipeline("a/p", "v2")).await,
        Ok(kept)
    );
}

#[tokio::test]
async fn background_work_ends_with_the_last_handle() {
    let provider = provider(&clock()).await;
    provider.caught_up().await;
    let core = Arc::downgrade(&provider.core);
    let mut steps = provider.core.steps.subscribe();
    drop(provider);
    while steps.changed().await.is_ok() {}
    assert!(core.upgrade().is_none());
}

/// What a client may do, with small numbers so that names and ids meet often.
#[derive(Clone, Debug)]
enum Action {
    Create(u8),
    Update(u8, u8),
    Delete(u8),
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let action = prop_oneof![
        (0..4_u8).prop_map(Action::Create),
        (0..12_u8, 0..4_u8).prop_map(|(id, name)| Action::Update(id, name)),
        (0..12_u8).prop_map(Action::Delete),
    ];
    proptest::collection::vec(action, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Whatever is done, the provider agrees with a map from id to name.
    #[test]
    fn experiments_agree_with_a_model(actions in actions()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
        runtime.block_on(async {
            let provider = provider(&clock()).await;
            let mut issued: Vec<ResourceId> = Vec::new();
            let mut model: BTreeMap<String, u8> = BTreeMap::new();
            for action in actions {
                match action {
                    Action::Create(named) => {
                        let id = Experiments::create(&provider, experiment(&format!("n/{named}"))).await.expect("create");
                        let owner = model.iter().find(|(_, name)| **name == named).map(|(id, _)| id.clone());
                        prop_assert!(owner.is_none_or(|owner| owner == id.as_str()));
                        model.insert(id.to_string(), named);
                        issued.push(id);
                    }
                    Action::Update(at, named) => {
                        let Some(id) = issued.get(usize::from(at)) else { continue };
                        let outcome = Experiments::update(&provider, id.as_str(), experiment(&format!("n/{named}"))).await;
                        let taken = model.iter().any(|(other, name)| *name == named && other != id.as_str());
                        match (model.contains_key(id.as_str()), taken) {
                            (false, _) => prop_assert_eq!(outcome.map_err(|refusal| refusal.kind), Err(RefusalKind::NotFound)),
                            (true, true) => prop_assert_eq!(outcome.map_err(|refusal| refusal.kind), Err(RefusalKind::Invalid)),
                            (true, false) => {
                                prop_assert_eq!(outcome.as_ref(), Ok(id));
                                model.insert(id.to_string(), named);
                            }
                        }
                    }
                    Action::Delete(at) => {
                        let Some(id) = issued.get(usize::from(at)) else { continue };
                        let existed = model.remove(id.as_str()).is_some();
                        let expected = if existed { Deleted::Removed } else { Deleted::NotThere };
                        prop_assert_eq!(Experiments::delete(&provider, id.as_str()).await, Ok(expected));
                    }
                }
            }
            Ok(())
        })?;
    }
}
