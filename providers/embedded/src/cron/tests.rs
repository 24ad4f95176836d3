//! Texts, times and zones.

use super::*;
use proptest::prelude::*;

fn time(text: &str) -> DateTime<Utc> {
    Schedule::parse_time(text).expect("a time")
}

fn schedule(cron: &str, start: Option<&str>, end: Option<&str>) -> Schedule {
    Schedule {
        cron_expression: (!cron.is_empty()).then(|| cron.to_owned()),
        start_time: start.map(time),
        end_time: end.map(time),
    }
}

#[test]
fn the_next_time() {
    let berlin = chrono_tz::Europe::Berlin;
    let table = [
        (
            "15 4 * * 1-5",
            None,
            None,
            Tz::UTC,
            "2027-05-07T04:15:00Z",
            Some("2027-05-10T04:15:00Z"),
        ),
        (
            "*/10 * * * * *",
            None,
            None,
            Tz::UTC,
            "2027-05-07T04:15:03Z",
            Some("2027-05-07T04:15:10Z"),
        ),
        (
            "@hourly",
            None,
            None,
            Tz::UTC,
            "2027-05-07T04:15:00Z",
            Some("2027-05-07T05:00:00Z"),
        ),
        (
            "0 6 * * *",
            None,
            None,
            berlin,
            "2027-05-07T00:00:00Z",
            Some("2027-05-07T04:00:00Z"),
        ),
        // 02:30 does not exist on this day in this zone.
        (
            "30 2 28 3 *",
            None,
            None,
            berlin,
            "2027-03-27T12:00:00Z",
            Some("2028-03-28T00:30:00Z"),
        ),
        // A number with a step goes on to the end.
        (
            "5/15 * * * *",
            None,
            None,
            Tz::UTC,
            "2027-05-07T04:21:00Z",
            Some("2027-05-07T04:35:00Z"),
        ),
        (
            "0 0 ? JAN-mar ?",
            None,
            None,
            Tz::UTC,
            "2027-05-07T04:21:00Z",
            Some("2028-01-01T00:00:00Z"),
        ),
        (
            "@every 1h30m0.9s",
            None,
            None,
            Tz::UTC,
            "2027-05-07T04:21:00.5Z",
            Some("2027-05-07T05:51:00Z"),
        ),
        (
            "@every 1h",
            Some("2027-06-01T00:00:00Z"),
            None,
            Tz::UTC,
            "2027-05-07T00:00:00Z",
            Some("2027-06-01T01:00:00Z"),
        ),
        (
            "0 0 * * *",
            Some("2027-06-01T00:00:00Z"),
            None,
            Tz::UTC,
            "2027-05-07T00:00:00Z",
            Some("2027-06-01T00:00:00Z"),
        ),
        (
            "0 0 * * *",
            Some("2027-05-01T00:00:00Z"),
            None,
            Tz::UTC,
            "2027-05-07T00:00:00Z",
            Some("2027-05-08T00:00:00Z"),
        ),
        (
            "0 0 * * *",
            None,
            Some("2027-05-08T00:00:00Z"),
            Tz::UTC,
            "2027-05-07T00:00:00Z",
            Some("2027-05-08T00:00:00Z"),
        ),
        (
            "0 0 * * *",
            None,
            Some("2027-05-07T23:59:59Z"),
            Tz::UTC,
            "2027-05-07T00:00:00Z",
            None,
        ),
        (
            "0 0 * * *",
            Some("2027-06-02T00:00:00Z"),
            Some("2027-06-01T00:00:00Z"),
            Tz::UTC,
            "2027-05-07T00:00:00Z",
            None,
        ),
        // What the text says about its zone comes before the setting.
        (
            "CRON_TZ=Europe/Berlin 0 6 * * *",
            None,
            None,
            Tz::UTC,
            "2027-05-07T00:00:00Z",
            Some("2027-05-07T04:00:00Z"),
        ),
        (
            "TZ= 0 6 * * *",
            None,
            None,
            berlin,
            "2027-05-07T00:00:00Z",
            Some("2027-05-07T06:00:00Z"),
        ),
        (
            "CRON_TZ=Asia/Kolkata @daily",
            None,
            None,
            berlin,
            "2027-05-07T00:00:00Z",
            Some("2027-05-07T18:30:00Z"),
        ),
        // Both ends of the span belong to it.
        (
            "0 0 * * *",
            Some("2027-06-01T00:00:00Z"),
            Some("2027-06-01T00:00:00Z"),
            Tz::UTC,
            "2027-05-07T00:00:00Z",
            Some("2027-06-01T00:00:00Z"),
        ),
        ("", None, None, Tz::UTC, "2027-05-07T00:00:00Z", None),
    ];
    for (cron, start, end, zone, now, expected) in table {
        let times = Times::read(&schedule(cron, start, end), zone, time(now)).expect(cron);
        assert_eq!(
            times.next(time(now)),
            expected.map(time),
            "{cron:?} {start:?} {end:?} after {now}"
        );
    }
}

