//! What event delivery costs.
//!
//! `cargo run --release -p kfp-provider-embedded --example events backlog COUNT` delivers so many events to a webhook that
//! fails for three in ten, and shows the memory meanwhile; with `backlog-in-memory` they wait in memory and not in a file.
//! `… events requests PAIRS` compares requests while the webhook is up and while it is down, by time; `… events
//! instructions` does it by instructions, with valgrind.

use std::error::Error;
use std::io::Write as _;

mod backlog;
mod child;
mod requests;
mod webhook;

type Failure = Box<dyn Error + Send + Sync>;

/// Events that are stored at a time.
const CLIENTS: usize = 64;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |default| match arguments.get(1) {
        Some(number) => number.parse(),
        None => Ok(default),
    };
    match arguments.first().map(String::as_str) {
        Some("backlog") => backlog::run(backlog::Place::File, number(100_000)?).await,
        Some("backlog-in-memory") => backlog::run(backlog::Place::Memory, number(100_000)?).await,
        Some("requests") => requests::times(number(20)?).await,
        Some("instructions") => requests::instructions().await,
        Some("serve") => child::serve().await,
        _ => Err("backlog, backlog-in-memory, requests or instructions".into()),
    }
}

fn say(line: &str) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}
