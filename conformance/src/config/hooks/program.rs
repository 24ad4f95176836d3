//! Whether a program is there, told better than the system tells it when it is started.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Read as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// What is wrong with a program, and the way out.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Missing {
    pub(super) what: String,
    pub(super) hint: &'static str,
}

const FOLDER: &str = "a program with a slash is looked for from the folder of provider.toml, or of --start the current one";
const PATH: &str = "a program without a slash is looked for in PATH";
const MODE: &str = "chmod +x makes it a program";
const FIRST_LINE: &str = "its first line names the interpreter that runs it";

/// Looks for a program as it would be started.
pub(super) fn check(program: &Path) -> Result<(), Missing> {
    if program.as_os_str().as_bytes().contains(&b'/') {
        return file(program);
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let places: Vec<PathBuf> = std::env::split_paths(&folders)
        .map(|folder| folder.join(program))
        .collect();
    if places.iter().any(|place| file(place).is_ok()) {
        return Ok(());
    }
    // Of one that is there but cannot be started, that is what is wrong.
    match places.iter().find(|place| place.is_file()) {
        Some(place) => file(place),
        None => missing("no such program", PATH),
    }
}

fn file(path: &Path) -> Result<(), Missing> {
    let data = match fs::metadata(path) {
        Ok(data) => data,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return missing("no such program", FOLDER);
        }
        Err(error) => return missing(&error.to_string(), FOLDER),
    };
    if data.is_dir() {
        return missing("a folder, not a program", FOLDER);
    }
    const EXECUTE: u32 = 0o111;
    if data.permissions().mode() & EXECUTE == 0 {
        return missing("not executable", MODE);
    }
    match interpreter(path) {
        Some(interpreter) if !interpreter.exists() => {
            let what = format!("its interpreter {} is not there", interpreter.display());
            missing(&what, FIRST_LINE)
        }
        _ => Ok(()),
    }
}

/// The interpreter that the first line of a script names.
fn interpreter(path: &Path) -> Option<PathBuf> {
    /// As far as the system reads.
    const FIRST: u64 = 256;
    let mut first = Vec::new();
    // What may be executed need not be readable; then the system has to tell.
    File::open(path)
        .ok()?
        .take(FIRST)
        .read_to_end(&mut first)
        .ok()?;
    let line = first
        .strip_prefix(b"#!")?
        .split(|byte| *byte == b'\n')
        .next()?;
    let word = line
        .trim_ascii_start()
        .split(|byte| b" \t".contains(byte))
        .next()?;
    (!word.is_empty()).then(|| PathBuf::from(OsStr::from_bytes(word)))
}

fn missing(what: &str, hint: &'static str) -> Result<(), Missing> {
    Err(Missing {
        what: what.to_owned(),
        hint,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_program_is_told_as_what_it_is() {
        let dir = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str, mode: u32| {
            let path = dir.path().join(name);
            fs::write(&path, text).expect("writes");
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("a mode");
        };
        write("good", "#! /bin/sh -e\n", 0o755);
        write("plain", "#!/bin/sh\n", 0o644);
        write("lost", "#!/no/such/shell -x\n", 0o755);
        write("windows", "#!/bin/sh\r\n", 0o755);
        write("binary", "\x7fELF", 0o755);
        let table = [
            ("good", None),
            ("binary", None),
            ("none", Some("no such program")),
            ("good/below", Some("Not a directory")),
            (".", Some("a folder")),
            ("plain", Some("not executable")),
            ("lost", Some("its interpreter /no/such/shell is not there")),
            ("windows", Some("its interpreter /bin/sh")),
        ];
        for (name, expected) in table {
            let found = check(&dir.path().join(name));
            match expected {
                None => assert_eq!(found, Ok(()), "{name}"),
                Some(part) => {
                    let what = found.expect_err(name).what;
                    assert!(what.contains(part), "{name}: {what}");
                }
            }
        }
        assert_eq!(check(Path::new("sh")), Ok(()));
        let nowhere = check(Path::new("no-program-of-this-name")).expect_err("it is not there");
        assert_eq!(nowhere.hint, PATH);
    }
}
