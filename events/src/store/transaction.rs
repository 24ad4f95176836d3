//! Transactions.

use std::cell::Cell;

use redb::WriteTransaction;

/// A transaction that remembers whether it changed anything.
pub struct Txn<'a> {
    /// The transaction of the database.
    pub write: &'a WriteTransaction,
    changed: Cell<bool>,
}

impl<'a> Txn<'a> {
    /// A transaction that has not changed anything.
    pub fn new(write: &'a WriteTransaction) -> Self {
        Self {
            write,
            changed: Cell::new(false),
        }
    }

    /// Notes that there is something to commit.
    pub fn change(&self) {
        self.changed.set(true);
    }

    /// Whether there is something to commit.
    pub(super) fn is_changed(&self) -> bool {
        self.changed.get()
    }
}
