//! When a run schedule fires.

use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::excerpt::Excerpt;
use crate::time::{FIRST, LAST};

/// When runs are due: a cron text and the span in which it counts; every part may be missing.
///
/// A schedule without a cron text (`{}`) is real and never fires. Times are RFC 3339 with an offset, kept in UTC and in
/// whole seconds, as the operator sends them. Whether the cron text can be read, and whether the span is empty, is
/// for the provider to judge.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    /// The cron text as it was written; `None` when absent or empty.
    #[serde(
        default,
        deserialize_with = "non_empty",
        skip_serializing_if = "Option::is_none"
    )]
    pub cron_expression: Option<String>,
    /// Nothing is due before this time.
    #[serde(
        default,
        deserialize_with = "read_time",
        serialize_with = "write_time",
        skip_serializing_if = "Option::is_none"
    )]
    pub start_time: Option<DateTime<Utc>>,
    /// Nothing is due after this time.
    #[serde(
        default,
        deserialize_with = "read_time",
        serialize_with = "write_time",
        skip_serializing_if = "Option::is_none"
    )]
    pub end_time: Option<DateTime<Utc>>,
}

/// A text that is not a time with an offset.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("time {}: not RFC 3339 (hint: write it like 2027-03-01T06:00:00Z)", Excerpt(.0))]
pub struct InvalidTime(String);

impl Schedule {
    /// A time of a schedule from its text: RFC 3339 with any offset, made to fit as [`Schedule::fit_time`] does.
    ///
    /// # Errors
    /// The text is not RFC 3339.
    pub fn parse_time(text: &str) -> Result<DateTime<Utc>, InvalidTime> {
        DateTime::parse_from_rfc3339(text)
            .map(|time| Self::fit_time(time.with_timezone(&Utc)))
            .map_err(|_| InvalidTime(text.to_owned()))
    }

    /// A time as a schedule holds it: whole seconds, and in the years 0 to 9999, because no others can be written.
    /// An offset can lead out of those years; the difference cannot be observed.
    pub fn fit_time(time: DateTime<Utc>) -> DateTime<Utc> {
        time.trunc_subsecs(0).clamp(FIRST, LAST)
    }

    /// Whether the schedule can never fire, because it has no cron text.
    pub fn never_fires(&self) -> bool {
        self.cron_expression.is_none()
    }
}

fn non_empty<'de, D: Deserializer<'de>>(input: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(input)?.filter(|text| !text.is_empty()))
}

fn read_time<'de, D: Deserializer<'de>>(input: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    let text = Option::<String>::deserialize(input)?;
    text.map(|text| Schedule::parse_time(&text))
        .transpose()
        .map_err(serde::de::Error::custom)
}

/// Writes whole seconds in UTC. Absent times are skipped before this is called.
fn write_time<S: Serializer>(time: &Option<DateTime<Utc>>, output: S) -> Result<S::Ok, S::Error> {
    time.map(|time| time.to_rfc3339_opts(SecondsFormat::Secs, true))
        .serialize(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_forms() {
        let table = [
            ("{}", Some("{}")),
            (r#"{"cronExpression":""}"#, Some("{}")),
            (r#"{"cronExpression":null,"startTime":null}"#, Some("{}")),
            (
                r#"{"cronExpression":"15 4 * * 1-5"}"#,
                Some(r#"{"cronExpression":"15 4 * * 1-5"}"#),
            ),
            (
                r#"{"startTime":"2027-03-01T08:00:00.999+02:00"}"#,
                Some(r#"{"startTime":"2027-03-01T06:00:00Z"}"#),
            ),
            (
                r#"{"endTime":"2027-03-01T06:00:00Z"}"#,
                Some(r#"{"endTime":"2027-03-01T06:00:00Z"}"#),
            ),
            (r#"{"endTime":"2027-03-01"}"#, None),
            (r#"{"endTime":"2027-03-01T06:00:00"}"#, None),
            (r#"{"endTime":""}"#, None),
            (
                r#"{"endTime":"9999-12-31T23:59:59-01:00"}"#,
                Some(r#"{"endTime":"9999-12-31T23:59:59Z"}"#),
            ),
            (
                r#"{"startTime":"0000-01-01T00:00:00+01:00"}"#,
                Some(r#"{"startTime":"0000-01-01T00:00:00Z"}"#),
            ),
            (r#"{"cronExpression":5}"#, None),
            (r#""15 4 * * 1-5""#, None),
        ];
        for (text, expected) in table {
            let schedule = serde_json::from_str::<Schedule>(text);
            let written = schedule.map(|schedule| serde_json::to_string(&schedule).expect("json"));
            assert_eq!(written.ok().as_deref(), expected, "schedule {text}");
        }
    }

    #[test]
    fn only_a_cron_text_fires() {
        assert!(Schedule::default().never_fires());
        assert!(
            !Schedule {
                cron_expression: Some("* * * * *".into()),
                ..Schedule::default()
            }
            .never_fires()
        );
    }
}
