//! Where the parts of a JSON text stand. Made for texts that a parser may refuse: what cannot be
//! followed is not found.

use std::ops::Range;

/// A member of an object.
pub(super) struct Member {
    pub(super) name: String,
    /// From the quote of its name to the end of its value.
    pub(super) whole: Range<usize>,
    /// Its value.
    pub(super) value: Range<usize>,
}

/// The first value of a text.
pub(super) fn first(text: &[u8]) -> Option<Range<usize>> {
    let bom = if text.starts_with(b"\xEF\xBB\xBF") {
        3
    } else {
        0
    };
    let start = white(text, bom);
    Some(start..end(text, start)?)
}

/// The members of the object that stands in `place`.
pub(super) fn members(text: &[u8], place: Range<usize>) -> Vec<Member> {
    let mut found = Vec::new();
    if text.get(place.start) != Some(&b'{') {
        return found;
    }
    let mut at = white(text, place.start + 1);
    while text.get(at) == Some(&b'"') {
        let start = at;
        let Some(key) = string(text, at) else { break };
        at = white(text, key);
        if text.get(at) != Some(&b':') {
            break;
        }
        let value = white(text, at + 1);
        let Some(stop) = end(text, value) else { break };
        found.push(Member {
            name: serde_json::from_slice(&text[start..key]).unwrap_or_default(),
            whole: start..stop,
            value: value..stop,
        });
        at = white(text, stop);
        if text.get(at) != Some(&b',') {
            break;
        }
        at = white(text, at + 1);
    }
    found
}

/// The value that a JSON pointer leads to.
pub(super) fn pointer(text: &[u8], pointer: &str) -> Option<Range<usize>> {
    let mut place = first(text)?;
    for token in pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        place = match text.get(place.start)? {
            b'{' => {
                let mut members = members(text, place).into_iter().rev();
                members.find(|member| member.name == token)?.value
            }
            b'[' => item(text, place.start, token.parse().ok()?)?,
            _ => return None,
        };
    }
    Some(place)
}

fn item(text: &[u8], open: usize, index: usize) -> Option<Range<usize>> {
    let mut at = white(text, open + 1);
    for _ in 0..index {
        at = white(text, end(text, at)?);
        if text.get(at) != Some(&b',') {
            return None;
        }
        at = white(text, at + 1);
    }
    Some(at..end(text, at)?)
}

fn white(text: &[u8], mut at: usize) -> usize {
    while text.get(at).is_some_and(|byte| b" \t\r\n".contains(byte)) {
        at += 1;
    }
    at
}

/// The end of the string that starts at `at`.
fn string(text: &[u8], at: usize) -> Option<usize> {
    let mut next = at + 1;
    loop {
        match text.get(next)? {
            b'"' => return Some(next + 1),
            b'\\' => next += 2,
            _ => next += 1,
        }
    }
}

/// The end of the value that starts at `at`. Counts brackets instead of descending, so that depth
/// costs nothing.
fn end(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at)? {
        b'"' => string(text, at),
        b'{' | b'[' => {
            let mut depth = 0usize;
            let mut next = at;
            loop {
                match text.get(next)? {
                    b'"' => next = string(text, next)?,
                    b'{' | b'[' => {
                        depth += 1;
                        next += 1;
                    }
                    b'}' | b']' => {
                        depth -= 1;
                        next += 1;
                        if depth == 0 {
                            return Some(next);
                        }
                    }
                    _ => next += 1,
                }
            }
        }
        b',' | b':' | b'}' | b']' => None,
        _ => {
            let rest = &text[at..];
            let stop = rest
                .iter()
                .position(|byte| b",:{}[]\" \t\r\n".contains(byte));
            Some(at + stop.unwrap_or(rest.len()))
        }
    }
}
