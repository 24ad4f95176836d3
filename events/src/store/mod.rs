//! Events and open runs in a database: [`FileOutbox`] has a file of its own.
//!
//! Who keeps other things in a [redb] database gives it the tables of events, too, and stores an event in the
//! transaction that closes its run: [`Writer`] runs transactions, [`events::add`] stores an event in one, and
//! [`FileOutbox::shared`] is the outbox for delivery.

pub mod events;
mod file;
pub mod new_file;
mod open_runs;
mod tables;
mod writer;

pub use file::{FileOutbox, OutboxOpenError};
pub use tables::create_event_tables;
pub use writer::{StoreError, Txn, Writer};
