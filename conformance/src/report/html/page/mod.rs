//! What the page shows, as data.

mod run;
mod wires;

use std::collections::BTreeMap;

use kfp_operator_sim::ResourceKind;
use serde::Serialize;

use super::latency;
use crate::base::outcome::{Lenses, Outcome};
use crate::catalogue::{Level, Requirement};
use crate::journal::bodies::Bodies;
use crate::journal::record::{DocumentCheck, EventRecord, ExchangeRecord, Leak, exchanges};
use crate::judge::Judgement;
use crate::judge::causes::{Cause, causes, is_wrong};
use crate::judge::coverage::Coverage;
use crate::report::again::again;
use crate::report::evidence::{Mark, Message};
use crate::report::json::Report;
use crate::report::repro::Reproducer;
use crate::report::{Destination, Proofs};
use run::{events, facts, leaks, timelines};
use wires::Wires;

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
    script: Option<&'a str>,
    /// The command that shows it, where a script cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    replay: Option<&'a str>,
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
    /// The body, or its beginning.
    text: String,
}

impl<'a> Page<'a> {
    /// The page of a judged run with the reproducers of its results.
    pub(super) fn of(
        judgement: &'a Judgement<'a>,
        report: &'a Report,
        to: &Destination<'_>,
        reproducers: &'a [Option<Reproducer>],
    ) -> Self {
        let (start, bodies) = (judgement.start, Bodies::of(to.journal));
        let known = exchanges(judgement.records);
        let mut requirements: Vec<Row<'a>> = Vec::new();
        let mut wires = Wires::new(&known, bodies);
        let mut results: Vec<Entry<'a>> = Vec::new();
        for (judged, reproducer) in judgement.results.iter().zip(reproducers) {
            let reproducer = reproducer.as_ref().filter(|_| is_wrong(judged));
            if requirements
                .last()
                .is_none_or(|row| row.id != judged.requirement.id)
            {
                requirements.push(row(judged.requirement, to.proofs));
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
                again: again(judged, start, to.journal),
                script: reproducer.and_then(script),
                replay: reproducer.and_then(replay),
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
            facts: facts(judgement, report),
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
            events: events(judgement, bodies),
        }
    }
}

/// A longer script is left beside the page.
const LONGEST_SCRIPT: usize = 64 << 10;

fn script(reproducer: &Reproducer) -> Option<&str> {
    match reproducer {
        Reproducer::Script(script) => Some(&script.text)
            .filter(|text| text.len() <= LONGEST_SCRIPT)
            .map(String::as_str),
        Reproducer::Replay(_) => None,
    }
}

fn replay(reproducer: &Reproducer) -> Option<&str> {
    match reproducer {
        Reproducer::Script(_) => None,
        Reproducer::Replay(command) => Some(command),
    }
}

fn row<'a>(requirement: &'a Requirement, proofs: &Proofs) -> Row<'a> {
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
        faults: proofs.faults(&requirement.id).to_vec(),
    }
}
