//! Files of a crate that import each other.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::imports::imports;

/// The files of a crate by their module path: `model/body.rs` is `["model", "body"]`, and `lib.rs` is empty.
type Files = BTreeMap<Vec<String>, String>;

/// A module, by its names from the root of the crate.
type Module = Vec<String>;

fn collect(folder: &Path, module: &Module, files: &mut Files) {
    for entry in fs::read_dir(folder).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let inner = match stem.as_str() {
            "lib" | "mod" => module.clone(),
            _ => module.iter().cloned().chain([stem.clone()]).collect(),
        };
        if path.is_dir() {
            collect(&path, &inner, files);
        } else if !matches!(stem.as_str(), "main" | "tests") {
            files.insert(inner, fs::read_to_string(path).unwrap());
        }
    }
}

/// From each module to those that it imports from.
fn graph(files: &Files) -> BTreeMap<&Module, BTreeSet<&Module>> {
    let target = |path: &Vec<String>| {
        (1..=path.len())
            .rev()
            .find_map(|length| files.get_key_value(&path[..length].to_vec()))
            .map(|(module, _)| module)
    };
    let edges = files.iter().map(|(module, text)| {
        let place: Vec<&str> = module.iter().map(String::as_str).collect();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let others = imports(&place, code)
            .iter()
            .filter_map(|import| target(&import.path))
            .filter(|other| *other != module)
            .collect();
        (module, others)
    });
    edges.collect()
}

/// The modules that can be reached from themselves.
fn circles(files: &Files) -> Vec<String> {
    let graph = graph(files);
    let reaches_itself = |start: &&Module| {
        let (mut known, mut next) = (BTreeSet::new(), vec![*start]);
        while let Some(module) = next.pop() {
            for other in &graph[module] {
                if other == start {
                    return true;
                }
                if known.insert(*other) {
                    next.push(other);
                }
            }
        }
        false
    };
    let in_circle = graph
        .keys()
        .copied()
        .filter(|module| reaches_itself(module));
    in_circle.map(|module| module.join("::")).collect()
}

/// How many imports there are between the files of a crate, whose sources are in `folder`; and the modules that import,
/// directly or through others, what imports them.
pub fn import_circles(folder: &Path) -> (usize, Vec<String>) {
    let mut files = Files::new();
    collect(folder, &Vec::new(), &mut files);
    let imports = graph(&files).values().map(BTreeSet::len).sum();
    (imports, circles(&files))
}
