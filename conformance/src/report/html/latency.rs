//! How long answers took, for the plot: the measured numbers, and some of the times themselves.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::contract::operation;
use crate::journal::record::Record;
use crate::judge::latency::{Latency, OperationLatency};

/// Ticks of one row; more cannot be told apart.
const TICKS: usize = 300;

/// A row of the plot.
#[derive(Debug, Serialize)]
pub(super) struct Row<'a> {
    #[serde(flatten)]
    measured: &'a OperationLatency,
    /// Some of the times in ascending order, the shortest and the longest among them.
    points: Vec<f64>,
}

/// A row per operation and type.
pub(super) fn rows<'a>(latency: &'a Latency, records: &[Record]) -> Vec<Row<'a>> {
    let mut times: BTreeMap<_, Vec<f64>> = BTreeMap::new();
    for record in records {
        if let Record::Exchange(exchange) = record
            && exchange.response.is_some()
            && let Some(key) = operation(&exchange.request.method, &exchange.request.target)
        {
            times.entry(key).or_default().push(exchange.total_ms);
        }
    }
    let row = |measured: &'a OperationLatency| {
        let key = (measured.operation, measured.resource);
        let times = times.remove(&key).unwrap_or_default();
        Row {
            measured,
            points: thinned(times),
        }
    };
    latency.operations.iter().map(row).collect()
}

fn thinned(mut times: Vec<f64>) -> Vec<f64> {
    times.sort_by(f64::total_cmp);
    let ticks = times.len().min(TICKS);
    let place = |tick: usize| tick * (times.len() - 1) / (ticks - 1).max(1);
    (0..ticks).map(|tick| times[place(tick)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_are_kept() {
        for count in [0, 1, 2, 299, 300, 301, 5000] {
            let points = thinned((1..=count).rev().map(f64::from).collect());
            assert_eq!(points.len(), TICKS.min(count as usize), "{count}");
            assert!(points.is_sorted(), "{count}");
            assert_eq!(
                points.first().copied(),
                (count > 0).then_some(1.0),
                "{count}"
            );
            assert_eq!(
                points.last().copied(),
                (count > 0).then_some(f64::from(count)),
                "{count}"
            );
        }
    }
}
