//! `report.json`, with a published schema.

use std::collections::BTreeMap;

use kfp_operator_sim::ResourceKind;
use serde::{Deserialize, Serialize};

use crate::base::outcome::{Lenses, Outcome};
use crate::base::shard::Shard;
use crate::catalogue::Level;
use crate::journal::ledger::Doubt;
use crate::journal::record::{
    Creates, DocumentCheck, DocumentRecord, EventRecord, ExchangeRecord, Exchanges, Leak, Record,
    TargetRecord, exchanges,
};
use crate::judge::coverage::Coverage;
use crate::judge::latency::Latency;
use crate::judge::{Judged, Judgement, Verdict, Verdicts};
use crate::report::limited::Limited;
use crate::report::{Proofs, Stamp};

/// The JSON schema of `report.json`.
pub const REPORT_SCHEMA: &str = include_str!("../../schema/report-1.schema.json");

/// A run, for machines. Fields are only ever added within one schema version.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Version of the schema, `1`.
    pub schema_version: u32,
    /// Version of the runner.
    pub tool: String,
    /// The worse of both verdicts.
    pub verdict: Verdict,
    /// By lens.
    pub verdicts: Verdicts,
    /// The verdicts with known failures set aside, if that makes a difference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gated: Option<Verdicts>,
    /// Where the list of known failures and the results part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub surprises: Vec<String>,
    /// Which share of the cases it is, if several runners divide them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// What was asked for, if it was less than everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partial: Option<String>,
    /// What the exit code looks at: `spec`, `operator` or `both`.
    pub gate: String,
    /// Whether the run came to its end.
    pub complete: bool,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
    /// Reproduces order and generated values.
    pub seed: u64,
    /// `smoke`, `core` or `full`.
    pub profile: String,
    /// RFC 3339.
    pub started: String,
    /// How long the run took.
    pub seconds: f64,
    /// Requests sent.
    pub exchanges: u64,
    /// Who was judged.
    pub target: TargetRecord,
    /// By which document.
    pub document: DocumentRecord,
    /// By which catalogue.
    pub catalogue: crate::journal::record::CatalogueRecord,
    /// Types left out.
    pub unsupported: Unsupported,
    /// Creates that the plan allowed.
    pub creates: Vec<Creates>,
    /// Each map sums to its list.
    pub counts: Counts,
    /// One entry per requirement and type.
    pub results: Vec<ResultRecord>,
    /// Findings about the document; they touch no verdict.
    pub document_checks: Vec<DocumentCheck>,
    /// What of the document was exercised.
    pub coverage: Coverage,
    /// Resources that could not be deleted.
    pub leaks: Vec<Leak>,
    /// Creates that were never answered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubtful: Vec<Doubt>,
    /// Requests that were refused for the time being, if some were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limited: Option<Limited>,
    /// How far the runner's own checks are proven. Not in reports of earlier runners.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub self_test: Option<Stamp>,
    /// How long answers took. Empty in reports of earlier runners.
    #[serde(default)]
    pub latency: Latency,
}

/// Types that the provider does not have.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Unsupported {
    /// Said so in `provider.toml`.
    pub declared: Vec<ResourceKind>,
    /// Answered every create with 501.
    pub inferred: Vec<ResourceKind>,
    /// No create succeeded. Not in reports of earlier runners.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspected: Vec<ResourceKind>,
}

/// Numbers by outcome.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Counts {
    /// A requirement counts with the worst of its types.
    pub requirements: BTreeMap<Outcome, usize>,
    /// Requirement and type.
    pub results: BTreeMap<Outcome, usize>,
}

/// One requirement for one type.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResultRecord {
    /// Requirement id.
    pub requirement: String,
    /// Type; `null` if it is not judged per type.
    pub resource: Option<ResourceKind>,
    /// Which verdict it counts to.
    pub level: Level,
    /// The requirement in a sentence.
    pub title: String,
    /// What it amounts to.
    pub outcome: Outcome,
    /// For skips and unverified: reason or need.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Both lenses on the answers.
    pub lens: Lenses,
    /// How many checks were made.
    pub observations: Observations,
    /// What was expected.
    pub expected: String,
    /// What was there.
    pub actual: String,
    /// What the violation leads to.
    pub consequence: String,
    /// What to do about it.
    pub fix: String,
    /// Requests and answers that show it; only where something is wrong.
    pub evidence: Vec<ExchangeRecord>,
    /// Deliveries to the runner's webhook that show it; only where something is wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<EventRecord>,
}

