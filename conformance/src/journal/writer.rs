//! The journal: one line per record, written as it happens, so that a report can be made of it
//! whatever happens next.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::base::digest::{hex, sha256_hex};
use crate::journal::record::{BodyRecord, End, Record};

/// Texts up to this size are in the journal itself: a file for each would cost more than the request.
const INLINE: usize = 2048;

/// Writes records to `journal.ndjson` and bodies to `bodies/` below a folder.
pub(crate) struct Journal {
    /// `None` keeps records in memory only and bodies nowhere.
    folder: Option<PathBuf>,
    state: Mutex<State>,
}

struct State {
    /// `None` if nothing is written: then no line is made either.
    lines: Option<Lines>,
    records: Vec<Record>,
    bodies: BTreeSet<String>,
    /// The first write that failed; told at the end, because judging goes on without the disk.
    broken: Option<io::Error>,
}

/// The file, and the hash of what is in it.
struct Lines {
    file: BufWriter<File>,
    hash: Sha256,
}

impl Lines {
    fn write(&mut self, record: &Record) -> io::Result<()> {
        let mut line = serde_json::to_string(record).expect("records have string keys");
        line.push('\n');
        self.hash.update(line.as_bytes());
        self.file.write_all(line.as_bytes())?;
        self.file.flush()
    }
}

/// A file cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source} (hint: choose another place, with --out for reports)", path.display())]
pub(crate) struct OutputError {
    /// File or folder.
    pub(crate) path: PathBuf,
    /// Why not.
    pub(crate) source: io::Error,
}

impl OutputError {
    pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self { path, source }
    }
}

impl Journal {
    /// Starts a journal in `folder`, which is made if needed; an earlier journal there is replaced.
    ///
    /// # Errors
    /// [`OutputError`] if the folder or the files cannot be made.
    pub(crate) fn create(folder: &Path) -> Result<Self, OutputError> {
        let bodies = folder.join("bodies");
        if bodies.is_dir() {
            fs::remove_dir_all(&bodies).map_err(OutputError::at(&bodies))?;
        }
        fs::create_dir_all(&bodies).map_err(OutputError::at(&bodies))?;
        let path = folder.join("journal.ndjson");
        let file = File::create(&path).map_err(OutputError::at(&path))?;
        let lines = Lines {
            file: BufWriter::new(file),
            hash: Sha256::new(),
        };
        Ok(Self::with(Some(folder.to_owned()), Some(lines)))
    }

    /// A journal that is written nowhere.
    pub(crate) fn in_memory() -> Self {
        Self::with(None, None)
    }

    fn with(folder: Option<PathBuf>, lines: Option<Lines>) -> Self {
        let state = State {
            lines,
            records: Vec::new(),
            bodies: BTreeSet::new(),
            broken: None,
        };
        Self {
            folder,
            state: Mutex::new(state),
        }
    }

    /// Where it is written; `None` if nowhere.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Appends a record.
    pub(crate) fn write(&self, record: Record) {
        let mut state = self.lock();
        if let Some(lines) = &mut state.lines {
            let written = lines.write(&record);
            state.broken = state.broken.take().or(written.err());
        }
        state.records.push(record);
    }

    /// Keeps a body and returns how records refer to it. A short text is part of the record, anything else a file.
    pub(crate) fn body(&self, bytes: &[u8]) -> BodyRecord {
        let sha256 = sha256_hex(bytes);
        let short = (bytes.len() <= INLINE).then(|| std::str::from_utf8(bytes).ok());
        let text = short.flatten().map(str::to_owned);
        if text.is_none() {
            self.keep(&sha256, bytes);
        }
        BodyRecord {
            bytes: bytes.len(),
            sha256,
            text,
        }
    }

    fn keep(&self, sha256: &str, bytes: &[u8]) {
        let Some(folder) = &self.folder else { return };
        let mut state = self.lock();
        if state.bodies.insert(sha256.to_owned()) {
            let written = fs::write(folder.join("bodies").join(sha256), bytes);
            state.broken = state.broken.take().or(written.err());
        }
    }

    /// Writes the last line and gives all records back.
    ///
    /// # Errors
    /// [`OutputError`] if anything could not be written.
    pub(crate) fn finish(self, mut end: End) -> Result<Vec<Record>, OutputError> {
        let hash = self.lock().lines.as_ref().map(|lines| lines.hash.clone());
        end.sha256 = hash.map_or(String::new(), |hash| hex(&hash.finalize()));
        self.write(Record::End(end));
        let state = self
            .state
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        match state.broken {
            None => Ok(state.records),
            Some(source) => Err(OutputError {
                path: self.folder.unwrap_or_default(),
                source,
            }),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::bodies::Bodies;
    use crate::journal::record::Leak;
    use kfp_operator_sim::ResourceKind;

    #[test]
    fn the_last_line_seals_the_others() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let journal = Journal::create(dir.path()).expect("creates");
        let leak = Leak {
            kind: ResourceKind::Run,
            id: "a".to_owned(),
            why: "b".to_owned(),
        };
        journal.write(Record::Leak(leak));
        let body = journal.body(b"{}");
        let end = End {
            complete: true,
            stopped: None,
            seconds: 0.0,
            exchanges: 0,
            rate: None,
            doubtful: Vec::new(),
            sha256: String::new(),
        };
        let records = journal.finish(end).expect("writes");
        assert_eq!(records.len(), 2);
        let text = fs::read_to_string(dir.path().join("journal.ndjson")).expect("reads");
        let (first, last) = text.split_once('\n').expect("two lines");
        assert!(
            last.contains(&sha256_hex(format!("{first}\n").as_bytes())),
            "{text}"
        );
        assert_eq!(body.text.as_deref(), Some("{}"));
    }

    #[test]
    fn every_body_can_be_read_again() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let journal = Journal::create(dir.path()).expect("creates");
        let long = vec![b' '; INLINE + 1];
        for (body, is_file) in [
            (&b""[..], false),
            (b"{}", false),
            (&long[..INLINE], false),
            (&long, true),
            (b"\xFF", true),
        ] {
            let record = journal.body(body);
            let file = dir.path().join("bodies").join(&record.sha256);
            assert_eq!(file.is_file(), is_file, "{record:?}");
            let read = Bodies::of(dir.path()).read(&record);
            assert_eq!(read.as_deref(), Some(body));
        }
    }
}
