//! Opening the store's file, and making it.

use std::path::Path;

use kfp_run_completion::store::StoreError;
use redb::backends::InMemoryBackend;
use redb::{Builder, Database};

use super::error::{OpenError, database_error, file_error};
use super::format;
use super::tables::builder;
use kfp_run_completion::store::atomic_file;

/// The database in a file, made if there is none, in this program's format. Also the format that it had.
pub(super) fn open(path: &Path) -> Result<(Database, u64), OpenError> {
    let exists = path
        .try_exists()
        .map_err(|source| file_error(path, source))?;
    if !exists {
        create(path)?;
    }
    open_existing(path, builder())
}

/// The database in a file that exists, every page of it read and found sound.
pub(super) fn open_examined(path: &Path) -> Result<Database, OpenError> {
    let mut builder = builder();
    builder.set_check_integrity_on_open(true);
    Ok(open_existing(path, builder)?.0)
}

fn open_existing(path: &Path, builder: Builder) -> Result<(Database, u64), OpenError> {
    format::judge(path)?;
    let database = builder
        .open(path)
        .map_err(|error| database_error(path, error))?;
    let found = format::migrate(&database).map_err(|source| OpenError::Database {
        place: path.display().to_string(),
        source,
    })?;
    Ok((database, found))
}

/// The database in a file that was opened before, and closed.
pub(super) fn reopen(path: &Path) -> Result<Database, StoreError> {
    Ok(builder().open(path)?)
}

/// A database in memory.
pub(super) fn in_memory() -> Result<Database, OpenError> {
    let place = "memory".to_owned();
    let failed = |source| OpenError::Database {
        place: place.clone(),
        source,
    };
    let database = builder()
        .create_with_backend(InMemoryBackend::new())
        .map_err(|error| failed(error.into()))?;
    format::initialise(&database).map_err(failed)?;
    Ok(database)
}

fn create(path: &Path) -> Result<(), OpenError> {
    let fill = |unfinished: &Path| {
        let database = builder()
            .create(unfinished)
            .map_err(|error| database_error(path, error))?;
        format::initialise(&database).map_err(|source| OpenError::Database {
            place: path.display().to_string(),
            source,
        })
    };
    atomic_file::create(path, fill, |source| file_error(path, source))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a folder")
    }

    #[test]
    fn a_file_is_made_once_and_leaves_nothing_beside_it() {
        let folder = folder();
        let path = folder.path().join("store.redb");
        for time in ["made", "opened"] {
            drop(open(&path).expect(time));
        }
        let names: Vec<_> = fs::read_dir(&folder)
            .expect("folder")
            .map(|entry| entry.expect("entry").file_name())
            .collect();
        assert_eq!(names, ["store.redb"]);
    }

    #[test]
    fn what_cannot_be_opened_says_why() {
        let folder = folder();
        let path = |name: &str| folder.path().join(name);
        let _held = open(&path("held")).expect("first");
        fs::create_dir(path("folder")).expect("a folder");
        let table = [
            ("held", "in use by another process"),
            ("folder", "hint: the folder must exist and be writable"),
            (
                "no/such/folder",
                "hint: the folder must exist and be writable",
            ),
        ];
        for (name, expected) in table {
            let error = open(&path(name)).err().map(|error| error.to_string());
            let error = error.unwrap_or_default();
            assert!(error.contains(expected), "{name}: {error}");
        }
        let error = open_examined(&path("nothing"))
            .err()
            .map(|error| error.to_string());
        assert!(error.is_some_and(|error| error.contains("nothing: ")));
        assert!(!path("nothing").exists(), "looking makes no file");
    }

    /// Bits that change by themselves are noticed or do no harm; they never end the process.
    #[test]
    fn a_damaged_file_is_an_error() {
        let folder = folder();
        let path = folder.path().join("store");
        drop(open(&path).expect("a store"));
        let sound = fs::read(&path).expect("the file");
        let mut random = fastrand::Rng::with_seed(7);
        for round in 0..60 {
            let mut bytes = sound.clone();
            for _ in 0..random.usize(1..40) {
                // Most of a small store is empty, so the front gets its share.
                let end = if random.bool() { 4096 } else { bytes.len() };
                let at = random.usize(..end);
                bytes[at] = random.u8(..);
            }
            if round % 5 == 0 {
                bytes.truncate(random.usize(..sound.len()));
            }
            fs::write(&path, &bytes).expect("the file");
            let damaged = path.clone();
            let tried = std::thread::spawn(move || drop(open_examined(&damaged)));
            drop(tried.join());
        }
    }
}
