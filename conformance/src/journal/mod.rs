//! The journal: what a run writes down while it happens, and how it is read back.
//!
//! Here belong the records, the file that they are in, and the ledger of what has to be deleted. What follows from the
//! records (results, verdicts, reports) does not belong here.

pub(crate) mod bodies;
pub(crate) mod ledger;
pub(crate) mod merge;
pub(crate) mod reader;
pub(crate) mod record;
pub(crate) mod writer;
