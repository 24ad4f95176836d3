//! Cron texts as the parser of robfig/cron reads them, to which the operator's documentation refers, and the times that
//! they mean: five fields or six with seconds in front, `5/15` for every 15th from 5 to the end, `?` for `*`, names of
//! months and days, `@daily` and its like, `@every 1h30m`, and `TZ=` or `CRON_TZ=` in front.

use chrono::{
    DateTime, Datelike as _, Days, NaiveDate, NaiveDateTime, Offset as _, TimeDelta, TimeZone as _,
    Timelike as _, Utc,
};
use chrono_tz::Tz;

use super::duration;

/// When something happens.
#[derive(Clone, Debug)]
pub(super) struct Spec {
    times: Times,
    /// The zone that the text names.
    zone: Option<Tz>,
}

#[derive(Clone, Debug)]
enum Times {
    Fields(Fields),
    /// Every so many seconds.
    Every(i64),
}

/// One bit for each value that fits.
#[derive(Clone, Copy, Debug, Default)]
struct Fields {
    second: u64,
    minute: u64,
    hour: u64,
    day: u64,
    month: u64,
    weekday: u64,
}

/// Says of a field that it is a star, which matters for days.
const STAR: u64 = 1 << 63;

/// Years in which a time is looked for.
const YEARS: i32 = 5;

/// The values of a field.
#[derive(Clone, Copy)]
struct Bounds {
    least: u64,
    most: u64,
    /// Names, of the values from the least on.
    names: &'static [&'static str],
}

const fn bounds(least: u64, most: u64) -> Bounds {
    Bounds {
        least,
        most,
        names: &[],
    }
}

const MONTHS: Bounds = Bounds {
    names: &[
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ],
    ..bounds(1, 12)
};
const WEEKDAYS: Bounds = Bounds {
    names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
    ..bounds(0, 6)
};

impl Spec {
    /// Reads a text.
    ///
    /// # Errors
    /// Why it is none, in words.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("it is empty".to_owned());
        }
        let named = text
            .strip_prefix("TZ=")
            .or_else(|| text.strip_prefix("CRON_TZ="));
        let (zone, rest) = match named {
            None => (None, text),
            Some(named) => {
                let (zone, rest) = named
                    .split_once(' ')
                    .ok_or("there is nothing behind the time zone")?;
                (location(zone)?, rest.trim())
            }
        };
        let times = match rest.strip_prefix('@') {
            Some(word) => descriptor(word)?,
            None => Times::Fields(fields(rest)?),
        };
        Ok(Self { times, zone })
    }

    /// The first time after `after`; in `zone` if the text names none. None if there is none within five years.
    pub(super) fn next(&self, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let seconds = match &self.times {
            Times::Every(seconds) => after.timestamp().checked_add(*seconds)?,
            Times::Fields(fields) => {
                fields.next(after.timestamp() + 1, self.zone.unwrap_or(zone))?
            }
        };
        DateTime::from_timestamp(seconds, 0)
    }

    /// Whether it counts from one time to the next, instead of looking at the clock.
    pub(super) fn is_interval(&self) -> bool {
        matches!(self.times, Times::Every(_))
    }
}

/// A time zone by its name; the empty one is UTC, and `Local` the one of the setting.
fn location(name: &str) -> Result<Option<Tz>, String> {
    match name {
        "" => Ok(Some(Tz::UTC)),
        "Local" => Ok(None),
        name => name
            .parse()
            .map(Some)
            .map_err(|_| format!("there is no time zone {name:?}")),
    }
}

