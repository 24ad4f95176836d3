//! When a schedule fires.
//!
//! A cron text means what it means to robfig/cron, and may name its time zone in front of its fields:
//! `CRON_TZ=Europe/Berlin 0 6 * * *`.

mod duration;
mod spec;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use kfp_provider_domain::Schedule;
use kfp_provider_server::Refusal;

use spec::Spec;

/// Longest cron text, in bytes. Real ones have a few dozen.
const LONGEST: usize = 256;

/// The times of one schedule.
pub(super) struct Times {
    /// Absent if it never fires.
    cron: Option<Spec>,
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
        let Some(text) = &schedule.cron_expression else {
            return Ok(times);
        };
        if text.len() > LONGEST {
            let start: String = text.chars().take(40).collect();
            return Err(refused(&start, "too long"));
        }
        times.cron = Some(Spec::parse(text).map_err(|reason| refused(text, &reason))?);
        if times.occurrence(now, false).is_none() {
            return Err(refused(text, "there is no such time within five years"));
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
        // What is counted begins to count at the start; what the clock says may say it there.
        let before = if inclusive && !cron.is_interval() {
            after.checked_sub_signed(TimeDelta::nanoseconds(1))?
        } else {
            after
        };
        cron.next(before, self.zone)
    }
}

fn refused(text: &str, reason: &str) -> Refusal {
    Refusal::invalid(format!(
        "schedule.cronExpression: {text:?}: {reason} (hint: five fields, minute hour day month weekday, such as \
         `15 4 * * 1-5`, or six with seconds in front; or @daily, @every 1h30m and their like)"
    ))
}

#[cfg(test)]
mod tests;
