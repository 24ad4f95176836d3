//! Which cases run, which requirements are left out, and why. Decided before anything is sent.

mod narrow;

use std::collections::{BTreeMap, BTreeSet};

use kfp_operator_sim::ResourceKind;

use crate::base::outcome::{Outcome, SkipReason};
use crate::base::shard::Shard;
use crate::catalogue::{Catalogue, Requirement};
use crate::engine::case::{Case, Kinds, Profile, Subjects};
use crate::engine::previous::Pair;
use crate::journal::record::KnownFailure;
use crate::journal::record::{Creates, Omitted};

/// What the plan depends on.
pub(crate) struct Wanted<'a> {
    /// Requirements asked for; empty for all.
    pub(crate) selected: BTreeSet<&'a str>,
    /// Types asked for; empty for all.
    pub(crate) types: Vec<ResourceKind>,
    /// Exactly these results, if it is asked for results.
    pub(crate) results: Option<BTreeSet<Pair>>,
    pub(crate) unsupported: &'a [ResourceKind],
    pub(crate) profile: Profile,
    /// Creates per type at most.
    pub(crate) max_creates: u32,
    /// Needs of requirements that are met, as the catalogue writes them.
    pub(crate) at_hand: BTreeSet<&'a str>,
}

/// A case to run, for one type.
#[derive(Clone, Copy)]
pub(crate) struct Job {
    pub(crate) case: &'static Case,
    pub(crate) subject: Option<ResourceKind>,
    /// The types of a case that is about many at once.
    pub(crate) kinds: Kinds,
}

impl Job {
    /// What it judges: a type, the provider as a whole, or many types.
    pub(crate) fn subjects(&self) -> Vec<Option<ResourceKind>> {
        if self.kinds == Kinds::default() {
            return vec![self.subject];
        }
        self.kinds.iter().map(Some).collect()
    }

    /// Whether it judges a requirement for a type, or for the provider as a whole.
    pub(crate) fn judges(&self, requirement: &str, kind: Option<ResourceKind>) -> bool {
        (kind.is_none() || self.subjects().contains(&kind))
            && self
                .case
                .requirements()
                .any(|decided| decided == requirement)
    }
}

/// The decision.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) jobs: Vec<Job>,
    pub(crate) omitted: Vec<Omitted>,
    pub(crate) creates: Vec<Creates>,
    /// Which share of a larger plan it is.
    pub(crate) shard: Option<Shard>,
    /// Failures that are let through.
    pub(crate) known: Vec<KnownFailure>,
}

impl Plan {
    /// Decides what runs of these cases.
    pub(crate) fn make(cases: &[&'static Case], wanted: &Wanted<'_>) -> Self {
        let mut budget = Budget::new(wanted);
        let mut jobs = Vec::new();
        for case in cases.iter().copied() {
            if case.profile > wanted.profile || !wanted.wants_case(case) {
                continue;
            }
            jobs.extend(wanted.jobs(case, &mut budget));
        }
        let omitted = omitted(wanted, &jobs);
        Self {
            creates: narrow::creates(&jobs),
            jobs,
            omitted,
            shard: None,
            known: Vec::new(),
        }
    }
}

impl Wanted<'_> {
    fn wants(&self, requirement: &str) -> bool {
        self.selected.is_empty() || self.selected.contains(requirement)
    }

    fn wants_case(&self, case: &Case) -> bool {
        let catalogue = Catalogue::embedded();
        case.requirements()
            .filter(|requirement| self.wants(requirement))
            .filter_map(|requirement| catalogue.get(requirement))
            .any(|requirement| requirement.missing_need(&self.at_hand).is_none())
    }

    /// The jobs of a case that are wanted and can be afforded.
    fn jobs(&self, case: &'static Case, budget: &mut Budget) -> Vec<Job> {
        let mut afforded = |subject: &Option<ResourceKind>| {
            self.wants_subject(*subject)
                && self.wants_job(case, *subject)
                && budget.afford(case, *subject)
        };
        let job = |subject, kinds| Job {
            case,
            subject,
            kinds,
        };
        if let Subjects::Together(kinds) = case.subjects {
            let kinds = kinds.iter().copied().map(Some).filter(&mut afforded);
            let kinds: Kinds = kinds.flatten().collect();
            return Vec::from_iter((kinds != Kinds::default()).then(|| job(None, kinds)));
        }
        let subjects = case.kinds().into_iter().filter(&mut afforded);
        subjects
            .map(|subject| job(subject, Kinds::default()))
            .collect()
    }

