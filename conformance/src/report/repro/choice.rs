//! Which of the recorded requests a reproducer needs.

use std::collections::BTreeSet;

use kfp_operator_sim::encode_id;

use super::sign::{Answer, Ending, Sign};
use super::table::{Row, Scope};
use crate::base::contract::ResourcePath;
use crate::journal::bodies::Bodies;
use crate::journal::record::ExchangeRecord;
use crate::oracle::Envelope;

/// An exchange and what it is about.
pub(super) struct Known<'a> {
    pub(super) record: &'a ExchangeRecord,
    pub(super) body: Option<Vec<u8>>,
    pub(super) answer: Answer,
    /// Names and ids of resources.
    pub(super) about: BTreeSet<String>,
}

impl<'a> Known<'a> {
    pub(super) fn of(record: &'a ExchangeRecord, bodies: Bodies<'_>, run: &str) -> Self {
        let request = &record.request;
        let body = request.body.as_ref().and_then(|body| bodies.read(body));
        let answer = recorded(record, bodies);
        let mut about = names(body.as_deref().unwrap_or_default(), run);
        let mut path = request.target.rsplit('/');
        if let (Some(id), Some(kind)) = (path.next(), path.next())
            && kind != "resource"
        {
            about.insert(format!("{kind}/{id}"));
        }
        let kind = ResourcePath::of(&request.target).map_or("", |path| path.kind);
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

    pub(super) fn accepted(&self) -> bool {
        matches!(self.answer.status, Some(200..=299))
    }
}

/// The recorded answer of an exchange.
fn recorded(record: &ExchangeRecord, bodies: Bodies<'_>) -> Answer {
    let response = record.response.as_ref();
    let body = response
        .and_then(|r| bodies.read(&r.body))
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
        ending: Ending::default(),
    }
}

/// The names of this run in a body, without the pipeline that all cases share.
pub(super) fn names(body: &[u8], run: &str) -> BTreeSet<String> {
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
pub(super) fn chosen(all: &[Known<'_>], shown: usize, case: &str, row: &Row) -> Vec<usize> {
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
    if row.sign != Sign::Wavers {
        chosen = without_retries(all, chosen, shown);
    }
    chosen.push(shown);
    if row.scope == Scope::Compared {
        let next = (shown + 1..all.len()).find(of_case);
        chosen.extend(
            next.filter(|at| all[*at].record.request.method == "POST" && all[*at].accepted()),
        );
    }
    chosen
}

pub(super) fn kind(record: &ExchangeRecord) -> Option<&str> {
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

/// With the exchange that made the pipeline that runs refer to: none of the cases sent it.
pub(super) fn with_setup(all: &[Known<'_>], mut chosen: Vec<usize>, run: &str) -> Vec<usize> {
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
