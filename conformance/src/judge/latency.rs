//! How long answers took, from the journal alone.

use std::collections::BTreeMap;

use kfp_operator_sim::ResourceKind;
use serde::{Deserialize, Serialize};

use crate::base::contract::{Operation, operation};
use crate::journal::record::{ExchangeRecord, Record};

/// Outliers named per operation; the others are only counted.
const NAMED: usize = 5;
/// An answer has to take this many times the median to be an outlier ...
const FACTOR: f64 = 10.0;
/// ... and at least this many milliseconds: below it nobody waits.
const NOTICEABLE_MS: f64 = 250.0;

/// Times per operation and type, in milliseconds from the start of the connection to the last byte
/// of the answer.
///
/// Only requests of the contract with a complete answer count. What the runner waits for on
/// purpose, such as the rest in the middle of a slow upload, is not counted as time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Latency {
    /// One entry per operation and type that was answered at least once, in that order.
    pub operations: Vec<OperationLatency>,
}

/// Times of one operation on one type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationLatency {
    /// The operation.
    pub operation: Operation,
    /// The type; `null` for probes.
    pub resource: Option<ResourceKind>,
    /// Complete answers.
    pub count: usize,
    /// Half of the answers took no longer.
    pub p50_ms: f64,
    /// Nine in ten took no longer.
    pub p90_ms: f64,
    /// All but one in a hundred took no longer.
    pub p99_ms: f64,
    /// The slowest.
    pub max_ms: f64,
    /// Answers that took at least ten times the median and 250 ms.
    pub slow: usize,
    /// The slowest of them, slowest first, at most five.
    pub outliers: Vec<Outlier>,
}

/// An answer that took much longer than its like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outlier {
    /// Case that sent the request.
    pub case: String,
    /// Number of the exchange.
    pub seq: u64,
    /// How long it took.
    pub ms: f64,
}

impl Latency {
    /// Measures the exchanges among the records.
    pub fn of(records: &[Record]) -> Self {
        let mut groups: BTreeMap<_, Vec<&ExchangeRecord>> = BTreeMap::new();
        for record in records {
            if let Record::Exchange(exchange) = record
                && exchange.response.is_some()
                && let Some(key) = operation(&exchange.request.method, &exchange.request.target)
            {
                groups.entry(key).or_default().push(exchange);
            }
        }
        let operations = groups.into_iter().map(|(key, list)| measure(key, list));
        Self {
            operations: operations.collect(),
        }
    }

    /// Operations with answers that stand out.
    pub fn conspicuous(&self) -> impl Iterator<Item = &OperationLatency> {
        self.operations.iter().filter(|one| one.slow > 0)
    }
}

fn measure(
    (operation, resource): (Operation, Option<ResourceKind>),
    mut answers: Vec<&ExchangeRecord>,
) -> OperationLatency {
    answers.sort_by(|a, b| a.total_ms.total_cmp(&b.total_ms));
    let p50 = percentile(&answers, 50);
    let slow = |one: &&&ExchangeRecord| one.total_ms >= (FACTOR * p50).max(NOTICEABLE_MS);
    let outliers = answers.iter().rev().take_while(slow);
    OperationLatency {
        operation,
        resource,
        count: answers.len(),
        p50_ms: p50,
        p90_ms: percentile(&answers, 90),
        p99_ms: percentile(&answers, 99),
        max_ms: percentile(&answers, 100),
        slow: outliers.clone().count(),
        outliers: outliers.take(NAMED).map(|one| Outlier::of(one)).collect(),
    }
}

impl Outlier {
    fn of(exchange: &ExchangeRecord) -> Self {
        Self {
            case: exchange.case.clone(),
            seq: exchange.seq,
            ms: exchange.total_ms,
        }
    }
}

