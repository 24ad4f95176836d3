//! Judges any provider service of the KFP Operator, in any language.
//!
//! Every answer is looked at through two lenses: the published OpenAPI document (`spec`), and the
//! state in which the operator would leave the resource (`operator`). What has to be met is data
//! ([`Catalogue`]); cases send real requests and observe; observations become results and a
//! [`Verdict`]. Everything is written to a journal first, and every report is made from it.
//!
//! A folder is a layer, and imports go down only: `base`, `wire`, `catalogue`, `journal`, `oracle`,
//! `config`, `facilities`, `engine`, `stimuli`, `cases`, `judge`, `report`, `mock`, `selftest`,
//! `commands`. The `mod.rs` of each says what belongs there.
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
pub mod mock;
mod oracle;
mod report;
mod selftest;
mod stimuli;
mod wire;

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
pub use judge::latency::{Latency, Operation, OperationLatency, Outlier};
pub use judge::{Judged, Judgement, Verdict, Verdicts, judge};
pub use report::{Limited, REPORT_SCHEMA, Report};
pub use selftest::proof::Stamp;
