//! From records to results and verdicts.

use std::collections::{BTreeMap, BTreeSet};

use kfp_operator_sim::ResourceKind;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Catalogue, Level, Requirement};
use crate::known;
use crate::outcome::{Lenses, Outcome, SkipReason};
use crate::rate::Rate;
use crate::record::{End, ExchangeRecord, Observation, Omitted, Record, Start};

/// What a run says about a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Verdict {
    /// A MUST failed.
    NotConformant,
    /// The run did not come to its end, or a check of the runner's own failed.
    Incomplete,
    /// No MUST failed, but not every MUST could be checked.
    ConformantWithGaps,
    /// Every MUST passed.
    Conformant,
}

impl Verdict {
    /// The worse of two.
    pub fn worse(self, other: Self) -> Self {
        let rank = |verdict| match verdict {
            Self::NotConformant => 0,
            Self::Incomplete => 1,
            Self::ConformantWithGaps => 2,
            Self::Conformant => 3,
        };
        if rank(self) <= rank(other) {
            self
        } else {
            other
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::NotConformant => "NOT CONFORMANT",
            Self::Incomplete => "INCOMPLETE",
            Self::ConformantWithGaps => "CONFORMANT WITH GAPS",
            Self::Conformant => "CONFORMANT",
        }
    }
}

/// Verdicts by lens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdicts {
    /// By the document.
    pub spec: Verdict,
    /// By what the operator would do.
    pub operator: Verdict,
}

impl Verdicts {
    fn of(results: &[Judged], complete: bool, strict: bool) -> Self {
        let of = |counts: fn(&Requirement) -> bool| verdict(results, complete, strict, counts);
        Self {
            spec: of(|r| r.level.spec()),
            operator: of(|r| r.level.operator()),
        }
    }
}

/// One requirement for one resource type.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The requirement.
    pub requirement: &'static Requirement,
    /// The type, if it is judged per type.
    pub kind: Option<ResourceKind>,
    /// The worst observation.
    pub outcome: Outcome,
    /// For skips and unverified: reason or need.
    pub reason: Option<String>,
    /// The worst of both lenses over all observations.
    pub lens: Lenses,
    /// Observations that were judged.
    pub total: usize,
    /// How many of them failed or fell short.
    pub failing: usize,
    /// What was expected, in the worst observation.
    pub expected: String,
    /// What was there.
    pub actual: String,
    /// The exchanges that show it.
    pub evidence: Vec<u64>,
    /// Numbers of the deliveries to the webhook that show it.
    pub events: Vec<u64>,
    /// Name of the case of the worst observation.
    pub case: Option<String>,
}

impl Judged {
    /// Whether it is a violation: of a MUST, and if `strict`, of a SHOULD.
    pub fn violates(&self, strict: bool) -> bool {
        match self.outcome {
            Outcome::Fail => true,
            Outcome::Flaky => strict || self.requirement.level != Level::Should,
            Outcome::Warn => strict,
            Outcome::Xpass => true,
            _ => false,
        }
    }
}

/// A judged run.
pub struct Judgement<'a> {
    /// The first record.
    pub start: &'a Start,
    /// All results, in the order of the catalogue.
    pub results: Vec<Judged>,
    /// Types that answered every create with 501.
    pub inferred_unsupported: Vec<ResourceKind>,
    /// Both verdicts.
    pub verdicts: Verdicts,
    /// The worse of them.
    pub verdict: Verdict,
    /// The verdicts if known failures were none, and those that pass were some: what the exit code
    /// looks at.
    pub gated: Verdicts,
    /// Where the list of known failures and the results part.
    pub surprises: Vec<String>,
    /// Whether the journal has an end that says so.
    pub complete: bool,
    /// No create of a supported type succeeded.
    pub vacuous: bool,
    /// All records.
    pub records: &'a [Record],
}

