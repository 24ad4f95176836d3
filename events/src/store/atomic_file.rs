//! Making a file that is either whole or not there.
//!
//! It is made under another name and then linked to its own, so that a crash at any moment leaves either no file or a
//! whole one, and two programs that start together end up with one file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Makes the file at `path` if there is none. `fill` writes it under the name that it is given; `failed` says what an
/// error of the system is called.
pub fn create<E>(
    path: &Path,
    fill: impl FnOnce(&Path) -> Result<(), E>,
    failed: impl FnOnce(io::Error) -> E,
) -> Result<(), E> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{:016x}.new", fastrand::u64(..)));
    let unfinished = PathBuf::from(name);
    let made = fill(&unfinished).and_then(|()| link(&unfinished, path).map_err(failed));
    // It has its own name now, or is of no use.
    let _ = fs::remove_file(&unfinished);
    made
}

fn link(unfinished: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(unfinished, path) {
        // Somebody else was faster; theirs is as good.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked.and_then(|()| sync_folder(path)),
    }
}

/// Makes the file's name as durable as its content.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::File::open(folder)?.sync_all()
}
