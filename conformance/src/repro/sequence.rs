//! What has to be sent to get to the answer that shows a defect: which of the recorded requests,
//! and what in them belongs to the recorded run and has to be another in the next.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use kfp_operator_sim::{encode_id, encode_id_jq16};

use super::sign::{Answer, Sign};
use super::table::{self, Row, Scope, Way};
use crate::judge::{Judged, Judgement};
use crate::oracle::Envelope;
use crate::record::{BodyRecord, ExchangeRecord, Record};

/// A piece of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// As recorded.
    Bytes(Vec<u8>),
    /// The run's own part of a name: another in each run, of the same length.
    Run,
    /// The percent-encoded id that an earlier step brought.
    Id {
        /// Index of that step.
        step: usize,
        /// In the older spelling, which leaves `!*'()` as they are.
        lenient: bool,
    },
}

/// A recorded request, ready to be sent again.
#[derive(Clone, Debug)]
pub(crate) struct Step<'a> {
    pub(crate) record: &'a ExchangeRecord,
    /// The path without the prefix of the recorded base URL.
    pub(crate) path: Vec<Piece>,
    pub(crate) body: Option<Vec<Piece>>,
    /// The `Host` header, if it is not the target's own.
    pub(crate) foreign_host: Option<&'a str>,
    /// The recorded answer.
    pub(crate) answer: Answer,
}

/// Recorded requests in the order in which they have to be sent.
#[derive(Debug)]
pub(crate) struct Sequence<'a> {
    pub(crate) steps: Vec<Step<'a>>,
    /// Index of the step whose answer shows the defect; what follows it is only compared.
    pub(crate) shown: usize,
    pub(super) row: &'static Row,
}

/// Where bodies are that are not in the journal itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bodies<'a> {
    folder: &'a Path,
}

impl<'a> Bodies<'a> {
    /// Those of the journal in this folder.
    pub(crate) fn of(folder: &'a Path) -> Self {
        Self { folder }
    }

    fn get(self, body: &BodyRecord) -> Option<Vec<u8>> {
        match &body.text {
            Some(text) => Some(text.clone().into_bytes()),
            None => fs::read(self.folder.join("bodies").join(&body.sha256)).ok(),
        }
    }
}

impl<'a> Sequence<'a> {
    /// The sequence for a result, or `None` if nothing that was recorded shows it or a body is lost.
    pub(crate) fn of(
        judgement: &Judgement<'a>,
        judged: &Judged,
        bodies: Bodies<'_>,
    ) -> Option<Self> {
        let row = table::of(&judged.requirement.id);
        let last = judged.evidence.iter().max().copied();
        let run = judgement.start.run.as_str();
        let case = judged.case.as_deref()?;
        let all: Vec<Known<'a>> = judgement
            .records
            .iter()
            .filter_map(|record| match record {
                Record::Exchange(exchange) => Some(Known::of(exchange, bodies, run)),
                _ => None,
            })
            .collect();
        let shown = match last {
            Some(seq) => all.iter().position(|known| known.record.seq == seq)?,
            // Its requests are not in the journal, and its script has its own.
            None if row.way == Way::KeepAlive => 0,
            None => all.iter().rposition(|known| known.record.case == case)?,
        };
        let chosen = chosen(&all, shown, case, row, run);
        let at = chosen.iter().position(|at| *at == shown)?;
        let prefix = prefix(&judgement.start.target.url);
        let mut steps: Vec<Step<'a>> = Vec::new();
        for at in chosen {
            let known = &all[at];
            let path = known.record.request.target.strip_prefix(&prefix)?;
            let body = match &known.record.request.body {
                None => None,
                Some(_) => Some(split(known.body.as_deref()?, run)),
            };
            steps.push(Step {
                record: known.record,
                path: bind(path, &steps, run),
                foreign_host: foreign_host(known.record, &judgement.start.target.url),
                body,
                answer: known.answer.clone(),
            });
        }
        Some(Self {
            steps,
            shown: at,
            row,
        })
    }
}

impl Sequence<'_> {
    /// Whether sending the requests one after another shows it.
    pub(crate) fn is_plain(&self) -> bool {
        let cut = |step: &Step<'_>| step.record.request.cut.is_some();
        self.row.way == Way::Plain && !self.steps.iter().any(cut)
    }

    /// What shows the defect.
    pub(crate) fn sign(&self) -> Sign {
        self.row.sign
    }
}

impl Step<'_> {
    /// The name of the pipeline that the body of a run refers to.
    pub(crate) fn pipeline(&self) -> Option<Vec<Piece>> {
        super::pipeline(self.body.as_deref())
    }
}

