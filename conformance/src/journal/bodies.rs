//! Bodies of a journal: in it if they are short texts, else in files beside it.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::journal::record::BodyRecord;

/// Longer files are not opened: no answer that is worth showing is that long.
const LONGEST: u64 = 64 << 20;

/// The bodies of a journal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bodies<'a> {
    journal: &'a Path,
}

impl<'a> Bodies<'a> {
    /// Those of the journal in this folder.
    pub(crate) fn of(journal: &'a Path) -> Self {
        Self { journal }
    }

    /// The bytes of a body; `None` if they are nowhere.
    pub(crate) fn read(&self, record: &BodyRecord) -> Option<Vec<u8>> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_read_from_their_folder_only() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(dir.path().join("bodies")).expect("creates");
        std::fs::write(dir.path().join("secret"), "planted").expect("writes");
        std::fs::write(dir.path().join("bodies/00ff"), "body").expect("writes");
        let bodies = Bodies::of(dir.path());
        let read = |sha256: &str| {
            bodies.read(&BodyRecord {
                bytes: 4,
                sha256: sha256.to_owned(),
                text: None,
            })
        };
        assert_eq!(read("00ff").as_deref(), Some(&b"body"[..]));
        for name in ["../secret", "", "/etc/hostname", "0000"] {
            assert_eq!(read(name), None, "{name}");
        }
    }
}
