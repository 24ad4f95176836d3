//! Runs and their states.

use super::*;

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
