//! The imports between the files of a crate.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

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

/// The imports of a file as module paths from the root of the crate, one per name.
fn imports(module: &Module, text: &str) -> Vec<Vec<String>> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let mut found = Vec::new();
    for statement in code.split(';') {
        let Some(tree) = statement
            .lines()
            .find_map(|line| {
                line.split_once("use ")
                    .filter(|(before, _)| is_visibility(before))
            })
            .map(|(before, _)| before)
            .and_then(|before| statement.split_once(&format!("{before}use ")))
            .map(|(_, tree)| tree.split_whitespace().collect::<String>())
        else {
            continue;
        };
        for path in expanded(&tree) {
            let mut names: Vec<&str> = path.split("::").collect();
            let mut base = module.clone();
            while matches!(names[0], "crate" | "super") {
                match names.remove(0) {
                    "super" => drop(base.pop()),
                    _ => base.clear(),
                }
            }
            found.push(
                base.into_iter()
                    .chain(names.into_iter().map(str::to_owned))
                    .collect(),
            );
        }
    }
    found
}

fn is_visibility(before: &str) -> bool {
    let before = before.trim();
    before.is_empty() || before.starts_with("pub")
}

/// `a::{b, c::d}` as `a::b` and `a::c::d`.
fn expanded(tree: &str) -> Vec<String> {
    let Some((start, rest)) = tree.split_once('{') else {
        return vec![tree.to_owned()];
    };
    let (mut depth, mut items, mut item) = (0, Vec::new(), String::new());
    for c in rest.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => items.push(std::mem::take(&mut item)),
            _ => {
                depth += i32::from(c == '{') - i32::from(c == '}');
                item.push(c);
            }
        }
    }
    items.push(item);
    let items = items.into_iter().filter(|item| !item.is_empty());
    items
        .flat_map(|item| expanded(&format!("{start}{item}")))
        .collect()
}

/// From each module to those that it imports from.
fn graph(files: &Files) -> BTreeMap<&Module, BTreeSet<&Module>> {
    let target = |path: &Vec<String>| {
        (1..=path.len())
            .rev()
            .find_map(|length| files.get_key_value(&path[..length].to_vec()))
            .map(|(module, _)| module)
    };
    let edges = |(module, text): (_, &String)| {
        let found = imports(module, text);
        let others = found
            .iter()
            .filter_map(target)
            .filter(|other| *other != module);
        (module, others.collect())
    };
    files.iter().map(edges).collect()
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
