use super::*;
use crate::catalogue::ids;
use crate::journal::record::Record;

/// A journal in which a provider answered everything with something hostile.
fn records() -> Vec<Record> {
    let hostile = "PLANTED \u{0}\u{1b}[31m\u{fffe} ]]></failure> \"&<";
    let start = include_str!("../../journal/reader/start.json");
    let mut records = vec![Record::Start(serde_json::from_str(start).expect("a start"))];
    records.push(
        serde_json::from_str(include_str!("../../journal/reader/exchange.json"))
            .expect("an exchange"),
    );
    let table = [
        (ids::DELETE_200_STATUS, "fail", None),
        (ids::DELETE_200_BODY_OBJECT, "warn", None),
        (ids::DELETE_200_ID_EMPTY, "tolerated", None),
        (ids::DELETE_STATUS_DOCUMENTED, "flaky", None),
        (ids::DELETE_ISOLATION, "error", None),
        (ids::CREATE_201_STATUS, "pass", None),
        (ids::CREATE_ID_DISTINCT, "skip", Some("prerequisite")),
        (ids::UPDATE_TAKES_EFFECT, "unverified", Some("hook:probe")),
    ];
    for (requirement, outcome, reason) in table {
        let observation = serde_json::json!({
            "record": "observation", "case": "c", "resource": "pipeline", "outcome": outcome,
            "requirement": requirement, "reason": reason, "expected": hostile, "actual": hostile,
            "lens": {"spec": "pass", "operator": "pass"}, "evidence": [1],
        });
        records.push(serde_json::from_value(observation).expect("an observation"));
    }
    records
}

fn rendered() -> (String, usize) {
    let records = records();
    let judgement = crate::judge::judge(&records).expect("a start");
    let xml = render(&judgement, Path::new("out"));
    (xml, judgement.results.len())
}

/// The value of an attribute of the first element of that name.
fn attribute(xml: &str, element: &str, name: &str) -> usize {
    let (_, rest) = xml.split_once(&format!("<{element} ")).expect(element);
    let (tag, _) = rest.split_once('>').expect("an end");
    let (_, rest) = tag.split_once(&format!(" {name}=\"")).expect(name);
    let (value, _) = rest.split_once('"').expect("an end");
    value.parse().expect("a number")
}

#[test]
fn counts_are_those_of_the_elements() {
    let (xml, results) = rendered();
    let count = |element: &str| xml.matches(&format!("<{element} ")).count();
    assert_eq!(attribute(&xml, "testsuites", "tests"), results);
    assert_eq!(count("testcase"), results);
    for (name, element, at_least) in [
        ("failures", "failure", 2),
        ("errors", "error", 1),
        ("skipped", "skipped", 2),
    ] {
        assert_eq!(
            attribute(&xml, "testsuites", name),
            count(element),
            "{name}"
        );
        assert!(count(element) >= at_least, "{name}");
    }
    assert_eq!(count("failure"), 2);
    assert_eq!(count("error"), 1);
}

#[test]
fn what_was_answered_is_never_in_an_attribute_and_can_be_read() {
    let (xml, _) = rendered();
    assert!(
        !xml.chars()
            .any(|c| (c.is_control() && c != '\n') || c == '\u{fffe}')
    );
    for tag in xml.split('<').filter_map(|piece| piece.split_once('>')) {
        assert!(!tag.0.contains("PLANTED"), "{}", tag.0);
    }
    assert!(xml.contains("PLANTED"));
    assert_eq!(xml.matches("</failure>").count(), 2);
    assert!(xml.contains("[[ATTACHMENT|out/evidence/delete.200.status-pipeline.txt]]"));
    assert!(xml.contains("<skipped message=\"unverified: needs hook:probe\">"));
}
