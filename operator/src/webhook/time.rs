//! Times as Go's `time.Time` reads them from JSON: RFC 3339, and what its parser lets pass beside it.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// Reads what stands between the quotes of a JSON string. Escapes are not undone, as they are not in Go.
pub(super) fn parse(text: &[u8]) -> Option<DateTime<Utc>> {
    let mut rest = text;
    let year = take(&mut rest, 4)?;
    mark(&mut rest, b'-')?;
    let month = take(&mut rest, 2)?;
    mark(&mut rest, b'-')?;
    let day = take(&mut rest, 2)?;
    mark(&mut rest, b'T')?;
    // The hour alone may have one digit.
    let hour = take(&mut rest, 2).or_else(|| take(&mut rest, 1))?;
    mark(&mut rest, b':')?;
    let minute = take(&mut rest, 2)?;
    mark(&mut rest, b':')?;
    let second = take(&mut rest, 2)?;
    let nanos = fraction(&mut rest);
    let east = offset(rest)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let local = date
        .and_hms_nano_opt(hour, minute, second, nanos)?
        .and_utc();
    local.checked_sub_signed(TimeDelta::minutes(east))
}

/// So many digits.
fn take(rest: &mut &[u8], count: usize) -> Option<u32> {
    let (digits, after) = rest.split_at_checked(count)?;
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    *rest = after;
    let value = |sum: u32, digit: &u8| sum * 10 + u32::from(digit - b'0');
    Some(digits.iter().fold(0, value))
}

fn mark(rest: &mut &[u8], sign: u8) -> Option<()> {
    *rest = rest.strip_prefix(&[sign])?;
    Some(())
}

/// The nanoseconds behind a point or a comma; what follows the ninth digit is dropped.
fn fraction(rest: &mut &[u8]) -> u32 {
    let [b'.' | b',', digits @ ..] = *rest else {
        return 0;
    };
    let count = digits
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if count == 0 {
        return 0;
    }
    let (mut seen, after) = digits.split_at(count);
    *rest = after;
    let mut nanos = 0;
    for _ in 0..9 {
        nanos = nanos * 10 + take(&mut seen, 1).unwrap_or(0);
    }
    nanos
}

/// The minutes east of Greenwich. Up to 24 hours and 60 minutes are taken.
fn offset(text: &[u8]) -> Option<i64> {
    if text == b"Z" {
        return Some(0);
    }
    let (sign, mut rest) = text.split_first()?;
    let hours = take(&mut rest, 2)?;
    mark(&mut rest, b':')?;
    let minutes = take(&mut rest, 2)?;
    if !rest.is_empty() || hours > 24 || minutes > 60 {
        return None;
    }
    let minutes = i64::from(hours * 60 + minutes);
    match sign {
        b'+' => Some(minutes),
        b'-' => Some(-minutes),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts and what Go 1.26 makes of them.
    #[test]
    fn times_are_those_of_go() {
        let table = [
            ("2027-03-01T06:00:00Z", Some("2027-03-01T06:00:00Z")),
            ("2027-03-01T06:00:00.5Z", Some("2027-03-01T06:00:00.500Z")),
            ("2027-03-01T06:00:00,5Z", Some("2027-03-01T06:00:00.500Z")),
            (
                "2027-03-01T06:00:00.1234567899Z",
                Some("2027-03-01T06:00:00.123456789Z"),
            ),
            ("2027-03-01T6:00:00Z", Some("2027-03-01T06:00:00Z")),
            ("2027-03-01T06:00:00+24:00", Some("2027-02-28T06:00:00Z")),
            ("2027-03-01T06:00:00-24:60", Some("2027-03-02T07:00:00Z")),
            ("2027-03-01T06:00:00-00:00", Some("2027-03-01T06:00:00Z")),
            ("0000-02-29T00:00:00Z", Some("0000-02-29T00:00:00Z")),
            ("2028-02-29T00:00:00Z", Some("2028-02-29T00:00:00Z")),
            ("2027-02-29T00:00:00Z", None),
            ("2027-03-01T06:00:60Z", None),
            ("2027-03-01T24:00:00Z", None),
            ("2027-03-01T06:60:00Z", None),
            ("2027-13-01T06:00:00Z", None),
            ("2027-00-01T06:00:00Z", None),
            ("2027-03-00T06:00:00Z", None),
            ("2027-03-01T06:0:00Z", None),
            ("2027-3-01T06:00:00Z", None),
            ("2027-03-01T06:00:00.Z", None),
            ("2027-03-01T06:00:00", None),
            ("2027-03-01T06:00:00z", None),
            ("2027-03-01t06:00:00Z", None),
            ("2027-03-01 06:00:00Z", None),
            ("2027-03-01T06:00:00Z ", None),
            ("2027-03-01T06:00:00+25:00", None),
            ("2027-03-01T06:00:00+01:61", None),
            ("2027-03-01T06:00:00+0100", None),
            ("2027-03-01T06:00:00+1:00", None),
            ("2027-03-01T06:00:00\\u005a", None),
            ("02027-03-01T06:00:00Z", None),
            ("-027-03-01T06:00:00Z", None),
            ("", None),
        ];
        for (text, expected) in table {
            let found = parse(text.as_bytes());
            let expected = expected.map(|it| it.parse::<DateTime<Utc>>().expect("a time"));
            assert_eq!(found, expected, "{text}");
        }
    }
}
