//! Answers that refuse a request for the time being: 429, and 503 with a time to come back. They come from whoever
//! limits the rate, which need not be the provider, and say nothing about it. The request is sent again, within bounds.

use std::time::{Duration, SystemTime};

use crate::base::pace::Turns;
use crate::wire::{Connector, Request, Response, Timed, WireFailure};

/// A pause that is longer is not granted.
pub(crate) const LONGEST: Duration = Duration::from_secs(60);
/// How long one request is sent again, in all.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);
/// Where nothing says how long.
const USUAL: Duration = Duration::from_secs(1);
/// Who says "at once" and refuses again is not asked without end.
const SHORTEST: Duration = Duration::from_millis(100);

/// A request that was refused for the time being.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    /// `Retry-After` as it came.
    pub(crate) told: Option<String>,
    /// The pause that it means.
    asked: Option<Duration>,
}

impl Refusal {
    /// What an answer says about it. 429 says so by itself; 503 may mean anything, unless it names a time to come back.
    pub(crate) fn of(answer: &Response) -> Option<Self> {
        let told = answer.header("retry-after");
        let asked = told.and_then(|told| pause(told, answer.header("date"), SystemTime::now()));
        let refused = answer.status == 429 || (answer.status == 503 && asked.is_some());
        refused.then(|| Self {
            status: answer.status,
            told: told.map(str::to_owned),
            asked,
        })
    }

    /// Whether it is about how many requests there are, and not about the state of the provider.
    pub(crate) fn is_about_rate(&self) -> bool {
        self.status == 429
    }

    /// Such as `429, Retry-After: 7`.
    pub(crate) fn shown(&self) -> String {
        match &self.told {
            None => self.status.to_string(),
            Some(told) => {
                let told = crate::base::text::excerpt(told.as_bytes());
                format!("{}, Retry-After: {told}", self.status)
            }
        }
    }
}

/// The pause that a `Retry-After` asks for: seconds, or a date, which is compared to the sender's own clock if that is
/// known.
fn pause(told: &str, date: Option<&str>, now: SystemTime) -> Option<Duration> {
    let told = told.trim();
    if !told.is_empty() && told.bytes().all(|byte| byte.is_ascii_digit()) {
        // More than fits is forever.
        return Some(Duration::from_secs(told.parse().unwrap_or(u64::MAX)));
    }
    let until = httpdate::parse_http_date(told).ok()?;
    let now = date
        .and_then(|date| httpdate::parse_http_date(date.trim()).ok())
        .unwrap_or(now);
    // A date that is over asks for no pause.
    Some(until.duration_since(now).unwrap_or_default())
}

/// How much longer a request is sent again.
#[derive(Debug)]
pub(crate) struct Patience {
    left: Duration,
    most: Duration,
    times: u32,
}

impl Patience {
    pub(crate) fn new(most: Duration) -> Self {
        Self {
            left: most,
            most,
            times: 0,
        }
    }

    /// How long to wait before the request is sent again.
    ///
    /// # Errors
    /// Why it is not sent again.
    pub(crate) fn pause(&mut self, refusal: &Refusal) -> Result<Duration, String> {
        let shown = refusal.shown();
        let asked = refusal.asked.unwrap_or(USUAL);
        if asked > LONGEST {
            return Err(format!(
                "refused for the time being ({shown}), for longer than the {LONGEST:?} that are waited for"
            ));
        }
        // Who refuses again and again is asked less and less often.
        let growing = SHORTEST.saturating_mul(1 << self.times.min(9));
        let pause = asked.max(growing).min(LONGEST);
        let Some(left) = self.left.checked_sub(pause) else {
            let (times, most) = (self.times + 1, self.most);
            return Err(format!(
                "refused for the time being ({shown}) {times} times, and no longer waited for than {most:?}"
            ));
        };
        self.times += 1;
        self.left = left;
        Ok(pause)
    }
}

