//! The main job: the embedded provider is judged, and everything that is written about it agrees.
#![cfg(feature = "embedded")]

use std::fs;

use kfp_conformance::{Outcome, REPORT_SCHEMA, Record, Report, Verdict};

use crate::program::{folder, run};

#[test]
fn the_embedded_provider_is_conformant() {
    let dir = folder();
    let done = run(dir.path(), &["--seed", "7"]);
    assert_eq!(done.code, Some(0), "{}\n{}", done.stdout, done.stderr);
    assert!(done.stderr.is_empty(), "{}", done.stderr);

    let read = |name: &str| {
        fs::read_to_string(dir.path().join("conformance-report").join(name)).expect(name)
    };
    let text = read("report.json");
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let schema: serde_json::Value = serde_json::from_str(REPORT_SCHEMA).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let violations: Vec<String> = validator
        .iter_errors(&value)
        .map(|e| e.to_string())
        .collect();
    assert!(violations.is_empty(), "{violations:#?}");

    let report: Report = serde_json::from_str(&text).expect("a report");
    assert_eq!(report.verdict, Verdict::Conformant);
    assert_eq!(report.seed, 7);
    for result in &report.results {
        let left_out = result.requirement == "lifecycle.random-walk";
        assert!(
            left_out || result.observations.total > 0,
            "{} {:?}: {}",
            result.requirement,
            result.resource,
            result.actual
        );
        let checked = result.observations.total > 0;
        let good = matches!(result.outcome, Outcome::Pass | Outcome::Tolerated);
        assert_eq!(
            checked, good,
            "{} {:?}: {}",
            result.requirement, result.resource, result.actual
        );
    }
    assert_eq!(
        report.counts.results.values().sum::<usize>(),
        report.results.len()
    );
    assert_eq!(
        report.counts.requirements.values().sum::<usize>(),
        report.catalogue.requirements
    );
    assert!(report.leaks.is_empty(), "{:?}", report.leaks);

    let journal = read("journal.ndjson");
    let last = journal.lines().last().expect("lines");
    let record: Record = serde_json::from_str(last).expect("a record");
    assert!(
        matches!(record, Record::End(end) if end.complete && end.exchanges == report.exchanges)
    );

    let junit = read("junit.xml");
    assert_eq!(junit.matches("<testcase ").count(), report.results.len());
    assert_eq!(junit.matches("<failure").count(), 0);
}

#[test]
fn a_selection_judges_only_what_was_asked_for() {
    let dir = folder();
    let args = [
        "run",
        "update.error.echoes-id",
        "--type",
        "experiment",
        "--out",
        "out",
    ];
    let done = run(dir.path(), &args);
    assert_eq!(done.code, Some(0), "{}\n{}", done.stdout, done.stderr);
    let text = fs::read_to_string(dir.path().join("out/report.json")).expect("a report");
    let report: Report = serde_json::from_str(&text).expect("a report");
    let judged: Vec<&str> = report
        .results
        .iter()
        .filter(|result| result.observations.total > 0)
        .map(|result| result.requirement.as_str())
        .collect();
    assert_eq!(judged, ["update.error.echoes-id"]);
    assert_eq!(report.verdicts.operator, Verdict::ConformantWithGaps);
}

#[test]
fn smoke_keeps_to_two_creates_per_type() {
    let dir = folder();
    let done = run(dir.path(), &["--profile", "smoke"]);
    assert_eq!(done.code, Some(0), "{}\n{}", done.stdout, done.stderr);
    let journal = fs::read_to_string(dir.path().join("conformance-report/journal.ndjson"))
        .expect("a journal");
    let mut created = std::collections::BTreeMap::<String, u32>::new();
    for line in journal.lines() {
        let Record::Exchange(exchange) = serde_json::from_str(line).expect("a record") else {
            continue;
        };
        if exchange
            .response
            .is_some_and(|response| response.status == 201)
        {
            *created.entry(exchange.request.target).or_default() += 1;
        }
    }
    assert!(!created.is_empty());
    assert!(created.values().all(|count| *count <= 2), "{created:?}");
}
