//! When schedules fire, and what they start.

use super::*;

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

/// The names of the runs that a schedule has started, without the schedule's own part, in their order.
async fn fired(provider: &Embedded) -> Vec<String> {
    let read = |txn: &Txn<'_>| {
        let mut names = Vec::new();
        txn.each_record(store::Kind::Run, |_, status: RunStatus| {
            names.push(status.run.name.name().to_owned());
        })?;
        Ok::<_, StoreError>(names)
    };
    let names = provider.core.store.write(read).await.expect("store");
    let mut times: Vec<String> = names
        .iter()
        .filter_map(|name| name.strip_prefix("s-"))
        .map(str::to_owned)
        .collect();
    times.sort();
    times
}

/// Moves the clock in steps, so that nothing is missed.
async fn pass(provider: &Embedded, clock: &ManualClock, step: Duration, steps: u32) {
    for _ in 0..steps {
        clock.advance(step);
        provider.caught_up().await;
    }
}

const HALF_AN_HOUR: Duration = Duration::from_secs(1800);

#[tokio::test]
async fn clocks_that_are_changed() {
    // Berlin goes from 02:00 to 03:00 on 2027-03-28 and from 03:00 to 02:00 on 2027-10-31.
    type Row<'a> = (&'a str, (i32, u32, u32), &'a [&'a str]);
    let table: [Row<'_>; 4] = [
        ("30 2 * * *", (2027, 3, 27), &["20270329T003000Z"]),
        (
            "30 2 * * *",
            (2027, 10, 30),
            &["20271031T003000Z", "20271031T013000Z", "20271101T013000Z"],
        ),
        (
            "0 1-3 * * *",
            (2027, 3, 27),
            &[
                "20270328T000000Z",
                "20270328T010000Z",
                "20270329T000000Z",
                "20270328T230000Z",
                "20270329T010000Z",
            ],
        ),
        (
            "0 0 * * *",
            (2027, 10, 30),
            &["20271030T220000Z", "20271031T230000Z"],
        ),
    ];
    for (cron, (year, month, day), expected) in table {
        for named in [false, true] {
            let start = Utc.with_ymd_and_hms(year, month, day, 12, 0, 0).single();
            let clock = ManualClock::new(start.expect("a time"));
            let (zone, text) = if named {
                (Tz::UTC, format!("CRON_TZ=Europe/Berlin {cron}"))
            } else {
                (chrono_tz::Europe::Berlin, cron.to_owned())
            };
            let config = EmbeddedConfig {
                clock: Arc::new(clock.clone()),
                time_zone: zone,
                ..EmbeddedConfig::new(Data::Memory)
            };
            let provider = Embedded::open(config).await.expect("memory");
            Pipelines::create(&provider, pipeline("a/p", "v1"))
                .await
                .expect("pipeline");
            RunSchedules::create(&provider, schedule("a/s", &text))
                .await
                .expect("schedule");
            pass(&provider, &clock, HALF_AN_HOUR, 2 * 40).await;
            let mut expected: Vec<&str> = expected.to_vec();
            expected.sort_unstable();
            assert_eq!(fired(&provider).await, expected, "{text:?} in {zone}");
        }
    }
}

#[tokio::test]
async fn a_span_includes_its_ends() {
    let clock = clock();
    let provider = provider(&clock).await;
    Pipelines::create(&provider, pipeline("a/p", "v1"))
        .await
        .expect("pipeline");
    let at = |hour| Utc.with_ymd_and_hms(2027, 5, 7, hour, 0, 0).single();
    let mut spanned = schedule("a/s", "0 * * * *");
    spanned.schedule.start_time = at(6);
    spanned.schedule.end_time = at(8);
    let id = RunSchedules::create(&provider, spanned.clone())
        .await
        .expect("schedule");
    pass(&provider, &clock, HALF_AN_HOUR, 12).await;
    let expected = ["20270507T060000Z", "20270507T070000Z", "20270507T080000Z"];
    assert_eq!(fired(&provider).await, expected);
    spanned.schedule.end_time = at(11);
    assert_eq!(
        RunSchedules::update(&provider, id.as_str(), spanned.clone()).await,
        Ok(id.clone())
    );
    pass(&provider, &clock, HALF_AN_HOUR, 6).await;
    assert_eq!(
        fired(&provider).await.len(),
        4,
        "a later end gives it a new life"
    );
    spanned.schedule.end_time = at(5);
    assert_eq!(
        RunSchedules::update(&provider, id.as_str(), spanned).await,
        Ok(id),
        "a span without any time is accepted, and silent"
    );
    pass(&provider, &clock, HALF_AN_HOUR, 48).await;
    assert_eq!(fired(&provider).await.len(), 4);
}

#[tokio::test]
async fn a_schedule_starts_the_version_that_it_names() {
    let clock = clock();
    let provider = provider(&clock).await;
    let pinned = RunSchedule {
        pipeline_version: "v1".to_owned(),
        ..schedule("a/pinned", "0 * * * *")
    };
    let missing = RunSchedule {
        pipeline_version: "v3".to_owned(),
        ..schedule("a/missing", "0 * * * *")
    };
    for schedule in [pinned, missing, schedule("a/newest", "0 * * * *")] {
        RunSchedules::create(&provider, schedule)
            .await
            .expect("schedule");
    }
    for version in ["v1", "v2"] {
        Pipelines::create(&provider, pipeline("a/p", version))
            .await
            .expect("pipeline");
    }
    clock.advance(Duration::from_secs(3600));
    provider.caught_up().await;
    let table = [
        ("a/pinned-20270507T050000Z", Some("v1")),
        ("a/newest-20270507T050000Z", Some("v2")),
        ("a/missing-20270507T050000Z", None),
    ];
    for (name, version) in table {
        let found = match provider.run_named(name).await {
            Some(id) => provider.run_status(&id).await.expect("store"),
            None => None,
        };
        let found = found.map(|status| status.pipeline_version);
        assert_eq!(found.as_deref(), version, "{name}");
    }
    Pipelines::create(&provider, pipeline("a/p", "v3"))
        .await
        .expect("pipeline");
    clock.advance(Duration::from_secs(3600));
    provider.caught_up().await;
    assert!(
        provider
            .run_named("a/missing-20270507T060000Z")
            .await
            .is_some(),
        "it had only to wait"
    );
}
