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

const COLUMNS: [&str; 6] = [
    "request",
    "generated",
    "dropshot by hand",
    "axum",
    "generated / by hand",
    "generated / axum",
];

/// One server in one round.
#[derive(Clone, Copy)]
struct Sample {
    /// Requests per second.
    rate: f64,
    /// Processor time per request, in microseconds.
    time: f64,
}

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
        table(
            &format!("Requests per second, {connections}"),
            &results,
            |sample| sample.rate,
            |rate| grouped(rate as u64),
        )?;
        table(
            &format!("Processor time per request in µs, {connections}"),
            &results,
            |sample| sample.time,
            |time| format!("{time:.1}"),
        )?;
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

fn table(
    title: &str,
    results: &[(&str, Vec<Round>)],
    number: impl Fn(Sample) -> f64,
    show: impl Fn(f64) -> String,
) -> Result<(), BenchError> {
    let table = Table::new(title, &COLUMNS)?;
    for (name, rounds) in results {
        let median = |index: usize| {
            let spread = Spread::of(rounds.iter().map(|round| number(round[index])));
            spread.map_or_else(String::new, |spread| show(spread.median))
        };
        let ratio = |other: usize| {
            let ratios = rounds
                .iter()
                .map(|round| number(round[0]) / number(round[other]));
            Spread::of(ratios).map_or_else(String::new, |spread| format!("{spread:.2}"))
        };
        let name = (*name).to_owned();
        table.row(&[name, median(0), median(1), median(2), ratio(1), ratio(2)])?;
    }
    Ok(())
}
