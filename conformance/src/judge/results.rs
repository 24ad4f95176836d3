//! One result for each requirement and type: the worst that was observed, or why nothing was.

use crate::catalogue::ids;
use std::collections::BTreeMap;

use kfp_operator_sim::ResourceKind;

use crate::base::outcome::{Lenses, Outcome, SkipReason};
use crate::catalogue::{Catalogue, Level, Requirement};
use crate::journal::record::{Observation, Omitted, Record};
use crate::judge::flakiness::Rate;

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
    /// Both lenses, of the observation that is shown; of passes, the worst of both over all of them.
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

type Key = (&'static str, Option<ResourceKind>);

pub(super) fn results(
    records: &[Record],
    unsupported: &[ResourceKind],
    complete: bool,
) -> Vec<Judged> {
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

/// What an answer to an update or a delete shows of a type of which nothing was ever created: no defect. No id of it
/// exists, so the operator sends neither.
pub(super) fn without_ids(never_created: &[ResourceKind], results: &mut [Judged]) {
    let about_ids = |judged: &Judged| {
        // Whether a run of an unknown pipeline is refused for that cannot be seen where all runs are.
        matches!(judged.requirement.area(), "update" | "delete")
            || judged.requirement.id == ids::CREATE_RUN_UNKNOWN_PIPELINE
    };
    for judged in results.iter_mut().filter(|judged| about_ids(judged)) {
        let wrong = matches!(
            judged.outcome,
            Outcome::Fail | Outcome::Flaky | Outcome::Warn
        );
        if wrong
            && judged
                .kind
                .is_some_and(|kind| never_created.contains(&kind))
        {
            judged.outcome = Outcome::Unverified;
            judged.reason = Some("fixture".to_owned());
            judged.actual = format!(
                "no create of the type succeeded, so no id of it exists; seen: {}",
                judged.actual
            );
        }
    }
}

pub(super) fn not_judged(
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

pub(super) fn worst(
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
        outcome = rate.amounts_to();
        actual = rate.told();
    }
    Judged {
        requirement,
        kind,
        outcome,
        reason: deciding.reason.clone(),
        lens: match outcome {
            Outcome::Pass => counted
                .iter()
                .fold(Lenses::default(), |lens, o| lens.worse(o.lens)),
            // Another answer may have had another defect, too, which says nothing about this requirement.
            _ => deciding.lens,
        },
        total: counted.iter().map(|o| o.count).sum(),
        failing: counted.iter().filter(short).map(|o| o.count).sum(),
        expected: deciding.expected.clone(),
        actual,
        evidence: deciding.evidence.clone(),
        events: deciding.events.clone(),
        case: Some(deciding.case.clone()),
    }
}