/// Numbers of checks.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Observations {
    /// All.
    pub total: usize,
    /// Those that failed or fell short.
    pub failing: usize,
}

impl Report {
    /// The report of a judged run.
    pub(crate) fn of(judgement: &Judgement<'_>, proofs: &Proofs) -> Self {
        let start = judgement.start;
        let end = judgement.end();
        let exchanges = exchanges(judgement.records);
        let deliveries = deliveries(judgement.records);
        Self {
            schema_version: 1,
            tool: start.tool.clone(),
            verdict: judgement.verdict,
            verdicts: judgement.verdicts,
            gated: (judgement.gated != judgement.verdicts).then_some(judgement.gated),
            surprises: judgement.surprises.clone(),
            shard: start.shard,
            partial: start.partial.clone(),
            gate: start.gate.clone(),
            complete: judgement.complete,
            stopped: judgement.stopped().map(str::to_owned),
            seed: start.seed,
            profile: start.profile.clone(),
            started: start.started.clone(),
            seconds: end.map_or(0.0, |end| end.seconds),
            exchanges: end.map_or(exchanges.len() as u64, |end| end.exchanges),
            target: start.target.clone(),
            document: start.document.clone(),
            catalogue: start.catalogue.clone(),
            unsupported: Unsupported {
                declared: start.unsupported.clone(),
                inferred: judgement.inferred_unsupported.clone(),
                suspected: judgement.never_created.clone(),
            },
            creates: start.creates.clone(),
            counts: Counts::of(&judgement.results),
            results: judgement
                .results
                .iter()
                .map(|judged| result(judged, &exchanges, &deliveries))
                .collect(),
            document_checks: start.document_checks.clone(),
            coverage: Coverage::of(judgement.records),
            leaks: judgement
                .records
                .iter()
                .filter_map(|record| match record {
                    Record::Leak(leak) => Some(leak.clone()),
                    _ => None,
                })
                .collect(),
            doubtful: end.map_or_else(Vec::new, |end| end.doubtful.clone()),
            limited: Limited::of(judgement.records),
            self_test: Some(proofs.stamp),
            latency: Latency::of(judgement.records),
        }
    }
}

impl Counts {
    /// Counts results, and requirements by the worst of their types.
    pub fn of(results: &[Judged]) -> Self {
        let mut worst: BTreeMap<&str, Outcome> = BTreeMap::new();
        let mut counts = Self {
            requirements: BTreeMap::new(),
            results: BTreeMap::new(),
        };
        for judged in results {
            *counts.results.entry(judged.outcome).or_default() += 1;
            worst
                .entry(&judged.requirement.id)
                .and_modify(|outcome| *outcome = outcome.worse(judged.outcome))
                .or_insert(judged.outcome);
        }
        for outcome in worst.into_values() {
            *counts.requirements.entry(outcome).or_default() += 1;
        }
        counts
    }
}

pub(super) type Deliveries<'a> = BTreeMap<u64, &'a EventRecord>;

/// The deliveries to the webhook by their number.
pub(super) fn deliveries(records: &[Record]) -> Deliveries<'_> {
    let events = records.iter().filter_map(|record| match record {
        Record::Event(event) => Some((event.number, event.as_ref())),
        _ => None,
    });
    events.collect()
}

fn result(judged: &Judged, exchanges: &Exchanges<'_>, deliveries: &Deliveries<'_>) -> ResultRecord {
    let wrong = matches!(
        judged.outcome,
        Outcome::Fail | Outcome::Flaky | Outcome::Warn | Outcome::Error
    );
    let shown = judged
        .evidence
        .iter()
        .filter_map(|seq| exchanges.get(seq))
        .map(|e| (*e).clone());
    ResultRecord {
        requirement: judged.requirement.id.clone(),
        resource: judged.kind,
        level: judged.requirement.level,
        title: judged.requirement.title.clone(),
        outcome: judged.outcome,
        reason: judged.reason.clone(),
        lens: judged.lens,
        observations: Observations {
            total: judged.total,
            failing: judged.failing,
        },
        expected: judged.expected.clone(),
        actual: judged.actual.clone(),
        consequence: judged.requirement.consequence.clone(),
        fix: judged.requirement.fix.clone(),
        evidence: if wrong { shown.collect() } else { Vec::new() },
        events: if wrong {
            let events = judged
                .events
                .iter()
                .filter_map(|number| deliveries.get(number));
            events.map(|event| (*event).clone()).collect()
        } else {
            Vec::new()
        },
    }
}
