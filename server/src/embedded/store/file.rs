//! Opening the store's file, and making it.
//!
//! A new file is made under another name and then linked to its own, so that a crash at any moment leaves either no
//! file or a whole one, and two providers that start together end up with one file, which only one of them can open.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use redb::backends::InMemoryBackend;
use redb::{Builder, Database, DatabaseError, ReadableDatabase as _, TableDefinition};

use super::{StoreError, Txn};

/// The version of what this program writes. Raise it when older programs could no longer read it.
const FORMAT: u64 = 1;
const META: TableDefinition<'static, &str, u64> = TableDefinition::new("meta");
const FORMAT_KEY: &str = "format";
/// Memory for the store's pages, in bytes.
const CACHE: usize = 64 << 20;

/// Why a store cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Another process has it open.
    #[error("{}: in use by another process (hint: stop it, or choose another file)", .0.display())]
    InUse(PathBuf),
    /// A newer program wrote it.
    #[error(
        "{place}: format {found}, but this program reads only up to {FORMAT} (hint: use the newer program again)"
    )]
    Newer {
        /// The file.
        place: String,
        /// Its format.
        found: u64,
    },
    /// The file is something else.
    #[error("{place}: not a store of this provider (hint: choose another file)")]
    Foreign {
        /// The file.
        place: String,
    },
    /// The system refuses.
    #[error("{}: {source} (hint: the folder must exist and be writable)", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The database refuses.
    #[error("{place}: {source}")]
    Database {
        /// The file.
        place: String,
        /// What the database says.
        source: StoreError,
    },
    /// The system has no thread left for the writer.
    #[error("cannot start the store's thread: {0}")]
    Thread(io::Error),
}

/// The database in a file, made if there is none.
pub(super) fn open(path: &Path) -> Result<Database, OpenError> {
    let exists = path
        .try_exists()
        .map_err(|source| file_error(path, source))?;
    if !exists {
        create(path)?;
    }
    let database = builder()
        .open(path)
        .map_err(|error| database_error(path, error))?;
    check_format(&database, &path.display().to_string())?;
    Ok(database)
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
    initialise(&database).map_err(failed)?;
    Ok(database)
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE);
    builder
}

fn create(path: &Path) -> Result<(), OpenError> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.new", uuid::Uuid::new_v4().simple()));
    let unfinished = PathBuf::from(name);
    let made = make(&unfinished, path);
    // It has its own name now, or is of no use.
    let _ = fs::remove_file(&unfinished);
    made
}

fn make(unfinished: &Path, path: &Path) -> Result<(), OpenError> {
    let database = builder()
        .create(unfinished)
        .map_err(|error| database_error(path, error))?;
    initialise(&database).map_err(|source| OpenError::Database {
        place: path.display().to_string(),
        source,
    })?;
    drop(database);
    match fs::hard_link(unfinished, path) {
        // Somebody else was faster; theirs is as good.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked
            .and_then(|()| sync_folder(path))
            .map_err(|source| file_error(path, source)),
    }
}

/// Makes the file's name as durable as its content.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::File::open(folder)?.sync_all()
}

fn initialise(database: &Database) -> Result<(), StoreError> {
    let write = database.begin_write()?;
    write.open_table(META)?.insert(FORMAT_KEY, FORMAT)?;
    Txn::new(&write).create_tables()?;
    write.commit()?;
    Ok(())
}

fn check_format(database: &Database, place: &str) -> Result<(), OpenError> {
    let found = read_format(database).map_err(|source| OpenError::Database {
        place: place.to_owned(),
        source,
    })?;
    match found {
        None => Err(OpenError::Foreign {
            place: place.to_owned(),
        }),
        Some(found) if found > FORMAT => Err(OpenError::Newer {
            place: place.to_owned(),
            found,
        }),
        Some(_) => Ok(()),
    }
}

fn read_format(database: &Database) -> Result<Option<u64>, StoreError> {
    let read = database.begin_read()?;
    let meta = match read.open_table(META) {
        Err(redb::TableError::TableDoesNotExist(_)) => return Ok(None),
        opened => opened?,
    };
    let format = meta.get(FORMAT_KEY)?;
    Ok(format.map(|format| format.value()))
}

fn file_error(path: &Path, source: io::Error) -> OpenError {
    OpenError::File {
        path: path.to_owned(),
        source,
    }
}

fn database_error(path: &Path, error: DatabaseError) -> OpenError {
    let place = || path.display().to_string();
    match error {
        DatabaseError::DatabaseAlreadyOpen => OpenError::InUse(path.to_owned()),
        DatabaseError::UpgradeRequired(_) => OpenError::Foreign { place: place() },
        DatabaseError::Storage(redb::StorageError::Io(error))
            if error.kind() == io::ErrorKind::InvalidData =>
        {
            OpenError::Foreign { place: place() }
        }
        DatabaseError::Storage(redb::StorageError::Io(source)) => file_error(path, source),
        other => OpenError::Database {
            place: place(),
            source: other.into(),
        },
    }
}

#[cfg(test)]
mod tests {
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
    fn what_cannot_be_opened_is_left_alone() {
        let folder = folder();
        let path = |name: &str| folder.path().join(name);
        let newer = builder().create(path("newer")).expect("database");
        let write = newer.begin_write().expect("transaction");
        write
            .open_table(META)
            .expect("table")
            .insert(FORMAT_KEY, FORMAT + 1)
            .expect("insert");
        write.commit().expect("commit");
        drop(newer);
        drop(builder().create(path("other")).expect("database"));
        fs::write(
            path("text"),
            "something else, and long enough to be looked at",
        )
        .expect("file");
        fs::write(path("short"), "x").expect("file");
        let _held = open(&path("held")).expect("first");
        let table = [
            ("newer", "format 2, but this program reads only up to 1"),
            ("other", "not a store of this provider"),
            ("text", "not a store of this provider"),
            ("short", "not a store of this provider"),
            ("held", "in use by another process"),
            (
                "no/such/folder",
                "(hint: the folder must exist and be writable)",
            ),
        ];
        for (name, expected) in table {
            let before = fs::read(path(name)).ok();
            let error = open(&path(name))
                .err()
                .map(|error| error.to_string())
                .unwrap_or_default();
            assert!(error.contains(expected), "{name}: {error}");
            // The database repairs what is its own, and so may write to it.
            if ["text", "short"].contains(&name) {
                assert!(fs::read(path(name)).ok() == before, "{name} was changed");
            }
        }
    }
}
