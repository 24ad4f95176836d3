//! What the files of a crate import. Text in comments and in quotes is no code.

/// An import of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Its line, from 1.
    pub line: usize,
    /// The names from the root of the crate; those of another crate stand behind the file's own.
    pub path: Vec<String>,
}

/// What a file imports, and the paths from `crate` or `super` in its code. `place` are the folders below `src` and the name of
/// the file.
pub fn imports(place: &[&str], text: &str) -> Vec<Import> {
    let code = code(text);
    let line = |at: usize| code[..at].matches('\n').count() + 1;
    paths(&code, place)
        .into_iter()
        .map(|(at, path)| Import {
            line: line(at),
            path,
        })
        .collect()
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

/// All paths that start at `crate` or `super`, and all others that a `use` begins with, as the names from the root of the
/// crate, with the place of each. Groups are taken apart.
fn paths(code: &str, place: &[&str]) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    for at in starts(code) {
        let mut names = Vec::new();
        tree(&code[at..], &Vec::new(), &mut names);
        found.extend(
            names
                .into_iter()
                .map(|path| (at, resolved(&path, place, depth(code, at)))),
        );
    }
    found
}

/// Where paths start.
fn starts(code: &str) -> Vec<usize> {
    // `pub(crate)`, `pub(super)` and `pub(in crate::a)` import nothing; the second of `super::super` belongs to the first.
    let fresh = |at: usize| {
        let before = &code[..at];
        let last = before.chars().next_back();
        !before.ends_with("(in ") && !last.is_some_and(|c| c.is_alphanumeric() || "_:".contains(c))
    };
    let rooted = |at: usize| {
        let text = &code[at..];
        text.starts_with("crate::") || text.starts_with("super::")
    };
    let anywhere = ["crate::", "super::"]
        .into_iter()
        .flat_map(|start| code.match_indices(start))
        .map(|(at, _)| at)
        .filter(|at| fresh(*at));
    let used = code
        .match_indices("use ")
        .filter(|(at, _)| fresh(*at))
        .map(|(at, word)| at + word.len())
        .filter(|at| !rooted(*at));
    anywhere.chain(used).collect()
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
    let mut base: Vec<&str> = place.to_vec();
    if matches!(base.last(), Some(&("mod" | "lib"))) {
        base.pop();
    }
    let names = match path.first().map(String::as_str) {
        Some("crate") => {
            base.clear();
            &path[1..]
        }
        _ => &path[supers..],
    };
    base.truncate(base.len().saturating_sub(supers.saturating_sub(depth)));
    let above = base.into_iter().map(str::to_owned);
    above.chain(names.iter().cloned()).collect()
}
