//! Finished runs are remembered, but not forever; and the store agrees with itself all the while.

use proptest::prelude::*;

use super::*;

/// A provider that remembers so many finished runs, with a pipeline.
async fn remembering(clock: &ManualClock, history: u64, data: Data) -> Embedded {
    let config = EmbeddedConfig {
        clock: Arc::new(clock.clone()),
        history,
        ..EmbeddedConfig::new(data)
    };
    let provider = Embedded::open(config).await.expect("a store");
    Pipelines::create(&provider, pipeline("a/p", "v1"))
        .await
        .expect("pipeline");
    provider
}

/// Long enough for every run that has begun to end.
async fn finish(provider: &Embedded, clock: &ManualClock) {
    for _ in 0..2 {
        clock.advance(STEP);
        provider.caught_up().await;
    }
}

#[tokio::test]
async fn the_oldest_finished_runs_are_forgotten() {
    let clock = clock();
    let provider = remembering(&clock, 3, Data::Memory).await;
    let mut ids = Vec::new();
    for turn in 0..5 {
        let run = run(&format!("a/r{turn}"), "a/p", "");
        ids.push(Runs::create(&provider, run).await.expect("run"));
        finish(&provider, &clock).await;
    }
    let young = Runs::create(&provider, run("a/young", "a/p", ""))
        .await
        .expect("run");
    let mut states = Vec::new();
    for id in &ids {
        states.push(provider.state(id).await.is_some());
    }
    assert_eq!(states, [false, false, true, true, true]);
    assert_eq!(
        provider.state(&young).await,
        Some(RunState::Pending),
        "what has not finished does not count"
    );
    assert_eq!(
        provider.run_finished(ids[0].as_str()).await.expect("store"),
        None
    );
    assert_eq!(
        Runs::delete(&provider, ids[0].as_str()).await,
        Ok(Deleted::NotThere),
        "to the operator that is as good as a delete"
    );
    assert_eq!(
        Runs::delete(&provider, ids[4].as_str()).await,
        Ok(Deleted::Removed)
    );
    finish(&provider, &clock).await;
    assert!(
        provider.state(&ids[2]).await.is_some(),
        "a deleted run makes room for another"
    );
    let again = Runs::create(&provider, run("a/r0", "a/p", ""))
        .await
        .expect("run");
    assert_ne!(again, ids[0], "a forgotten id never comes back");
    let restarted = Runs::create(&provider, failing(run("a/r3", "a/p", "")))
        .await
        .expect("run");
    assert_eq!(
        restarted, ids[3],
        "what starts over is not history any more"
    );
    finish(&provider, &clock).await;
    assert!(
        provider.state(&ids[2]).await.is_none(),
        "now it is the oldest"
    );
    assert_eq!(provider.state(&ids[3]).await, Some(RunState::Failed));
}

#[tokio::test]
async fn runs_of_schedules_count() {
    let clock = clock();
    let provider = remembering(&clock, 10, Data::Memory).await;
    RunSchedules::create(&provider, schedule("a/s", "* * * * *"))
        .await
        .expect("schedule");
    for _ in 0..60 {
        clock.advance(Duration::from_secs(60));
        provider.caught_up().await;
    }
    finish(&provider, &clock).await;
    finish(&provider, &clock).await;
    let count = provider.core.store.write(|txn| txn.finished()).await;
    assert_eq!(count.expect("store"), 10);
}

#[tokio::test]
async fn a_shorter_history_is_brought_about_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store");
    let clock = clock();
    for (history, runs, kept) in [(1000, 700, 700), (10, 0, 10), (0, 5, 0)] {
        let provider = remembering(&clock, history, Data::File(path.clone())).await;
        let created = (0..runs).map(|turn| {
            let run = run(&format!("a/{history}-{turn}"), "a/p", "");
            Runs::create(&provider, run)
        });
        for created in futures::future::join_all(created).await {
            created.expect("run");
        }
        // More than one batch may be due, and more than one too many.
        for _ in 0..10 {
            clock.advance(STEP);
            provider.caught_up().await;
        }
        provider.close().await;
        let contents = check(&path).expect("a sound store");
        assert_eq!(
            (contents.runs, contents.finished_runs),
            (kept, kept),
            "history {history}"
        );
    }
}

#[derive(Clone, Debug)]
enum Action {
    Run(u8, bool),
    DeleteRun(u8),
    Schedule(u8, u8),
    DeleteSchedule(u8),
    Pipeline(u8),
    DeletePipeline,
    Pass(u16),
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let action = prop_oneof![
        4 => (0..6_u8, any::<bool>()).prop_map(|(named, fails)| Action::Run(named, fails)),
        1 => (0..6_u8).prop_map(Action::DeleteRun),
        2 => (0..3_u8, 0..4_u8).prop_map(|(named, cron)| Action::Schedule(named, cron)),
        1 => (0..3_u8).prop_map(Action::DeleteSchedule),
        1 => (0..3_u8).prop_map(Action::Pipeline),
        1 => Just(Action::DeletePipeline),
        4 => (0..200_u16).prop_map(Action::Pass),
    ];
    proptest::collection::vec(action, 1..60)
}