impl<'a> Judgement<'a> {
    /// The last record, if the run or the reader of its journal wrote one.
    pub fn end(&self) -> Option<&'a End> {
        self.records.iter().find_map(|record| match record {
            Record::End(end) => Some(end),
            _ => None,
        })
    }

    /// Why the run is not complete.
    pub fn stopped(&self) -> Option<&'a str> {
        if self.complete {
            return None;
        }
        let told = self.end().and_then(|end| end.stopped.as_deref());
        Some(told.unwrap_or("the journal breaks off"))
    }
}

/// Judges the records of a run.
///
/// Returns `None` if there is no start, which is no journal of a run.
pub fn judge(records: &[Record]) -> Option<Judgement<'_>> {
    let start = records.iter().find_map(|record| match record {
        Record::Start(start) => Some(start.as_ref()),
        _ => None,
    })?;
    let complete = records
        .iter()
        .any(|record| matches!(record, Record::End(end) if end.complete));
    let creates = Creates::of(records);
    let inferred_unsupported = creates.unimplemented();
    let mut results = results(records, &inferred_unsupported, complete);
    let verdicts = Verdicts::of(&results, complete, start.strict);
    let day = start.started.get(..10).unwrap_or_default();
    let surprises = known::apply(&start.known, day, &mut results);
    let gated = Verdicts::of(&results, complete, start.strict);
    Some(Judgement {
        start,
        verdict: verdicts.spec.worse(verdicts.operator),
        verdicts,
        gated,
        surprises,
        vacuous: creates.vacuous(),
        inferred_unsupported,
        results,
        complete,
        records,
    })
}

/// Statuses of creates, per type.
struct Creates {
    statuses: BTreeMap<ResourceKind, BTreeSet<u16>>,
}

impl Creates {
    fn of(records: &[Record]) -> Self {
        let mut statuses: BTreeMap<ResourceKind, BTreeSet<u16>> = BTreeMap::new();
        for record in records {
            let Record::Exchange(exchange) = record else {
                continue;
            };
            let (Some(kind), Some(response)) = (created_kind(exchange), &exchange.response) else {
                continue;
            };
            statuses.entry(kind).or_default().insert(response.status);
        }
        Self { statuses }
    }

    /// Types whose every create was answered with 501.
    fn unimplemented(&self) -> Vec<ResourceKind> {
        let only_501 = |statuses: &BTreeSet<u16>| statuses.iter().eq([501].iter());
        self.statuses
            .iter()
            .filter(|(_, s)| only_501(s))
            .map(|(kind, _)| *kind)
            .collect()
    }

    /// There were creates, and none succeeded.
    fn vacuous(&self) -> bool {
        let mut all = self.statuses.values().flatten().peekable();
        all.peek().is_some() && !all.any(|status| (200..300).contains(status))
    }
}

/// The type of a create that the runner sent as valid: setup and cases alike.
fn created_kind(exchange: &ExchangeRecord) -> Option<ResourceKind> {
    if exchange.request.method != "POST" {
        return None;
    }
    exchange
        .request
        .target
        .rsplit_once("/resource/")?
        .1
        .parse()
        .ok()
}

