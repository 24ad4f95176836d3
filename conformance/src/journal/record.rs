//! The journal's records. Everything that a report says is said here first.

use std::collections::BTreeMap;

use kfp_operator_sim::ResourceKind;
use serde::{Deserialize, Serialize};

use crate::base::outcome::{Lenses, Outcome};
use crate::base::shard::Shard;
use crate::journal::ledger::Doubt;

/// Version of the journal's format; raised when a reader of older journals would misread a new one.
pub(crate) const JOURNAL_VERSION: u32 = 1;

/// One line of the journal.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "kebab-case")]
pub enum Record {
    /// The first line.
    Start(Box<Start>),
    /// A requirement that the plan leaves out, and why.
    Omitted(Omitted),
    /// A request and what came back.
    Exchange(Box<ExchangeRecord>),
    /// A use of a hook.
    Hook(Box<HookRecord>),
    /// A request to the webhook that the runner plays, and its answer.
    Event(Box<EventRecord>),
    /// What a check saw.
    Observation(Box<Observation>),
    /// A resource that could not be deleted.
    Leak(Leak),
    /// The last line of a run that came to its end or was stopped in order.
    End(End),
}

/// What ran against what.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Start {
    /// Format version of the journal.
    pub journal: u32,
    /// Version of the runner.
    pub tool: String,
    /// RFC 3339, with milliseconds.
    pub started: String,
    /// Random per run; part of every name that the run creates.
    pub run: String,
    /// Decides the order of cases and generated values.
    pub seed: u64,
    /// `smoke`, `core` or `full`.
    pub profile: String,
    /// `spec`, `operator` or `both`.
    pub gate: String,
    /// Whether a SHOULD counts.
    pub strict: bool,
    /// Options of the command line by which the same provider is judged in the same way again, word by word.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Who is judged.
    pub target: TargetRecord,
    /// By which document.
    pub document: DocumentRecord,
    /// By which catalogue.
    pub catalogue: CatalogueRecord,
    /// Creates that the run will make at most, per type.
    pub creates: Vec<Creates>,
    /// Types that the implementer declared unsupported.
    pub unsupported: Vec<ResourceKind>,
    /// What `provider.toml` amounts to, key and value, without secrets.
    #[serde(default)]
    pub settings: Vec<(String, String)>,
    /// Which share of the cases it is, if several runners divide them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// What was asked for, if it was less than everything, such as `only update.error`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partial: Option<String>,
    /// Failures that are let through.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known: Vec<KnownFailure>,
    /// Findings about the document.
    pub document_checks: Vec<DocumentCheck>,
}

/// How a report names the target.
#[derive(Clone, Debug, Serialize, serde::Deserialize)]
pub struct TargetRecord {
    /// Base URL.
    pub url: String,
    /// Name of the provider, if it was given.
    pub name: Option<String>,
}

/// A failure that is known, and until when that is good enough.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownFailure {
    /// Requirement id.
    pub requirement: String,
    /// The type; without it all types of the requirement.
    #[serde(rename = "type")]
    pub kind: Option<ResourceKind>,
    /// `fail`, `flaky` or `warn`; without it any of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Why it is known and not mended.
    pub reason: String,
    /// Last day on which it is let through, as `2027-03-31`.
    pub expires: String,
    /// File and line of the entry.
    pub place: String,
}

/// Identity of the OpenAPI document; its version string does not identify it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DocumentRecord {
    /// File, if not the one built in.
    pub path: Option<String>,
    /// SHA-256 of the text, hex.
    pub sha256: String,
}

/// Identity of the catalogue.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CatalogueRecord {
    /// SHA-256 of its files, hex.
    pub sha256: String,
    /// Number of requirements on providers.
    pub requirements: usize,
}

/// Creates of one type.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Creates {
    /// The type.
    #[serde(rename = "type")]
    pub kind: ResourceKind,
    /// At most this many.
    pub count: u32,
}

/// A finding about the document.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DocumentCheck {
    /// Requirement id, such as `spec.env-array`.
    pub requirement: String,
    /// Its title.
    pub title: String,
    /// `pass`, `fail` or `skip`.
    pub outcome: Outcome,
    /// What the document says.
    pub actual: String,
}

/// A requirement that is not checked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Omitted {
    /// Its id.
    pub requirement: String,
    /// The type, if it is judged per type.
    #[serde(rename = "resource")]
    pub kind: Option<ResourceKind>,
    /// `skip` or `unverified`.
    pub outcome: Outcome,
    /// The reason or the need.
    pub reason: String,
    /// In words.
    pub why: String,
}

