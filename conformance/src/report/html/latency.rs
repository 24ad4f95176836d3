//! How long answers took, for the plot.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::record::Record;

/// Ticks of one row; more cannot be told apart.
const TICKS: usize = 300;

/// The answers of one operation; times in milliseconds.
#[derive(Debug, Serialize)]
pub(super) struct Operation {
    operation: String,
    count: usize,
    p50: f64,
    p90: f64,
    p99: f64,
    max: f64,
    /// Some of them in ascending order, the fastest and the slowest among them.
    points: Vec<f64>,
}

/// All operations that were answered, by name.
pub(super) fn latency(records: &[Record]) -> Vec<Operation> {
    let mut times: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for record in records {
        if let Record::Exchange(exchange) = record
            && exchange.response.is_some()
            && let Some(name) = operation(&exchange.request.method, &exchange.request.target)
        {
            times.entry(name).or_default().push(exchange.total_ms);
        }
    }
    times
        .into_iter()
        .map(|(name, times)| row(name, times))
        .collect()
}

/// The operation of the document that a request is, such as `PUT run`; `None` if it is none.
fn operation(method: &str, target: &str) -> Option<String> {
    if let Some((_, rest)) = target.rsplit_once("/resource/") {
        let kind: kfp_operator_sim::ResourceKind = rest.split('/').next()?.parse().ok()?;
        return matches!(method, "POST" | "PUT" | "DELETE").then(|| format!("{method} {kind}"));
    }
    let probe = ["/livez", "/readyz"]
        .into_iter()
        .find(|path| target.ends_with(path))?;
    (method == "GET").then(|| format!("GET {probe}"))
}

fn row(operation: String, mut times: Vec<f64>) -> Operation {
    times.sort_by(f64::total_cmp);
    let last = times.len() - 1;
    // Nearest rank.
    let quantile =
        |percent: usize| times[(times.len() * percent).div_ceil(100).clamp(1, last + 1) - 1];
    let ticks = times.len().min(TICKS);
    let points = (0..ticks).map(|tick| times[tick * last / (ticks - 1).max(1)]);
    Operation {
        operation,
        count: times.len(),
        p50: quantile(50),
        p90: quantile(90),
        p99: quantile(99),
        max: times[last],
        points: points.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_the_nearest_rank() {
        for (count, p50, p99) in [
            (1, 1.0, 1.0),
            (2, 1.0, 2.0),
            (100, 50.0, 99.0),
            (1000, 500.0, 990.0),
        ] {
            let times = (1..=count).rev().map(f64::from).collect();
            let row = row("POST run".to_owned(), times);
            assert_eq!(
                (row.p50, row.p99, row.max),
                (p50, p99, f64::from(count)),
                "{count}"
            );
            assert_eq!(row.points.first(), Some(&1.0), "{count}");
            assert_eq!(row.points.last(), Some(&f64::from(count)), "{count}");
            assert!(row.points.len() <= TICKS);
        }
    }

    #[test]
    fn operations_are_told_by_method_and_path() {
        let table = [
            ("POST", "/resource/run", Some("POST run")),
            ("PUT", "/a/resource/pipeline/x%2Fy", Some("PUT pipeline")),
            ("PATCH", "/resource/run", None),
            ("POST", "/resource/nope", None),
            ("GET", "/livez", Some("GET /livez")),
            ("GET", "/", None),
        ];
        for (method, target, wanted) in table {
            assert_eq!(
                operation(method, target).as_deref(),
                wanted,
                "{method} {target}"
            );
        }
    }
}
