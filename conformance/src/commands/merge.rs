//! `merge`: one verdict from the shards of a run.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::Problem;
use crate::journal::merge::{MergeError, copy_bodies, merge};
use crate::journal::reader;
use crate::journal::writer::Journal;
use crate::judge::judge;
use crate::report::place::place;
use crate::report::{self, Destination};
use crate::selftest::proof::proofs;

#[derive(Debug, Args)]
pub(crate) struct MergeArgs {
    /// Directories that runs with --shard left, or the report.json in them.
    #[arg(value_name = "SHARD", required = true)]
    pub(crate) shards: Vec<PathBuf>,
    /// Directory for the merged journal and reports.
    #[arg(long, short, value_name = "DIR", default_value = "conformance-report")]
    pub(crate) out: PathBuf,
}

pub(super) fn exec(args: &MergeArgs, out: &mut dyn Write) -> Result<u8, Problem> {
    let readings = args
        .shards
        .iter()
        .map(|path| reader::read(&folder(path)))
        .collect::<Result<Vec<_>, _>>()?;
    let folders: Vec<PathBuf> = readings.iter().map(|r| r.folder.clone()).collect();
    if folders.iter().any(|folder| is_same(folder, &args.out)) {
        return Err(MergeError::Onto(args.out.clone()).into());
    }
    let merged = merge(readings)?;
    let place = place(&args.out, merged.is_partial);
    let journal = Journal::create(&place)?;
    for folder in &folders {
        copy_bodies(folder, &place)?;
    }
    merged.records.into_iter().for_each(|r| journal.write(r));
    let records = journal.finish(merged.end)?;
    let judgement = judge(&records).expect("every shard begins with a start");
    let to = Destination {
        folder: &place,
        journal: &place,
        proofs: proofs(),
    };
    report::write(&to, &judgement)?;
    report::print(&to, &judgement, out)?;
    super::run::conclude(&judgement, &to)
}

/// The folder of a run, also if its report was named.
fn folder(path: &Path) -> PathBuf {
    match path.file_name() {
        Some(name) if name == "report.json" => match path.parent() {
            Some(parent) if parent != Path::new("") => parent.to_owned(),
            _ => PathBuf::from("."),
        },
        _ => path.to_owned(),
    }
}

/// Whether two paths are one folder; one that does not exist yet is none of the others.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    let one = if one == Path::new("") {
        Path::new(".")
    } else {
        one
    };
    matches!((one.canonicalize(), other.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
