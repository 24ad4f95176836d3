//! What the run created and has not deleted yet, in memory and, entry by entry, in a file that
//! outlives the process.
//!
//! The file is written at once: before a create is sent, and when its answer is there. So what a
//! killed run left behind is known, or at least what it asked for.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use kfp_operator_sim::ResourceKind;
use serde::{Deserialize, Serialize};

use crate::journal::writer::OutputError;

/// Name of the ledger in the folder for reports.
pub(crate) const LEDGER_FILE: &str = "ledger.ndjson";

/// One line of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "kebab-case")]
enum Entry {
    /// The first line: where the resources are.
    Start { run: String, url: String },
    /// A create is about to be sent.
    Asked {
        seq: u64,
        #[serde(rename = "type")]
        kind: ResourceKind,
        name: Option<String>,
    },
    /// Its answer came; if it created something, that has been noted.
    Answered { seq: u64 },
    /// A resource came into being.
    Created {
        #[serde(rename = "type")]
        kind: ResourceKind,
        id: String,
    },
    /// A resource is gone.
    Deleted {
        #[serde(rename = "type")]
        kind: ResourceKind,
        id: String,
    },
}

/// A create whose answer never came: whether it made something is not known, nor its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// The type.
    #[serde(rename = "type")]
    pub kind: ResourceKind,
    /// The name that it asked for, if the body had one.
    pub name: Option<String>,
}

/// Resources alive on the provider because of this run.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// With their age: the higher, the younger.
    alive: BTreeMap<(ResourceKind, String), usize>,
    born: usize,
    asked: BTreeMap<u64, Doubt>,
    run: Option<String>,
    url: Option<String>,
    file: Option<File>,
}

