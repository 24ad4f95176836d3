//! What is in the store: tables, their keys, and how records are written.

use kfp_run_completion::store::StoreError;
use redb::{Builder, TableDefinition};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The version of what this program writes. Raise it when older programs could no longer read it, or would do harm.
pub(super) const FORMAT: u64 = 3;

/// Memory for the store's pages, in bytes.
const CACHE: usize = 64 << 20;

pub(super) fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE);
    builder
}

type Records = TableDefinition<'static, &'static str, &'static [u8]>;

const PIPELINES: Records = TableDefinition::new("pipelines");
const RUNS: Records = TableDefinition::new("runs");
const RUN_SCHEDULES: Records = TableDefinition::new("run_schedules");
const EXPERIMENTS: Records = TableDefinition::new("experiments");
/// Resource type and name, to id.
pub(super) const NAMES: TableDefinition<'static, (&str, &str), &str> =
    TableDefinition::new("names");
/// Pipeline id and version, to what was compiled.
pub(super) const VERSIONS: TableDefinition<'static, (&str, &str), &[u8]> =
    TableDefinition::new("pipeline_versions");
/// Milliseconds since 1970, resource type and id: what happens next.
pub(super) const DUE: TableDefinition<'static, (i64, &str, &str), ()> = TableDefinition::new("due");
/// Milliseconds since 1970 and id of a run: what has finished, the oldest first.
pub(super) const FINISHED: TableDefinition<'static, (i64, &str), ()> =
    TableDefinition::new("finished_runs");

/// The resource types; ids of one mean nothing to the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Kind {
    Pipeline,
    Run,
    RunSchedule,
    Experiment,
}

impl Kind {
    /// Every type.
    pub(in super::super) const ALL: [Self; 4] = [
        Self::Pipeline,
        Self::Run,
        Self::RunSchedule,
        Self::Experiment,
    ];

    /// The type as it stands in paths; ids start with it.
    pub(in super::super) fn as_str(self) -> &'static str {
        match self {
            Self::Pipeline => "pipeline",
            Self::Run => "run",
            Self::RunSchedule => "runschedule",
            Self::Experiment => "experiment",
        }
    }

    pub(super) fn table(self) -> Records {
        match self {
            Self::Pipeline => PIPELINES,
            Self::Run => RUNS,
            Self::RunSchedule => RUN_SCHEDULES,
            Self::Experiment => EXPERIMENTS,
        }
    }
}

/// A record from its bytes.
pub(super) fn read<T: DeserializeOwned>(record: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(record).map_err(|error| StoreError::Record(error.into()))
}

/// A record as bytes.
pub(super) fn write(record: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(record).map_err(|error| StoreError::Record(error.into()))
}
