//! Schedules as resources say them: with fractions of a second, which the operator hashes and no provider ever sees.

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use kfp_provider_domain::Schedule;
use serde::{Deserialize, Deserializer};

/// When runs are wanted, as a resource says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ScheduleSpec {
    /// The cron text; empty if none.
    #[serde(deserialize_with = "or_nothing")]
    pub cron_expression: String,
    /// Nothing is due before this time.
    #[serde(deserialize_with = "read_time")]
    pub start_time: Option<DateTime<Utc>>,
    /// Nothing is due after this time.
    #[serde(deserialize_with = "read_time")]
    pub end_time: Option<DateTime<Utc>>,
}

impl ScheduleSpec {
    /// As a provider gets it: whole seconds.
    pub fn sent(&self) -> Schedule {
        Schedule {
            cron_expression: Some(self.cron_expression.clone()).filter(|text| !text.is_empty()),
            start_time: self.start_time.map(Schedule::fit_time),
            end_time: self.end_time.map(Schedule::fit_time),
        }
    }

    /// As it is after the operator has written the resource: whole seconds, and no time where Go has its zero.
    pub fn stored(&self) -> Self {
        let stored = |time: Option<DateTime<Utc>>| {
            time.filter(|time| !is_go_zero(time))
                .map(|time| time.trunc_subsecs(0))
        };
        Self {
            cron_expression: self.cron_expression.clone(),
            start_time: stored(self.start_time),
            end_time: stored(self.end_time),
        }
    }

    /// Whether the operator's own writing changes it, and its hash with it.
    pub fn is_unstable(&self) -> bool {
        *self != self.stored()
    }

    /// The texts of its times as they are hashed. The operator is taken to run in UTC, as its images do.
    pub(crate) fn hashed_times(&self) -> impl Iterator<Item = String> {
        [self.start_time, self.end_time]
            .into_iter()
            .flatten()
            .map(go_string)
    }
}

/// The time that Go takes for none and writes as `null`: the beginning of the year 1.
pub(crate) fn is_go_zero(time: &DateTime<Utc>) -> bool {
    NaiveDate::from_ymd_opt(1, 1, 1)
        .and_then(|day| day.and_hms_opt(0, 0, 0))
        .is_some_and(|zero| time.naive_utc() == zero)
}

/// A time as Go prints it: with as many digits of its fraction as there are.
fn go_string(time: DateTime<Utc>) -> String {
    let fraction = match time.timestamp_subsec_nanos() {
        0 => String::new(),
        nanos => format!(".{nanos:09}").trim_end_matches('0').to_owned(),
    };
    format!("{}{fraction} +0000 UTC", time.format("%Y-%m-%d %H:%M:%S"))
}

fn or_nothing<'de, D: Deserializer<'de>>(input: D) -> Result<String, D::Error> {
    Ok(Option::<String>::deserialize(input)?.unwrap_or_default())
}

fn read_time<'de, D: Deserializer<'de>>(input: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    let Some(text) = Option::<String>::deserialize(input)? else {
        return Ok(None);
    };
    let time = DateTime::parse_from_rfc3339(&text).map_err(|_| {
        let invalid = Schedule::parse_time(&text).err();
        serde::de::Error::custom(invalid.map_or_else(String::new, |error| error.to_string()))
    })?;
    Ok(Some(time.with_timezone(&Utc)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(start: &str) -> ScheduleSpec {
        serde_json::from_str(&format!(r#"{{"startTime":"{start}"}}"#)).expect("a schedule")
    }

    #[test]
    fn times_are_hashed_as_they_were_written() {
        let table = [
            (
                "2027-03-01T08:00:00.750+05:30",
                "2027-03-01 02:30:00.75 +0000 UTC",
                true,
            ),
            (
                "2027-03-01T08:00:00.000Z",
                "2027-03-01 08:00:00 +0000 UTC",
                false,
            ),
            (
                "2027-12-31T23:59:59.999999999-11:45",
                "2028-01-01 11:44:59.999999999 +0000 UTC",
                true,
            ),
            (
                "1969-12-31T23:59:59.5Z",
                "1969-12-31 23:59:59.5 +0000 UTC",
                true,
            ),
            (
                "0001-01-01T00:00:00Z",
                "0001-01-01 00:00:00 +0000 UTC",
                true,
            ),
            (
                "0001-01-01T05:30:00+05:30",
                "0001-01-01 00:00:00 +0000 UTC",
                true,
            ),
            (
                "0001-01-01T00:00:01Z",
                "0001-01-01 00:00:01 +0000 UTC",
                false,
            ),
        ];
        for (text, hashed, unstable) in table {
            let schedule = schedule(text);
            assert_eq!(
                schedule.hashed_times().collect::<Vec<_>>(),
                [hashed],
                "{text}"
            );
            assert_eq!(schedule.is_unstable(), unstable, "{text}");
            assert!(!schedule.stored().is_unstable(), "{text}");
        }
    }
}
