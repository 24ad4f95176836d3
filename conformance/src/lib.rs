//! Judges any provider service of the KFP Operator, in any language.
//!
//! Every answer is looked at through two lenses: the published OpenAPI document (`spec`), and the
//! state in which the operator would leave the resource (`operator`). What has to be met is data
//! ([`Catalogue`]); cases send real requests and observe; observations become results and a
//! [`Verdict`]. Everything is written to a journal first, and every report is made from it.
//!
//! A folder is a layer, and imports go down only, which a test sees to. The `mod.rs` of each says what belongs there.
//!
//! | layer | what is there |
//! |---|---|
//! | `commands` | one file per command: its options and what it does |
//! | `selftest` | the suite, tested: subjects and the matrix |
//! | `mock` | a provider that can be broken on purpose |
//! | `report` | what people and machines read, made from the journal alone |
//! | `judge` | from records to results and verdicts |
//! | `cases` | what is sent to decide each requirement; nothing below knows them |
//! | `engine` | plan, session, context and run |
//! | `facilities` | hooks, processes, the receiver of the webhook, replicas |
//! | `stimuli` | valid bodies, generated ones, sequences and their model |
//! | `config` | `provider.toml` and `expected.toml` |
//! | `oracle` | what can be said of one answer alone |
//! | `journal` | what a run writes down, and how it is read back |
//! | `catalogue` | the requirements, as data |
//! | `wire` | HTTP on plain bytes |
//! | `base` | what every layer may use |
//!
//! The command is `kfp-conformance`; [`run_command`] is all of it but the process.

mod base;
mod cases;
mod catalogue;
mod commands;
mod config;
mod engine;
mod facilities;
mod journal;
mod judge;
#[cfg(test)]
mod layers;
pub mod mock;
mod oracle;
mod report;
mod selftest;
mod stimuli;
mod wire;

pub use base::contract::Operation;
pub use base::exit::{
    CONFORMANT, INCOMPLETE, INTERNAL, INTERRUPTED, NOT_CONFORMANT, TERMINATED, UNREACHABLE, USAGE,
};
pub use base::outcome::{Lens, Lenses, Outcome, SkipReason};
pub use catalogue::{Catalogue, Level, Requirement, SelectError};
pub use commands::cli::Cli;
pub use commands::dispatch as run_command;
pub use engine::case::Profile;
pub use journal::ledger::Doubt;
pub use journal::record::Record;
pub use judge::coverage::Coverage;
pub use judge::latency::{Latency, OperationLatency, Outlier};
pub use judge::{Judged, Judgement, Verdict, Verdicts, judge};
pub use report::{Limited, REPORT_SCHEMA, Report, Stamp};