/// A ledger that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LedgerError {
    /// It cannot be read.
    #[error("{}: {source} (hint: it is {LEDGER_FILE} in the folder that --out named)", path.display())]
    Read {
        /// The ledger.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A line other than the last is none of a ledger.
    #[error("{}: line {line} is no entry of a ledger: {source}", path.display())]
    Line {
        /// The ledger.
        path: PathBuf,
        /// Its number.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

impl LedgerError {
    fn at(path: &Path) -> impl Fn(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Read {
            path: path.clone(),
            source,
        }
    }
}

impl Ledger {
    /// A ledger that is also written to a new file; with none it is in memory only.
    ///
    /// # Errors
    /// [`OutputError`] if the file cannot be made.
    pub(crate) fn create(file: Option<&Path>, run: &str, url: &str) -> Result<Self, OutputError> {
        let ledger = Self::default();
        if let Some(path) = file {
            ledger.lock().file = Some(File::create(path).map_err(OutputError::at(path))?);
        }
        ledger.write(Entry::Start {
            run: run.to_owned(),
            url: url.to_owned(),
        });
        Ok(ledger)
    }

    /// Reads a ledger. A last line that was cut off is left out.
    ///
    /// # Errors
    /// [`LedgerError`] if it cannot be read or is none.
    pub(crate) fn read(path: &Path) -> Result<Self, LedgerError> {
        let bytes = fs::read(path).map_err(LedgerError::at(path))?;
        Self::parse(path, &bytes)
    }

    fn parse(path: &Path, bytes: &[u8]) -> Result<Self, LedgerError> {
        let ledger = Self::default();
        for (at, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            match serde_json::from_slice(line) {
                Ok(entry) => ledger.lock().apply(entry),
                Err(_) if !line.ends_with(b"\n") => {}
                Err(source) => {
                    return Err(LedgerError::Line {
                        path: path.to_owned(),
                        line: at + 1,
                        source,
                    });
                }
            }
        }
        Ok(ledger)
    }

    /// As [`Self::read`], and goes on writing to it.
    ///
    /// # Errors
    /// [`LedgerError`] if it cannot be read or is none.
    pub(crate) fn open(path: &Path) -> Result<Self, LedgerError> {
        let failed = LedgerError::at(path);
        let bytes = fs::read(path).map_err(&failed)?;
        let ledger = Self::parse(path, &bytes)?;
        let mut file = OpenOptions::new()
            .append(true)
            .open(path)
            .map_err(&failed)?;
        if !bytes.is_empty() && !bytes.ends_with(b"\n") {
            // The part that is left of the last line must not spoil the next one.
            let whole = bytes
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(0, |at| at + 1);
            file.set_len(whole as u64)
                .and_then(|()| file.flush())
                .map_err(&failed)?;
        }
        ledger.lock().file = Some(file);
        Ok(ledger)
    }

    /// The run that wrote it, if the ledger says so.
    pub(crate) fn run(&self) -> Option<String> {
        self.lock().run.clone()
    }

    /// Where the resources are, if the ledger says so.
    pub(crate) fn url(&self) -> Option<String> {
        self.lock().url.clone()
    }

    /// Notes that a create is about to be sent.
    pub(crate) fn asked(&self, seq: u64, kind: ResourceKind, name: Option<String>) {
        self.write(Entry::Asked { seq, kind, name });
    }

    /// Notes that the answer to a create came.
    pub(crate) fn answered(&self, seq: u64) {
        self.write(Entry::Answered { seq });
    }

    /// Notes a resource; noting it twice keeps one entry.
    pub(crate) fn created(&self, kind: ResourceKind, id: &str) {
        let id = id.to_owned();
        self.write(Entry::Created { kind, id });
    }

    /// Forgets a resource.
    pub(crate) fn deleted(&self, kind: ResourceKind, id: &str) {
        let id = id.to_owned();
        self.write(Entry::Deleted { kind, id });
    }

    /// Creates that were never answered.
    pub(crate) fn doubts(&self) -> Vec<Doubt> {
        self.lock().asked.values().cloned().collect()
    }

    /// What is left, in the order in which it can be deleted: what refers to others first, and of
    /// one type the newest first.
    pub(crate) fn remaining(&self) -> Vec<(ResourceKind, String)> {
        let order = |kind: ResourceKind| match kind {
            ResourceKind::RunSchedule => 0,
            ResourceKind::Run => 1,
            ResourceKind::Experiment => 2,
            ResourceKind::Pipeline => 3,
        };
        let alive = self.lock().alive.clone();
        let mut alive: Vec<_> = alive.into_iter().collect();
        alive.sort_by_key(|((kind, _), age)| (order(*kind), Reverse(*age)));
        alive.into_iter().map(|(resource, _)| resource).collect()
    }

    /// Takes an entry in, and writes it down.
    fn write(&self, entry: Entry) {
        let mut state = self.lock();
        let line = state
            .file
            .is_some()
            .then(|| serde_json::to_string(&entry).expect("entries have string keys") + "\n");
        state.apply(entry);
        // Judging goes on without the disk; the journal, which is in the same folder, tells.
        if let (Some(file), Some(line)) = (&mut state.file, line)
            && file.write_all(line.as_bytes()).is_err()
        {
            state.file = None;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn apply(&mut self, entry: Entry) {
        match entry {
            Entry::Start { run, url } => (self.run, self.url) = (Some(run), Some(url)),
            Entry::Asked { seq, kind, name } => _ = self.asked.insert(seq, Doubt { kind, name }),
            Entry::Answered { seq } => _ = self.asked.remove(&seq),
            Entry::Created { kind, id } => {
                self.born += 1;
                self.alive.entry((kind, id)).or_insert(self.born);
            }
            Entry::Deleted { kind, id } => _ = self.alive.remove(&(kind, id)),
        }
    }
}

/// Puts the ledger of an earlier run out of the way of a new one, if that run left something behind.
/// Returns its new place.
///
/// # Errors
/// [`OutputError`] if it cannot be moved.
pub(crate) fn set_aside(folder: &Path) -> Result<Option<PathBuf>, OutputError> {
    let path = folder.join(LEDGER_FILE);
    let Ok(ledger) = Ledger::open(&path) else {
        return Ok(None);
    };
    if ledger.remaining().is_empty() && ledger.doubts().is_empty() {
        return Ok(None);
    }
    let aside = (1..)
        .map(|number| folder.join(format!("ledger-{number}.ndjson")))
        .find(|aside| !aside.exists())
        .expect("numbers do not end");
    fs::rename(&path, &aside).map_err(OutputError::at(&path))?;
    Ok(Some(aside))
}

#[cfg(test)]
mod tests;
