//! The tables of events and of open runs.

use redb::{TableDefinition, WriteTransaction};

use super::error::StoreError;

/// Number of an event, to what is sent; never written again.
pub(super) const BODIES: TableDefinition<'static, u64, &[u8]> =
    TableDefinition::new("event_bodies");
/// Number, to the entry.
pub(super) const ENTRIES: TableDefinition<'static, u64, &[u8]> = TableDefinition::new("events");
/// Milliseconds since 1970 and number: what is tried next. Events that are held up by others are not in it.
pub(super) const DUE: TableDefinition<'static, (i64, u64), ()> = TableDefinition::new("events_due");
/// Numbers of the events that wait, and when they were stored in milliseconds since 1970.
pub(super) const WAITING: TableDefinition<'static, u64, i64> =
    TableDefinition::new("events_waiting");
/// Numbers of the dead letters.
pub(super) const DEAD: TableDefinition<'static, u64, ()> = TableDefinition::new("events_dead");
/// Run configurations and numbers of the events that wait and hold up others of their configuration.
pub(super) const HOLDING: TableDefinition<'static, (&str, u64), ()> =
    TableDefinition::new("events_holding");
/// The last number that was given.
pub(super) const LAST: TableDefinition<'static, (), u64> = TableDefinition::new("events_last");

/// Key, to the record.
pub(super) const OPEN_RUNS: TableDefinition<'static, &str, &[u8]> =
    TableDefinition::new("open_runs");
/// Milliseconds since 1970 and key: who is asked for next.
pub(super) const OPEN_RUNS_DUE: TableDefinition<'static, (i64, &str), ()> =
    TableDefinition::new("open_runs_due");

/// Makes the tables of events, so that the rest may rely on them.
pub fn create_event_tables(write: &WriteTransaction) -> Result<(), StoreError> {
    write.open_table(BODIES)?;
    write.open_table(ENTRIES)?;
    write.open_table(DUE)?;
    write.open_table(WAITING)?;
    write.open_table(DEAD)?;
    write.open_table(HOLDING)?;
    write.open_table(LAST)?;
    Ok(())
}

/// Makes the tables of open runs.
pub(super) fn create_open_run_tables(write: &WriteTransaction) -> Result<(), StoreError> {
    write.open_table(OPEN_RUNS)?;
    write.open_table(OPEN_RUNS_DUE)?;
    Ok(())
}
