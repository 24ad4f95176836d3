//! When a schedule fires.
//!
//! A cron text may name its time zone in front of its fields, as cron tables do: `CRON_TZ=Europe/Berlin 0 6 * * *`.

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
    /// Reads a schedule's cron text. `zone` is the time zone of a text that names none.
    pub(super) fn read(schedule: &Schedule, zone: Tz, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let mut times = Self {
            cron: None,
            start: schedule.start_time,
            end: schedule.end_time,
            zone,
        };
        if let Some(text) = &schedule.cron_expression {
            let (named, fields) = split_zone(text)?;
            times.zone = named.unwrap_or(zone);
            times.cron = Some(parse(text, fields)?);
        }
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

/// The time zone in front of the fields, if there is one, and the fields.
fn split_zone(text: &str) -> Result<(Option<Tz>, &str), Refusal> {
    if text.len() > LONGEST {
        return Err(refused(
            &text.chars().take(40).collect::<String>(),
            "too long",
        ));
    }
    let start = text.trim_start();
    let named = start
        .strip_prefix("CRON_TZ=")
        .or_else(|| start.strip_prefix("TZ="));
    let Some(named) = named else {
        return Ok((None, text));
    };
    let (zone, fields) = named.split_once(char::is_whitespace).unwrap_or((named, ""));
    match zone.parse() {
        Ok(zone) => Ok((Some(zone), fields)),
        Err(_) => Err(refused(text, &format!("there is no time zone {zone:?}"))),
    }
}

/// The fields of a text.
fn parse(text: &str, fields: &str) -> Result<Cron, Refusal> {
    // The text is the user's; should the parser have a defect, it must stay the user's problem.
    let parsed = catch_unwind(AssertUnwindSafe(|| CronParser::new().parse(fields)));
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
mod tests;
