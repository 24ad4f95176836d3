//! Instructions per request, which do not depend on what else the machine does.
//!
//! Callgrind counts the server alone, from its start to its end; the difference between two numbers of requests is
//! free of both.

use crate::call::{Call, calls};
use crate::child::Server;
use crate::connection::Connection;
use crate::contender::Contender;
use crate::error::BenchError;
use crate::report::{Table, grouped};

const COUNTER: [&str; 3] = [
    "valgrind",
    "--tool=callgrind",
    "--callgrind-out-file=/dev/null",
];

pub(crate) async fn run() -> Result<(), BenchError> {
    let table = Table::new(
        "Instructions per request",
        &[
            "request",
            "generated",
            "dropshot by hand",
            "axum",
            "by hand / generated",
            "axum / generated",
        ],
    )?;
    for call in calls() {
        let mut counts = [0; Contender::ALL.len()];
        for (count, contender) in counts.iter_mut().zip(Contender::ALL) {
            let few = count_of(contender, &call, call.sample).await?;
            let many = count_of(contender, &call, 4 * call.sample).await?;
            *count = many.saturating_sub(few) / (3 * call.sample);
        }
        let [generated, dropshot, axum] = counts;
        let ratio = |other: u64| format!("{:.2}", other as f64 / generated.max(1) as f64);
        table.row(&[
            call.name.to_owned(),
            grouped(generated),
            grouped(dropshot),
            grouped(axum),
            ratio(dropshot),
            ratio(axum),
        ])?;
    }
    Ok(())
}

/// Instructions of a server that answers so many requests, one after the other.
async fn count_of(contender: Contender, call: &Call, requests: u64) -> Result<u64, BenchError> {
    let server = Server::start(contender, &COUNTER)?;
    let mut connection = Connection::open(server.address).await?;
    for _ in 0..requests {
        connection.call(call).await?;
    }
    let said = server.stop()?;
    collected(&said).ok_or(BenchError::NoCount(said))
}

/// The number in the line `==123== Collected : 456`.
fn collected(said: &str) -> Option<u64> {
    let (_, rest) = said.split_once("Collected : ")?;
    rest.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_found() {
        let table = [
            (
                "==7== Events    : Ir\n==7== Collected : 4711\n==7==",
                Some(4711),
            ),
            ("==7== Collected : \n", None),
            ("", None),
        ];
        for (said, count) in table {
            assert_eq!(collected(said), count, "{said:?}");
        }
    }
}
