//! What an answer says, and no more of it than is of use.

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, Utc};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};
use tokio::time::timeout;

/// Most of a body that is read, in bytes, and for how long. The status has said everything by then; what is read is for
/// people, and so that the connection can be used again.
const BODY: usize = 16 << 10;
const BODY_TIME: Duration = Duration::from_secs(1);
/// What is kept of it for people, in characters.
const SHOWN: usize = 200;
/// The forms of a date in HTTP: the one that is written, and two that have to be read.
const DATES: [&str; 3] = [
    "%a, %d %b %Y %H:%M:%S GMT",
    "%A, %d-%b-%y %H:%M:%S GMT",
    "%a %b %e %H:%M:%S %Y",
];

/// The beginning of a body for people, and whether that was all of it.
pub(super) async fn text(mut body: Incoming) -> (String, bool) {
    let mut text = Vec::new();
    let whole = timeout(BODY_TIME, async {
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else { return false };
            text.extend_from_slice(frame.data_ref().map_or(&[][..], |data| data));
            if text.len() > BODY {
                return false;
            }
        }
        true
    })
    .await;
    (shown(&text), whole == Ok(true))
}

/// The pause that is asked for: seconds, or a date, by the clock of whoever answers if the answer has its time.
pub(super) fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let asked = value(headers, RETRY_AFTER)?;
    if !asked.is_empty() && asked.bytes().all(|byte| byte.is_ascii_digit()) {
        // More seconds than can be counted are as long as can be.
        return Some(asked.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    let theirs = value(headers, DATE).and_then(date).unwrap_or(now);
    // A date that has passed asks for no pause.
    date(asked).map(|date| (date - theirs).to_std().unwrap_or_default())
}

fn value(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn date(text: &str) -> Option<DateTime<Utc>> {
    let read = |form: &&str| NaiveDateTime::parse_from_str(text, form).ok();
    DATES.iter().find_map(read).map(|date| date.and_utc())
}

/// The beginning of a text from outside, on one line.
fn shown(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let line = text
        .trim()
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c });
    line.take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;

    #[test]
    fn what_others_say_is_kept_short() {
        assert_eq!(shown(b" no\n\x1b[31m such\xff "), "no  [31m such\u{fffd}");
        assert_eq!(shown("é".repeat(300).as_bytes()).chars().count(), SHOWN);
    }

    /// `Retry-After`, `Date`, and the seconds that they mean at 08:49:00 by our clock.
    #[test]
    fn times_to_wait() {
        const DATE_37: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
        let table = [
            ("7", "", Some(7)),
            (" 0 ", "", Some(0)),
            ("18446744073709551616", "", Some(u64::MAX)),
            (&"9".repeat(1000), "", Some(u64::MAX)),
            ("-1", "", None),
            ("1.5", "", None),
            ("+7", "", None),
            ("", "", None),
            ("soon", "", None),
            (DATE_37, "", Some(37)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", "", Some(37)),
            ("Sun Nov  6 08:49:37 1994", "", Some(37)),
            (DATE_37, "Sun, 06 Nov 1994 08:49:30 GMT", Some(7)),
            (DATE_37, "nonsense", Some(37)),
            (DATE_37, "Mon, 07 Nov 1994 08:49:30 GMT", Some(0)),
            ("Sat, 05 Nov 1994 08:49:37 GMT", "", Some(0)),
            ("Mon, 06 Nov 1994 08:49:37 GMT", "", None),
            ("Sun, 06 Nov 1994 08:49:37 CET", "", None),
            ("Fri, 31 Dec 9999 23:59:59 GMT", "", Some(252_618_189_059)),
        ];
        let now = Utc.with_ymd_and_hms(1994, 11, 6, 8, 49, 0).single();
        for (asked, theirs, expected) in table {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, asked.parse().expect("a value"));
            if !theirs.is_empty() {
                headers.insert(DATE, theirs.parse().expect("a value"));
            }
            let pause = retry_after(&headers, now.expect("a time"));
            assert_eq!(pause.map(|pause| pause.as_secs()), expected, "{asked:?}");
        }
    }
}