#[test]
fn texts_that_are_refused() {
    let long = "1,".repeat(200);
    for cron in [
        "nonsense",
        "* * *",
        "61 * * * *",
        "* * * * 7",
        "* * L * *",
        "* * * * MON#2",
        "10-5 * * * *",
        "*/0 * * * *",
        "1-2-3 * * * *",
        "1/2/3 * * * *",
        ", * * * *",
        "* * * * * * *",
        "@every",
        "@every 1x",
        "@Daily",
        "@reboot",
        " TZ=UTC 0 6 * * *",
        "TZ=UTC\t0 6 * * *",
        "* * * * mondays",
        "0 0 30 2 *",
        " ",
        "\0",
        "ß * * * *",
        "CRON_TZ=Atlantis/Centre 0 0 * * *",
        "CRON_TZ=UTC",
        "TZ=UTC ",
        "CRON_TZ=UTC CRON_TZ=UTC 0 0 * * *",
        "cron_tz=UTC 0 0 * * *",
        &long,
    ] {
        let refusal = Times::read(
            &schedule(cron, None, None),
            Tz::UTC,
            time("2027-05-07T00:00:00Z"),
        )
        .err();
        let text = refusal.map(|refusal| refusal.message).unwrap_or_default();
        assert!(
            text.starts_with("schedule.cronExpression: "),
            "{cron:?}: {text:?}"
        );
    }
}

proptest! {
    #[test]
    fn no_text_is_too_much(text in "[ -~]{0,40}|([0-9*/,LW#?@A-Za-z+-]{1,6} ){4,7}|(CRON_)?TZ=(UTC|Europe/Berlin|[A-Za-z/]{0,8}) [0-9*/, -]{5,15}|\\PC{0,20}") {
        let now = time("2027-05-07T00:00:00Z");
        if let Ok(times) = Times::read(&schedule(&text, None, None), Tz::UTC, now) {
            prop_assert!(times.next(now).is_none_or(|next| next > now));
        }
    }
}

/// The times from `from` on, as many as asked for, without the date where it is clear.
fn times(cron: &str, zone: Tz, from: &str, count: usize) -> Vec<String> {
    let mut now = time(from);
    let times = Times::read(&schedule(cron, None, None), zone, now).expect(cron);
    let next = |_| {
        now = times.next(now).expect("a time");
        now.format("%d %H:%M").to_string()
    };
    (0..count).map(next).collect()
}

/// In Berlin, 2027-03-28 has no 02:00 to 03:00, and 2027-10-31 has it twice. Times here are UTC, and robfig's.
#[test]
fn clocks_that_are_changed() {
    let berlin = chrono_tz::Europe::Berlin;
    let (spring, autumn) = ("2027-03-27T12:00:00Z", "2027-10-30T12:00:00Z");
    let table: [(&str, &str, &[&str]); 9] = [
        // The hour that does not exist: not on that day.
        ("30 2 * * *", spring, &["29 00:30", "30 00:30"]),
        ("0 3 * * *", spring, &["28 01:00", "29 01:00"]),
        ("59 1 * * *", spring, &["28 00:59", "28 23:59"]),
        // What fires every hour does not notice.
        ("30 * 28 3 *", spring, &["27 23:30", "28 00:30", "28 01:30"]),
        // The hour that comes twice: in both.
        ("30 2 * * *", autumn, &["31 00:30", "31 01:30", "01 01:30"]),
        ("0 3 * * *", autumn, &["31 02:00", "01 02:00"]),
        (
            "30 * 31 10 *",
            autumn,
            &["30 22:30", "30 23:30", "31 00:30", "31 01:30", "31 02:30"],
        ),
        (
            "*/30 2 31 10 *",
            autumn,
            &["31 00:00", "31 00:30", "31 01:00", "31 01:30"],
        ),
        ("0 12 * * *", autumn, &["31 11:00", "01 11:00"]),
    ];
    for (cron, from, expected) in table {
        assert_eq!(
            times(cron, berlin, from, expected.len()),
            expected,
            "{cron:?} from {from}"
        );
        let named = format!("CRON_TZ=Europe/Berlin {cron}");
        assert_eq!(
            times(&named, Tz::UTC, from, expected.len()),
            expected,
            "{named:?} from {from}"
        );
    }
}
