//! The order of the layers, and that imports go down only.
//!
//! A layer is a folder beside this file. What a file says of `crate::` and `super::` is resolved to the layer that it
//! comes from; one that stands above the file's own is refused. Text in comments and in quotes is no code.

use std::fs;
use std::path::{Path, PathBuf};

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

/// An import that goes up.
#[derive(Debug, PartialEq, Eq)]
struct Upward {
    line: usize,
    path: String,
}

/// What a file imports from above its own layer. `place` are the folders and the name of the file below `src`.
fn upward(place: &[&str], text: &str) -> Vec<Upward> {
    let Some(own) = rank(place[0]) else {
        return Vec::new();
    };
    let code = code(text);
    let mut found = Vec::new();
    for (at, path) in paths(&code, place) {
        if path
            .first()
            .and_then(|layer| rank(layer))
            .is_some_and(|rank| rank > own)
        {
            found.push(Upward {
                line: code[..at].matches('\n').count() + 1,
                path: path.join("::"),
            });
        }
    }
    found
}

fn rank(layer: &str) -> Option<usize> {
    LAYERS.iter().position(|known| *known == layer)
}

/// The text with comments, strings and characters blanked, line by line as long as before.
fn code(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = opaque(rest);
        if length == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let blank = |c: char| if c == '\n' { '\n' } else { ' ' };
        code.extend(rest[..length].chars().map(blank));
        rest = &rest[length..];
    }
    code
}

/// The length of the comment or literal that a text begins with; 0 if it begins with neither.
fn opaque(text: &str) -> usize {
    let until = |end: &str, from: usize| {
        let found = text[from..].find(end);
        found.map_or(text.len(), |at| from + at + end.len())
    };
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(text.len());
    }
    if text.starts_with("/*") {
        return until("*/", 2);
    }
    if let Some(hashes) = text
        .strip_prefix('r')
        .map(|rest| rest.len() - rest.trim_start_matches('#').len())
        && text[1 + hashes..].starts_with('"')
    {
        return until(&format!("\"{}", "#".repeat(hashes)), 2 + hashes);
    }
    match text.as_bytes() {
        [b'"', ..] => quoted(text, '"'),
        // A lifetime has no closing quote.
        [b'\'', b'\\', ..] => quoted(text, '\''),
        [b'\'', ..] if text.chars().nth(2) == Some('\'') => {
            text.chars().take(3).map(char::len_utf8).sum()
        }
        _ => 0,
    }
}

/// The length of a literal that ends with `quote`, with escapes in it.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// All paths that start at `crate` or `super`, as the names from the root of the crate, with the place of each. Groups
/// are taken apart.
fn paths(code: &str, place: &[&str]) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    for start in ["crate", "super"] {
        for (at, _) in code.match_indices(start) {
            let before = code[..at].chars().next_back();
            // `pub(crate)` and `pub(super)` are no paths, and the second of `super::super` belongs to the first.
            let fresh = !before.is_some_and(|c| c.is_alphanumeric() || "_:".contains(c));
            if fresh && code[at + start.len()..].starts_with("::") {
                let mut names = Vec::new();
                tree(&code[at..], &Vec::new(), &mut names);
                found.extend(
                    names
                        .into_iter()
                        .map(|path| (at, resolved(&path, place, depth(code, at)))),
                );
            }
        }
    }
    found
}

/// How many modules inside of the file a place is in, such as `mod tests`.
fn depth(code: &str, at: usize) -> usize {
    let mut open = Vec::new();
    let mut module = false;
    for (start, c) in code[..at].char_indices() {
        match c {
            '{' => open.push(std::mem::take(&mut module)),
            '}' => drop(open.pop()),
            ';' => module = false,
            'm' => {
                let before = code[..start].chars().next_back();
                let word = code[start..].starts_with("mod ");
                module |= word && before.is_none_or(char::is_whitespace);
            }
            _ => {}
        }
    }
    open.into_iter().filter(|module| *module).count()
}

/// The paths of a use tree that a text begins with. Returns the length of the tree.
fn tree(text: &str, prefix: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut path = prefix.to_vec();
    let mut at = 0;
    loop {
        let name = text[at..]
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_');
        let name: String = name.collect();
        at += name.len();
        path.extend((!name.is_empty()).then_some(name));
        let Some(rest) = text[at..].strip_prefix("::") else {
            found.push(path);
            return at;
        };
        at += 2;
        if !rest.starts_with('{') {
            continue;
        }
        at += 1;
        loop {
            at += text[at..].len() - text[at..].trim_start_matches([' ', '\n', ',']).len();
            if text[at..].starts_with('}') || text[at..].is_empty() {
                return at + 1;
            }
            let length = tree(&text[at..], &path, found);
            // What else there is, such as `as Name` or `*`, has no path of its own.
            let rest = text[at + length..].find([',', '}']);
            at = rest.map_or(text.len(), |next| at + length + next);
        }
    }
}

/// The names from the root of the crate. `depth` counts the modules inside of the file.
fn resolved(path: &[String], place: &[&str], depth: usize) -> Vec<String> {
    let supers = path.iter().take_while(|name| *name == "super").count();
    if supers == 0 {
        return path[1..].to_vec();
    }
    let mut base: Vec<&str> = place.to_vec();
    if base.last() == Some(&"mod") {
        base.pop();
    }
    base.truncate(base.len().saturating_sub(supers.saturating_sub(depth)));
    let above = base.into_iter().map(str::to_owned);
    above.chain(path[supers..].iter().cloned()).collect()
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
        for Upward { line, path } in upward(&names, &text) {
            wrong.push(format!("src/{}.rs:{line}: {path}", place.display()));
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
        let found: Vec<String> = upward(place, text).into_iter().map(|up| up.path).collect();
        assert_eq!(found, *expected, "{place:?}: {text}");
    }
    let second = upward(
        &["wire", "line"],
        "use crate::base;\n\nuse crate::mock::Mock;\n",
    );
    assert_eq!(second[0].line, 3);
}
