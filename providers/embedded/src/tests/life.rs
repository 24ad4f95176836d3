//! The beginning and the end of a provider.

use super::*;

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
