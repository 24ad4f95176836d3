//! When a schedule fires.

use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use croner::Cron;
use croner::parser::CronParser;
use kfp_provider_api::domain::Schedule;

use crate::refusal::Refusal;

/// Longest cron text, in bytes. Real ones have a few dozen.
const LONGEST: usize = 256;

/// The times of one schedule.
pub(super) struct Times {
    /// Absent if it never fires.
    cron: Option<Cron>,
    start: Option<DateTime<Utc>>,
    end: Option<DateTime<Utc>>,
    zone: Tz,
}

impl Times {
    /// Reads a schedule's cron text.
    pub(super) fn read(schedule: &Schedule, zone: Tz, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let cron = schedule.cron_expression.as_deref().map(parse).transpose()?;
        let times = Self {
            cron,
            start: schedule.start_time,
            end: schedule.end_time,
            zone,
        };
        if let (Some(text), Some(_)) = (&schedule.cron_expression, &times.cron)
            && times.occurrence(now, false).is_none()
        {
            return Err(refused(text, "there is no such time any more"));
        }
        Ok(times)
    }

    /// The first time after `now`, within the span of the schedule.
    pub(super) fn next(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let next = match self.start.filter(|start| *start > now) {
            Some(start) => self.occurrence(start, true),
            None => self.occurrence(now, false),
        };
        next.filter(|next| self.end.is_none_or(|end| *next <= end))
    }

    fn occurrence(&self, after: DateTime<Utc>, inclusive: bool) -> Option<DateTime<Utc>> {
        let cron = self.cron.as_ref()?;
        let local = after.with_timezone(&self.zone);
        let found = cron.find_next_occurrence(&local, inclusive).ok()?;
        Some(found.with_timezone(&Utc))
    }
}

fn parse(text: &str) -> Result<Cron, Refusal> {
    if text.len() > LONGEST {
        return Err(refused(
            &text.chars().take(40).collect::<String>(),
            "too long",
        ));
    }
    // The text is the user's; should the parser have a defect, it must stay the user's problem.
    let parsed = catch_unwind(AssertUnwindSafe(|| CronParser::new().parse(text)));
    match parsed {
        Ok(Ok(cron)) => Ok(cron),
        Ok(Err(error)) => Err(refused(text, error.to_string().trim_end_matches('.'))),
        Err(_) => Err(refused(text, "it cannot be read")),
    }
}

fn refused(text: &str, reason: &str) -> Refusal {
    Refusal::invalid(format!(
        "schedule.cronExpression: {text:?}: {reason} (hint: five fields, minute hour day month weekday, such as \
         `15 4 * * 1-5`)"
    ))
}

#[cfg(test)]
mod tests {
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
                Some("2027-03-28T01:00:00Z"),
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
            "* * * * mondays",
            "0 0 30 2 *",
            " ",
            "\0",
            "ß * * * *",
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
        fn no_text_is_too_much(text in "[ -~]{0,40}|([0-9*/,LW#?@A-Za-z+-]{1,6} ){4,7}|\\PC{0,20}") {
            let now = time("2027-05-07T00:00:00Z");
            if let Ok(times) = Times::read(&schedule(&text, None, None), Tz::UTC, now) {
                prop_assert!(times.next(now).is_none_or(|next| next > now));
            }
        }
    }
}
