//! Judges any provider service of the KFP Operator, in any language.
//!
//! Every answer is looked at through two lenses: the published OpenAPI document (`spec`), and the
//! state in which the operator would leave the resource (`operator`). What has to be met is data
//! ([`Catalogue`]); cases send real requests and observe; observations become results and a
//! [`Verdict`]. Everything is written to a journal first, and every report is made from it.
//!
//! The command is `kfp-conformance`; [`run_command`] is all of it but the process.

mod activity;
mod ambient;
mod bodies;
mod bookkeeping;
mod case;
mod cases;
mod catalogue;
mod cleaning;
mod cli;
mod commands;
mod config;
mod context;
mod courtesy;
mod coverage;
mod digest;
#[cfg(feature = "embedded")]
mod embedded;
mod exchange;
mod exit;
mod fixture;
mod generate;
mod grammar;
mod help;
mod hooks;
mod journal;
mod judge;
mod known;
mod latency;
mod ledger;
mod merge;
pub mod mock;
mod model;
mod oracle;
mod outcome;
mod pace;
mod place;
mod plan;
mod previous;
mod process;
mod proof;
mod rate;
mod reading;
mod record;
mod replay;
mod report;
mod repro;
mod run;
mod selftest;
mod sending;
mod session;
mod shard;
mod sink;
mod target;
mod times;
mod wire;

pub use case::Profile;
pub use catalogue::{Catalogue, Level, Requirement, SelectError};
pub use cli::Cli;
pub use commands::dispatch as run_command;
pub use coverage::Coverage;
pub use exit::{
    CONFORMANT, INCOMPLETE, INTERNAL, INTERRUPTED, NOT_CONFORMANT, TERMINATED, UNREACHABLE, USAGE,
};
pub use judge::{Judged, Judgement, Verdict, Verdicts, judge};
pub use latency::{Latency, Operation, OperationLatency, Outlier};
pub use ledger::Doubt;
pub use outcome::{Lens, Lenses, Outcome, SkipReason};
pub use proof::Stamp;
pub use record::Record;
pub use report::{Limited, REPORT_SCHEMA, Report};