fn descriptor(word: &str) -> Result<Times, String> {
    if let Some(time) = word.strip_prefix("every ") {
        let nanos = duration::parse(time)
            .ok_or_else(|| format!("{time:?} is no duration such as 1h30m"))?;
        return Ok(Times::Every((nanos / 1_000_000_000).max(1)));
    }
    let all = |bounds: Bounds| bits(bounds.least, bounds.most, 1) | STAR;
    let yearly = Fields {
        second: 1,
        minute: 1,
        hour: 1,
        day: 1 << 1,
        month: 1 << 1,
        weekday: all(WEEKDAYS),
    };
    let monthly = Fields {
        month: all(MONTHS),
        ..yearly
    };
    let daily = Fields {
        day: all(bounds(1, 31)),
        ..monthly
    };
    Ok(Times::Fields(match word {
        "yearly" | "annually" => yearly,
        "monthly" => monthly,
        "weekly" => Fields {
            weekday: 1,
            ..daily
        },
        "daily" | "midnight" => daily,
        "hourly" => Fields {
            hour: all(bounds(0, 23)),
            ..daily
        },
        _ => return Err(format!("there is no @{word}")),
    }))
}

fn fields(text: &str) -> Result<Fields, String> {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    if words.len() == 5 {
        words.insert(0, "0");
    }
    let [second, minute, hour, day, month, weekday] = words[..] else {
        return Err(format!("{} fields", words.len()));
    };
    Ok(Fields {
        second: field(second, bounds(0, 59))?,
        minute: field(minute, bounds(0, 59))?,
        hour: field(hour, bounds(0, 23))?,
        day: field(day, bounds(1, 31))?,
        month: field(month, MONTHS)?,
        weekday: field(weekday, WEEKDAYS)?,
    })
}

/// A list of ranges. Empty ones are passed over.
fn field(text: &str, bounds: Bounds) -> Result<u64, String> {
    let ranges = text.split(',').filter(|range| !range.is_empty());
    ranges
        .map(|text| range(text, bounds))
        .try_fold(0, |all, range| Ok(all | range?))
}

fn range(text: &str, bounds: Bounds) -> Result<u64, String> {
    let (ends, step) = match *text.split('/').collect::<Vec<_>>() {
        [ends] => (ends, None),
        [ends, step] => (ends, Some(step)),
        _ => return Err(format!("{text}: more than one slash")),
    };
    let ends: Vec<&str> = ends.split('-').collect();
    let star = matches!(ends[0], "*" | "?");
    let (start, mut end) = match *ends {
        _ if star => (bounds.least, bounds.most),
        [one] => (value(one, bounds)?, value(one, bounds)?),
        [start, end] => (value(start, bounds)?, value(end, bounds)?),
        _ => return Err(format!("{text}: more than one hyphen")),
    };
    let step = step.map(number).transpose()?;
    if step.is_some() && ends.len() == 1 {
        end = bounds.most;
    }
    if start < bounds.least || end > bounds.most {
        return Err(format!(
            "{text}: not within {} to {}",
            bounds.least, bounds.most
        ));
    }
    if start > end {
        return Err(format!("{text}: the end is before the beginning"));
    }
    let step = step.unwrap_or(1);
    if step == 0 {
        return Err(format!("{text}: a step of 0"));
    }
    let extra = if star && step == 1 { STAR } else { 0 };
    Ok(bits(start, end, step) | extra)
}

fn bits(start: u64, end: u64, step: u64) -> u64 {
    let step = usize::try_from(step).unwrap_or(usize::MAX);
    (start..=end)
        .step_by(step)
        .fold(0, |bits, value| bits | 1 << value)
}

fn value(text: &str, bounds: Bounds) -> Result<u64, String> {
    let lower = text.to_lowercase();
    let named = bounds.names.iter().position(|name| *name == lower);
    named.map_or_else(|| number(text), |at| Ok(bounds.least + at as u64))
}

fn number(text: &str) -> Result<u64, String> {
    let number = text
        .parse::<i64>()
        .ok()
        .and_then(|number| u64::try_from(number).ok());
    number.ok_or_else(|| format!("{text:?} is not a number"))
}

