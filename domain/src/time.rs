//! The times that can be written as text: those of the years 0 to 9999.

use chrono::{DateTime, Timelike as _, Utc};

/// The first second of the year 0.
pub(crate) const FIRST: DateTime<Utc> =
    DateTime::from_timestamp(-62_167_219_200, 0).expect("in range");
/// The last second of the year 9999.
pub(crate) const LAST: DateTime<Utc> =
    DateTime::from_timestamp(253_402_300_799, 0).expect("in range");

/// The nearest moment of the years that can be written, outside of leap seconds.
pub(crate) fn fit(time: DateTime<Utc>) -> DateTime<Utc> {
    let time = time.clamp(FIRST, LAST);
    // A leap second counts nanoseconds beyond a billion, which not every reader knows.
    time.with_nanosecond(time.nanosecond().min(999_999_999))
        .unwrap_or(time)
}
