//! What is reported of runs that have ended.

use kfp_provider_domain::{RunCompletionEvent, RunOutcome};
use kfp_run_completion::{EventId, OutboxQueue};

use super::*;

/// A provider with a webhook at which nobody is.
async fn reporting(clock: &ManualClock, data: Data) -> Embedded {
    let config = EmbeddedConfig {
        clock: Arc::new(clock.clone()),
        reporting: Reporting {
            webhook: Some("http://127.0.0.1:1/events".to_owned()),
            provider: name("ml/forge"),
            ..Reporting::default()
        },
        ..EmbeddedConfig::new(data)
    };
    let provider = Embedded::open(config).await.expect("a store");
    Pipelines::create(&provider, pipeline("a/p", "v1"))
        .await
        .expect("pipeline");
    provider
}

impl Embedded {
    /// Every event in the store, the oldest first.
    async fn reported(&self) -> Vec<RunCompletionEvent> {
        let outbox = self.core.sink.outbox();
        let mut events = Vec::new();
        for entry in outbox
            .list(OutboxQueue::Waiting, None, 100)
            .await
            .expect("a list")
        {
            let body = outbox.body(entry.id).await.expect("store").expect("a body");
            events.push(RunCompletionEvent::from_json(&body).expect("an event"));
        }
        events
    }

    /// Lets every run come to its end.
    async fn ended(&self, clock: &ManualClock) {
        for _ in 0..2 {
            clock.advance(STEP);
            self.caught_up().await;
        }
    }
}

fn of(event: &RunCompletionEvent) -> (String, String) {
    let text = |name: Option<&kfp_provider_domain::FullName>| name.map(ToString::to_string);
    let reference = &event.reference;
    (
        text(reference.run()).unwrap_or_default(),
        text(reference.configuration()).unwrap_or_default(),
    )
}

#[tokio::test]
async fn every_run_that_ends_is_reported_once() {
    let clock = clock();
    let provider = reporting(&clock, Data::Memory).await;
    let good = Run {
        run_configuration: Some(name("a/c")),
        artifacts: vec![
            serde_json::from_str(r#"{"name":"m","path":"trainer:model:0[ok == true]"}"#)
                .expect("an artifact"),
        ],
        ..run("a/good", "a/p", "")
    };
    let id = Runs::create(&provider, good).await.expect("run");
    Runs::create(&provider, failing(run("a/bad", "a/p", "")))
        .await
        .expect("run");
    Runs::create(&provider, run("bare", "a/p", ""))
        .await
        .expect("run");
    let deleted = Runs::create(&provider, run("a/deleted", "a/p", ""))
        .await
        .expect("run");
    clock.advance(STEP);
    provider.caught_up().await;
    assert_eq!(provider.reported().await, [], "nothing before the end");
    Runs::delete(&provider, deleted.as_str())
        .await
        .expect("gone");
    provider.ended(&clock).await;
    let mut events = provider.reported().await;
    events.sort_by_key(of);
    let [bad, good] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!(
        (bad.outcome, of(bad)),
        (RunOutcome::Failed, ("a/bad".into(), String::new()))
    );
    assert_eq!(bad.components, None);
    assert_eq!(
        (good.outcome, of(good)),
        (RunOutcome::Succeeded, ("a/good".into(), "a/c".into()))
    );
    assert_eq!(good.run_id.as_str(), id.as_str());
    assert_eq!(
        (good.pipeline.to_string(), good.provider.to_string()),
        ("a/p".into(), "ml/forge".into())
    );
    let status = provider
        .run_status(id.as_str())
        .await
        .expect("store")
        .expect("it");
    assert_eq!((good.started, good.ended), (status.started, status.ended));
    let components = good.components.as_deref().unwrap_or_default();
    let artifact = &components[0].component_artifacts[0].artifacts[0];
    assert_eq!(artifact.uri, format!("embedded:/{id}/trainer/model/0"));
    assert_eq!(artifact.metadata["ok"], true);
    provider.ended(&clock).await;
    assert_eq!(provider.reported().await.len(), 2, "once");
    assert!(
        provider
            .core
            .sink
            .outbox()
            .find(EventId(3))
            .await
            .expect("store")
            .is_none()
    );
}

#[tokio::test]
async fn runs_of_schedules_are_reported_with_their_configuration() {
    let clock = clock();
    let provider = reporting(&clock, Data::Memory).await;
    let daily = RunSchedule {
        run_configuration: Some(name("a/c")),
        ..schedule("a/s", "10 4 * * *")
    };
    RunSchedules::create(&provider, daily)
        .await
        .expect("schedule");
    clock.advance(Duration::from_secs(600));
    provider.caught_up().await;
    provider.ended(&clock).await;
    let events = provider.reported().await;
    let all: Vec<_> = events.iter().map(of).collect();
    assert_eq!(all, [("a/s-20270507T041000Z".to_owned(), "a/c".to_owned())]);
}

#[tokio::test]
async fn what_was_not_delivered_is_there_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("store");
    let clock = clock();
    let provider = reporting(&clock, Data::File(file.clone())).await;
    Runs::create(&provider, run("a/r", "a/p", ""))
        .await
        .expect("run");
    provider.ended(&clock).await;
    let before = provider.reported().await;
    assert_eq!(before.len(), 1);
    provider.close().await;
    drop(provider);
    assert_eq!(check(&file).expect("a sound store").events, 1);
    let provider = reporting(&clock, Data::File(file)).await;
    assert_eq!(provider.reported().await, before);
}

#[tokio::test]
async fn without_a_webhook_nothing_is_kept_for_it() {
    let clock = clock();
    let provider = provider(&clock).await;
    Pipelines::create(&provider, pipeline("a/p", "v1"))
        .await
        .expect("pipeline");
    let id = Runs::create(&provider, run("a/r", "a/p", ""))
        .await
        .expect("run");
    provider.ended(&clock).await;
    assert_eq!(provider.state(&id).await, Some(RunState::Succeeded));
    assert_eq!(provider.reported().await, []);
}
