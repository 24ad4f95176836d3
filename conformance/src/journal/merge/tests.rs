use super::*;
use crate::catalogue::ids;
use crate::journal::record::{EventRecord, ExchangeRecord, Observation};

/// The journal of a shard with one request, one delivery and an observation of both.
fn shard(index: u32, started: &str) -> Reading {
    let mut start: serde_json::Value =
        serde_json::from_str(include_str!("../reader/start.json")).expect("JSON");
    start["shard"] = serde_json::json!({"index": index, "of": 2});
    start["started"] = serde_json::Value::from(started);
    let mut exchange: serde_json::Value =
        serde_json::from_str(include_str!("../reader/exchange.json")).expect("JSON");
    exchange["atMs"] = serde_json::Value::from(5.0);
    let event = serde_json::json!({
        "record": "event", "number": 1, "arrived": started, "method": "POST", "target": "/events",
        "body": {"bytes": 0, "sha256": "00ff", "text": ""}, "answer": 200, "scripted": false,
    });
    let observation = serde_json::json!({
        "record": "observation", "case": format!("case {index}"), "resource": "run", "outcome": "pass",
        "requirement": ids::EVENT_SUCCESS_DELIVERED, "expected": "", "actual": "",
        "lens": {"spec": "none", "operator": "pass"}, "evidence": [1], "events": [1],
    });
    let end = serde_json::json!({
        "record": "end", "complete": true, "seconds": 1.0, "exchanges": 1, "sha256": "",
    });
    let start: Start = serde_json::from_value(start).expect("a start");
    let others = [exchange, event, observation, end];
    let others = others.map(|value| serde_json::from_value(value).expect("a record"));
    let records = std::iter::once(Record::Start(Box::new(start))).chain(others);
    Reading {
        folder: PathBuf::from(index.to_string()),
        records: records.collect(),
    }
}

#[test]
fn what_an_observation_shows_is_still_what_its_shard_saw() {
    let shards = vec![
        shard(1, "2026-01-02T03:04:07.500Z"),
        shard(2, "2026-01-02T03:04:05Z"),
    ];
    let merged = merge(shards).expect("two shards of one run");
    let mut exchanges: Vec<&ExchangeRecord> = Vec::new();
    let mut events: Vec<&EventRecord> = Vec::new();
    let mut observations: Vec<&Observation> = Vec::new();
    for record in &merged.records {
        match record {
            Record::Start(start) => assert_eq!(start.started, "2026-01-02T03:04:05Z"),
            Record::Exchange(exchange) => exchanges.push(exchange),
            Record::Event(event) => events.push(event),
            Record::Observation(observation) => observations.push(observation),
            _ => {}
        }
    }
    let times: Vec<(u64, f64)> = exchanges.iter().map(|e| (e.seq, e.at_ms)).collect();
    assert_eq!(times, [(1, 2505.0), (2, 5.0)]);
    let arrived: Vec<(u64, &str)> = events
        .iter()
        .map(|event| (event.number, event.arrived.as_str()))
        .collect();
    assert_eq!(
        arrived,
        [(1, "2026-01-02T03:04:07.500Z"), (2, "2026-01-02T03:04:05Z")]
    );
    let shown: Vec<(&str, &[u64], &[u64])> = observations
        .iter()
        .map(|o| (o.case.as_str(), o.evidence.as_slice(), o.events.as_slice()))
        .collect();
    assert_eq!(
        shown,
        [
            ("case 1", &[1][..], &[1][..]),
            ("case 2", &[2][..], &[2][..])
        ]
    );
}
