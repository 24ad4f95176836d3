//! Which part of a request a requirement is about: what the runner sent on purpose.

use std::ops::Range;

use super::{Head, Place, span};

/// What was special about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Header(&'static str),
    /// The id in the target.
    Target,
    /// A member of the resource.
    Member(&'static str),
    /// The place that the finding's text names: a JSON pointer, or a member at its beginning.
    Told,
    /// Where a JSON parser gives up.
    Broken,
    /// What is not ASCII.
    Unicode,
    Body,
}

/// The parts by requirement. Of all others the request is an ordinary one.
const PARTS: &[(&str, Part)] = &[
    ("create.body.artifacts-path-form", Part::Member("artifacts")),
    ("create.body.env-array", Part::Member("env")),
    (
        "create.body.framework-parameters-null",
        Part::Member("framework"),
    ),
    ("create.body.schedule-object", Part::Member("schedule")),
    ("create.body.schedule-window", Part::Member("schedule")),
    (
        "create.body.trigger-indicator",
        Part::Member("triggerIndicator"),
    ),
    ("create.body.unicode", Part::Unicode),
    (
        "create.content-type-parameters",
        Part::Header("content-type"),
    ),
    ("create.empty-body.4xx", Part::Header("content-length")),
    ("create.malformed-json.400", Part::Broken),
    ("create.missing-name.4xx", Part::Member("name")),
    ("create.non-object.4xx", Part::Body),
    ("create.runschedule.bad-cron.4xx", Part::Member("schedule")),
    ("create.too-many-slashes.4xx", Part::Member("name")),
    ("create.wrong-types.4xx", Part::Told),
    ("delete.id-encoding", Part::Target),
    ("robust.id-8k", Part::Target),
    ("robust.id-control-chars", Part::Target),
    ("robust.id-traversal", Part::Target),
    ("transport.accept-star", Part::Header("accept")),
    ("transport.any-host-header", Part::Header("host")),
    ("transport.expect-continue", Part::Header("expect")),
    ("update.id-decoded-once", Part::Target),
    ("update.id-encoding-equivalence", Part::Target),
    ("update.id-slash", Part::Target),
    ("update.malformed-json.400", Part::Broken),
];

/// Places in a request that a finding is about; none if it is an ordinary one.
pub(super) fn places(requirement: &str, actual: &str, head: &Head, body: &[u8]) -> Vec<Place> {
    let Some((_, part)) = PARTS.iter().find(|(id, _)| *id == requirement) else {
        return Vec::new();
    };
    let in_body = |range: Option<Range<usize>>, note: &str| {
        let place = range.map(|range| Place {
            body: true,
            range,
            note: note.to_owned(),
        });
        place
            .filter(|place| !place.range.is_empty())
            .into_iter()
            .collect()
    };
    match *part {
        Part::Target => vec![Place {
            body: false,
            range: head.status.clone(),
            note: "target".to_owned(),
        }],
        Part::Header(name) => {
            let found = head.headers.iter().find(|(known, _)| known == name);
            let place = found.map(|(_, range)| Place {
                body: false,
                range: range.clone(),
                note: name.to_owned(),
            });
            place.into_iter().collect()
        }
        Part::Member(name) => in_body(member(body, name), name),
        Part::Told => in_body(told(body, actual), "what is sent on purpose"),
        Part::Broken => in_body(broken(body), "no JSON from here"),
        Part::Unicode => in_body(beyond_ascii(body), "beyond ASCII"),
        Part::Body => in_body(Some(0..body.len()), "body"),
    }
}

/// A member of the resource, which some types have in a member of its own.
fn member(body: &[u8], name: &str) -> Option<Range<usize>> {
    let whole = span::first(body)?;
    let inner = span::pointer(body, "/pipelineDefinition");
    let objects = [inner, Some(whole)].into_iter().flatten();
    let mut members = objects.flat_map(|place| span::members(body, place));
    Some(members.find(|member| member.name == name)?.whole)
}

fn told(body: &[u8], actual: &str) -> Option<Range<usize>> {
    let words = || {
        actual
            .split([' ', ',', ':', '"'])
            .filter(|word| !word.is_empty())
    };
    let pointer = words().filter(|word| word.starts_with('/'));
    let at_pointer = pointer
        .into_iter()
        .find_map(|word| span::pointer(body, word));
    at_pointer.or_else(|| member(body, words().next()?))
}

/// From where a parser gives up to the end; the last byte, if the end is what it did not expect.
fn broken(body: &[u8]) -> Option<Range<usize>> {
    let error = serde_json::from_slice::<serde_json::Value>(body).err()?;
    let lines = body.split_inclusive(|byte| *byte == b'\n');
    let before: usize = lines
        .take(error.line().saturating_sub(1))
        .map(<[u8]>::len)
        .sum();
    let at = before + error.column().saturating_sub(1);
    Some(at.min(body.len().saturating_sub(1))..body.len())
}

fn beyond_ascii(body: &[u8]) -> Option<Range<usize>> {
    let from = body.iter().position(|byte| !byte.is_ascii())?;
    let length = body[from..]
        .iter()
        .take_while(|byte| !byte.is_ascii())
        .count();
    Some(from..from + length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn every_entry_is_about_a_requirement() {
        for (id, _) in PARTS {
            assert!(Catalogue::embedded().get(id).is_some(), "{id}");
        }
    }

    #[test]
    fn what_was_sent_on_purpose_is_marked() {
        let head = Head::default();
        let table: &[(&str, &str, &str, &[&str])] = &[
            (
                "create.wrong-types.4xx",
                "name is a number: 201",
                r#"{"name":42}"#,
                &[r#""name":42"#],
            ),
            (
                "create.wrong-types.4xx",
                "/pipelineDefinition/env is 7: 201",
                r#"{"pipelineDefinition":{"env":7}}"#,
                &["7"],
            ),
            (
                "create.too-many-slashes.4xx",
                "",
                r#"{"pipelineDefinition":{"name":"a/b/c"},"name":1}"#,
                &[r#""name":"a/b/c""#],
            ),
            ("create.malformed-json.400", "", "{\"a\":\n[1,}", &["}"]),
            ("create.malformed-json.400", "", "{\"a\":1", &["1"]),
            ("create.body.unicode", "", "{\"a\":\"xé€y\"}", &["é€"]),
            ("create.missing-name.4xx", "", "{}", &[]),
            ("create.201.status", "", "{}", &[]),
        ];
        for (requirement, actual, body, wanted) in table {
            let places = places(requirement, actual, &head, body.as_bytes());
            let found: Vec<&str> = places
                .iter()
                .map(|place| &body[place.range.clone()])
                .collect();
            assert_eq!(&found, wanted, "{requirement} {body}");
        }
    }
}