    /// Whether a result is asked for.
    fn wants_result(&self, requirement: &Requirement, kind: Option<ResourceKind>) -> bool {
        let kind = kind.filter(|_| !requirement.types.is_empty());
        self.results
            .as_ref()
            .is_none_or(|results| results.contains(&(requirement.id.clone(), kind)))
    }

    /// Whether a case of a type decides a result that is asked for.
    fn wants_job(&self, case: &Case, subject: Option<ResourceKind>) -> bool {
        let mut decided = case
            .requirements()
            .filter_map(|id| Catalogue::embedded().get(id));
        decided.any(|requirement| {
            self.wants(&requirement.id) && self.wants_result(requirement, subject)
        })
    }

    fn wants_subject(&self, subject: Option<ResourceKind>) -> bool {
        subject.is_none_or(|kind| self.wants_type(kind) && !self.unsupported.contains(&kind))
    }

    fn wants_type(&self, kind: ResourceKind) -> bool {
        self.types.is_empty() || self.types.contains(&kind)
    }
}

/// Creates still allowed, per type.
struct Budget {
    left: BTreeMap<ResourceKind, u32>,
}

impl Budget {
    /// What is left when the pipeline that runs refer to is taken away.
    fn new(wanted: &Wanted<'_>) -> Self {
        let shared = |kind| u32::from(kind == ResourceKind::Pipeline);
        let left =
            ResourceKind::ALL.map(|kind| (kind, wanted.max_creates.saturating_sub(shared(kind))));
        Self { left: left.into() }
    }

    /// Takes what a case costs, or nothing if it costs too much.
    fn afford(&mut self, case: &Case, subject: Option<ResourceKind>) -> bool {
        let mut after = self.left.clone();
        for (kind, cost) in costs(case, subject) {
            let left = after.entry(kind).or_default();
            let Some(rest) = left.checked_sub(cost) else {
                return false;
            };
            *left = rest;
        }
        self.left = after;
        true
    }
}

fn costs(case: &Case, subject: Option<ResourceKind>) -> impl Iterator<Item = (ResourceKind, u32)> {
    let own = subject.map(|kind| (kind, case.creates));
    own.into_iter().chain(case.extra.iter().copied())
}

/// Every requirement and type that no job will judge, with the reason.
fn omitted(wanted: &Wanted<'_>, jobs: &[Job]) -> Vec<Omitted> {
    let mut omitted = Vec::new();
    for requirement in Catalogue::embedded().provider() {
        for kind in requirement.subjects() {
            let judged = jobs.iter().any(|job| job.judges(&requirement.id, kind));
            if let Some((outcome, reason, why)) = reason(wanted, requirement, kind, judged) {
                omitted.push(Omitted {
                    requirement: requirement.id.clone(),
                    kind,
                    outcome,
                    reason,
                    why,
                });
            }
        }
    }
    omitted
}

fn reason(
    wanted: &Wanted<'_>,
    requirement: &Requirement,
    kind: Option<ResourceKind>,
    judged: bool,
) -> Option<(Outcome, String, String)> {
    let skip = |reason: SkipReason, why: &str| {
        Some((Outcome::Skip, reason.as_str().to_owned(), why.to_owned()))
    };
    let of_type = kind.is_none_or(|kind| wanted.wants_type(kind));
    if !wanted.wants(&requirement.id) || !of_type || !wanted.wants_result(requirement, kind) {
        return skip(SkipReason::Filtered, "not selected");
    }
    if kind.is_some_and(|kind| wanted.unsupported.contains(&kind)) {
        return skip(
            SkipReason::Unsupported,
            "declared unsupported in provider.toml",
        );
    }
    if let Some(need) = requirement.missing_need(&wanted.at_hand) {
        let why = format!("needs {}", requirement.needs.join(", "));
        return Some((Outcome::Unverified, need.to_owned(), why));
    }
    if judged {
        return None;
    }
    skip(
        SkipReason::Disabled,
        "left out by the profile or by the limit of creates",
    )
}
