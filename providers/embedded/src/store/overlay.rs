//! A file that can be written to without being changed.
//!
//! The database repairs a file that was not closed before it lets anybody read it, and the repair writes. A file of a
//! newer program must be read before it is known to be one, and must not be written to.

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::{Error, ErrorKind, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use redb::StorageBackend;

/// Bytes that are kept together, once one of them is written.
const BLOCK: u64 = 4096;

/// The content of a file and, in memory, what was written over it.
pub(super) struct Overlay(Mutex<Layers>);

struct Layers {
    file: File,
    /// Where the file ends, or was cut: what is behind it reads as zeros.
    file_end: u64,
    end: u64,
    written: HashMap<u64, Vec<u8>>,
}

impl Overlay {
    pub(super) fn new(path: &Path) -> Result<Self, Error> {
        let file = File::open(path)?;
        let file_end = file.metadata()?.len();
        Ok(Self(Mutex::new(Layers {
            file,
            file_end,
            end: file_end,
            written: HashMap::new(),
        })))
    }

    fn layers(&self) -> MutexGuard<'_, Layers> {
        // Nothing below leaves the layers half changed in a way that matters to a throw-away copy.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Overlay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Overlay")
    }
}

impl StorageBackend for Overlay {
    fn len(&self) -> Result<u64, Error> {
        Ok(self.layers().end)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), Error> {
        self.layers().read(offset, out)
    }

    fn set_len(&self, len: u64) -> Result<(), Error> {
        self.layers().set_len(len)
    }

    fn sync_data(&self) -> Result<(), Error> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), Error> {
        self.layers().write(offset, data)
    }
}

impl Layers {
    fn read(&mut self, offset: u64, out: &mut [u8]) -> Result<(), Error> {
        self.within(offset, out.len())?;
        let mut at = offset;
        let mut rest = out;
        while !rest.is_empty() {
            let (block, skip, length) = piece(at, rest.len());
            let (now, later) = rest.split_at_mut(length);
            match self.written.get(&block) {
                Some(bytes) => now.copy_from_slice(&bytes[skip..skip + length]),
                None => self.read_file(at, now)?,
            }
            at += length as u64;
            rest = later;
        }
        Ok(())
    }

    fn write(&mut self, offset: u64, data: &[u8]) -> Result<(), Error> {
        self.within(offset, data.len())?;
        let mut at = offset;
        let mut rest = data;
        while !rest.is_empty() {
            let (block, skip, length) = piece(at, rest.len());
            let (now, later) = rest.split_at(length);
            self.block(block)?[skip..skip + length].copy_from_slice(now);
            at += length as u64;
            rest = later;
        }
        Ok(())
    }

    fn set_len(&mut self, len: u64) -> Result<(), Error> {
        if len < self.end {
            self.written.retain(|block, _| block * BLOCK < len);
            let (block, skip, _) = piece(len, 1);
            if skip > 0 {
                self.block(block)?[skip..].fill(0);
            }
            self.file_end = self.file_end.min(len);
        }
        self.end = len;
        Ok(())
    }

    /// A block that may be written to.
    fn block(&mut self, block: u64) -> Result<&mut Vec<u8>, Error> {
        if !self.written.contains_key(&block) {
            let mut bytes = vec![0; usize::try_from(BLOCK).unwrap_or_default()];
            self.read_file(block * BLOCK, &mut bytes)?;
            self.written.insert(block, bytes);
        }
        self.written
            .get_mut(&block)
            .ok_or_else(|| Error::from(ErrorKind::NotFound))
    }

    /// Reads from the file alone, and zeros behind its end.
    fn read_file(&mut self, offset: u64, out: &mut [u8]) -> Result<(), Error> {
        let there = self.file_end.saturating_sub(offset).min(out.len() as u64);
        let (from_file, zeros) = out.split_at_mut(usize::try_from(there).unwrap_or(usize::MAX));
        zeros.fill(0);
        self.file.seek(SeekFrom::Start(offset))?;
        self.file.read_exact(from_file)
    }

    fn within(&self, offset: u64, length: usize) -> Result<(), Error> {
        let end = offset.checked_add(length as u64);
        end.filter(|end| *end <= self.end)
            .map(drop)
            .ok_or_else(|| Error::from(ErrorKind::UnexpectedEof))
    }
}

/// The block of an offset, where in it the offset is, and how much of a length is in it.
fn piece(offset: u64, length: usize) -> (u64, usize, usize) {
    let skip = usize::try_from(offset % BLOCK).unwrap_or_default();
    let room = usize::try_from(BLOCK).unwrap_or_default() - skip;
    (offset / BLOCK, skip, room.min(length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    enum Step {
        Write(u64, Vec<u8>),
        Resize(u64),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let bytes = (any::<u8>(), 0..9000_usize).prop_map(|(byte, length)| vec![byte; length]);
        let step = prop_oneof![
            (0..20_000_u64, bytes).prop_map(|(offset, bytes)| Step::Write(offset, bytes)),
            (0..20_000_u64).prop_map(Step::Resize),
        ];
        proptest::collection::vec(step, 1..12)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// It reads like an array that the same was written to, and the file stays what it was.
        #[test]
        fn like_memory(length in 0..12_000_usize, steps in steps()) {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("file");
            let original: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).expect("small")).collect();
            std::fs::write(&path, &original).expect("a file");
            let overlay = Overlay::new(&path).expect("an overlay");
            let mut model = original.clone();
            for step in steps {
                match step {
                    Step::Write(offset, bytes) => {
                        let at = usize::try_from(offset).expect("small");
                        let fits = at + bytes.len() <= model.len();
                        prop_assert_eq!(overlay.write(offset, &bytes).is_ok(), fits);
                        if fits {
                            model[at..at + bytes.len()].copy_from_slice(&bytes);
                        }
                    }
                    Step::Resize(len) => {
                        overlay.set_len(len).expect("a length");
                        model.resize(usize::try_from(len).expect("small"), 0);
                    }
                }
                let mut all = vec![1; model.len()];
                overlay.read(0, &mut all).expect("all of it");
                prop_assert!(all == model);
                prop_assert_eq!(overlay.len().expect("its length"), model.len() as u64);
            }
            prop_assert!(std::fs::read(&path).expect("the file") == original);
        }
    }
}
