//! Where resources come from.

use std::fmt;
use std::fs;
use std::io::{self, Read as _};
use std::path::PathBuf;

use kfp_operator_sim::manifest::MAX_BYTES;

/// A file, or what comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::command::rehearse) enum Source {
    /// One that was named.
    File(PathBuf),
    /// One that was found in a folder that was named, where other things may be.
    Found(PathBuf),
    StandardInput,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) | Self::Found(path) => path.display().fmt(f),
            Self::StandardInput => f.write_str("standard input"),
        }
    }
}

impl Source {
    /// What is in it; a little more than is ever used of a file that is too large.
    pub(super) fn read(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let most = MAX_BYTES as u64 + 1;
        match self {
            Self::File(path) | Self::Found(path) => {
                fs::File::open(path)?.take(most).read_to_end(&mut bytes)?;
            }
            Self::StandardInput => {
                io::stdin().lock().take(most).read_to_end(&mut bytes)?;
            }
        }
        Ok(bytes)
    }
}