type Key = (&'static str, Option<ResourceKind>);

fn results(records: &[Record], unsupported: &[ResourceKind], complete: bool) -> Vec<Judged> {
    let catalogue = Catalogue::embedded();
    let mut omitted: BTreeMap<Key, &Omitted> = BTreeMap::new();
    let mut seen: BTreeMap<Key, Vec<&Observation>> = BTreeMap::new();
    let key = |id: &str, kind| catalogue.get(id).map(|r| (r.id.as_str(), kind));
    for record in records {
        match record {
            Record::Omitted(one) => {
                omitted.extend(key(&one.requirement, one.kind).map(|key| (key, one)));
            }
            Record::Observation(one) => {
                if let Some(key) = key(&one.requirement, one.kind) {
                    seen.entry(key).or_default().push(one);
                }
            }
            _ => {}
        }
    }
    let mut results = Vec::new();
    for requirement in catalogue.provider() {
        for kind in requirement.subjects() {
            let key = (requirement.id.as_str(), kind);
            let judged = if kind.is_some_and(|kind| unsupported.contains(&kind)) {
                let why = "every create is answered with 501";
                not_judged(
                    requirement,
                    kind,
                    Outcome::Skip,
                    SkipReason::Unsupported.as_str(),
                    why,
                )
            } else if let Some(omitted) = omitted.get(&key) {
                not_judged(
                    requirement,
                    kind,
                    omitted.outcome,
                    &omitted.reason,
                    &omitted.why,
                )
            } else if let Some(observations) = seen.get(&key) {
                worst(requirement, kind, observations)
            } else if complete {
                let why = "no check said anything about it";
                not_judged(requirement, kind, Outcome::Error, "internal", why)
            } else {
                let why = "the run ended before it was checked";
                not_judged(
                    requirement,
                    kind,
                    Outcome::Skip,
                    SkipReason::Prerequisite.as_str(),
                    why,
                )
            };
            results.push(judged);
        }
    }
    results
}

fn not_judged(
    requirement: &'static Requirement,
    kind: Option<ResourceKind>,
    outcome: Outcome,
    reason: &str,
    why: &str,
) -> Judged {
    Judged {
        requirement,
        kind,
        outcome,
        reason: Some(reason.to_owned()),
        lens: Lenses::default(),
        total: 0,
        failing: 0,
        expected: requirement.pass.clone(),
        actual: why.to_owned(),
        evidence: Vec::new(),
        events: Vec::new(),
        case: None,
    }
}

fn worst(
    requirement: &'static Requirement,
    kind: Option<ResourceKind>,
    observations: &[&Observation],
) -> Judged {
    let mut outcome = observations
        .iter()
        .fold(Outcome::Skip, |worst, o| worst.worse(o.outcome));
    let mut deciding = *observations
        .iter()
        .find(|observation| observation.outcome == outcome)
        .expect("the worst outcome is one of theirs");
    let mut actual = deciding.actual.clone();
    let counted: Vec<_> = observations
        .iter()
        .filter(|o| !matches!(o.outcome, Outcome::Skip | Outcome::Unverified))
        .collect();
    let short =
        |o: &&&&Observation| matches!(o.outcome, Outcome::Fail | Outcome::Warn | Outcome::Error);
    let rate = Rate::of(requirement, &counted);
    if let Some(rate) = rate.filter(|rate| rate.outcome() == outcome) {
        deciding = rate.first;
        outcome = Outcome::Flaky;
        actual = rate.told();
    }
    Judged {
        requirement,
        kind,
        outcome,
        reason: deciding.reason.clone(),
        lens: counted
            .iter()
            .fold(Lenses::default(), |lens, o| lens.worse(o.lens)),
        total: counted.iter().map(|o| o.count).sum(),
        failing: counted.iter().filter(short).map(|o| o.count).sum(),
        expected: deciding.expected.clone(),
        actual,
        evidence: deciding.evidence.clone(),
        events: deciding.events.clone(),
        case: Some(deciding.case.clone()),
    }
}

fn verdict(
    results: &[Judged],
    complete: bool,
    strict: bool,
    counts: fn(&Requirement) -> bool,
) -> Verdict {
    let of_lens = || results.iter().filter(|judged| counts(judged.requirement));
    let short = |judged: &Judged| matches!(judged.outcome, Outcome::Warn | Outcome::Flaky);
    let should = results.iter().any(short);
    if of_lens().any(|judged| judged.violates(strict)) || (strict && should) {
        return Verdict::NotConformant;
    }
    if !complete || of_lens().any(|judged| judged.outcome == Outcome::Error) {
        return Verdict::Incomplete;
    }
    let gap = |judged: &Judged| {
        let open = matches!(judged.outcome, Outcome::Skip | Outcome::Unverified);
        open && judged.reason.as_deref() != Some(SkipReason::Unsupported.as_str())
    };
    if of_lens().any(gap) {
        Verdict::ConformantWithGaps
    } else {
        Verdict::Conformant
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Lens;

    fn judged(id: &str, outcome: Outcome, reason: Option<&str>) -> Judged {
        let requirement = Catalogue::embedded().get(id).expect(id);
        let mut judged = not_judged(requirement, None, outcome, "", "");
        judged.reason = reason.map(str::to_owned);
        judged
    }

    #[test]
    fn verdicts_follow_the_worst_must_of_their_lens() {
        let spec = "create.201.status";
        let operator = "create.201.id-non-empty";
        let should = "create.id.distinct";
        let table: &[(&[Judged], bool, bool, Verdict, Verdict)] = &[
            (&[], true, false, Verdict::Conformant, Verdict::Conformant),
            (&[], false, false, Verdict::Incomplete, Verdict::Incomplete),
            (
                &[judged(spec, Outcome::Fail, None)],
                true,
                false,
                Verdict::NotConformant,
                Verdict::Conformant,
            ),
            (
                &[judged(operator, Outcome::Fail, None)],
                false,
                false,
                Verdict::Incomplete,
                Verdict::NotConformant,
            ),
            (
                &[judged(should, Outcome::Warn, None)],
                true,
                false,
                Verdict::Conformant,
                Verdict::Conformant,
            ),
            (
                &[judged(spec, Outcome::Flaky, None)],
                true,
                false,
                Verdict::NotConformant,
                Verdict::Conformant,
            ),
            (
                &[judged(should, Outcome::Flaky, None)],
                true,
                false,
                Verdict::Conformant,
                Verdict::Conformant,
            ),
            (
                &[judged(should, Outcome::Flaky, None)],
                true,
                true,
                Verdict::NotConformant,
                Verdict::NotConformant,
            ),
            (
                &[judged(should, Outcome::Warn, None)],
                true,
                true,
                Verdict::NotConformant,
                Verdict::NotConformant,
            ),
            (
                &[judged(spec, Outcome::Skip, Some("filtered"))],
                true,
                false,
                Verdict::ConformantWithGaps,
                Verdict::Conformant,
            ),
            (
                &[judged(spec, Outcome::Skip, Some("unsupported"))],
                true,
                false,
                Verdict::Conformant,
                Verdict::Conformant,
            ),
            (
                &[judged(operator, Outcome::Unverified, Some("events"))],
                true,
                false,
                Verdict::Conformant,
                Verdict::ConformantWithGaps,
            ),
            (
                &[judged(operator, Outcome::Error, None)],
                true,
                false,
                Verdict::Conformant,
                Verdict::Incomplete,
            ),
        ];
        for (at, (results, complete, strict, spec, operator)) in table.iter().enumerate() {
            assert_eq!(
                verdict(results, *complete, *strict, |r| r.level.spec()),
                *spec,
                "row {at}"
            );
            assert_eq!(
                verdict(results, *complete, *strict, |r| r.level.operator()),
                *operator,
                "row {at}"
            );
        }
    }

    #[test]
    fn the_worst_observation_decides_and_the_others_are_counted() {
        let observation = |outcome, actual: &str| Observation {
            case: "c".to_owned(),
            requirement: "create.201.status".to_owned(),
            kind: Some(ResourceKind::Run),
            series: None,
            outcome,
            reason: None,
            expected: "201".to_owned(),
            actual: actual.to_owned(),
            lens: Lenses {
                spec: Lens::of(outcome == Outcome::Pass),
                operator: Lens::Pass,
            },
            evidence: vec![1],
            events: Vec::new(),
            count: 1,
        };
        let all = [
            observation(Outcome::Pass, "201"),
            observation(Outcome::Fail, "200"),
            observation(Outcome::Skip, "-"),
        ];
        let requirement = Catalogue::embedded()
            .get("create.201.status")
            .expect("exists");
        let judged = worst(
            requirement,
            Some(ResourceKind::Run),
            &all.iter().collect::<Vec<_>>(),
        );
        assert_eq!(
            (judged.outcome, judged.actual.as_str()),
            (Outcome::Fail, "200")
        );
        assert_eq!((judged.total, judged.failing), (2, 1));
        assert_eq!(
            judged.lens,
            Lenses {
                spec: Lens::Fail,
                operator: Lens::Pass
            }
        );
    }
}
