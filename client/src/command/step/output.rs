//! The file that the workflow hands to the operator: all of it, or what was there before.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A place to write to that was found to be writable.
#[derive(Debug)]
pub(super) struct Output {
    path: PathBuf,
    way: Way,
}

#[derive(Debug)]
enum Way {
    /// A file beside the output that takes its place.
    Replace(NamedTempFile),
    /// The output itself: a device, a pipe, or a file in a folder that takes no others.
    InPlace(File),
}

/// The output cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("output {}: cannot be written: {source}", path.display())]
pub(super) struct Unwritable {
    path: PathBuf,
    source: io::Error,
}

impl Output {
    /// Makes sure that the output can be written, and leaves it as it is.
    pub(super) fn prepare(path: &Path) -> Result<Self, Unwritable> {
        // Links are followed first: /dev/stdout must not be replaced by a file.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match way(&path) {
            Ok(way) => Ok(Self { path, way }),
            Err(source) => Err(Unwritable { path, source }),
        }
    }

    /// Writes the output.
    pub(super) fn write(self, text: &[u8]) -> Result<(), Unwritable> {
        let Self { path, way } = self;
        let written = match way {
            Way::Replace(file) => replace(file, &path, text),
            Way::InPlace(file) => overwrite(file, text),
        };
        written.map_err(|source| Unwritable { path, source })
    }
}

fn way(path: &Path) -> io::Result<Way> {
    let existing = fs::metadata(path).ok();
    if let Some(existing) = &existing
        && !existing.is_file()
    {
        return OpenOptions::new().write(true).open(path).map(Way::InPlace);
    }
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    match temporary(folder) {
        Ok(file) => Ok(Way::Replace(file)),
        Err(_) if existing.is_some() => OpenOptions::new().write(true).open(path).map(Way::InPlace),
        Err(error) => Err(error),
    }
}

/// A new file, as readable as the umask lets any new file be: another user may have to collect it.
fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".kfp-provider-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

fn replace(mut file: NamedTempFile, path: &Path, text: &[u8]) -> io::Result<()> {
    file.write_all(text)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

fn overwrite(mut file: File, text: &[u8]) -> io::Result<()> {
    if file.metadata()?.is_file() {
        file.set_len(0)?;
    }
    file.write_all(text)?;
    file.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_replaced_and_never_half_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("out.json");
        let mut before = None;
        for text in ["first, which is longer", "second"] {
            let output = Output::prepare(&path).expect("writable");
            assert_eq!(fs::read_to_string(&path).ok().as_deref(), before);
            output.write(text.as_bytes()).expect("written");
            assert_eq!(fs::read_to_string(&path).expect("there"), text);
            before = Some(text);
        }
        drop(Output::prepare(&path).expect("writable"));
        let left = fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(left, 1, "temporary files are left behind");
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_to_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&path, "old").expect("written");
        std::os::unix::fs::symlink(&path, &link).expect("linked");
        Output::prepare(&link)
            .expect("writable")
            .write(b"new")
            .expect("written");
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&path).expect("there"), "new");
    }

    #[test]
    fn what_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        for path in [
            folder.path().join("no/such/out.json"),
            folder.path().to_owned(),
        ] {
            let error = Output::prepare(&path).expect_err("unwritable").to_string();
            assert!(
                error.starts_with("output /") && error.contains(": cannot be written: "),
                "{error}"
            );
        }
    }
}
