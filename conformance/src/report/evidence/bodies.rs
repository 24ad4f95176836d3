//! Bodies of a journal: inline, or in files beside it.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::record::BodyRecord;

/// Longer files are not opened: no answer that is worth showing is that long.
const LONGEST: u64 = 64 << 20;

/// The folder `bodies/` of a journal.
pub(in crate::report) struct Bodies<'a> {
    journal: &'a Path,
}

impl<'a> Bodies<'a> {
    /// Bodies beside the journal in this folder.
    pub(in crate::report) fn of(journal: &'a Path) -> Self {
        Self { journal }
    }

    /// The bytes of a body; `None` if they are nowhere.
    pub(in crate::report) fn read(&self, record: &BodyRecord) -> Option<Vec<u8>> {
        if let Some(text) = &record.text {
            return Some(text.clone().into_bytes());
        }
        // A damaged journal must not lead out of its folder.
        let is_name = record.sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_name || record.sha256.is_empty() {
            return None;
        }
        let path = self.journal.join("bodies").join(&record.sha256);
        let mut bytes = Vec::new();
        let file = File::open(path).ok()?;
        file.take(LONGEST).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }
}
