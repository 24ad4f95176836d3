//! Events of one run configuration arrive in the order in which they came to be.

use kfp_provider_domain::{RunCompletionEvent, RunReference};

use super::receiver::Act;
use super::*;
use crate::store::FileOutbox;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
const ERROR: &str = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";
const NO: &str = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";

fn of(configuration: &str, label: &str, added: DateTime<Utc>) -> NewEvent {
    NewEvent {
        configuration: Some(configuration.to_owned()),
        ..event(label, added)
    }
}

impl Sending {
    async fn add_of(&self, configuration: &str, label: &str) -> EventId {
        let event = of(configuration, label, self.clock.now());
        let id = self.outbox.add(event).await.expect("memory");
        self.sink.wake();
        id
    }
}

/// The labels of what is due.
async fn due(outbox: &dyn Outbox, now: DateTime<Utc>) -> Vec<String> {
    let page = outbox
        .page(now, Default::default(), 9)
        .await
        .expect("a page");
    page.due.into_iter().map(|entry| entry.label).collect()
}

async fn settle(outbox: &dyn Outbox, id: EventId, outcome: DeliveryOutcome) {
    outbox
        .settle(vec![DeliveryRecord { id, outcome }])
        .await
        .expect("settled");
}

fn again(at: DateTime<Utc>) -> DeliveryOutcome {
    DeliveryOutcome::Retry {
        at,
        problem: "busy".to_owned(),
        refused: false,
    }
}

#[tokio::test]
async fn a_later_event_waits_for_an_earlier_one_that_is_tried_again() {
    let mut receiver =
        Receiver::start(|number| Act::Say(if number == 0 { ERROR } else { OK })).await;
    let sending = Sending::to(&receiver.url, DeliveryConfig::default());
    let first = sending.add_of("a/rc", "a/first").await;
    assert_eq!(receiver.next().await.body, br#"{"run":"a/first"}"#);
    let entry = sending.attempted(first, 1).await;
    let second = sending.add_of("a/rc", "a/second").await;
    let other = sending.add_of("b/rc", "b/other").await;
    sending.gone(other).await;
    assert_eq!(receiver.next().await.body, br#"{"run":"b/other"}"#);
    sending.advance_to(&entry).await;
    sending.gone(first).await;
    sending.gone(second).await;
    assert_eq!(receiver.next().await.body, br#"{"run":"a/first"}"#);
    assert_eq!(receiver.next().await.body, br#"{"run":"a/second"}"#);
}

#[tokio::test]
async fn a_dead_letter_holds_up_nobody() {
    let mut receiver = Receiver::start(|number| Act::Say(if number == 0 { NO } else { OK })).await;
    let config = DeliveryConfig {
        refusals: 1,
        ..DeliveryConfig::default()
    };
    let sending = Sending::to(&receiver.url, config);
    let first = sending.add_of("a/rc", "a/first").await;
    receiver.next().await;
    sending.attempted(first, 1).await;
    let second = sending.add_of("a/rc", "a/second").await;
    sending.gone(second).await;
    assert_eq!(receiver.next().await.body, br#"{"run":"a/second"}"#);
}

/// In memory and in a file, which is opened again after every step.
#[tokio::test]
async fn who_is_next_is_known_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("events");
    let now = clock().now();
    let later = now + Duration::from_secs(60);
    for is_file in [false, true] {
        let open = || -> Box<dyn Outbox> { Box::new(FileOutbox::open(&path).expect("an outbox")) };
        let mut ids = Vec::new();
        let mut outbox: Arc<dyn Outbox> = match is_file {
            true => Arc::from(open()),
            false => Arc::new(MemoryOutbox::default()),
        };
        for label in ["1", "2", "3"] {
            ids.push(outbox.add(of("a/rc", label, now)).await.expect("stored"));
        }
        assert_eq!(due(&*outbox, now).await, ["1"]);
        settle(&*outbox, ids[0], again(later)).await;
        if is_file {
            outbox.close().await.expect("closed");
            drop(outbox);
            outbox = Arc::from(open());
        }
        assert_eq!(due(&*outbox, now).await, [] as [&str; 0]);
        assert_eq!(due(&*outbox, later).await, ["1"]);
        for _ in 1..OutboxEntry::MAX_HOLD {
            settle(&*outbox, ids[0], again(later)).await;
        }
        assert_eq!(
            due(&*outbox, later).await,
            ["2", "1"],
            "it held up long enough"
        );
        settle(
            &*outbox,
            ids[1],
            DeliveryOutcome::DeadLetter {
                problem: String::new(),
            },
        )
        .await;
        assert_eq!(due(&*outbox, later).await, ["3", "1"]);
        outbox.resend(ids[1], later).await.expect("there");
        settle(&*outbox, ids[2], again(later)).await;
        assert_eq!(
            due(&*outbox, later).await,
            ["1", "2"],
            "3 waits for 2 again"
        );
        outbox.remove(ids[1]).await.expect("there");
        assert_eq!(due(&*outbox, later).await, ["1", "3"]);
    }
}

/// What is stored of an event says whether it waits for others.
#[tokio::test]
async fn the_order_can_be_turned_off() {
    for in_order in [true, false] {
        let config = DeliveryConfig {
            in_order,
            ..DeliveryConfig::default()
        };
        let sending = Sending::to("http://127.0.0.1:1/events", config);
        let reference = RunReference::Configuration("a/rc".parse().expect("a name"));
        let event = RunCompletionEvent::succeeded(
            reference,
            "r-1".parse().expect("an id"),
            "a/p".parse().expect("a name"),
            "p/q".parse().expect("a name"),
        );
        let stored = sending.sink.prepare(&event).expect("an event");
        assert_eq!(stored.configuration.is_some(), in_order);
    }
}
