//! What becomes of events by what the webhook says.

use super::receiver::Act;
use super::*;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
const ERROR: &str = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\nbusy";

#[tokio::test]
async fn the_request_is_what_the_operator_wants_to_the_byte() {
    let mut receiver = Receiver::start(|_| Act::Say(OK)).await;
    let url = receiver
        .url
        .replace("/events", "/a/../events//?x=%41#")
        .replace('#', "");
    let sending = Sending::to(&url, DeliveryConfig::default());
    let id = sending.add("a/r").await;
    let Received { head, body } = receiver.next().await;
    sending.gone(id).await;
    let mut lines = head.lines();
    assert_eq!(lines.next(), Some("POST /a/../events//?x=%41 HTTP/1.1"));
    let headers: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    let host = url
        .trim_start_matches("http://")
        .split('/')
        .next()
        .unwrap_or_default();
    assert_eq!(
        headers,
        [
            format!("host: {host}").as_str(),
            "content-type: application/json",
            "content-length: 13",
        ]
    );
    assert_eq!(body, br#"{"run":"a/r"}"#);
}

/// The answer, and what the outbox holds after it.
#[tokio::test]
async fn answers_and_what_follows() {
    let table = [
        (OK, None),
        ("HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", None),
        (ERROR, Some((0, "answered 500: busy"))),
        ("HTTP/1.1 204 No Content\r\n\r\n", Some((0, "answered 204"))),
        (
            "HTTP/1.1 307 Temporary Redirect\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n",
            Some((0, "answered 307")),
        ),
        (
            "HTTP/1.1 400 Bad Request\r\nContent-Length: 4\r\n\r\nno.\n",
            Some((1, "answered 400: no.")),
        ),
        (
            "HTTP/1.1 415 Unsupported Media Type\r\nContent-Length: 0\r\n\r\n",
            Some((1, "answered 415")),
        ),
    ];
    for (answer, expected) in table {
        let mut receiver = Receiver::start(move |_| Act::Say(answer)).await;
        let sending = Sending::to(&receiver.url, DeliveryConfig::default());
        let id = sending.add("a/r").await;
        match expected {
            None => sending.gone(id).await,
            Some((refusals, problem)) => {
                let entry = sending.attempted(id, 1).await;
                assert_eq!(
                    (entry.refusals, entry.problem.as_deref()),
                    (refusals, Some(problem))
                );
                assert!(entry.due >= Some(sending.clock.now()), "{answer}");
            }
        }
        receiver.next().await;
        assert_eq!(receiver.rest(), [], "{answer}: once, and nowhere else");
    }
}

#[tokio::test]
async fn an_event_is_sent_until_it_arrives_and_is_the_same_every_time() {
    let mut receiver = Receiver::start(|number| match number {
        0 => Act::Close,
        1..5 => Act::Say(ERROR),
        _ => Act::Say(OK),
    })
    .await;
    let sending = Sending::to(&receiver.url, DeliveryConfig::default());
    let id = sending.add("a/r").await;
    let first = receiver.next().await;
    for attempts in 1..=5 {
        let entry = sending.attempted(id, attempts).await;
        sending.advance_to(&entry).await;
        assert_eq!(receiver.next().await, first);
    }
    sending.gone(id).await;
    assert_eq!(receiver.rest(), []);
}

#[tokio::test]
async fn what_is_never_taken_becomes_a_dead_letter_and_can_be_resent() {
    const NO: &str = "HTTP/1.1 400 Bad Request\r\nContent-Length: 5\r\n\r\nnever";
    let mut receiver = Receiver::start(|number| Act::Say(if number < 5 { NO } else { OK })).await;
    let sending = Sending::to(&receiver.url, DeliveryConfig::default());
    let id = sending.add("a/r").await;
    for attempts in 1..5 {
        let entry = sending.attempted(id, attempts).await;
        let pause = (entry.due.expect("it waits") - sending.clock.now()).num_seconds();
        assert!(pause >= 15, "attempt {attempts}: only {pause} s");
        sending.advance_to(&entry).await;
    }
    let dead = sending.attempted(id, 5).await;
    assert_eq!(
        (dead.due, dead.problem.as_deref()),
        (None, Some("answered 400: never"))
    );
    sending.clock.advance(Duration::from_secs(1_000_000));
    let next = sending.add("a/next").await;
    sending.gone(next).await;
    assert_eq!(
        sending
            .outbox
            .list(OutboxQueue::Dead, None, 9)
            .await
            .expect("memory"),
        [dead]
    );
    assert!(
        sending
            .outbox
            .resend(id, sending.clock.now())
            .await
            .expect("memory")
    );
    sending.sink.wake();
    sending.gone(id).await;
    assert_eq!(
        receiver.rest().len(),
        7,
        "five, the next, and the resent one"
    );
}

/// Others are served while one connection hangs.
#[tokio::test]
async fn a_slow_answer_delays_nobody_else() {
    let mut receiver = Receiver::start(|number| {
        if number == 0 {
            Act::Nothing
        } else {
            Act::Say(OK)
        }
    })
    .await;
    let sending = Sending::to(&receiver.url, DeliveryConfig::default());
    let slow = sending.add("a/slow").await;
    receiver.next().await;
    for number in 0..20 {
        let id = sending.add(&format!("a/{number}")).await;
        sending.gone(id).await;
    }
    let entry = sending.entry(slow, |entry| entry.is_some()).await;
    assert_eq!(entry.map(|entry| entry.attempts), Some(0));
}

#[tokio::test]
async fn a_dead_webhook_is_asked_rarely_and_everything_arrives_when_it_is_back() {
    let mut receiver = Receiver::start(|_| Act::Say(OK)).await;
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/events", port.local_addr().expect("its address"));
    drop(port);
    let sending = Sending::to(&url, DeliveryConfig::default());
    let mut ids = Vec::new();
    for number in 0..500 {
        ids.push(sending.add(&format!("a/{number}")).await);
    }
    let attempts = async || {
        let all = sending
            .outbox
            .list(OutboxQueue::Waiting, None, 1000)
            .await
            .expect("memory");
        all.iter().map(|entry| entry.attempts).sum::<u32>()
    };
    // The clock stands still: what is attempted now is attempted before the first pause.
    let mut before = u32::MAX;
    while attempts().await != before || before < 16 {
        before = attempts().await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(
        before < 32,
        "{before} attempts at a webhook that is not there"
    );
    sending.sink.close().await;
    let webhook = Webhook::new(&receiver.url).expect("a URL");
    let back = EventSink::with_clock(
        Some(webhook),
        Arc::clone(&sending.outbox),
        DeliveryConfig::default(),
        Arc::new(sending.clock.clone()),
        &Logger::root(slog::Discard, slog::o!()),
    );
    sending.clock.advance(Duration::from_secs(600));
    for id in ids {
        sending.gone(id).await;
    }
    let mut bodies: Vec<_> = receiver
        .rest()
        .into_iter()
        .map(|received| received.body)
        .collect();
    bodies.sort();
    bodies.dedup();
    assert_eq!(bodies.len(), 500);
    back.close().await;
}

/// A third of all attempts fails, and still everything arrives, once each, with no more in memory than is being sent.
#[tokio::test]
async fn a_backlog_gets_through() {
    const EVENTS: usize = 3000;
    let mut receiver =
        Receiver::start(|number| Act::Say(if number % 3 == 1 { ERROR } else { OK })).await;
    let sending = Sending::to(&receiver.url, DeliveryConfig::default());
    for number in 0..EVENTS {
        let event = event(&format!("a/{number}"), sending.clock.now());
        sending.outbox.add(event).await.expect("memory");
    }
    sending.sink.wake();
    let through = async {
        while !sending
            .outbox
            .list(OutboxQueue::Waiting, None, 1)
            .await
            .expect("memory")
            .is_empty()
        {
            sending.clock.advance(Duration::from_millis(100));
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(PATIENCE, through)
        .await
        .expect("everything arrives");
    let received = receiver.rest();
    let mut bodies: Vec<_> = received.iter().map(|received| &received.body).collect();
    bodies.sort();
    bodies.dedup();
    assert_eq!(bodies.len(), EVENTS);
    assert!(
        received.len() > EVENTS * 5 / 4,
        "{} attempts",
        received.len()
    );
}

#[tokio::test]
async fn the_end_waits_for_answers_and_keeps_the_rest() {
    let mut receiver = Receiver::start(|number| match number {
        0 => Act::Say(OK),
        _ => Act::Nothing,
    })
    .await;
    let config = DeliveryConfig {
        grace: Duration::from_millis(50),
        ..DeliveryConfig::default()
    };
    let sending = Sending::to(&receiver.url, config);
    let first = sending.add("a/first").await;
    sending.gone(first).await;
    let second = sending.add("a/second").await;
    receiver.next().await;
    receiver.next().await;
    sending.sink.close().await;
    let kept = sending
        .entry(second, |entry| entry.is_some())
        .await
        .expect("it is kept");
    assert_eq!(kept.attempts, 0);
    sending.sink.wake();
    assert_eq!(receiver.rest(), []);
}

#[tokio::test]
async fn without_a_webhook_nothing_is_stored() {
    let log = Logger::root(slog::Discard, slog::o!());
    let sink = EventSink::start(
        None,
        MemoryOutbox::default(),
        DeliveryConfig::default(),
        &log,
    )
    .expect("no URL");
    let run = kfp_provider_domain::RunReference::Run("a/r".parse().expect("a name"));
    let name: kfp_provider_domain::NamespacedName = "a/p".parse().expect("a name");
    let event = kfp_provider_domain::RunCompletionEvent::failed(
        run,
        "r-1".parse().expect("an id"),
        name.clone(),
        name,
    );
    assert!(sink.send(&event).await.expect("nothing to fail").is_none());
    let page = sink
        .outbox()
        .page(Utc::now(), Default::default(), 9)
        .await
        .expect("memory");
    assert_eq!(page, OutboxPage::default());
    sink.close().await;
}

#[tokio::test]
async fn an_event_that_is_too_long_is_not_stored() {
    let sending = Sending::to("http://127.0.0.1:1/events", DeliveryConfig::default());
    let run = kfp_provider_domain::RunReference::Run("a/r".parse().expect("a name"));
    let name: kfp_provider_domain::NamespacedName =
        "x".repeat(MAX_EVENT_BYTES).parse().expect("a name");
    let event = kfp_provider_domain::RunCompletionEvent::failed(
        run,
        "r-1".parse().expect("an id"),
        name.clone(),
        name,
    );
    let error = sending
        .sink
        .send(&event)
        .await
        .expect_err("too long")
        .to_string();
    assert!(
        error.starts_with("event of r-1: ") && error.contains("more than 4194304"),
        "{error}"
    );
}

#[tokio::test]
async fn the_numbers() {
    const NO: &str = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    let receiver = Receiver::start(|number| Act::Say([OK, ERROR, NO][number])).await;
    let config = DeliveryConfig {
        refusals: 1,
        ..DeliveryConfig::default()
    };
    let sending = Sending::to(&receiver.url, config);
    let first = sending.add("a/first").await;
    sending.gone(first).await;
    let second = sending.add("a/second").await;
    sending.attempted(second, 1).await;
    sending.sink.counted(1, 0).await;
    let third = sending.add("a/third").await;
    sending.attempted(third, 1).await;
    sending.sink.counted(1, 1).await;
    let mut registry = prometheus_client::registry::Registry::default();
    sending.sink.register_metrics(&mut registry);
    sending.clock.advance(Duration::from_millis(1500));
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &registry).expect("text");
    for line in [
        "event_attempts_total{result=\"delivered\"} 1",
        "event_attempts_total{result=\"later\"} 1",
        "event_attempts_total{result=\"refused\"} 1",
        "events_waiting 1.0",
        "events_dead 1.0",
        "events_oldest_age_seconds 1.5",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "{line} is not in\n{text}"
        );
    }
}

/// What waits for a time that has become the far future is sent all the same.
#[tokio::test]
async fn a_clock_that_is_put_back_holds_nothing_up() {
    let mut receiver =
        Receiver::start(|number| Act::Say(if number == 0 { ERROR } else { OK })).await;
    let sending = Sending::to(&receiver.url, DeliveryConfig::default());
    sending.clock.advance(Duration::from_secs(1_000_000));
    let id = sending.add("a/r").await;
    sending.attempted(id, 1).await;
    sending.sink.close().await;
    let back = EventSink::with_clock(
        Some(Webhook::new(&receiver.url).expect("a URL")),
        Arc::clone(&sending.outbox),
        DeliveryConfig::default(),
        Arc::new(clock()),
        &Logger::root(slog::Discard, slog::o!()),
    );
    sending.gone(id).await;
    assert_eq!(receiver.next().await, receiver.next().await);
    back.close().await;
}

/// Events that the webhook always fails on do not stand in the way of one that comes later.
#[tokio::test]
async fn a_new_event_is_the_first_to_find_out_whether_the_webhook_is_back() {
    let mut receiver =
        Receiver::start(|number| Act::Say(if number < 16 { ERROR } else { OK })).await;
    let sending = Sending::to(&receiver.url, DeliveryConfig::default());
    let mut failing = Vec::new();
    for number in 0..16 {
        failing.push(sending.add(&format!("a/{number}")).await);
    }
    for id in failing {
        sending.attempted(id, 1).await;
    }
    receiver.rest();
    let new = sending.add("a/new").await;
    sending.clock.advance(Duration::from_secs(1));
    sending.gone(new).await;
    assert_eq!(receiver.next().await.body, br#"{"run":"a/new"}"#);
}
