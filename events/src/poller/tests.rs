//! The poller against an orchestrator that does what the test says.

use std::collections::BTreeMap;
use std::sync::Mutex;

use kfp_provider_domain::RunReference;

use super::*;
use crate::clock::ManualClock;
use crate::store::FileOutbox;
use crate::{DeliveryConfig, Outbox as _, OutboxQueue, Webhook};

/// Longer than storing takes on any machine: runs are due by the clock of the system.
const PATIENCE: Duration = Duration::from_secs(600);

/// What it says, by run; and whom it was asked for.
#[derive(Default)]
struct Script {
    says: Mutex<BTreeMap<String, Result<PollResult, String>>>,
    asked: Mutex<Vec<String>>,
}

impl Script {
    fn say(&self, key: &str, result: Result<PollResult, String>) {
        self.says.lock().expect("it").insert(key.to_owned(), result);
    }

    fn asked(&self) -> Vec<String> {
        let mut asked = std::mem::take(&mut *self.asked.lock().expect("it"));
        asked.sort();
        asked
    }
}

impl Orchestrator for Arc<Script> {
    async fn poll(&self, run: &OpenRun, _: DateTime<Utc>) -> Result<PollResult, String> {
        self.asked.lock().expect("it").push(run.key.clone());
        if run.key == "panics" {
            panic!("as the test wants");
        }
        if run.key == "hangs" {
            std::future::pending::<()>().await;
        }
        let says = self.says.lock().expect("it").get(&run.key).cloned();
        says.unwrap_or(Ok(PollResult::Open(None)))
    }
}

fn ended(name: &str) -> Result<PollResult, String> {
    let run = RunReference::Run(name.parse().expect("a name"));
    let pipeline = "a/p".parse().expect("a name");
    let id = name.parse().expect("an id");
    let event = RunCompletionEvent::succeeded(run, id, pipeline, Default::default());
    Ok(PollResult::Ended(Box::new(event)))
}

struct Subject {
    poller: Poller<Arc<Script>, FileOutbox>,
    script: Arc<Script>,
    store: FileOutbox,
    clock: ManualClock,
}

/// A poller on this file. Nobody is at the webhook, so events stay in the outbox.
fn subject(path: &std::path::Path) -> Subject {
    let (clock, script) = (ManualClock::new(Utc::now()), Arc::new(Script::default()));
    let log = Logger::root(slog::Discard, slog::o!());
    let store = FileOutbox::open(path).expect("an outbox");
    let webhook = Webhook::new("http://127.0.0.1:1/events").expect("a URL");
    let sink = EventSink::with_clock(
        Some(webhook),
        store.clone(),
        DeliveryConfig::default(),
        Arc::new(clock.clone()),
        &log,
    );
    let config = PollerConfig {
        timeout: Duration::from_millis(50),
        ..PollerConfig::default()
    };
    let poller = Poller::new(Arc::clone(&script), store.clone(), sink, config, &log);
    clock.advance(Duration::from_secs(1));
    Subject {
        poller: poller.with_clock(Arc::new(clock.clone())),
        script,
        store,
        clock,
    }
}

async fn labels(store: &FileOutbox) -> Vec<String> {
    let events = store
        .list(OutboxQueue::Waiting, None, 100)
        .await
        .expect("a list");
    events.into_iter().map(|entry| entry.label).collect()
}

#[tokio::test]
async fn runs_are_asked_for_until_they_have_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("events");
    let Subject {
        poller,
        script,
        store,
        clock,
    } = subject(&path);
    for key in ["a/1", "a/2", "a/3", "panics", "hangs"] {
        store.watch(key, "note").await.expect("stored");
    }
    script.say("a/1", ended("a/1"));
    script.say("a/2", Err("down".to_owned()));
    poller.turn().await;
    assert_eq!(script.asked(), ["a/1", "a/2", "a/3", "hangs", "panics"]);
    assert_eq!(labels(&store).await, ["a/1"]);
    poller.turn().await;
    assert_eq!(
        script.asked(),
        [] as [&str; 0],
        "not before the interval is over"
    );
    clock.advance(Duration::from_secs(10));
    script.say("a/3", Ok(PollResult::Unreported("deleted".to_owned())));
    poller.turn().await;
    assert_eq!(script.asked(), ["a/2", "a/3", "hangs", "panics"]);
    clock.advance(Duration::from_secs(10));
    poller.turn().await;
    assert_eq!(
        script.asked(),
        [] as [&str; 0],
        "failures are asked for less often"
    );
    clock.advance(Duration::from_secs(10));
    script.say("a/2", ended("a/2"));
    assert!(store.unwatch("hangs").await.expect("stored"));
    poller.turn().await;
    assert_eq!(script.asked(), ["a/2", "panics"]);
    assert_eq!(labels(&store).await, ["a/1", "a/2"]);
    assert!(!store.unwatch("a/2").await.expect("stored"));

    // Another process goes on where this one was.
    drop(poller);
    store.close().await.expect("closed");
    drop(store);
    let Subject {
        poller,
        script,
        clock,
        store,
    } = subject(&path);
    clock.advance(Duration::from_secs(600));
    poller.turn().await;
    assert_eq!(script.asked(), ["panics"]);
    assert_eq!(labels(&store).await, ["a/1", "a/2"]);
}

/// Runs with long notes are asked for all the same, and not all of them are in memory at a time.
#[tokio::test]
async fn long_notes() {
    let folder = tempfile::tempdir().expect("a folder");
    let Subject {
        poller,
        script,
        store,
        clock,
    } = subject(&folder.path().join("events"));
    let note = "x".repeat(MAX_NOTE_BYTES / 2);
    for key in ["a/1", "a/2", "a/3", "a/4", "a/5"] {
        store.watch(key, &note).await.expect("stored");
        script.say(key, ended(key));
    }
    clock.advance(PATIENCE);
    let next = poller.turn().await.expect("more to do");
    assert!(next <= clock.now(), "at once");
    assert_eq!(script.asked(), ["a/1", "a/2", "a/3"]);
    poller.turn().await;
    assert_eq!(script.asked(), ["a/4", "a/5"]);
    assert_eq!(labels(&store).await.len(), 5);
}

/// What was found out about a run that was replaced meanwhile is about another run.
#[tokio::test]
async fn a_run_that_changed_meanwhile_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let Subject {
        poller,
        store,
        clock,
        ..
    } = subject(&folder.path().join("events"));
    store.watch("a/1", "old").await.expect("stored");
    clock.advance(Duration::from_secs(60));
    let (due, _) = store.due(clock.now(), 9).await.expect("a page");
    let [run] = due.as_slice() else {
        panic!("{due:?}")
    };
    let moved = NextState::Open {
        due: clock.now(),
        failures: 0,
    };
    let update = |next| {
        vec![PollUpdate {
            run: run.clone(),
            at: clock.now(),
            next,
        }]
    };
    store.record(update(moved)).await.expect("recorded");
    let event = NewEvent {
        label: "a/1".to_owned(),
        configuration: None,
        body: "{}".into(),
        added: clock.now(),
    };
    store
        .record(update(NextState::Ended(Some(event))))
        .await
        .expect("recorded");
    assert_eq!(labels(&store).await, [] as [&str; 0]);
    poller.turn().await;
}

#[tokio::test]
async fn it_ends_when_it_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let Subject {
        poller,
        store,
        script,
        ..
    } = subject(&folder.path().join("events"));
    store.watch("a/1", "").await.expect("stored");
    let polling = poller.start();
    while script.asked().is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    polling.close().await;
}
