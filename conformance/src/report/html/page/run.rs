//! What the page says of the run as a whole.

use std::collections::{BTreeMap, BTreeSet};

use kfp_operator_sim::ResourceKind;

use super::{Event, Step};
use crate::journal::bodies::Bodies;
use crate::journal::record::{EventRecord, Leak, Record};
use crate::judge::Judgement;
use crate::judge::causes::is_wrong;
use crate::report::Report;
use crate::report::limited::Limited;
use crate::report::never_created;

/// Requests of a case that are listed.
const TIMELINE: usize = 200;

pub(super) fn facts(judgement: &Judgement<'_>, report: &Report) -> Vec<(&'static str, String)> {
    let start = judgement.start;
    let mut facts = vec![
        ("provider", start.target.url.clone()),
        ("started", start.started.clone()),
    ];
    if let Some(end) = judgement.end() {
        let requests = format!("{}", end.exchanges);
        facts.push(("requests", requests));
        if judgement.complete {
            facts.push(("seconds", format!("{:.1}", end.seconds)));
        }
        if !end.doubtful.is_empty() {
            let text = format!("{} creates were never answered", end.doubtful.len());
            facts.push(("may be left behind", text));
        }
    }
    let types = |kinds: &[ResourceKind]| {
        let names: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
        names.join(", ")
    };
    if let Some(partial) = &start.partial {
        facts.push(("PARTIAL", partial.clone()));
    }
    if let Some(limited) = Limited::of(judgement.records) {
        facts.push(("refused for a while", limited.told()));
    }
    facts.push(("profile", start.profile.clone()));
    facts.push(("seed", start.seed.to_string()));
    facts.push(("run", start.run.clone()));
    facts.push(("runner", start.tool.clone()));
    if let Some(stamp) = &report.self_test {
        facts.push(("self-test stamp", stamp.to_string()));
    }
    facts.push(("gate", start.gate.clone()));
    if start.strict {
        facts.push(("strict", "a SHOULD counts".to_owned()));
    }
    let path = start.document.path.as_deref().unwrap_or("built in");
    facts.push((
        "document",
        format!("{path}, sha256 {}", start.document.sha256),
    ));
    facts.push(("catalogue", format!("sha256 {}", start.catalogue.sha256)));
    if !start.unsupported.is_empty() {
        facts.push(("declared unsupported", types(&start.unsupported)));
    }
    if !judgement.inferred_unsupported.is_empty() {
        facts.push(("answered 501 only", types(&judgement.inferred_unsupported)));
    }
    if let Some(told) = never_created(&judgement.never_created) {
        facts.push(("looks unsupported", told));
    }
    let creates: Vec<String> = start
        .creates
        .iter()
        .map(|creates| format!("{} {}", creates.kind, creates.count))
        .collect();
    facts.push(("creates at most", creates.join(", ")));
    facts
}

/// The requests of the cases that found something.
pub(super) fn timelines<'a>(judgement: &'a Judgement<'a>) -> BTreeMap<&'a str, Vec<Step<'a>>> {
    let wanted: BTreeSet<&str> = judgement
        .results
        .iter()
        .filter(|judged| is_wrong(judged))
        .filter_map(|judged| judged.case.as_deref())
        .collect();
    let mut timelines: BTreeMap<&str, Vec<Step<'_>>> = BTreeMap::new();
    for record in judgement.records {
        let Record::Exchange(exchange) = record else {
            continue;
        };
        if wanted.contains(exchange.case.as_str()) {
            let steps = timelines.entry(&exchange.case).or_default();
            if steps.len() < TIMELINE {
                steps.push(Step::of(exchange));
            }
        }
    }
    timelines
}

/// The deliveries: all that show something wrong, and of the others the first.
pub(super) fn events<'a>(
    judgement: &'a Judgement<'a>,
    bodies: Bodies<'_>,
) -> BTreeMap<u64, Event<'a>> {
    /// More would bury the rest of the page.
    const SHOWN: usize = 200;
    /// Bytes of a body that are shown.
    const LONGEST: usize = 32 << 10;
    let wrong = judgement.results.iter().filter(|judged| is_wrong(judged));
    let wrong: BTreeSet<u64> = wrong.flat_map(|judged| judged.events.clone()).collect();
    let all = judgement.records.iter().filter_map(|record| match record {
        Record::Event(event) => Some(event.as_ref()),
        _ => None,
    });
    let shown = all
        .enumerate()
        .filter(|(at, event)| *at < SHOWN || wrong.contains(&event.number));
    let event = |(_, record): (usize, &'a EventRecord)| {
        let bytes = bodies.read(&record.body).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(LONGEST)]).into_owned();
        (record.number, Event { record, text })
    };
    shown.map(event).collect()
}

pub(super) fn leaks(records: &[Record]) -> Vec<&Leak> {
    let leaks = records.iter().filter_map(|record| match record {
        Record::Leak(leak) => Some(leak),
        _ => None,
    });
    leaks.collect()
}
