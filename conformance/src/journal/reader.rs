//! Reads a journal back, whatever has become of it: the runner may have been killed, the disk full,
//! the file cut or changed on its way.
//!
//! What can be read is kept. A journal that is not whole never looks complete: its end, if it has
//! one, is told to be none.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use kfp_operator_sim::ResourceKind;
use sha2::{Digest, Sha256};

use crate::base::digest::hex;
use crate::journal::ledger::{LEDGER_FILE, Ledger};
use crate::journal::record::{End, JOURNAL_VERSION, Leak, Record};

/// Name of the journal in its folder.
pub(crate) const JOURNAL_FILE: &str = "journal.ndjson";

/// There is nothing to make a report of.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// The file cannot be read.
    #[error("{}: {source} (hint: name the folder that --out named, or the journal in it)", path.display())]
    Read {
        /// The journal.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The first record is missing or damaged.
    #[error("{}: no readable start, so nothing is known of the run", path.display())]
    NoStart {
        /// The journal.
        path: PathBuf,
    },
    /// It was written by a newer runner.
    #[error("{}: version {found} of the journal's format, and this program reads {JOURNAL_VERSION} (hint: render it with the runner that wrote it)", path.display())]
    Version {
        /// The journal.
        path: PathBuf,
        /// Its version.
        found: u32,
    },
}

/// A journal that was read, with its first record in front.
#[derive(Debug)]
pub(crate) struct Reading {
    /// Where it is; `bodies/` is beside it.
    pub(crate) folder: PathBuf,
    /// All records that could be read.
    pub(crate) records: Vec<Record>,
}

/// Reads a journal: a file, or the folder that has it.
///
/// # Errors
/// [`ReadError`] if not even the first record can be read.
pub(crate) fn read(path: &Path) -> Result<Reading, ReadError> {
    let file = if path.is_dir() {
        path.join(JOURNAL_FILE)
    } else {
        path.to_owned()
    };
    let bytes = fs::read(&file).map_err(|source| ReadError::Read {
        path: file.clone(),
        source,
    })?;
    let mut records = parse(&bytes);
    let folder = file.parent().unwrap_or(Path::new("")).to_owned();
    reconcile(&folder, &mut records);
    match records.first() {
        Some(Record::Start(start)) if start.journal > JOURNAL_VERSION => Err(ReadError::Version {
            path: file,
            found: start.journal,
        }),
        Some(Record::Start(_)) => Ok(Reading { folder, records }),
        _ => Err(ReadError::NoStart { path: file }),
    }
}

/// The records of a journal. If it is not whole, the last one is an end that says so.
pub(crate) fn parse(bytes: &[u8]) -> Vec<Record> {
    let mut records = Vec::new();
    let mut hash = Sha256::new();
    let mut damage: Option<String> = None;
    let mut end: Option<End> = None;
    for (at, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let number = at + 1;
        if end.is_some() {
            damage.get_or_insert(format!("line {number} follows the end"));
        }
        match serde_json::from_slice(line) {
            Ok(Record::End(last)) => {
                let seal = hex(hash.clone().finalize().as_slice());
                if seal != last.sha256 {
                    damage.get_or_insert("it is not what was written: the seal differs".to_owned());
                }
                end = Some(last);
            }
            Ok(Record::Start(_)) if at > 0 => {
                damage.get_or_insert(format!("line {number} starts a second run"));
            }
            Ok(record) => records.push(record),
            Err(_) if !line.ends_with(b"\n") => {
                damage.get_or_insert(format!("it breaks off in line {number}"));
            }
            Err(_) => {
                damage.get_or_insert(format!("line {number} cannot be read"));
            }
        }
        hash.update(line);
    }
    if end.is_none() {
        damage.get_or_insert("it breaks off before its end".to_owned());
    }
    let last = match (end, damage) {
        (end, Some(damage)) => Some(End {
            complete: false,
            stopped: Some(format!("the journal is damaged: {damage}")),
            seconds: end.as_ref().map_or(0.0, |end| end.seconds),
            exchanges: count(&records),
            rate: None,
            doubtful: Vec::new(),
            sha256: String::new(),
        }),
        (end, None) => end,
    };
    records.extend(last.map(Record::End));
    records
}

/// What is left behind is what the ledger beside the journal says, if it is of the same run: the journal of a run that
/// broke off does not know, and what has been deleted since is gone.
fn reconcile(folder: &Path, records: &mut Vec<Record>) {
    let run = match records.first() {
        Some(Record::Start(start)) => start.run.clone(),
        _ => return,
    };
    // Without a ledger, or with a damaged one, the journal has to do.
    let Ok(ledger) = Ledger::read(&folder.join(LEDGER_FILE)) else {
        return;
    };
    if ledger.run() != Some(run) {
        return;
    }
    let mut known: BTreeMap<(ResourceKind, String), String> = BTreeMap::new();
    records.retain(|record| match record {
        Record::Leak(leak) => {
            known.insert((leak.kind, leak.id.clone()), leak.why.clone());
            false
        }
        _ => true,
    });
    let mut end = records.pop_if(|record| matches!(record, Record::End(_)));
    let leaks = ledger.remaining().into_iter().map(|(kind, id)| {
        let why = known.remove(&(kind, id.clone()));
        let why = why.unwrap_or_else(|| "the run broke off before it was deleted".to_owned());
        Record::Leak(Leak { kind, id, why })
    });
    records.extend(leaks);
    if let Some(Record::End(end)) = &mut end {
        end.doubtful = ledger.doubts();
    }
    records.extend(end);
}

fn count(records: &[Record]) -> u64 {
    let exchanges = records
        .iter()
        .filter(|record| matches!(record, Record::Exchange(_)));
    exchanges.count() as u64
}
