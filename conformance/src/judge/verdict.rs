//! What results amount to, by lens.

use serde::{Deserialize, Serialize};

use super::Judged;
use crate::base::outcome::{Outcome, SkipReason};
use crate::catalogue::Requirement;

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
    pub(super) fn of(results: &[Judged], complete: bool, strict: bool) -> Self {
        let of = |counts: fn(&Requirement) -> bool| verdict(results, complete, strict, counts);
        Self {
            spec: of(|r| r.level.spec()),
            operator: of(|r| r.level.operator()),
        }
    }
}

pub(super) fn verdict(
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
