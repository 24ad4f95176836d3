//! What the page shows, as data.

use std::collections::{BTreeMap, BTreeSet};

use kfp_operator_sim::ResourceKind;
use serde::Serialize;

use super::latency;
use crate::catalogue::{Level, Requirement};
use crate::coverage::Coverage;
use crate::judge::{Judged, Judgement};
use crate::outcome::{Lenses, Outcome};
use crate::proof::{self, Stamp};
use crate::record::{DocumentCheck, EventRecord, ExchangeRecord, Leak, Record};
use crate::report::causes::{Cause, causes, is_wrong};
use crate::report::evidence::{Bodies, Evidence, Mark, Message};
use crate::report::json::{Exchanges, Report, exchanges};

/// Bytes of a body that are shown where something is wrong.
const WRONG_BODY: usize = 32 << 10;
/// Bytes of a body that are shown where nothing is.
const RIGHT_BODY: usize = 2 << 10;
/// Text of all messages together: beyond it a browser gets slow. What is wrong comes first.
const ALL_MESSAGES: usize = 12 << 20;
/// Requests of a case that are listed.
const TIMELINE: usize = 200;

/// Everything that the page is made of.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page<'a> {
    name: &'a str,
    verdict: &'static str,
    spec: &'static str,
    operator: &'static str,
    stopped: Option<&'a str>,
    /// Labels and values about the run.
    facts: Vec<(&'static str, String)>,
    settings: &'a [(String, String)],
    counts: &'a BTreeMap<Outcome, usize>,
    causes: Vec<Cause>,
    requirements: Vec<Row<'a>>,
    results: Vec<Entry<'a>>,
    exchanges: BTreeMap<u64, Wire<'a>>,
    timelines: BTreeMap<&'a str, Vec<Step<'a>>>,
    latency: Vec<latency::Row<'a>>,
    coverage: &'a Coverage,
    document_checks: &'a [DocumentCheck],
    leaks: Vec<&'a Leak>,
    /// Deliveries to the webhook, by number.
    events: BTreeMap<u64, Event<'a>>,
}

/// A requirement and the faults that prove its check.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    id: &'a str,
    area: &'a str,
    level: Level,
    label: &'static str,
    title: &'a str,
    check: &'a str,
    tolerated: &'a str,
    consequence: &'a str,
    fix: &'a str,
    document: &'a str,
    source: &'a str,
    faults: Vec<&'static str>,
}

#[derive(Serialize)]
struct Entry<'a> {
    /// Index of the requirement.
    row: usize,
    #[serde(rename = "type")]
    kind: Option<ResourceKind>,
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    lens: Lenses,
    total: usize,
    failing: usize,
    expected: &'a str,
    actual: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<&'a str>,
    evidence: Vec<u64>,
    /// Numbers of deliveries.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    events: Vec<u64>,
    marks: Vec<Mark>,
    /// Runs it again.
    again: String,
    /// A script that shows it without this program.
    #[serde(skip_serializing_if = "Option::is_none")]
    script: Option<String>,
}

#[derive(Serialize)]
struct Wire<'a> {
    #[serde(flatten)]
    step: Step<'a>,
    request: Message,
    response: Message,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Step<'a> {
    seq: u64,
    method: &'a str,
    target: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<&'a str>,
    total_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'a str>,
}

impl<'a> Step<'a> {
    fn of(exchange: &'a ExchangeRecord) -> Self {
        Self {
            seq: exchange.seq,
            method: &exchange.request.method,
            target: &exchange.request.target,
            status: exchange.response.as_ref().map(|response| response.status),
            failure: exchange.failure.as_deref(),
            total_ms: exchange.total_ms,
            state: exchange.operator_state.as_deref(),
        }
    }
}

/// A delivery to the webhook.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    #[serde(flatten)]
    record: &'a EventRecord,
    /// The body, if it is short enough.
    text: &'a str,
}

