use super::*;
use crate::journal::record::{BodyRecord, ExchangeRecord, RequestRecord, ResponseRecord};

fn body(text: Option<&str>) -> BodyRecord {
    BodyRecord {
        bytes: 0,
        sha256: String::new(),
        text: text.map(str::to_owned),
    }
}

fn sent(method: &str, target: &str, text: Option<&str>, status: Option<u16>) -> Record {
    Record::Exchange(Box::new(ExchangeRecord {
        seq: 1,
        case: "c".to_owned(),
        request: RequestRecord {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: (method != "DELETE").then(|| body(text)),
            cut: None,
        },
        response: status.map(|status| ResponseRecord {
            status,
            headers: Vec::new(),
            body: body(None),
        }),
        failure: None,
        at_ms: 0.0,
        connect_ms: 0.0,
        total_ms: 0.0,
        probing: false,
        operator_state: None,
        refused: Vec::new(),
    }))
}

#[test]
fn nothing_sent_is_nothing_covered() {
    let coverage = Coverage::of(&[]);
    assert_eq!(coverage.operations.len(), 14);
    assert_eq!(
        coverage.operations_used,
        Share {
            reached: 0,
            all: 14
        }
    );
    assert!(coverage.keywords_met.all > 100, "{}", coverage.keywords_met);
    assert_eq!(
        coverage.keywords_met.reached + coverage.statuses_seen.reached,
        0
    );
}

#[test]
fn requests_count_for_their_operation() {
    let good = r#"{"name":"a/b","version":"1","description":""}"#;
    let bad = r#"{"name":"a/b","version":1,"description":""}"#;
    let worse = r#"{"name":7,"version":1,"description":""}"#;
    let records = [
        sent("POST", "/base/resource/experiment", Some(good), Some(201)),
        sent("POST", "/resource/experiment", Some(bad), Some(422)),
        sent("POST", "/resource/experiment", Some(worse), Some(422)),
        sent("POST", "/resource/experiment", Some("{"), Some(418)),
        sent("POST", "/resource/experiment", None, None),
        sent("DELETE", "/resource/experiment/a%2Fb", None, Some(200)),
        sent("GET", "/livez", None, Some(204)),
        sent("POST", "/resource/nope", Some(good), Some(400)),
        sent("GET", "/nope", None, Some(404)),
    ];
    let coverage = Coverage::of(&records);
    assert_eq!(coverage.operations_used.reached, 3);
    assert_eq!(coverage.statuses_seen.reached, 4);
    assert_eq!(coverage.long_bodies, 1);
    let create = coverage
        .operations
        .iter()
        .find(|one| one.operation == "createExperiment")
        .expect("declared");
    assert_eq!(create.requests, 5);
    let undeclared: Vec<_> = create.statuses.iter().filter(|one| !one.declared).collect();
    assert_eq!((undeclared.len(), undeclared[0].status), (1, 418));
    let version = create
        .keywords
        .iter()
        .find(|one| one.place == "/version" && one.keyword == Keyword::Type)
        .expect("declared");
    assert_eq!((version.met, version.violated), (1, 2));
    assert_eq!(
        version.refusals,
        BTreeMap::from([(422, 1)]),
        "only the first violates nothing else"
    );
}
