//! Requests that were refused for the time being, told once and as what they are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::journal::record::{Record, RefusedRecord};

/// What a run met of limits to its rate, and of services that were not available for a while.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Limited {
    /// Requests that were refused for the time being at least once.
    pub requests: usize,
    /// The answers that did it, by status.
    pub answers: BTreeMap<u16, usize>,
    /// Seconds that requests waited for it, taken together.
    pub seconds: f64,
    /// Requests that were refused until they were no longer waited for.
    pub in_vain: usize,
    /// The rate that the run took up for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<String>,
}

impl Limited {
    /// What the records say; `None` if nothing was refused.
    pub(crate) fn of(records: &[Record]) -> Option<Self> {
        let mut limited = Self::default();
        for record in records {
            match record {
                Record::Exchange(exchange) if !exchange.refused.is_empty() => {
                    limited.add(&exchange.refused);
                }
                Record::End(end) => limited.rate.clone_from(&end.rate),
                _ => {}
            }
        }
        (limited.requests > 0).then_some(limited)
    }

    fn add(&mut self, refused: &[RefusedRecord]) {
        self.requests += 1;
        for one in refused {
            *self.answers.entry(one.status).or_default() += 1;
            self.seconds += one.waited_ms.unwrap_or_default() / 1e3;
        }
        let given_up = refused.last().is_some_and(|last| last.waited_ms.is_none());
        self.in_vain += usize::from(given_up);
    }

    /// In a sentence or two.
    pub(crate) fn told(&self) -> String {
        let answers: Vec<String> = self
            .answers
            .iter()
            .map(|(status, count)| match status {
                429 => format!("{count} answers were 429: the rate is limited"),
                _ => format!(
                    "{count} answers were {status} with Retry-After: not available for a while"
                ),
            })
            .collect();
        let (requests, seconds) = (self.requests, self.seconds);
        let mut text = format!(
            "{}; {requests} requests waited for it, {seconds:.0} s in all",
            answers.join("; ")
        );
        if self.in_vain > 0 {
            text.push_str(&format!(", {} of them in vain", self.in_vain));
        }
        if let Some(rate) = &self.rate {
            text.push_str(&format!(
                " (hint: --rate {rate}, or [limits] rate, sends no faster from the start)"
            ));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_refused_is_counted_and_told_once() {
        let one = |status, waited_ms| RefusedRecord {
            status,
            retry_after: None,
            waited_ms,
        };
        let mut limited = Limited::default();
        limited.add(&[one(429, Some(1000.0)), one(429, Some(1600.0))]);
        limited.add(&[one(503, Some(400.0))]);
        assert_eq!(
            limited.told(),
            "2 answers were 429: the rate is limited; 1 answers were 503 with Retry-After: not available for a while; \
             2 requests waited for it, 3 s in all"
        );
        limited.add(&[one(429, None)]);
        limited.rate = Some("5/s".to_owned());
        let told = limited.told();
        assert!(told.contains("3 answers were 429"), "{told}");
        assert!(
            told.contains("1 of them in vain (hint: --rate 5/s"),
            "{told}"
        );
        assert_eq!(Limited::of(&[]), None);
    }
}