impl<'a> Page<'a> {
    /// The page of a judged run; `script` has the reproducer of a result, if there is one.
    pub(super) fn of(
        judgement: &'a Judgement<'a>,
        report: &'a Report,
        bodies: &Bodies<'_>,
        script: impl Fn(&Judged) -> Option<String>,
    ) -> Self {
        let start = judgement.start;
        let known = exchanges(judgement.records);
        let mut requirements: Vec<Row<'a>> = Vec::new();
        let mut wires = Wires {
            known: &known,
            bodies,
            shown: BTreeMap::new(),
            limits: BTreeMap::new(),
            room: ALL_MESSAGES,
        };
        let mut results: Vec<Entry<'a>> = Vec::new();
        for judged in &judgement.results {
            if requirements
                .last()
                .is_none_or(|row| row.id != judged.requirement.id)
            {
                requirements.push(row(judged.requirement));
            }
            results.push(Entry {
                row: requirements.len() - 1,
                kind: judged.kind,
                outcome: judged.outcome,
                reason: judged.reason.as_deref(),
                lens: judged.lens,
                total: judged.total,
                failing: judged.failing,
                expected: &judged.expected,
                actual: &judged.actual,
                case: judged.case.as_deref(),
                evidence: judged.evidence.clone(),
                events: judged.events.clone(),
                marks: Vec::new(),
                again: again(judged, start.seed),
                script: is_wrong(judged).then(|| script(judged)).flatten(),
            });
        }
        // Room goes to what is wrong first.
        for wrong in [true, false] {
            let pairs = judgement.results.iter().zip(&mut results);
            for (judged, entry) in pairs.filter(|(judged, _)| is_wrong(judged) == wrong) {
                entry.marks = wires.add(judged);
            }
        }
        Self {
            name: start.target.name.as_deref().unwrap_or(&start.target.url),
            verdict: judgement.verdict.label(),
            spec: judgement.verdicts.spec.label(),
            operator: judgement.verdicts.operator.label(),
            stopped: judgement.stopped(),
            facts: facts(judgement),
            settings: &start.settings,
            counts: &report.counts.results,
            causes: causes(judgement, &known),
            requirements,
            results,
            exchanges: wires.shown,
            timelines: timelines(judgement),
            latency: latency::rows(&report.latency, judgement.records),
            coverage: &report.coverage,
            document_checks: &start.document_checks,
            leaks: leaks(judgement.records),
            events: events(judgement),
        }
    }
}

/// The messages that the page shows, each once.
struct Wires<'a, 'b> {
    known: &'b Exchanges<'a>,
    bodies: &'b Bodies<'b>,
    shown: BTreeMap<u64, Wire<'a>>,
    /// Bytes of each body that are shown: marks of all results count in the same text.
    limits: BTreeMap<u64, usize>,
    /// Bytes of text that may still be added.
    room: usize,
}

impl Wires<'_, '_> {
    /// Adds the evidence of a result, and returns what to mark in it.
    fn add(&mut self, judged: &Judged) -> Vec<Mark> {
        let wrong = is_wrong(judged);
        let limit = if wrong { WRONG_BODY } else { RIGHT_BODY };
        let mut marks = Vec::new();
        for seq in &judged.evidence {
            let Some(exchange) = self.known.get(seq).copied() else {
                continue;
            };
            if !wrong && self.shown.contains_key(seq) {
                continue;
            }
            let limit = *self.limits.entry(*seq).or_insert(limit.min(self.room));
            let evidence = Evidence::read(exchange, self.bodies, limit);
            if wrong {
                marks.extend(evidence.marks(judged));
            }
            if self.shown.contains_key(seq) {
                continue;
            }
            let (request, response) = (evidence.request(), evidence.response());
            let size: usize = [&request, &response]
                .map(|message| message.head.len() + message.body.len())
                .iter()
                .sum();
            self.room = self.room.saturating_sub(size);
            let step = Step::of(exchange);
            self.shown.insert(
                *seq,
                Wire {
                    step,
                    request,
                    response,
                },
            );
        }
        marks
    }
}

fn row(requirement: &Requirement) -> Row<'_> {
    Row {
        id: &requirement.id,
        area: requirement.area(),
        level: requirement.level,
        label: requirement.level.label(),
        title: &requirement.title,
        check: &requirement.check,
        tolerated: &requirement.tolerated,
        consequence: &requirement.consequence,
        fix: &requirement.fix,
        document: &requirement.document,
        source: &requirement.operator,
        faults: proof::faults(&requirement.id),
    }
}

/// The command that checks a result again.
fn again(judged: &Judged, seed: u64) -> String {
    let only = judged
        .kind
        .map_or(String::new(), |kind| format!(" --type {kind}"));
    format!(
        "kfp-conformance run {}{only} --seed {seed}",
        judged.requirement.id
    )
}

fn facts(judgement: &Judgement<'_>) -> Vec<(&'static str, String)> {
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
    }
    let types = |kinds: &[ResourceKind]| {
        let names: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
        names.join(", ")
    };
    facts.push(("profile", start.profile.clone()));
    facts.push(("seed", start.seed.to_string()));
    facts.push(("run", start.run.clone()));
    facts.push(("runner", start.tool.clone()));
    facts.push(("self-test stamp", Stamp::of_this_build().to_string()));
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
    let creates: Vec<String> = start
        .creates
        .iter()
        .map(|creates| format!("{} {}", creates.kind, creates.count))
        .collect();
    facts.push(("creates at most", creates.join(", ")));
    facts
}

/// The requests of the cases that found something.
fn timelines<'a>(judgement: &'a Judgement<'a>) -> BTreeMap<&'a str, Vec<Step<'a>>> {
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
fn events<'a>(judgement: &'a Judgement<'a>) -> BTreeMap<u64, Event<'a>> {
    /// More would bury the rest of the page.
    const SHOWN: usize = 200;
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
        let text = record.body.text.as_deref().unwrap_or_default();
        (record.number, Event { record, text })
    };
    shown.map(event).collect()
}

fn leaks(records: &[Record]) -> Vec<&Leak> {
    let leaks = records.iter().filter_map(|record| match record {
        Record::Leak(leak) => Some(leak),
        _ => None,
    });
    leaks.collect()
}
