//! Which part of a request a requirement is about: what the runner sent on purpose.

use crate::catalogue::ids;
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
    (
        ids::CREATE_BODY_ARTIFACTS_PATH_FORM,
        Part::Member("artifacts"),
    ),
    (ids::CREATE_BODY_ENV_ARRAY, Part::Member("env")),
    (
        ids::CREATE_BODY_FRAMEWORK_PARAMETERS_NULL,
        Part::Member("framework"),
    ),
    (ids::CREATE_BODY_SCHEDULE_OBJECT, Part::Member("schedule")),
    (ids::CREATE_BODY_SCHEDULE_WINDOW, Part::Member("schedule")),
    (
        ids::CREATE_BODY_TRIGGER_INDICATOR,
        Part::Member("triggerIndicator"),
    ),
    (ids::CREATE_BODY_UNICODE, Part::Unicode),
    (
        ids::CREATE_CONTENT_TYPE_PARAMETERS,
        Part::Header("content-type"),
    ),
    (ids::CREATE_EMPTY_BODY_4XX, Part::Header("content-length")),
    (ids::CREATE_MALFORMED_JSON_400, Part::Broken),
    (ids::CREATE_MISSING_NAME_4XX, Part::Member("name")),
    (ids::CREATE_NON_OBJECT_4XX, Part::Body),
    (
        ids::CREATE_RUNSCHEDULE_BAD_CRON_4XX,
        Part::Member("schedule"),
    ),
    (ids::CREATE_TOO_MANY_SLASHES_4XX, Part::Member("name")),
    (ids::CREATE_WRONG_TYPES_4XX, Part::Told),
    (ids::DELETE_ID_ENCODING, Part::Target),
    (ids::ROBUST_ID_8K, Part::Target),
    (ids::ROBUST_ID_CONTROL_CHARS, Part::Target),
    (ids::ROBUST_ID_TRAVERSAL, Part::Target),
    (ids::TRANSPORT_ACCEPT_STAR, Part::Header("accept")),
    (ids::TRANSPORT_ANY_HOST_HEADER, Part::Header("host")),
    (ids::TRANSPORT_EXPECT_CONTINUE, Part::Header("expect")),
    (ids::UPDATE_ID_DECODED_ONCE, Part::Target),
    (ids::UPDATE_ID_ENCODING_EQUIVALENCE, Part::Target),
    (ids::UPDATE_ID_SLASH, Part::Target),
    (ids::UPDATE_MALFORMED_JSON_400, Part::Broken),
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
                ids::CREATE_WRONG_TYPES_4XX,
                "name is a number: 201",
                r#"{"name":42}"#,
                &[r#""name":42"#],
            ),
            (
                ids::CREATE_WRONG_TYPES_4XX,
                "/pipelineDefinition/env is 7: 201",
                r#"{"pipelineDefinition":{"env":7}}"#,
                &["7"],
            ),
            (
                ids::CREATE_TOO_MANY_SLASHES_4XX,
                "",
                r#"{"pipelineDefinition":{"name":"a/b/c"},"name":1}"#,
                &[r#""name":"a/b/c""#],
            ),
            (ids::CREATE_MALFORMED_JSON_400, "", "{\"a\":\n[1,}", &["}"]),
            (ids::CREATE_MALFORMED_JSON_400, "", "{\"a\":1", &["1"]),
            (ids::CREATE_BODY_UNICODE, "", "{\"a\":\"xé€y\"}", &["é€"]),
            (ids::CREATE_MISSING_NAME_4XX, "", "{}", &[]),
            (ids::CREATE_201_STATUS, "", "{}", &[]),
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
