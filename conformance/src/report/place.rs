//! Where reports go. The report of a part of a run never takes the place of a report of the whole.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::journal::reader::JOURNAL_FILE;

/// The folder for the part, in the one of the whole.
const PARTIAL: &str = "partial";
/// Folders of the findings that are judged again, in the one of the report that has them.
pub(crate) const AGAIN: &str = "again";

/// The part of a start or a report that says what was judged.
#[derive(Deserialize)]
struct Extent {
    partial: Option<String>,
    shard: Option<serde_json::Value>,
}

/// The folder for reports that shall go to `out`: another one below it, if they are of a part and there are some of a
/// whole.
pub(crate) fn place(out: &Path, is_partial: bool) -> PathBuf {
    let mut place = out.to_owned();
    while is_partial && has_whole(&place) {
        place.push(PARTIAL);
    }
    place
}

/// Whether there is a report of a whole run, or the journal that could make one. What cannot be read is nothing to lose.
fn has_whole(folder: &Path) -> bool {
    let journal = file(&folder.join(JOURNAL_FILE)).and_then(|file| {
        let mut line = String::new();
        BufReader::new(file).read_line(&mut line).ok()?;
        serde_json::from_str::<Extent>(&line).ok()
    });
    let report = || {
        let file = file(&folder.join("report.json"))?;
        serde_json::from_reader::<_, Extent>(BufReader::new(file)).ok()
    };
    let extent = journal.or_else(report);
    extent.is_some_and(|extent| extent.partial.is_none() && extent.shard.is_none())
}

/// A file to read. What is none, such as a device, may have no end.
fn file(path: &Path) -> Option<File> {
    let is_file = fs::metadata(path).is_ok_and(|about| about.is_file());
    is_file.then(|| File::open(path).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_makes_way_for_a_whole_and_for_nothing_else() {
        const WHOLE: &str = "{\"seed\": 1}";
        const PART: &str = "{\"partial\": \"only update\"}";
        const SHARD: &str = "{\"shard\": {\"index\": 1, \"of\": 2}}";
        const JOURNAL: &str = JOURNAL_FILE;
        const REPORT: &str = "report.json";
        /// What it shows, files with their texts, and whether there is a whole run.
        type Row = (&'static str, &'static [(&'static str, &'static str)], bool);
        let table: &[Row] = &[
            ("nothing", &[], false),
            ("a whole run", &[(JOURNAL, WHOLE), (REPORT, WHOLE)], true),
            ("a whole run that was killed", &[(JOURNAL, WHOLE)], true),
            ("only the report of one", &[(REPORT, WHOLE)], true),
            (
                "a damaged journal, and the report",
                &[(JOURNAL, "{\"se"), (REPORT, WHOLE)],
                true,
            ),
            ("a part", &[(JOURNAL, PART), (REPORT, PART)], false),
            ("a shard", &[(JOURNAL, SHARD)], false),
            (
                "something else",
                &[(JOURNAL, "hello"), (REPORT, "[]")],
                false,
            ),
        ];
        for (name, files, whole) in table {
            let dir = tempfile::tempdir().expect("a temporary folder");
            for (file, text) in *files {
                fs::write(dir.path().join(file), format!("{text}\n")).expect("writes");
            }
            let elsewhere = dir.path().join(PARTIAL);
            let expected = if *whole {
                elsewhere.as_path()
            } else {
                dir.path()
            };
            assert_eq!(place(dir.path(), true), expected, "{name}");
            assert_eq!(place(dir.path(), false), dir.path(), "{name}");
        }
    }

    #[test]
    fn a_whole_in_the_folder_of_parts_is_kept_as_well() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let inner = dir.path().join(PARTIAL);
        fs::create_dir(&inner).expect("makes");
        for folder in [dir.path(), &inner] {
            fs::write(folder.join(JOURNAL_FILE), "{}\n").expect("writes");
        }
        assert_eq!(place(dir.path(), true), inner.join(PARTIAL));
    }
}
