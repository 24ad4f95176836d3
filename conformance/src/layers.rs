//! The order of the layers, and that imports go down only.
//!
//! A layer is a folder beside this file. What a file says of `crate::` and `super::` is resolved to the layer that it
//! comes from; one that stands above the file's own is refused.

use std::fs;
use std::path::{Path, PathBuf};

use kfp_testing::{Import, imports};

/// The layers from the lowest. The first lines of each `mod.rs` say what belongs there.
const LAYERS: [&str; 15] = [
    "base",
    "wire",
    "catalogue",
    "journal",
    "oracle",
    "config",
    "stimuli",
    "facilities",
    "engine",
    "cases",
    "judge",
    "report",
    "mock",
    "selftest",
    "commands",
];

/// What a file imports from above its own layer. `place` are the folders and the name of the file below `src`.
fn upward(place: &[&str], text: &str) -> Vec<Import> {
    let Some(own) = rank(place[0]) else {
        return Vec::new();
    };
    imports(place, text)
        .into_iter()
        .filter(|import| {
            let layer = import.path.first().and_then(|layer| rank(layer));
            layer.is_some_and(|rank| rank > own)
        })
        .collect()
}

fn rank(layer: &str) -> Option<usize> {
    LAYERS.iter().position(|known| *known == layer)
}

/// The files of the crate, each with the names of its folders and its own.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the source is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

#[test]
fn imports_go_down() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for path in files(&source) {
        let text = fs::read_to_string(&path).expect("text");
        let place = path
            .strip_prefix(&source)
            .expect("below")
            .with_extension("");
        let names: Vec<&str> = place.iter().filter_map(|name| name.to_str()).collect();
        for Import { line, path } in upward(&names, &text) {
            wrong.push(format!(
                "src/{}.rs:{line}: {}",
                place.display(),
                path.join("::")
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "imports that go up:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn every_folder_is_a_layer_and_the_documentation_has_their_order() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let entries = fs::read_dir(&source).expect("the source is there");
    let folders = entries.filter_map(|entry| {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str());
        name.filter(|_| path.is_dir()).map(str::to_owned)
    });
    let mut folders: Vec<String> = folders.collect();
    let mut layers = LAYERS.map(str::to_owned).to_vec();
    folders.sort();
    layers.sort();
    assert_eq!(folders, layers);

    let text = fs::read_to_string(source.join("lib.rs")).expect("text");
    let row = |line: &str| Some(line.strip_prefix("//! | `")?.split_once('`')?.0.to_owned());
    let mut told: Vec<String> = text.lines().filter_map(row).collect();
    told.reverse();
    assert_eq!(told, LAYERS);
    for layer in LAYERS {
        let text = fs::read_to_string(source.join(layer).join("mod.rs")).expect("text");
        let head: Vec<&str> = text
            .lines()
            .take_while(|line| line.starts_with("//!"))
            .collect();
        assert!(
            head.join(" ").contains("belong"),
            "{layer}: says not what belongs there"
        );
    }
}

#[test]
fn an_import_that_goes_up_is_found_however_it_is_written() {
    type Row = (
        &'static [&'static str],
        &'static str,
        &'static [&'static str],
    );
    let table: &[Row] = &[
        (
            &["wire", "line"],
            "use crate::judge::judge;",
            &["judge::judge"],
        ),
        (&["wire", "line"], "use crate::base::text::excerpt;", &[]),
        (&["wire", "line"], "use crate::wire::Request;", &[]),
        (
            &["engine", "plan"],
            "use crate::{\n    base::{text, exit as out},\n    report::{self, Page, json::*},\n};",
            &["report::self", "report::Page", "report::json"],
        ),
        (
            &["engine", "plan"],
            "fn f() { crate::cases::all(); }",
            &["cases::all"],
        ),
        (
            &["engine", "plan"],
            "pub(crate) use super::super::mock::Mock;",
            &["mock::Mock"],
        ),
        (&["engine", "plan"], "use super::super::wire::Request;", &[]),
        (
            &["engine", "mod"],
            "use super::judge::judge;",
            &["judge::judge"],
        ),
        (
            &["engine", "context", "mod"],
            "use super::judge::judge;",
            &[],
        ),
        (
            &["engine", "context", "checks"],
            "use super::super::super::judge::judge;",
            &["judge::judge"],
        ),
        (
            &["base", "exit"],
            "mod tests {\n use super::super::super::cases::all;\n}",
            &["cases::all"],
        ),
        (
            &["base", "exit"],
            "mod tests {\n use super::super::cases;\n}",
            &[],
        ),
        (&["base", "exit"], "pub(in crate::base) fn f() {}", &[]),
        // Nobody is above it, and what is no folder is no layer.
        (&["commands", "run"], "use crate::mock::Mock;", &[]),
        (&["lib"], "use crate::mock::Mock;", &[]),
        // No code.
        (&["base", "exit"], "//! [`crate::mock::Mock`]\n", &[]),
        (&["base", "exit"], "/* crate::mock::Mock */", &[]),
        (
            &["base", "exit"],
            r##"const A: &str = r#"" crate::mock::A"#; const B: &str = "\" crate::mock::B";"##,
            &[],
        ),
        (
            &["base", "exit"],
            r#"fn f<'a>() { '"'; crate::mock::Mock; "'"; }"#,
            &["mock::Mock"],
        ),
    ];
    for (place, text, expected) in table {
        let found: Vec<String> = upward(place, text)
            .iter()
            .map(|up| up.path.join("::"))
            .collect();
        assert_eq!(found, *expected, "{place:?}: {text}");
    }
    let second = upward(
        &["wire", "line"],
        "use crate::base;\n\nuse crate::mock::Mock;\n",
    );
    assert_eq!(second[0].line, 3);
}
