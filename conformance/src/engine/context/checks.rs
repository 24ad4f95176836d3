//! What a case has to say about requirements.

use kfp_operator_sim::ResourceKind;

use super::alike::Like;
use super::{Alike, Context};
use crate::base::outcome::{Finding, Lens, Lenses, Outcome};
use crate::catalogue::{Catalogue, Level, Requirement};
use crate::journal::record::{Observation, Record};
use crate::oracle::ambient::Findings;
use crate::oracle::exchange::Exchange;

/// What a finding rests on, and whom it is about: the type of the case, unless another is named.
#[derive(Clone, Debug)]
pub(crate) struct Evidence {
    kind: Option<Option<ResourceKind>>,
    lens: Lenses,
    /// Numbers of the exchanges.
    seqs: Vec<u64>,
    /// How many exchanges show the same.
    count: usize,
}

impl Evidence {
    /// No single exchange shows it.
    pub(crate) fn none() -> Self {
        Self::of_many(Lenses::default(), Vec::new())
    }

    /// Several exchanges show it together.
    pub(crate) fn of_many(lens: Lenses, seqs: Vec<u64>) -> Self {
        Self {
            kind: None,
            lens,
            seqs,
            count: 1,
        }
    }

    /// About this type, or about the provider as a whole.
    pub(crate) fn about(self, kind: Option<ResourceKind>) -> Self {
        Self {
            kind: Some(kind),
            ..self
        }
    }
}

impl From<&Exchange> for Evidence {
    fn from(shown: &Exchange) -> Self {
        Self::of_many(shown.lens, vec![shown.seq])
    }
}

impl From<&Alike> for Evidence {
    fn from(alike: &Alike) -> Self {
        Self {
            count: alike.count,
            ..Self::of_many(alike.lens, vec![alike.seq])
        }
    }
}

/// However a case ends, what has passed in it is written down.
impl Drop for Context {
    fn drop(&mut self) {
        self.settle_passes();
    }
}

impl Context {
    /// Says what was found about a requirement, and what shows it. One that does not apply to the type is left out.
    pub(crate) fn check(
        &mut self,
        requirement: &'static str,
        finding: Finding,
        evidence: impl Into<Evidence>,
    ) {
        let evidence = evidence.into();
        let known = known(requirement);
        let Some(kind) = subject(known, evidence.kind.unwrap_or(self.subject)) else {
            return;
        };
        self.observed.insert((requirement, kind));
        let seqs = evidence.seqs;
        let mut finding = self.session.unless_refused(&self.label, &seqs, finding);
        if known.level == Level::Should && finding.outcome == Outcome::Fail {
            finding.outcome = Outcome::Warn;
        }
        let observation = Observation {
            case: self.label(),
            requirement: requirement.to_owned(),
            kind,
            series: self.series.map(str::to_owned),
            outcome: finding.outcome,
            reason: finding.reason,
            expected: finding.expected.unwrap_or_else(|| known.pass.clone()),
            actual: finding.actual,
            lens: decided(evidence.lens, known.level, finding.outcome),
            evidence: seqs,
            events: self.events.clone(),
            count: evidence.count,
        };
        let record = Record::Observation(Box::new(observation));
        self.session.setup.journal.write(record);
    }

    /// Says what the checks that every answer is subject to found in one. What passes is written down with its like.
    pub(super) fn note_general(
        &mut self,
        kind: Option<ResourceKind>,
        findings: Findings,
        shown: &Exchange,
    ) {
        for (requirement, finding) in findings {
            if finding.outcome != Outcome::Pass {
                self.check(requirement, finding, Evidence::from(shown).about(kind));
                continue;
            }
            let known = known(requirement);
            let Some(kind) = subject(known, kind) else {
                continue;
            };
            let lens = decided(shown.lens, known.level, Outcome::Pass);
            let like = Like {
                requirement,
                kind,
                series: self.series,
                lens,
            };
            self.observed.insert((requirement, kind));
            self.passes.add(like, finding, shown.seq);
        }
        if self.passes.is_full() {
            self.settle_passes();
        }
    }

    /// Writes down what has passed so far.
    fn settle_passes(&mut self) {
        for (like, alike) in self.passes.take() {
            let Like {
                requirement,
                kind,
                series,
                lens,
            } = like;
            let series = std::mem::replace(&mut self.series, series);
            let evidence = Evidence {
                lens,
                ..Evidence::from(&alike)
            };
            self.check(requirement, alike.finding, evidence.about(kind));
            self.series = series;
        }
    }
}

fn known(requirement: &'static str) -> &'static Requirement {
    let Some(known) = Catalogue::embedded().get(requirement) else {
        unreachable!("{requirement} is in the catalogue: a test compares every id used");
    };
    known
}

/// The type that an observation is about; `None` if the requirement does not apply to it.
fn subject(known: &Requirement, kind: Option<ResourceKind>) -> Option<Option<ResourceKind>> {
    let kind = kind.filter(|_| !known.types.is_empty());
    let applies = kind.is_none_or(|kind| known.types.contains(&kind));
    applies.then_some(kind)
}

/// The lens of the level says what the check said; the other lens keeps its view of the answer.
fn decided(lens: Lenses, level: Level, outcome: Outcome) -> Lenses {
    let own = match outcome {
        Outcome::Pass | Outcome::Tolerated | Outcome::Warn => Lens::Pass,
        Outcome::Fail | Outcome::Flaky => Lens::Fail,
        Outcome::Error | Outcome::Skip | Outcome::Unverified | Outcome::Xfail | Outcome::Xpass => {
            return lens;
        }
    };
    Lenses {
        spec: if level.spec() { own } else { lens.spec },
        operator: if level.operator() { own } else { lens.operator },
    }
}
