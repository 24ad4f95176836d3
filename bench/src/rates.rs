//! Requests per second and processor time per request.
//!
//! The machine may be busy with other things, so the servers take turns within a round and only what was measured in
//! the same round is compared. Processor time is the steadier of the two: it does not count what others use.

use std::sync::Arc;
use std::time::Duration;

use crate::call::{Call, calls};
use crate::child::Server;
use crate::contender::Contender;
use crate::error::BenchError;
use crate::load::Load;
use crate::report::{Table, grouped};
use crate::spread::Spread;

/// Numbers of connections: a single caller, and more than the operator ever has.
const CONNECTIONS: [usize; 2] = [1, 64];

const COLUMNS: [&str; 7] = [
    "request",
    "generated",
    "dropshot by hand",
    "axum",
    "generated / by hand",
    "generated / axum",
    "best / best by hand",
];

/// One server in one round.
#[derive(Clone, Copy)]
struct Sample {
    /// Requests per second.
    rate: f64,
    /// Processor time per request, in microseconds.
    time: f64,
}

/// What a table is about.
struct Quantity {
    title: &'static str,
    of: fn(Sample) -> f64,
    /// Of all rounds the one that was disturbed least.
    best: fn(Spread) -> f64,
    show: fn(f64) -> String,
}

const QUANTITIES: [Quantity; 2] = [
    Quantity {
        title: "Requests per second",
        of: |sample| sample.rate,
        best: |spread| spread.most,
        show: |rate| grouped(rate as u64),
    },
    Quantity {
        title: "Processor time per request in µs",
        of: |sample| sample.time,
        best: |spread| spread.least,
        show: |time| format!("{time:.1}"),
    },
];

/// What each server did in one round, in the order of [`Contender::ALL`].
type Round = [Sample; Contender::ALL.len()];

pub(crate) async fn run(rounds: u32, slice: Duration) -> Result<(), BenchError> {
    let servers = Contender::ALL
        .iter()
        .map(|&contender| Server::start(contender, &[]))
        .collect::<Result<Vec<_>, _>>()?;
    let calls: Vec<Arc<Call>> = calls().into_iter().map(Arc::new).collect();
    for connections in CONNECTIONS {
        let mut results = Vec::new();
        for call in &calls {
            let mut measured = Vec::new();
            // The first round warms up.
            for round in 0..=rounds as usize {
                let round = take_turns(&servers, call, connections, slice, round).await?;
                measured.push(round);
            }
            measured.remove(0);
            results.push((call.name, measured));
        }
        let connections = match connections {
            1 => "1 connection".to_owned(),
            many => format!("{many} connections"),
        };
        for quantity in &QUANTITIES {
            quantity.table(&connections, &results)?;
        }
    }
    Ok(())
}

/// One round: each server once, another one first every time.
async fn take_turns(
    servers: &[Server],
    call: &Arc<Call>,
    connections: usize,
    slice: Duration,
    round: usize,
) -> Result<Round, BenchError> {
    let mut samples = [Sample {
        rate: 0.0,
        time: 0.0,
    }; Contender::ALL.len()];
    for turn in 0..servers.len() {
        let index = (turn + round) % servers.len();
        let server = &servers[index];
        let load = Load::open(server.address, call, connections).await?;
        let before = server.processor_time()?;
        let done = load.run(slice).await?;
        let used = server.processor_time()? - before;
        samples[index] = Sample {
            rate: done.per_second(),
            time: used as f64 / 1e3 / done.requests.max(1) as f64,
        };
    }
    Ok(samples)
}

impl Quantity {
    fn table(&self, connections: &str, results: &[(&str, Vec<Round>)]) -> Result<(), BenchError> {
        let table = Table::new(&format!("{}, {connections}", self.title), &COLUMNS)?;
        for (name, rounds) in results {
            table.row(&self.row(name, rounds))?;
        }
        Ok(())
    }

    /// Medians of the numbers, medians and extremes of their ratios within a round, the ratio of the best.
    fn row(&self, name: &str, rounds: &[Round]) -> Vec<String> {
        let of = |round: &Round, index: usize| (self.of)(round[index]);
        let spread = |numbers: Vec<f64>| Spread::of(numbers).expect("there is a round at least");
        let own = |index| spread(rounds.iter().map(|round| of(round, index)).collect());
        let ratio = |other| {
            let ratios = rounds.iter().map(|round| of(round, 0) / of(round, other));
            format!("{:.2}", spread(ratios.collect()))
        };
        let [generated, by_hand, axum] = [0, 1, 2].map(own);
        let best = (self.best)(generated) / (self.best)(by_hand);
        vec![
            name.to_owned(),
            (self.show)(generated.median),
            (self.show)(by_hand.median),
            (self.show)(axum.median),
            ratio(1),
            ratio(2),
            format!("{best:.2}"),
        ]
    }
}
