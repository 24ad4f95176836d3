//! What has to be sent to get to the answer that shows a defect: which of the recorded requests,
//! and what in them belongs to the recorded run and has to be another in the next.

use std::time::Duration;

use super::choice::{Known, chosen, with_setup};
use super::many::Many;
use super::piece::{Piece, bind, numbered, split};
use super::sign::{Answer, Sign};
use super::table::{self, Row, Way};
use crate::base::contract::ResourcePath;
use crate::journal::bodies::Bodies;
use crate::journal::record::{ExchangeRecord, Record, Start};
use crate::judge::{Judged, Judgement};

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
    /// How, if there are many requests.
    pub(crate) many: Option<Many>,
    /// A create of the type that was accepted, with what it needs: shows that not everything is refused.
    pub(crate) control: Vec<Step<'a>>,
}

/// The exchanges of a run, taken apart.
pub(crate) struct Recording<'a> {
    start: &'a Start,
    all: Vec<Known<'a>>,
}

impl<'a> Recording<'a> {
    pub(crate) fn of(judgement: &Judgement<'a>, bodies: Bodies<'_>) -> Self {
        let start = judgement.start;
        let exchanges = judgement.records.iter().filter_map(|record| match record {
            Record::Exchange(exchange) => Some(Known::of(exchange, bodies, &start.run)),
            _ => None,
        });
        Self {
            start,
            all: exchanges.collect(),
        }
    }

    /// The sequence for a result, or `None` if nothing that was recorded shows it or a body is lost.
    pub(crate) fn sequence(&self, judged: &Judged) -> Option<Sequence<'a>> {
        if !table::can_be_shown(&judged.requirement.id) {
            return None;
        }
        let (all, run) = (self.all.as_slice(), self.start.run.as_str());
        let row = table::of(&judged.requirement.id);
        let last = judged.evidence.iter().max().copied();
        let case = judged.case.as_deref()?;
        let shown = match last {
            Some(seq) => all.iter().position(|known| known.record.seq == seq)?,
            // Its requests are not in the journal; a replay has its own.
            None if row.way == Way::KeepAlive => 0,
            None => all.iter().rposition(|known| known.record.case == case)?,
        };
        let many = Many::of(all, shown, judged, run);
        let (chosen, many) = match many {
            Some((chosen, many)) => (chosen, Some(many)),
            None => (with_setup(all, chosen(all, shown, case, row), run), None),
        };
        let at = chosen.iter().position(|at| *at == shown)?;
        Some(Sequence {
            steps: self.steps(chosen)?,
            shown: at,
            row,
            many,
            // Without it less is known, but not nothing.
            control: self.steps(control(all, shown, run)).unwrap_or_default(),
        })
    }

    /// The chosen exchanges, ready to be sent again.
    fn steps(&self, chosen: Vec<usize>) -> Option<Vec<Step<'a>>> {
        let (run, url) = (self.start.run.as_str(), self.start.target.url.as_str());
        let prefix = prefix(url);
        let mut steps: Vec<Step<'a>> = Vec::new();
        for at in chosen {
            let known = &self.all[at];
            let path = known.record.request.target.strip_prefix(&prefix)?;
            let body = match &known.record.request.body {
                None => None,
                Some(_) => Some(split(known.body.as_deref()?, run)),
            };
            steps.push(Step {
                record: known.record,
                path: bind(path, &steps, run),
                foreign_host: foreign_host(known.record, url),
                body,
                answer: known.answer.clone(),
            });
        }
        Some(steps)
    }
}

/// The first accepted create of the type in question that the operator would send, with what it needs.
fn control(all: &[Known<'_>], shown: usize, run: &str) -> Vec<usize> {
    let Some(shown_path) = ResourcePath::of(&all[shown].record.request.target) else {
        return Vec::new();
    };
    let suits = |known: &Known<'_>| {
        let request = &known.record.request;
        let path = ResourcePath::of(&request.target).filter(|path| path.id.is_none());
        request.method == "POST"
            && request.cut.is_none()
            && known.accepted()
            && !known.record.probing
            // What was accepted although it has to be refused is no sign of health.
            && !known.record.case.starts_with("refuse.")
            && known.record.case != all[shown].record.case
            && known.record.case != "setup"
            && path.is_some_and(|path| path.kind == shown_path.kind)
    };
    let found = all.iter().position(suits);
    found.map_or_else(Vec::new, |found| with_setup(all, vec![found], run))
}

impl Sequence<'_> {
    /// Whether it is whole requests one after another.
    pub(super) fn is_in_order(&self) -> bool {
        let cut = |step: &Step<'_>| step.record.request.cut.is_some();
        self.row.way == Way::InOrder && self.many.is_none() && !self.steps.iter().any(cut)
    }

    /// How its requests are sent, unless there are many.
    pub(crate) fn way(&self) -> Way {
        self.row.way
    }

    /// What shows the defect.
    pub(crate) fn sign(&self) -> Sign {
        self.row.sign
    }

    /// The creates that it takes, all attempts counted.
    pub(crate) fn creates(&self) -> usize {
        let creates = |steps: &[Step<'_>]| steps.iter().filter(|step| step.is_create()).count();
        match &self.many {
            None if self.row.way == Way::KeepAlive => 0,
            None => creates(&self.steps),
            Some(many @ Many::Walk { .. }) => many.tries() * creates(&self.steps),
            Some(many @ Many::Crowd { count, .. }) => {
                let creates = self.steps.iter().filter(|step| step.is_create());
                many.tries() * creates.map(|step| step.times(*count)).sum::<usize>()
            }
        }
    }
}

/// How long a request may take, if it is not the time that is wrong.
const LIMIT: Duration = Duration::from_secs(30);

impl Step<'_> {
    pub(crate) fn is_create(&self) -> bool {
        self.record.request.method == "POST"
    }

    /// Whether the case did not send it, but what all cases need.
    pub(crate) fn is_setup(&self) -> bool {
        self.record.case == "setup"
    }

    /// How often it is sent where so many resources are made.
    pub(crate) fn times(&self, count: usize) -> usize {
        let body = numbered(self.body.clone().unwrap_or_default());
        match self.record.request.method.as_str() {
            _ if self.is_setup() => 1,
            "POST" if !body.contains(&Piece::Number) => count / 4,
            _ => count,
        }
    }

    /// How long it may take: as long as the recorded request took, if that was too long.
    pub(crate) fn limit(&self) -> Duration {
        let failure = self.answer.failure.as_deref().unwrap_or_default();
        if failure.starts_with("no complete answer") {
            Duration::from_secs_f64(self.answer.milliseconds / 1e3)
        } else {
            LIMIT
        }
    }

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