/// Does it through the traits, whatever comes of it.
async fn act(provider: &Embedded, clock: &ManualClock, action: Action) {
    let id = |kind, name: String| provider.core.store.write(move |txn| txn.id_of(kind, &name));
    match action {
        Action::Run(named, fails) => {
            let asked = run(&format!("a/r{named}"), "a/p", "");
            let asked = if fails { failing(asked) } else { asked };
            let _ = Runs::create(provider, asked).await;
        }
        Action::DeleteRun(named) => {
            let found = id(store::Kind::Run, format!("a/r{named}")).await;
            if let Some(id) = found.expect("store") {
                Runs::delete(provider, &id).await.expect("a delete");
            }
        }
        Action::Schedule(named, cron) => {
            let cron = ["* * * * * *", "*/7 * * * * *", "* * * * *", ""][usize::from(cron)];
            let asked = schedule(&format!("a/s{named}"), cron);
            RunSchedules::create(provider, asked)
                .await
                .expect("schedule");
        }
        Action::DeleteSchedule(named) => {
            let found = id(store::Kind::RunSchedule, format!("a/s{named}")).await;
            if let Some(id) = found.expect("store") {
                RunSchedules::delete(provider, &id).await.expect("a delete");
            }
        }
        Action::Pipeline(version) => {
            let asked = pipeline("a/p", &format!("v{version}"));
            Pipelines::create(provider, asked).await.expect("pipeline");
        }
        Action::DeletePipeline => {
            let found = id(store::Kind::Pipeline, "a/p".to_owned()).await;
            if let Some(id) = found.expect("store") {
                Pipelines::delete(provider, &id).await.expect("a delete");
            }
        }
        Action::Pass(tenths) => {
            clock.advance(Duration::from_millis(u64::from(tenths) * 100));
            provider.caught_up().await;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    /// Whatever is done, and however time passes, no part of the store contradicts another, and history has its end.
    #[test]
    fn the_store_never_contradicts_itself(actions in actions(), history in 0..4_u64) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
        let (contents, problems) = runtime.block_on(async {
            let clock = clock();
            let provider = remembering(&clock, history, Data::Memory).await;
            for action in actions {
                act(&provider, &clock, action).await;
            }
            provider.caught_up().await;
            provider.core.store.write(check::compare).await.expect("store")
        });
        prop_assert!(problems.is_empty(), "{:?}", problems);
        prop_assert!(contents.finished_runs as u64 <= history, "{:?} of {}", contents, history);
    }
}

/// The check finds what it is there for.
#[tokio::test]
async fn contradictions_are_found() {
    type Damage = fn(&Txn<'_>) -> Result<(), StoreError>;
    let table: [(&str, Damage, &str); 8] = [
        (
            "a name of nothing",
            |txn| txn.name(store::Kind::Run, "a/x", "run-x"),
            "in no record",
        ),
        (
            "a record without name",
            |txn| txn.unname(store::Kind::Pipeline, "a/p"),
            "only in a record",
        ),
        (
            "a time of nothing",
            |txn| txn.reschedule(store::Kind::Run, "run-x", None, Some(1_900_000_000_000)),
            "due: (1900000000000, \"run\", \"run-x\") is in no record",
        ),
        (
            "a finished nothing",
            |txn| txn.archive("run-x", None, Some(5)),
            "finished: (5",
        ),
        (
            "a version of nothing",
            |txn| txn.put_version("pipeline-x", "v1", &1),
            "is of no pipeline",
        ),
        (
            "a pipeline without versions",
            |txn| {
                let id = txn.id_of(store::Kind::Pipeline, "a/p")?.unwrap_or_default();
                txn.remove_versions(&id)
            },
            "its newest version is not there",
        ),
        (
            "an id of another type",
            |txn| {
                txn.name(store::Kind::Experiment, "a/e", "run-1")?;
                txn.put(store::Kind::Experiment, "run-1", &experiment("a/e"))
            },
            "\"run-1\" does not belong to type experiment",
        ),
        (
            "not a record",
            |txn| txn.put(store::Kind::Experiment, "experiment-1", &7),
            "cannot be read",
        ),
    ];
    for (name, damage, expected) in table {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("store");
        let provider = remembering(&clock(), 5, Data::File(path.clone())).await;
        provider.core.store.write(damage).await.expect(name);
        provider.close().await;
        let error = check(&path).expect_err(name).to_string();
        assert!(error.contains(expected), "{name}: {error}");
    }
}