/// The path in front of `/resource`.
fn prefix(url: &str) -> String {
    let path = url::Url::parse(url).map(|url| url.path().to_owned());
    path.unwrap_or_default().trim_end_matches('/').to_owned()
}

fn foreign_host<'a>(record: &'a ExchangeRecord, url: &str) -> Option<&'a str> {
    let mut headers = record.request.headers.iter();
    let (_, host) = headers.find(|(name, _)| name.eq_ignore_ascii_case("host"))?;
    let authority = url.split("://").nth(1).unwrap_or(url);
    let authority = authority.split('/').next().unwrap_or_default();
    (host != authority).then_some(host)
}

/// An exchange and what it is about.
struct Known<'a> {
    record: &'a ExchangeRecord,
    body: Option<Vec<u8>>,
    answer: Answer,
    /// Names and ids of resources.
    about: BTreeSet<String>,
}

impl<'a> Known<'a> {
    fn of(record: &'a ExchangeRecord, bodies: Bodies<'_>, run: &str) -> Self {
        let request = &record.request;
        let body = request.body.as_ref().and_then(|body| bodies.get(body));
        let answer = recorded(record, bodies);
        let mut about = names(body.as_deref().unwrap_or_default(), run);
        let mut path = request.target.rsplit('/');
        if let (Some(id), Some(kind)) = (path.next(), path.next())
            && kind != "resource"
        {
            about.insert(format!("{kind}/{id}"));
        }
        let kind = request
            .target
            .split("/resource/")
            .nth(1)
            .unwrap_or_default();
        let kind = kind.split('/').next().unwrap_or_default();
        if let Some(id) = answer.id().filter(|_| !kind.is_empty()) {
            about.insert(format!("{kind}/{}", encode_id(&id)));
        }
        Self {
            record,
            body,
            answer,
            about,
        }
    }

    fn accepted(&self) -> bool {
        matches!(self.answer.status, Some(200..=299))
    }
}

/// The recorded answer of an exchange.
fn recorded(record: &ExchangeRecord, bodies: Bodies<'_>) -> Answer {
    let response = record.response.as_ref();
    let body = response
        .and_then(|r| bodies.get(&r.body))
        .unwrap_or_default();
    let sent = record.request.body.as_ref().map_or("", |body| &body.sha256);
    Answer {
        method: record.request.method.clone(),
        target: record.request.target.clone(),
        request: format!(
            "{} {} {sent} {:?}",
            record.request.method, record.request.target, record.request.headers
        ),
        status: response.map(|r| r.status),
        headers: response.map_or(Vec::new(), |r| r.headers.clone()),
        envelope: Envelope::of(&body),
        body,
        milliseconds: record.total_ms,
        failure: record.failure.clone(),
    }
}

/// The names of this run in a body, without the pipeline that all cases share.
fn names(body: &[u8], run: &str) -> BTreeSet<String> {
    let text = String::from_utf8_lossy(body);
    let mark = format!("kc-{run}-");
    let tails = text.split(mark.as_str()).skip(1);
    tails
        .map(|tail| {
            let end = tail.find(|c: char| !c.is_ascii_alphanumeric() && c != '-');
            tail[..end.unwrap_or(tail.len())].to_owned()
        })
        .filter(|name| name != "shared")
        .collect()
}

