//! What failed in an earlier run, as its report tells.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum as _;
use kfp_operator_sim::ResourceKind;
use serde::Deserialize;

use crate::engine::case::Profile;

/// A requirement and the type for which it failed.
pub(crate) type Pair = (String, Option<ResourceKind>);

/// The part of `report.json` that matters here; newer reports may say more.
#[derive(Debug, Deserialize)]
struct Report {
    seed: u64,
    profile: String,
    results: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    requirement: String,
    resource: Option<ResourceKind>,
    outcome: String,
}

/// An earlier run.
#[derive(Debug)]
pub(crate) struct Previous {
    pub(crate) seed: u64,
    pub(crate) profile: Profile,
    /// What failed or fell short.
    pub(crate) failed: BTreeSet<Pair>,
}

/// A report that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PreviousError {
    /// It cannot be read.
    #[error("{}: {source} (hint: name a report.json)", path.display())]
    Read {
        /// The report.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// It is no report.
    #[error("{}: no report of a run: {source} (hint: name a report.json)", path.display())]
    Parse {
        /// The report.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

impl Previous {
    /// Reads a report.
    ///
    /// # Errors
    /// [`PreviousError`] if it cannot be read or is none.
    pub(crate) fn read(path: &Path) -> Result<Self, PreviousError> {
        let path = path.to_owned();
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(source) => return Err(PreviousError::Read { path, source }),
        };
        let report: Report = match serde_json::from_slice(&text) {
            Ok(report) => report,
            Err(source) => return Err(PreviousError::Parse { path, source }),
        };
        let failed = |entry: &Entry| matches!(entry.outcome.as_str(), "fail" | "flaky" | "warn");
        let results = report.results.into_iter().filter(failed);
        Ok(Self {
            seed: report.seed,
            profile: Profile::from_str(&report.profile, true).unwrap_or(Profile::Full),
            failed: results
                .map(|entry| (entry.requirement, entry.resource))
                .collect(),
        })
    }
}