impl Fields {
    /// The first time from `unix` on, found as robfig's loops find it: also where clocks are changed.
    fn next(&self, mut unix: i64, zone: Tz) -> Option<i64> {
        let fits = |bits: u64, value: u32| bits & 1 << value != 0;
        // A list of nothing never fits, and would be looked for second by second.
        if [self.second, self.minute, self.hour, self.month].contains(&0) {
            return None;
        }
        let last = local(unix, zone)?.year() + YEARS;
        // Once something had to be increased, what is smaller begins anew.
        let mut added = false;
        'wrap: loop {
            if local(unix, zone)?.year() > last {
                return None;
            }
            while !fits(self.month, local(unix, zone)?.month()) {
                let mut now = local(unix, zone)?;
                if !added {
                    added = true;
                    now = now.date().with_day(1)?.and_hms_opt(0, 0, 0)?;
                    now = local(moment(now, zone), zone)?;
                }
                let (year, month) = (now.year(), now.month());
                let (year, month) = if month == 12 {
                    (year + 1, 1)
                } else {
                    (year, month + 1)
                };
                let days = Days::new(u64::from(now.day() - 1));
                let date = NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_days(days)?;
                unix = moment(date.and_time(now.time()), zone);
                if local(unix, zone)?.month() == 1 {
                    continue 'wrap;
                }
            }
            while !self.fits_day(local(unix, zone)?.date()) {
                if !added {
                    added = true;
                    unix = moment(local(unix, zone)?.date().and_hms_opt(0, 0, 0)?, zone);
                }
                let now = local(unix, zone)?;
                unix = moment(now.checked_add_days(Days::new(1))?, zone);
                // Where midnight does not exist, or comes twice.
                let hour = i64::from(local(unix, zone)?.hour());
                if hour > 12 {
                    unix += (24 - hour) * 3600;
                } else {
                    unix -= hour * 3600;
                }
                if local(unix, zone)?.day() == 1 {
                    continue 'wrap;
                }
            }
            while !fits(self.hour, local(unix, zone)?.hour()) {
                if !added {
                    added = true;
                    let now = local(unix, zone)?;
                    unix = moment(now.date().and_hms_opt(now.hour(), 0, 0)?, zone);
                }
                unix += 3600;
                if local(unix, zone)?.hour() == 0 {
                    continue 'wrap;
                }
            }
            while !fits(self.minute, local(unix, zone)?.minute()) {
                if !added {
                    added = true;
                    unix -= unix.rem_euclid(60);
                }
                unix += 60;
                if local(unix, zone)?.minute() == 0 {
                    continue 'wrap;
                }
            }
            while !fits(self.second, local(unix, zone)?.second()) {
                added = true;
                unix += 1;
                if local(unix, zone)?.second() == 0 {
                    continue 'wrap;
                }
            }
            return Some(unix);
        }
    }

    /// With a star on either side both have to fit, else one of them.
    fn fits_day(&self, date: NaiveDate) -> bool {
        let day = self.day & 1 << date.day() != 0;
        let weekday = self.weekday & 1 << date.weekday().num_days_from_sunday() != 0;
        if (self.day | self.weekday) & STAR != 0 {
            day && weekday
        } else {
            day || weekday
        }
    }
}

fn offset(unix: i64, zone: Tz) -> i64 {
    let utc = DateTime::from_timestamp(unix, 0)
        .unwrap_or_default()
        .naive_utc();
    i64::from(zone.offset_from_utc_datetime(&utc).fix().local_minus_utc())
}

/// What the clocks show.
fn local(unix: i64, zone: Tz) -> Option<NaiveDateTime> {
    let utc = DateTime::from_timestamp(unix, 0)?.naive_utc();
    utc.checked_add_signed(TimeDelta::seconds(offset(unix, zone)))
}

/// When the clocks show this; where they never do or do twice, as Go's `time.Date` decides.
fn moment(shown: NaiveDateTime, zone: Tz) -> i64 {
    let shown = shown.and_utc().timestamp();
    let guess = offset(shown, zone);
    if guess == 0 {
        return shown;
    }
    shown - offset(shown - guess, zone)
}