/// Which exchanges are needed, in order.
fn chosen(all: &[Known<'_>], shown: usize, case: &str, row: &Row, run: &str) -> Vec<usize> {
    let of_case = |at: &usize| all[*at].record.case == case;
    let before = 0..shown;
    let mut chosen: Vec<usize> = match row.scope {
        Scope::Case => before.filter(of_case).collect(),
        // Something else took it away.
        Scope::Resource if vanished(all, shown) => before.filter(of_case).collect(),
        Scope::Abuse => before
            .filter(|at| {
                all[*at].record.case.starts_with("robust.")
                    && kind(all[*at].record) == kind(all[shown].record)
            })
            .collect(),
        Scope::Resource | Scope::Compared => related(all, shown, case),
    };
    if row.sign != super::sign::Sign::Wavers {
        chosen = without_retries(all, chosen, shown);
    }
    chosen.push(shown);
    if row.scope == Scope::Compared {
        let next = (shown + 1..all.len()).find(of_case);
        chosen.extend(
            next.filter(|at| all[*at].record.request.method == "POST" && all[*at].accepted()),
        );
    }
    // The pipeline that runs refer to was made by none of the cases.
    let shared = format!("kc-{run}-shared");
    let refers = |at: &usize| {
        let body = all[*at].body.as_deref().unwrap_or_default();
        body.windows(shared.len())
            .any(|part| part == shared.as_bytes())
    };
    if chosen.iter().any(refers)
        && let Some(setup) = all.iter().position(|known| known.record.case == "setup")
        && !chosen.contains(&setup)
    {
        chosen.insert(0, setup);
    }
    chosen
}

fn kind(record: &ExchangeRecord) -> Option<&str> {
    let (_, label) = record.case.split_once('[')?;
    Some(label.trim_end_matches(']'))
}

/// Whether the answer says that something is not there whose id was issued before.
fn vanished(all: &[Known<'_>], shown: usize) -> bool {
    let answer = &all[shown].answer;
    let issued = |known: &Known<'_>| {
        known.accepted()
            && known.record.request.method == "POST"
            && known
                .answer
                .id()
                .is_some_and(|id| answer.target.ends_with(&format!("/{}", encode_id(&id))))
    };
    answer.status == Some(404) && all[..shown].iter().any(issued)
}

/// The exchanges of the case about the same resources, and the same request sent before.
fn related(all: &[Known<'_>], shown: usize, case: &str) -> Vec<usize> {
    let mut about = all[shown].about.clone();
    let mut chosen = Vec::new();
    for at in (0..shown).rev().filter(|at| all[*at].record.case == case) {
        let known = &all[at];
        if known.answer.request == all[shown].answer.request || !about.is_disjoint(&known.about) {
            about.extend(known.about.iter().cloned());
            chosen.push(at);
        }
    }
    chosen.reverse();
    chosen
}

/// Without the attempts that were only repeated to give the provider time.
fn without_retries(all: &[Known<'_>], chosen: Vec<usize>, shown: usize) -> Vec<usize> {
    let next = chosen.iter().copied().skip(1).chain([shown]);
    let pairs: Vec<(usize, usize)> = chosen.iter().copied().zip(next).collect();
    let retried = |(at, next): &(usize, usize)| {
        let (one, two) = (&all[*at], &all[*next]);
        !one.accepted()
            && one.record.request.cut.is_none()
            && one.answer.request == two.answer.request
    };
    pairs
        .iter()
        .filter(|pair| !retried(pair))
        .map(|(at, _)| *at)
        .collect()
}

/// Bytes with the run's part of names taken out.
fn split(bytes: &[u8], run: &str) -> Vec<Piece> {
    let mark = format!("kc-{run}-");
    let mut pieces = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest
        .windows(mark.len())
        .position(|part| part == mark.as_bytes())
    {
        pieces.push(Piece::Bytes(rest[..at + "kc-".len()].to_vec()));
        pieces.push(Piece::Run);
        rest = &rest[at + "kc-".len() + run.len()..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Bytes(rest.to_vec()));
    }
    pieces
}

/// A path whose id came from an earlier step gets the one that the same step brings next time. Where
/// several resources had one id, each deletion is of another.
fn bind(path: &str, earlier: &[Step<'_>], run: &str) -> Vec<Piece> {
    let parts: Vec<&str> = path.splitn(4, '/').collect();
    let ["", "resource", kind, segment] = parts.as_slice() else {
        return split(path.as_bytes(), run);
    };
    let (resources, deleted) = resources(earlier);
    let spelling = |step: usize| {
        let id = earlier[step].answer.id()?;
        let strict = encode_id(&id) == *segment;
        (strict || encode_id_jq16(&id) == *segment).then_some(Piece::Id {
            step,
            lenient: !strict,
        })
    };
    let is_gone = |step: &usize| resources[*step].is_some_and(|it| deleted.contains(&it));
    let (gone, there): (Vec<usize>, Vec<usize>) = (0..earlier.len()).partition(is_gone);
    match there.into_iter().chain(gone).find_map(spelling) {
        Some(id) => vec![Piece::Bytes(format!("/resource/{kind}/").into_bytes()), id],
        None => split(path.as_bytes(), run),
    }
}

/// Which create each step goes back to, and which of the creates were deleted again.
fn resources(steps: &[Step<'_>]) -> (Vec<Option<usize>>, BTreeSet<usize>) {
    let mut resources: Vec<Option<usize>> = Vec::new();
    let mut deleted = BTreeSet::new();
    for (at, step) in steps.iter().enumerate() {
        let bound = step.path.iter().find_map(|piece| match piece {
            Piece::Id { step, .. } => resources[*step],
            _ => None,
        });
        let resource = match step.record.request.method.as_str() {
            "POST" => Some(at),
            _ => bound,
        };
        if step.record.request.method == "DELETE" {
            deleted.extend(resource);
        }
        resources.push(resource);
    }
    (resources, deleted)
}
