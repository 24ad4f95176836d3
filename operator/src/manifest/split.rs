//! Documents of a file: JSON texts one after the other, or YAML between lines of `---`.

use super::compose::Composed;
use super::document::Document;
use super::{NESTED, json_text, yaml};
use crate::json::MAX_DEPTH;

type Refused = (u64, String);

/// What starts with a brace is JSON. If the first text is not, or if something else follows the first text, it is YAML
/// from there on: that is how kubectl tells them apart.
pub(super) fn documents(text: &str) -> Result<Vec<Document>, Refused> {
    let mut documents = Vec::new();
    let mut rest = text;
    if text.trim_start().starts_with('{') {
        let mut refused = None;
        let mut count = 0;
        while !rest.trim_start().is_empty() {
            match json_text::value(rest, line_of(text, rest)) {
                Ok((composed, end)) => {
                    documents.extend(composed.map(Document::new));
                    rest = &rest[end..];
                    count += 1;
                }
                Err(error) => {
                    refused = Some(error);
                    break;
                }
            }
        }
        match refused {
            None => return Ok(documents),
            Some(error) if count > 1 => return Err(error),
            Some(error) => {
                let Some(rest) = rest_of_line(rest) else {
                    return Err(error);
                };
                return match yaml_documents(rest, line_of(text, rest), &mut documents) {
                    Ok(()) => Ok(documents),
                    // Of a text that is neither, JSON was meant.
                    Err(_) if documents.is_empty() => Err(error),
                    Err(other) => Err(other),
                };
            }
        }
    }
    yaml_documents(rest, 0, &mut documents)?;
    Ok(documents)
}

/// How many lines of a text stand before the part at its end.
fn line_of(text: &str, rest: &str) -> u64 {
    let before = &text.as_bytes()[..text.len() - rest.len()];
    before.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// The text without the white space at its start, but no more than one line of it; `None` if too little is left for
/// kubectl, which looks at four bytes at a time.
fn rest_of_line(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        let first = rest.chars().next().filter(|_| rest.len() >= 4)?;
        match first {
            char::REPLACEMENT_CHARACTER => return None,
            '\n' => return Some(&rest[1..]),
            space if space.is_whitespace() => rest = &rest[space.len_utf8()..],
            _ => return Some(rest),
        }
    }
}

fn yaml_documents(text: &str, first: u64, documents: &mut Vec<Document>) -> Result<(), Refused> {
    let mut document = String::new();
    let (mut line, mut start) = (first, first);
    for full in text.split_inclusive('\n') {
        let content = full.strip_suffix('\n').unwrap_or(full);
        let content = content.strip_suffix('\r').unwrap_or(content);
        line += 1;
        let mark = content.strip_prefix("---").map(str::trim);
        if let Some(after) = mark.filter(|after| !after.is_empty() && !after.starts_with('#')) {
            let what = format!(
                "only a comment may stand behind ---, not {after:?} (hint: kubectl wants the document on the next line)"
            );
            return Err((line, what));
        }
        // The line itself belongs to no document, unless nothing comes before it.
        if mark.is_some() && !document.is_empty() {
            documents.extend(yaml_document(&document, start)?.map(Document::new));
            document.clear();
            start = line;
        } else {
            document.push_str(content);
            document.push('\n');
        }
    }
    documents.extend(yaml_document(&document, start)?.map(Document::new));
    Ok(())
}

fn yaml_document(text: &str, first: u64) -> Result<Option<Composed>, Refused> {
    let composed = yaml::document(text, first).map_err(|problem| problem.placed(first))?;
    match composed {
        // Aliases of aliases can be deeper than anything in the text.
        Some(composed) if composed.json.depth() > MAX_DEPTH => Err((first + 1, NESTED.to_owned())),
        composed => Ok(composed),
    }
}