/// The smallest time that so many percent of the answers do not exceed (nearest rank).
fn percentile(sorted: &[&ExchangeRecord], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted
        .get(rank.saturating_sub(1))
        .map_or(0.0, |one| one.total_ms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::record::{BodyRecord, RequestRecord, ResponseRecord};

    fn exchange(seq: u64, method: &str, target: &str, ms: f64) -> ExchangeRecord {
        let body = BodyRecord {
            bytes: 0,
            sha256: String::new(),
            text: None,
        };
        ExchangeRecord {
            seq,
            case: format!("case-{seq}"),
            request: RequestRecord {
                method: method.to_owned(),
                target: target.to_owned(),
                headers: Vec::new(),
                body: None,
                cut: None,
            },
            response: Some(ResponseRecord {
                status: 200,
                headers: Vec::new(),
                body,
            }),
            failure: None,
            at_ms: 0.0,
            connect_ms: 0.0,
            total_ms: ms,
            probing: false,
            operator_state: None,
            refused: Vec::new(),
        }
    }

    fn of(exchanges: Vec<ExchangeRecord>) -> Latency {
        let records = exchanges.into_iter().map(|e| Record::Exchange(Box::new(e)));
        Latency::of(&records.collect::<Vec<_>>())
    }

    #[test]
    fn requests_are_told_apart_by_operation_and_type() {
        let table = [
            ("GET", "/livez", Some((Operation::Livez, None))),
            ("GET", "/a/b/readyz", Some((Operation::Readyz, None))),
            (
                "POST",
                "/resource/run",
                Some((Operation::Create, Some(ResourceKind::Run))),
            ),
            (
                "PUT",
                "/a/resource/run/x%2Fy",
                Some((Operation::Update, Some(ResourceKind::Run))),
            ),
            (
                "DELETE",
                "/resource/pipeline/x",
                Some((Operation::Delete, Some(ResourceKind::Pipeline))),
            ),
            ("POST", "/resource/nope", None),
            ("POST", "/resource/run/x", None),
            ("DELETE", "/resource/run", None),
            ("GET", "/", None),
            ("", "", None),
        ];
        for (method, target, expected) in table {
            assert_eq!(operation(method, target), expected, "{method} {target}");
        }
    }

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let list = (1..=200).map(|n| exchange(n, "POST", "/resource/run", n as f64));
        let latency = of(list.collect());
        let [one] = latency.operations.as_slice() else {
            panic!("one operation: {latency:?}")
        };
        let found = (one.count, one.p50_ms, one.p90_ms, one.p99_ms, one.max_ms);
        assert_eq!(found, (200, 100.0, 180.0, 198.0, 200.0));
        assert_eq!(one.slow, 0, "below what anybody notices");
    }

    #[test]
    fn one_answer_has_percentiles_and_none_has_no_entry() {
        let latency = of(vec![exchange(1, "DELETE", "/resource/run/a", 7.5)]);
        assert_eq!(latency.operations[0].p50_ms, 7.5);
        assert_eq!(latency.operations[0].p99_ms, 7.5);
        let mut silent = exchange(1, "DELETE", "/resource/run/a", 7.5);
        silent.response = None;
        assert_eq!(of(vec![silent]), Latency::default());
    }

    #[test]
    fn outliers_are_named_slowest_first() {
        let mut list: Vec<_> = (1..=50)
            .map(|n| exchange(n, "GET", "/livez", 2.0))
            .collect();
        list.extend((51..=57).map(|n| exchange(n, "GET", "/livez", 10.0 * n as f64)));
        // Slow, but not beside its like.
        list.push(exchange(58, "GET", "/readyz", 900.0));
        let latency = of(list);
        let conspicuous: Vec<_> = latency.conspicuous().collect();
        assert_eq!(conspicuous.len(), 1, "{latency:?}");
        assert_eq!(conspicuous[0].slow, 7);
        let named: Vec<u64> = conspicuous[0].outliers.iter().map(|o| o.seq).collect();
        assert_eq!(named, [57, 56, 55, 54, 53]);
        assert_eq!(conspicuous[0].outliers[0].case, "case-57");
    }
}
