//! What the generated server costs beside servers that are written by hand: see `--help`.
//!
//! Each server is a process of its own with nothing behind it: every answer is a constant. The load comes from this
//! process, over the loopback interface, on connections that are kept.

mod call;
mod child;
mod connection;
mod contender;
mod error;
mod instructions;
mod load;
mod memory;
mod rates;
mod report;
mod spread;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use tokio::runtime::{Builder, Runtime};

use crate::contender::Contender;
use crate::error::BenchError;

/// Measure the generated server; the tables go to standard output, as Markdown.
#[derive(Debug, Parser)]
#[command(version)]
enum Command {
    /// Requests per second and processor time per request: the servers take turns in every round.
    Rates {
        /// Number of rounds; what is reported are medians over them, with the extremes.
        #[arg(long, default_value_t = 11, value_parser = clap::value_parser!(u32).range(1..))]
        rounds: u32,
        /// Time for each measurement of a round, in milliseconds.
        #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u64).range(1..))]
        slice: u64,
    },
    /// Instructions per request, counted by callgrind (valgrind has to be installed).
    Instructions,
    /// Memory of the embedded provider, idle and under load, from the program beside this one.
    Memory {
        /// Number of requests to send.
        #[arg(long, default_value_t = 1_000_000)]
        requests: u64,
    },
    /// Run one of the servers until standard input ends; the first line of output is its address.
    Serve {
        /// Which one.
        contender: Contender,
    },
}

fn main() -> ExitCode {
    match run(Command::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), BenchError> {
    match command {
        Command::Rates { rounds, slice } => {
            under_load(rates::run(rounds, Duration::from_millis(slice)))
        }
        Command::Instructions => under_load(instructions::run()),
        Command::Memory { requests } => under_load(memory::run(requests)),
        // As a service runs that is written with `#[tokio::main]`.
        Command::Serve { contender } => Runtime::new()?.block_on(child::serve(contender)),
    }
}

/// The load is on one thread, so that it takes one processor at most.
fn under_load(work: impl Future<Output = Result<(), BenchError>>) -> Result<(), BenchError> {
    Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(work)
}
