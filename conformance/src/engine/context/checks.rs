//! What a case has to say about requirements.

use kfp_operator_sim::ResourceKind;

use super::alike::Like;
use super::{Alike, Context};
use crate::base::outcome::{Finding, Lens, Lenses, Outcome};
use crate::catalogue::{Catalogue, Level, Requirement};
use crate::journal::record::{Observation, Record};
use crate::oracle::ambient::Findings;
use crate::oracle::exchange::Exchange;

/// However a case ends, what has passed in it is written down.
impl Drop for Context {
    fn drop(&mut self) {
        self.settle_passes();
    }
}

impl Context {
    /// Says what an exchange shows about a requirement of the case's type.
    pub(crate) fn check(&mut self, requirement: &'static str, finding: Finding, shown: &Exchange) {
        let kind = self.subject;
        self.note(requirement, kind, finding, shown);
    }

    /// Says something that no single exchange shows.
    pub(crate) fn check_alone(&mut self, requirement: &'static str, finding: Finding) {
        let kind = self.subject;
        self.observe(requirement, kind, finding, Lenses::default(), Vec::new());
    }

    /// Says what several exchanges show together.
    pub(crate) fn check_seqs(
        &mut self,
        requirement: &'static str,
        finding: Finding,
        lens: Lenses,
        evidence: Vec<u64>,
    ) {
        let kind = self.subject;
        self.observe(requirement, kind, finding, lens, evidence);
    }

    /// As [`Self::check_alone`], for a type of a case about many.
    pub(crate) fn check_alone_of(
        &mut self,
        kind: Option<ResourceKind>,
        requirement: &'static str,
        finding: Finding,
    ) {
        self.observe(requirement, kind, finding, Lenses::default(), Vec::new());
    }

    /// Says what many exchanges show alike.
    pub(crate) fn check_alike(&mut self, requirement: &'static str, alike: Alike) {
        let kind = self.subject;
        let Alike {
            finding,
            lens,
            seq,
            count,
        } = alike;
        self.observe_alike(requirement, kind, finding, lens, vec![seq], count);
    }

    /// As [`Self::check`], for a type of a case about many.
    pub(crate) fn note(
        &mut self,
        requirement: &'static str,
        kind: Option<ResourceKind>,
        finding: Finding,
        shown: &Exchange,
    ) {
        self.observe(requirement, kind, finding, shown.lens, vec![shown.seq]);
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
                self.note(requirement, kind, finding, shown);
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
            let Alike {
                finding,
                seq,
                count,
                ..
            } = alike;
            self.observe_alike(requirement, kind, finding, lens, vec![seq], count);
            self.series = series;
        }
    }

    fn observe(
        &mut self,
        requirement: &'static str,
        kind: Option<ResourceKind>,
        finding: Finding,
        lens: Lenses,
        evidence: Vec<u64>,
    ) {
        self.observe_alike(requirement, kind, finding, lens, evidence, 1);
    }

    fn observe_alike(
        &mut self,
        requirement: &'static str,
        kind: Option<ResourceKind>,
        finding: Finding,
        lens: Lenses,
        evidence: Vec<u64>,
        count: usize,
    ) {
        let known = known(requirement);
        let Some(kind) = subject(known, kind) else {
            return;
        };
        self.observed.insert((requirement, kind));
        let mut finding = self.session.unless_refused(&self.label, &evidence, finding);
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
            lens: decided(lens, known.level, finding.outcome),
            evidence,
            events: self.events.clone(),
            count,
        };
        let record = Record::Observation(Box::new(observation));
        self.session.setup.journal.write(record);
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
