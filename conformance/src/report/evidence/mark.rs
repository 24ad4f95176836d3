//! Which part of an answer a requirement is about.
//!
//! A finding says in words what is wrong; the requirement's id says where to look for it.

use crate::catalogue::ids;
use std::ops::Range;

use super::{Head, span};

/// A place in an answer, in bytes.
pub(super) struct Place {
    /// In the body, else in the head.
    pub(super) body: bool,
    pub(super) range: Range<usize>,
    pub(super) note: String,
}

/// What a requirement looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Status,
    Header(&'static str),
    /// A member of the object; the whole object if it has none of that name.
    Member(&'static str),
    /// A member of the object, if it is there.
    Unwanted(&'static str),
    /// A member whose name is spelled otherwise.
    OddKeys,
    /// What follows the JSON value.
    Trailing,
    /// A byte order mark, or bytes that are not UTF-8.
    NotUtf8,
    /// The place that the finding's text begins with, a JSON pointer.
    Pointer,
    Body,
}

/// The parts that decide a requirement, by its id. Every other one is about the status: the answer as
/// a whole is right or wrong.
const PARTS: &[(&str, &[Part])] = &[
    (ids::CREATE_201_ID_NON_EMPTY, &[Part::Member("id")]),
    (
        ids::CREATE_201_NO_PROVIDER_ERROR,
        &[Part::Unwanted("providerError")],
    ),
    (
        ids::CREATE_ERROR_ID_IF_PARTLY_CREATED,
        &[Part::Member("id")],
    ),
    (
        ids::CREATE_ERROR_NO_ID_IF_NOTHING_CREATED,
        &[Part::Unwanted("id")],
    ),
    (
        ids::CREATE_ERROR_PROVIDER_ERROR,
        &[Part::Member("providerError")],
    ),
    ("create.id.", &[Part::Member("id")]),
    (ids::CREATE_NAMESPACES_DISTINCT, &[Part::Member("id")]),
    (
        ids::CREATE_REPEAT_SAME_NAME,
        &[Part::Status, Part::Member("id")],
    ),
    (ids::DELETE_200_BODY_OBJECT, &[Part::Body]),
    (ids::DELETE_200_ID_EMPTY, &[Part::Unwanted("id")]),
    (
        ids::DELETE_200_NO_PROVIDER_ERROR,
        &[Part::Unwanted("providerError")],
    ),
    (
        "delete.error.",
        &[Part::Member("providerError"), Part::Member("id")],
    ),
    (
        ids::DELETE_REPEAT_OPERATOR_SAFE,
        &[
            Part::Unwanted("id"),
            Part::Unwanted("providerError"),
            Part::Body,
        ],
    ),
    (
        ids::DELETE_UNKNOWN_ID_OPERATOR_SAFE,
        &[
            Part::Unwanted("id"),
            Part::Unwanted("providerError"),
            Part::Body,
        ],
    ),
    (ids::HEALTH_LIVEZ_204_NO_BODY, &[Part::Body]),
    (
        ids::RESPONSE_CONTENT_TYPE_JSON,
        &[Part::Header("content-type")],
    ),
    (
        ids::RESPONSE_ERROR_NOT_EMPTY_MESSAGE,
        &[Part::Member("providerError")],
    ),
    (ids::RESPONSE_EXACT_KEY_CASE, &[Part::OddKeys]),
    (ids::RESPONSE_ID_IS_STRING, &[Part::Member("id")]),
    (ids::RESPONSE_JSON_OBJECT, &[Part::Body]),
    (ids::RESPONSE_NO_LEAK, &[Part::Member("providerError")]),
    (ids::RESPONSE_NO_TRAILING_BYTES, &[Part::Trailing]),
    ("response.provider-error-", &[Part::Member("providerError")]),
    (ids::RESPONSE_SCHEMA, &[Part::Pointer]),
    (ids::RESPONSE_SIZE_LIMIT, &[Part::Body]),
    (ids::RESPONSE_UTF8_NO_BOM, &[Part::NotUtf8]),
    (
        ids::TRANSPORT_BODY_COMPLETE,
        &[Part::Header("content-length"), Part::Body],
    ),
    (ids::TRANSPORT_CONCURRENCY, &[Part::Member("id")]),
    (ids::TRANSPORT_KEEPALIVE, &[Part::Header("connection")]),
    (
        ids::TRANSPORT_NO_REDIRECT,
        &[Part::Status, Part::Header("location")],
    ),
    (
        ids::TRANSPORT_NO_UNREQUESTED_ENCODING,
        &[Part::Header("content-encoding")],
    ),
    (ids::UPDATE_200_ID_NON_EMPTY, &[Part::Member("id")]),
    (
        ids::UPDATE_200_NO_PROVIDER_ERROR,
        &[Part::Unwanted("providerError")],
    ),
    (ids::UPDATE_ERROR_ECHOES_ID, &[Part::Member("id")]),
    (
        ids::UPDATE_ERROR_PROVIDER_ERROR,
        &[Part::Member("providerError")],
    ),
    (ids::UPDATE_RETURNED_ID_USABLE, &[Part::Member("id")]),
];

/// Places in an answer that show a finding about `requirement`; never none.
pub(super) fn places(requirement: &str, actual: &str, head: &Head, body: &[u8]) -> Vec<Place> {
    let entry = PARTS.iter().find(|(id, _)| {
        *id == requirement || (id.ends_with(['.', '-']) && requirement.starts_with(id))
    });
    let parts = entry.map_or(&[Part::Status][..], |(_, parts)| parts);
    let mut places = Vec::new();
    for part in parts {
        match part {
            // Only if nothing narrower was found.
            Part::Body if !places.is_empty() => {}
            part => places.extend(find(*part, actual, head, body)),
        }
    }
    if places.is_empty() {
        places.extend(find(Part::Status, actual, head, body));
    }
    places
}

fn find(part: Part, actual: &str, head: &Head, body: &[u8]) -> Vec<Place> {
    let in_head = |range: Range<usize>, note: &str| {
        vec![Place {
            body: false,
            range,
            note: note.to_owned(),
        }]
    };
    let in_body = |range: Range<usize>, note: &str| {
        vec![Place {
            body: true,
            range,
            note: note.to_owned(),
        }]
    };
    let object = span::first(body);
    let members = object.map_or(Vec::new(), |place| span::members(body, place));
    let named = |name: &str| members.iter().rev().find(|member| member.name == name);
    match part {
        Part::Status => in_head(head.status.clone(), "status"),
        Part::Header(name) => match head.headers.iter().find(|(known, _)| known == name) {
            Some((_, range)) => in_head(range.clone(), name),
            None => Vec::new(),
        },
        Part::Member(name) => match named(name) {
            Some(member) => in_body(member.whole.clone(), name),
            None if body.is_empty() => Vec::new(),
            None => in_body(0..body.len(), &format!("no {name} here")),
        },
        Part::Unwanted(name) => match named(name) {
            Some(member) => in_body(member.whole.clone(), name),
            None => Vec::new(),
        },
        Part::OddKeys => {
            let known = ["id", "providerError"];
            let is_odd = |name: &str| {
                let twice = members.iter().filter(|member| member.name == name).count() > 1;
                let misspelt = known
                    .iter()
                    .any(|known| name.eq_ignore_ascii_case(known) && name != *known);
                twice || misspelt
            };
            let odd = members.iter().filter(|member| is_odd(&member.name));
            odd.flat_map(|member| in_body(member.whole.clone(), "name of the member"))
                .collect()
        }
        Part::Trailing => match span::first(body) {
            Some(value) if value.end < body.len() => {
                in_body(value.end..body.len(), "after the value")
            }
            _ => Vec::new(),
        },
        Part::NotUtf8 => not_utf8(body).map_or(Vec::new(), |(range, note)| in_body(range, note)),
        Part::Pointer => {
            let pointer = actual.split(": ").next().unwrap_or_default();
            let place = pointer
                .starts_with('/')
                .then(|| span::pointer(body, pointer))
                .flatten();
            match place {
                Some(range) => in_body(range, pointer),
                None if body.is_empty() => Vec::new(),
                None => in_body(0..body.len(), "the body as a whole"),
            }
        }
        Part::Body if body.is_empty() => Vec::new(),
        Part::Body => in_body(0..body.len(), "body"),
    }
}

/// The byte order mark, or the first bytes that are not UTF-8.
fn not_utf8(body: &[u8]) -> Option<(Range<usize>, &'static str)> {
    if body.starts_with(b"\xEF\xBB\xBF") {
        return Some((0..3, "byte order mark"));
    }
    let mut at = 0;
    for chunk in body.utf8_chunks() {
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            return Some((at..at + chunk.invalid().len(), "not UTF-8"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn every_entry_is_about_a_requirement() {
        for (id, _) in PARTS {
            let mut all = Catalogue::embedded().provider();
            let known =
                all.any(|r| r.id == *id || (id.ends_with(['.', '-']) && r.id.starts_with(id)));
            assert!(known, "{id}");
        }
    }
}
