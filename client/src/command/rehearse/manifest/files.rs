//! Which files an argument names, and which files of a folder are looked at: as `kubectl -f` has it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::ManifestError;
use super::source::Source;

/// What an argument names: standard input, a file, the files of a folder, those that fit a pattern, or several of these
/// between commas.
pub(super) fn sources(argument: &Path, recursive: bool) -> Result<Vec<Source>, ManifestError> {
    let text = argument.to_str().unwrap_or_default();
    if text == "-" {
        return Ok(vec![Source::StandardInput]);
    }
    if text.starts_with("http://") || text.starts_with("https://") {
        return Err(ManifestError::Url(text.to_owned()));
    }
    match fs::metadata(argument) {
        Ok(about) if about.is_dir() => folder(argument, recursive),
        Ok(_) => Ok(vec![Source::File(argument.to_owned())]),
        Err(reason) => {
            let parts: Vec<_> = text.split(',').collect();
            let missing = || ManifestError::Unreadable {
                origin: Source::File(argument.to_owned()),
                reason,
            };
            match parts.as_slice() {
                [_] => pattern(text, recursive).unwrap_or_else(|| Err(missing())),
                parts => {
                    let each = parts.iter().map(|part| sources(Path::new(part), recursive));
                    each.collect::<Result<Vec<_>, _>>()
                        .map(|found| found.concat())
                }
            }
        }
    }
}

/// The files that fit a pattern; `None` if it is none, or nothing fits.
fn pattern(text: &str, recursive: bool) -> Option<Result<Vec<Source>, ManifestError>> {
    if !text.contains(['*', '?', '[']) {
        return None;
    }
    let found: Vec<_> = glob::glob(text).ok()?.filter_map(Result::ok).collect();
    if found.is_empty() {
        return None;
    }
    let each = found.iter().map(|path| {
        if path.is_dir() {
            folder(path, recursive)
        } else {
            Ok(vec![Source::File(path.clone())])
        }
    });
    Some(
        each.collect::<Result<Vec<_>, _>>()
            .map(|found| found.concat()),
    )
}

/// The files of a folder that may hold resources, by name; those of folders in it if that is wanted.
fn folder(path: &Path, recursive: bool) -> Result<Vec<Source>, ManifestError> {
    let mut found = Vec::new();
    walk(path, recursive, &mut found).map_err(|reason| ManifestError::Unreadable {
        origin: Source::File(path.to_owned()),
        reason,
    })?;
    if found.is_empty() {
        return Err(ManifestError::NoFiles(path.to_owned()));
    }
    Ok(found.into_iter().map(Source::Found).collect())
}

/// Links to folders are not followed, so that no walk is endless.
fn walk(path: &Path, recursive: bool, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let entries: io::Result<Vec<_>> = fs::read_dir(path)?.collect();
    let mut entries = entries?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            if recursive {
                walk(&path, recursive, found)?;
            }
        } else if matches!(
            path.extension().and_then(|end| end.to_str()),
            Some("json" | "yaml" | "yml")
        ) {
            found.push(path);
        }
    }
    Ok(())
}
