//! Events and open runs in a database: [`FileOutbox`] has a file of its own.
//!
//! Who keeps other things in a [redb] database gives it the tables of events, too, and stores an event in the
//! transaction that closes its run: [`WriteQueue`] runs transactions, [`events::add`] stores an event in one, and
//! [`FileOutbox::in_database`] is the outbox for delivery.

pub mod atomic_file;
mod error;
pub mod events;
mod file;
mod open_runs;
mod tables;
mod transaction;
mod write_queue;

pub use error::{StoreError, WriteFailure};
pub use file::{FileOutbox, OutboxOpenError};
pub use tables::create_event_tables;
pub use transaction::Txn;
pub use write_queue::WriteQueue;
