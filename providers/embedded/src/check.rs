//! Whether a store's file is whole: what its tables say of each other.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use kfp_provider_domain::ResourceId;
use kfp_provider_server::Experiment;

use super::fact::Fact;
use super::store::{Kind, OpenError, StoreError, Txn, examine};
use super::{pipelines, runs, schedules};

/// Problems that are listed; a broken store may have as many as it has records.
const LISTED: usize = 20;

/// What a sound store holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contents {
    /// Pipelines.
    pub pipelines: usize,
    /// Versions of them, all together.
    pub pipeline_versions: usize,
    /// Runs, finished or not.
    pub runs: usize,
    /// Runs that have finished.
    pub finished_runs: usize,
    /// Run schedules.
    pub run_schedules: usize,
    /// Experiments.
    pub experiments: usize,
    /// Events that wait for the webhook.
    pub events: u64,
    /// Events that the webhook will never take.
    pub dead_letters: u64,
}

/// Why a store is not sound.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// It cannot even be opened or read.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Its parts contradict each other: a defect of the program that wrote it, or of the disk.
    #[error("{}: the store contradicts itself: {}", place, problems.join("; "))]
    Contradictions {
        /// The file.
        place: String,
        /// Each contradiction, or the first of them.
        problems: Vec<String>,
    },
}

/// Reads all of a store's file, and compares what its parts say of each other. The store must not be in use. An older
/// format is brought to the present one, as by opening it. Blocks.
///
/// # Errors
/// There is no such file, it cannot be opened or read, or it contradicts itself.
pub fn check(path: &Path) -> Result<Contents, CheckError> {
    // The database panics at some kinds of damage; whoever asks for a check wants to be told.
    let examined = catch_unwind(AssertUnwindSafe(|| examine(path, compare)));
    let damaged = |_| OpenError::Damaged {
        place: path.display().to_string(),
    };
    let (contents, problems) = examined.map_err(damaged)??;
    if problems.is_empty() {
        return Ok(contents);
    }
    Err(CheckError::Contradictions {
        place: path.display().to_string(),
        problems,
    })
}

/// What a store holds, and where it contradicts itself.
pub(super) fn compare(txn: &Txn<'_>) -> Result<(Contents, Vec<String>), StoreError> {
    let said = Said::read(txn)?;
    let kept = Kept::read(txn)?;
    let (events, dead_letters, problems) = txn.event_contradictions()?;
    let contents = Contents {
        events,
        dead_letters,
        ..said.contents(&kept)
    };
    let problems = said.compare(&kept).into_iter().chain(problems);
    Ok((contents, problems.take(LISTED).collect()))
}

/// What the records say.
#[derive(Default)]
struct Said(Vec<(Kind, String, Fact)>);

impl Said {
    fn read(txn: &Txn<'_>) -> Result<Self, StoreError> {
        let mut said = Self::default();
        let mut add = |kind, id: &str, fact| said.0.push((kind, id.to_owned(), fact));
        txn.each_record(Kind::Pipeline, |id, record: pipelines::Record| {
            add(Kind::Pipeline, id, record.fact());
        })?;
        txn.each_record(Kind::Run, |id, record: runs::RunStatus| {
            add(Kind::Run, id, record.fact());
        })?;
        txn.each_record(Kind::RunSchedule, |id, record: schedules::Record| {
            add(Kind::RunSchedule, id, record.fact());
        })?;
        txn.each_record(Kind::Experiment, |id, record: Experiment| {
            add(Kind::Experiment, id, Fact::new(&record.name));
        })?;
        Ok(said)
    }

    fn contents(&self, kept: &Kept) -> Contents {
        let of = |kind| self.0.iter().filter(|(of, ..)| *of == kind).count();
        Contents {
            pipelines: of(Kind::Pipeline),
            pipeline_versions: kept.versions.len(),
            runs: of(Kind::Run),
            finished_runs: kept.finished.len(),
            run_schedules: of(Kind::RunSchedule),
            experiments: of(Kind::Experiment),
            ..Contents::default()
        }
    }

    /// The contradictions, the first of them.
    fn compare(&self, kept: &Kept) -> Vec<String> {
        let mut problems = Vec::new();
        let mut expected = Kept::default();
        for (kind, id, fact) in &self.0 {
            let (kind, id) = (kind.as_str(), id.as_str());
            if !fact.sound {
                problems.push(format!(
                    "{id}: its state and its times do not belong together"
                ));
            }
            if id.parse::<ResourceId>().is_err() || !id.starts_with(&format!("{kind}-")) {
                problems.push(format!("{id:?} does not belong to type {kind}"));
            }
            expected
                .names
                .insert((kind.to_owned(), fact.name.clone(), id.to_owned()));
            if let Some(due) = fact.due {
                expected.due.insert((due, kind.to_owned(), id.to_owned()));
            }
            if let Some(finished) = fact.finished {
                expected.finished.insert((finished, id.to_owned()));
            }
            let newest = fact.newest.as_ref();
            if newest
                .is_some_and(|newest| !kept.versions.contains(&(id.to_owned(), newest.clone())))
            {
                problems.push(format!("{id}: its newest version is not there"));
            }
        }
        let pipelines: BTreeSet<&str> = self
            .0
            .iter()
            .filter(|(kind, ..)| *kind == Kind::Pipeline)
            .map(|(_, id, _)| id.as_str())
            .collect();
        let orphans = kept
            .versions
            .iter()
            .filter(|(pipeline, _)| !pipelines.contains(pipeline.as_str()));
        problems.extend(orphans.map(|version| format!("{version:?} is of no pipeline")));
        differences("names", &expected.names, &kept.names, &mut problems);
        differences("due", &expected.due, &kept.due, &mut problems);
        differences(
            "finished",
            &expected.finished,
            &kept.finished,
            &mut problems,
        );
        problems.truncate(LISTED);
        problems
    }
}

/// What is kept beside the records.
#[derive(Default)]
struct Kept {
    names: BTreeSet<(String, String, String)>,
    versions: BTreeSet<(String, String)>,
    due: BTreeSet<(i64, String, String)>,
    finished: BTreeSet<(i64, String)>,
}

impl Kept {
    fn read(txn: &Txn<'_>) -> Result<Self, StoreError> {
        let mut kept = Self::default();
        txn.each_name(|kind, name, id| {
            kept.names
                .insert((kind.to_owned(), name.to_owned(), id.to_owned()));
        })?;
        txn.each_version(|pipeline, version| {
            kept.versions
                .insert((pipeline.to_owned(), version.to_owned()));
        })?;
        txn.each_due(|time, kind, id| {
            kept.due.insert((time, kind.to_owned(), id.to_owned()));
        })?;
        txn.each_finished(|time, run| {
            kept.finished.insert((time, run.to_owned()));
        })?;
        Ok(kept)
    }
}

fn differences<T: Ord + std::fmt::Debug>(
    what: &str,
    records: &BTreeSet<T>,
    kept: &BTreeSet<T>,
    problems: &mut Vec<String>,
) {
    let missing = records
        .difference(kept)
        .map(|one| (one, "only in a record"));
    let dangling = kept.difference(records).map(|one| (one, "in no record"));
    problems.extend(
        missing
            .chain(dangling)
            .map(|(one, where_)| format!("{what}: {one:?} is {where_}")),
    );
}
