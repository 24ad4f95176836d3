//! What a check can find.

use serde::{Deserialize, Serialize};

/// Result of a check. There is no default: an outcome is always produced by something that ran, or
/// by the plan that says why nothing ran.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "kebab-case")]
pub enum Outcome {
    /// The requirement is met.
    Pass,
    /// A legal answer, not the best.
    Tolerated,
    /// A SHOULD is not met, or a MUST only after a while.
    Warn,
    /// The requirement is violated.
    Fail,
    /// The same question was answered rightly and wrongly.
    Flaky,
    /// The runner itself failed; says nothing about the provider.
    Error,
    /// Not checked, for the reason given.
    Skip,
    /// Cannot be checked without the help named.
    Unverified,
    /// A known failure, and it failed.
    Xfail,
    /// A known failure, but it passed.
    Xpass,
}

impl Outcome {
    /// All outcomes, worst first: of several observations the worst decides, and any that was
    /// judged outweighs those that were not.
    pub const BY_SEVERITY: [Self; 10] = [
        Self::Fail,
        Self::Flaky,
        Self::Xpass,
        Self::Error,
        Self::Xfail,
        Self::Warn,
        Self::Tolerated,
        Self::Pass,
        Self::Unverified,
        Self::Skip,
    ];

    /// The worse of two.
    pub fn worse(self, other: Self) -> Self {
        let rank = |outcome| Self::BY_SEVERITY.iter().position(|o| *o == outcome);
        if rank(self) <= rank(other) {
            self
        } else {
            other
        }
    }

    /// As it is written in files.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// Why something was not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum SkipReason {
    /// Not selected on the command line.
    Filtered,
    /// The provider does not support the type.
    Unsupported,
    /// Something it builds on did not work.
    Prerequisite,
    /// The profile or the limit of creates leaves it out.
    Disabled,
}

impl SkipReason {
    /// As it is written in files.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// What one lens says of an answer.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "kebab-case")]
pub enum Lens {
    /// Right.
    Pass,
    /// Wrong.
    Fail,
    /// Has nothing to say.
    #[default]
    None,
}

impl Lens {
    /// The worse of two; a lens that has nothing to say never hides one that has.
    pub fn worse(self, other: Self) -> Self {
        match (self, other) {
            (Self::Fail, _) | (_, Self::Fail) => Self::Fail,
            (Self::Pass, _) | (_, Self::Pass) => Self::Pass,
            (Self::None, Self::None) => Self::None,
        }
    }

    /// `Pass` if it holds, else `Fail`.
    pub(crate) fn of(holds: bool) -> Self {
        if holds { Self::Pass } else { Self::Fail }
    }

    /// As it is written in files.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// Both lenses; both are always shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Lenses {
    /// The published document.
    pub spec: Lens,
    /// The operator's end state.
    pub operator: Lens,
}

impl Lenses {
    pub(crate) fn worse(self, other: Self) -> Self {
        Self {
            spec: self.spec.worse(other.spec),
            operator: self.operator.worse(other.operator),
        }
    }
}

/// What a check says of one requirement, before it is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) outcome: Outcome,
    /// For skips and unverified: the reason or need, as reports write it.
    pub(crate) reason: Option<String>,
    /// What was expected, if the catalogue's text is not precise enough.
    pub(crate) expected: Option<String>,
    /// What was there.
    pub(crate) actual: String,
}

impl Finding {
    pub(crate) fn pass(actual: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Pass,
            reason: None,
            expected: None,
            actual: actual.into(),
        }
    }

    pub(crate) fn tolerated(actual: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Tolerated,
            ..Self::pass(actual)
        }
    }

    pub(crate) fn warn(actual: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Warn,
            ..Self::pass(actual)
        }
    }

    pub(crate) fn fail(actual: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Fail,
            ..Self::pass(actual)
        }
    }

    pub(crate) fn prerequisite(why: impl Into<String>) -> Self {
        Self::skip(SkipReason::Prerequisite, why)
    }

    pub(crate) fn skip(reason: SkipReason, why: impl Into<String>) -> Self {
        let reason = Some(reason.as_str().to_owned());
        Self {
            outcome: Outcome::Skip,
            reason,
            ..Self::pass(why)
        }
    }

    pub(crate) fn unverified(need: &str, why: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Unverified,
            reason: Some(need.to_owned()),
            ..Self::pass(why)
        }
    }

    /// The runner's own failure, or that of the help it was given.
    pub(crate) fn error(why: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Error,
            ..Self::pass(why)
        }
    }

    /// Pass if it holds, else fail.
    pub(crate) fn when(holds: bool, actual: impl Into<String>) -> Self {
        if holds {
            Self::pass(actual)
        } else {
            Self::fail(actual)
        }
    }

    pub(crate) fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }
}

#[cfg(test)]
mod tests;