/// Sends a request in its turn, and again if it is refused for the time being.
pub(crate) async fn exchange(
    connector: &Connector,
    turns: &Turns,
    request: &Request,
    limit: Duration,
) -> Timed {
    let mut patience = Patience::new(PATIENCE);
    loop {
        turns.turn().await;
        let sent = tokio::time::Instant::now();
        let mut timed = connector.exchange(request, limit).await;
        let Some(refusal) = timed.result.as_ref().ok().and_then(Refusal::of) else {
            return timed;
        };
        match patience.pause(&refusal) {
            Ok(pause) => {
                if refusal.is_about_rate() {
                    turns.slow_down(sent, pause);
                }
                tokio::time::sleep(pause).await;
            }
            Err(why) => {
                if refusal.is_about_rate() {
                    timed.result = Err(WireFailure::Refused(why));
                }
                return timed;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Body;

    fn answer(status: u16, headers: &[(&str, &str)]) -> Response {
        let header = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Response {
            status,
            version: 1,
            headers: headers.iter().map(header).collect(),
            body: Vec::new(),
            framing: Body::None,
            extra: Vec::new(),
            closed: false,
            interim: Vec::new(),
        }
    }

    #[test]
    fn times_to_come_back() {
        const DATE_37: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:00 GMT").expect("a date");
        let table = [
            ("7", None, Some(7)),
            (" 0 ", None, Some(0)),
            ("18446744073709551616", None, Some(u64::MAX)),
            ("-1", None, None),
            ("1.5", None, None),
            ("+7", None, None),
            ("", None, None),
            ("soon", None, None),
            (DATE_37, None, Some(37)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", None, Some(37)),
            ("Sun Nov  6 08:49:37 1994", None, Some(37)),
            (DATE_37, Some("Sun, 06 Nov 1994 08:49:30 GMT"), Some(7)),
            (DATE_37, Some("nonsense"), Some(37)),
            ("Sat, 05 Nov 1994 08:49:37 GMT", None, Some(0)),
        ];
        for (told, date, expected) in table {
            let found = pause(told, date, now).map(|pause| pause.as_secs());
            assert_eq!(found, expected, "{told:?} {date:?}");
        }
    }

    #[test]
    fn only_429_and_503_with_a_time_are_for_the_time_being() {
        let after = |value| [("retry-after", value)];
        /// Status, headers, and whether the request was refused for the time being.
        type Row = (u16, Vec<(&'static str, &'static str)>, bool);
        let table: [Row; 9] = [
            (429, vec![], true),
            (429, after("soon").into(), true),
            (429, after("7").into(), true),
            (503, after("7").into(), true),
            (503, after("Sun, 06 Nov 1994 08:49:37 GMT").into(), true),
            (503, after("soon").into(), false),
            (503, vec![], false),
            (500, after("7").into(), false),
            (201, after("7").into(), false),
        ];
        for (status, headers, expected) in table {
            let found = Refusal::of(&answer(status, &headers));
            assert_eq!(found.is_some(), expected, "{status} {headers:?}");
        }
    }

    #[test]
    fn patience_ends() {
        let refusal = |status, told: Option<&str>| {
            let headers: Vec<_> = told.map(|told| ("Retry-After", told)).into_iter().collect();
            Refusal::of(&answer(status, &headers)).expect("a refusal")
        };
        let mut patience = Patience::new(PATIENCE);
        let pauses: Vec<u64> = std::iter::from_fn(|| {
            let pause = patience.pause(&refusal(429, Some("1"))).ok()?;
            Some(pause.as_millis() as u64)
        })
        .collect();
        assert_eq!(pauses[..6], [1000, 1000, 1000, 1000, 1600, 3200]);
        assert!(pauses.iter().sum::<u64>() <= 120_000, "{pauses:?}");
        let why = patience
            .pause(&refusal(429, Some("1")))
            .expect_err("it is over");
        assert!(
            why.contains("429, Retry-After: 1") && why.contains("120s"),
            "{why}"
        );
        // Nobody can be made to wait for an hour, nor forever.
        for told in [
            "61",
            "3600",
            "99999999999999999999",
            "Fri, 31 Dec 9999 23:59:59 GMT",
        ] {
            let why = Patience::new(PATIENCE).pause(&refusal(503, Some(told)));
            assert!(why.expect_err(told).contains("60s"), "{told}");
        }
        // "At once" is no invitation to ask without end.
        let mut patience = Patience::new(Duration::from_secs(1));
        let at_once = refusal(429, Some("0"));
        let times = std::iter::from_fn(|| patience.pause(&at_once).ok()).count();
        assert_eq!(times, 3);
    }
}