/// A request and its answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExchangeRecord {
    /// Number within the run.
    pub seq: u64,
    /// Case that sent it.
    pub case: String,
    /// The request.
    pub request: RequestRecord,
    /// The answer, if a complete one came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<ResponseRecord>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Milliseconds between the start of the run and the request.
    #[serde(default)]
    pub at_ms: f64,
    /// Milliseconds until the connection stood.
    pub connect_ms: f64,
    /// Milliseconds until the answer was complete.
    pub total_ms: f64,
    /// Whether only a tester sends such a request, and never the operator.
    #[serde(default, skip_serializing_if = "is_false")]
    pub probing: bool,
    /// What the operator's resource would be after it, such as `Succeeded id=a`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator_state: Option<String>,
    /// Answers before this one that refused the request for the time being.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<RefusedRecord>,
}

/// An answer that refuses a request for the time being: 429, or 503 with a time to come back.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefusedRecord {
    /// Status.
    pub status: u16,
    /// `Retry-After` as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<String>,
    /// Milliseconds that were waited before the request was sent again; none if it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waited_ms: Option<f64>,
}

/// A use of a hook.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HookRecord {
    /// Case that used it.
    pub case: String,
    /// Its name, such as `probe`.
    pub hook: String,
    /// The type that it was asked about.
    #[serde(rename = "resource", skip_serializing_if = "Option::is_none")]
    pub kind: Option<ResourceKind>,
    /// The id that it was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What it said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Milliseconds that it took.
    pub total_ms: f64,
}

/// A request to the webhook, and its answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventRecord {
    /// Number within the run, from 1.
    pub number: u64,
    /// When it had arrived, RFC 3339.
    pub arrived: String,
    /// Method.
    pub method: String,
    /// Target as it came.
    pub target: String,
    /// `Content-Type`, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Body.
    pub body: BodyRecord,
    /// Status of the answer; without one the connection was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<u16>,
    /// Whether a case wanted this answer; else it is what the operator would have answered.
    pub scripted: bool,
}

/// A request as sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RequestRecord {
    /// Method.
    pub method: String,
    /// Target with its percent-encoding.
    pub target: String,
    /// Headers in order.
    pub headers: Vec<(String, String)>,
    /// Body, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<BodyRecord>,
    /// Bytes of the body after which the connection was dropped on purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<usize>,
}

/// An answer as received.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResponseRecord {
    /// Status.
    pub status: u16,
    /// Headers in order.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: BodyRecord,
}

/// A body: its text if it is short, else its file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BodyRecord {
    /// Length in bytes.
    pub bytes: usize,
    /// SHA-256, hex; without a text, the file in `bodies/` has this name.
    pub sha256: String,
    /// The text, if it is UTF-8 and short.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// What a check saw.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Observation {
    /// Case that saw it.
    pub case: String,
    /// The requirement.
    pub requirement: String,
    /// The type, if it is judged per type.
    #[serde(rename = "resource")]
    pub kind: Option<ResourceKind>,
    /// What is asked again and again, such as `creates`, if it is one of a series of observations
    /// that should all come out alike.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<String>,
    /// What it amounts to.
    pub outcome: Outcome,
    /// For skips and unverified: reason or need.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What was expected.
    pub expected: String,
    /// What was there.
    pub actual: String,
    /// What each lens says of the answer.
    pub lens: Lenses,
    /// Numbers of the exchanges that show it; of several alike, of the first or simplest.
    pub evidence: Vec<u64>,
    /// Numbers of the deliveries to the webhook that show it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<u64>,
    /// How many alike this stands for.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: usize,
}

fn one() -> usize {
    1
}

fn is_false(is: &bool) -> bool {
    !is
}

fn is_one(count: &usize) -> bool {
    *count == 1
}

/// A resource left behind.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Leak {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: ResourceKind,
    /// Its id.
    pub id: String,
    /// Why it is still there.
    pub why: String,
}

/// The end of the journal.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct End {
    /// Whether every planned case ran.
    pub complete: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
    /// Seconds since the start.
    pub seconds: f64,
    /// Requests sent.
    pub exchanges: u64,
    /// The rate that the run took up because requests were refused for it, such as `5/s`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<String>,
    /// Creates that were never answered: what they made, if anything, is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubtful: Vec<Doubt>,
    /// SHA-256 over all earlier lines, hex.
    pub sha256: String,
}

/// Exchanges by their number.
pub(crate) type Exchanges<'a> = BTreeMap<u64, &'a ExchangeRecord>;

/// The exchanges by their number.
pub(crate) fn exchanges(records: &[Record]) -> Exchanges<'_> {
    records
        .iter()
        .filter_map(|record| match record {
            Record::Exchange(exchange) => Some((exchange.seq, exchange.as_ref())),
            _ => None,
        })
        .collect()
}
