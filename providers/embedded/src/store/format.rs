//! The version of what is in the file, and the way from older ones.
//!
//! | format | what came with it |
//! |---|---|
//! | 1 | pipelines and their versions, runs, run schedules, experiments |
//! | 2 | the order in which runs have finished |
//! | 3 | run completion events |

use std::path::Path;

use kfp_run_completion::store::StoreError;
use redb::{
    Database, DatabaseError, ReadableDatabase, ReadableTable as _, TableDefinition,
    WriteTransaction,
};
use serde::Deserialize;

use super::error::{OpenError, database_error, file_error};
use super::overlay::Overlay;
use super::tables::{FINISHED, FORMAT, Kind, builder, read};
use super::transaction::Txn;
use kfp_run_completion::store::create_event_tables;

pub(super) const META: TableDefinition<'static, &str, u64> = TableDefinition::new("meta");
pub(super) const FORMAT_KEY: &str = "format";

/// One step from a format to the next, in the order of the formats that they start from.
type Migration = fn(&WriteTransaction) -> Result<(), StoreError>;
const MIGRATIONS: [Migration; 2] = [order_finished_runs, create_event_tables];
const _: () = assert!(MIGRATIONS.len() as u64 + 1 == FORMAT);

/// Refuses a file that is not for this program, before anything is written to it.
pub(super) fn judge(path: &Path) -> Result<(), OpenError> {
    let found = match builder().open_read_only(path) {
        Ok(database) => read_format(&database),
        // It was not closed. What the database would do to it first is done to a copy.
        Err(DatabaseError::RepairAborted) => {
            let overlay = Overlay::new(path).map_err(|source| file_error(path, source))?;
            let repaired = builder().create_with_backend(overlay);
            read_format(&repaired.map_err(|error| database_error(path, error))?)
        }
        Err(error) => return Err(database_error(path, error)),
    };
    let place = path.display().to_string();
    match found {
        Err(source) => Err(OpenError::Database { place, source }),
        Ok(None | Some(0)) => Err(OpenError::Foreign { place }),
        Ok(Some(found)) if found > FORMAT => Err(OpenError::Newer { place, found }),
        Ok(Some(_)) => Ok(()),
    }
}

/// Makes an empty database a store.
pub(super) fn initialise(database: &Database) -> Result<(), StoreError> {
    let write = database.begin_write()?;
    write.open_table(META)?.insert(FORMAT_KEY, FORMAT)?;
    Txn(&kfp_run_completion::store::Txn::new(&write)).create_tables()?;
    write.commit()?;
    Ok(())
}

/// Brings an older store to this format, all of it or nothing. Returns the format that it had.
pub(super) fn migrate(database: &Database) -> Result<u64, StoreError> {
    let found = read_format(database)?.unwrap_or(FORMAT);
    let behind = usize::try_from(found.saturating_sub(1)).unwrap_or(usize::MAX);
    let missing = MIGRATIONS.get(behind..).unwrap_or_default();
    if missing.is_empty() {
        return Ok(found);
    }
    let write = database.begin_write()?;
    for migration in missing {
        migration(&write)?;
    }
    write.open_table(META)?.insert(FORMAT_KEY, FORMAT)?;
    write.commit()?;
    Ok(found)
}

fn read_format(database: &impl ReadableDatabase) -> Result<Option<u64>, StoreError> {
    let read = database.begin_read()?;
    let meta = match read.open_table(META) {
        Err(redb::TableError::TableDoesNotExist(_)) => return Ok(None),
        opened => opened?,
    };
    let format = meta.get(FORMAT_KEY)?;
    Ok(format.map(|format| format.value()))
}

/// From 1 to 2. It reads what format 1 wrote, whatever later programs call it.
fn order_finished_runs(write: &WriteTransaction) -> Result<(), StoreError> {
    #[derive(Deserialize)]
    struct Run {
        ended: Option<chrono::DateTime<chrono::Utc>>,
    }

    let runs = write.open_table(Kind::Run.table())?;
    let mut finished = write.open_table(FINISHED)?;
    for entry in runs.iter()? {
        let (id, record) = entry?;
        if let Some(ended) = read::<Run>(record.value())?.ended {
            finished.insert((ended.timestamp_millis(), id.value()), ())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
