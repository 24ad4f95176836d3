//! Plans made smaller: only what reads, or one share of several. What is left out is said.

use kfp_operator_sim::ResourceKind;

use super::{Job, Plan, costs};
use crate::base::outcome::{Outcome, SkipReason};
use crate::base::shard::Shard;
use crate::catalogue::Catalogue;
use crate::journal::record::{Creates, Omitted};

/// Why a requirement is left out that another shard checks. `merge` knows it by this text.
pub(crate) const ANOTHER_SHARD: &str = "another shard checks it";

impl Plan {
    /// Only cases that can neither create nor change nor delete anything, whatever the provider
    /// makes of them.
    pub(crate) fn reading_only(self) -> Self {
        let why = "left out by --read-only";
        self.keep(|_, job| job.case.only_reads(), SkipReason::Disabled, why)
    }

    /// One share. The shares of a plan have no case in common and miss none.
    pub(crate) fn share(self, shard: Shard) -> Self {
        let keep = |at, _: &Job| shard.has(at);
        Self {
            shard: Some(shard),
            ..self.keep(keep, SkipReason::Filtered, ANOTHER_SHARD)
        }
    }

    fn keep(self, keep: impl Fn(usize, &Job) -> bool, reason: SkipReason, why: &str) -> Self {
        let kept: Vec<Job> = self
            .jobs
            .iter()
            .enumerate()
            .filter(|(at, job)| keep(*at, job))
            .map(|(_, job)| *job)
            .collect();
        let mut omitted = self.omitted;
        for requirement in Catalogue::embedded().provider() {
            for kind in requirement.subjects() {
                let id = requirement.id.as_str();
                let known = omitted
                    .iter()
                    .any(|one| one.requirement == id && one.kind == kind);
                if known || kept.iter().any(|job| job.judges(id, kind)) {
                    continue;
                }
                omitted.push(Omitted {
                    requirement: id.to_owned(),
                    kind,
                    outcome: Outcome::Skip,
                    reason: reason.as_str().to_owned(),
                    why: why.to_owned(),
                });
            }
        }
        Self {
            creates: creates(&kept),
            jobs: kept,
            omitted,
            ..self
        }
    }
}

/// Creates that the jobs make at most, with the pipeline that runs refer to.
pub(super) fn creates(jobs: &[Job]) -> Vec<Creates> {
    let writes = jobs.iter().any(|job| !job.case.only_reads());
    let of = |kind| {
        let shared = u32::from(kind == ResourceKind::Pipeline && writes);
        let all = jobs.iter().flat_map(|job| costs(job.case, job.subject));
        shared + all.filter(|(k, _)| *k == kind).map(|(_, n)| n).sum::<u32>()
    };
    ResourceKind::ALL
        .map(|kind| Creates {
            kind,
            count: of(kind),
        })
        .into()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::engine::case::Profile;
    use crate::engine::plan::Wanted;

    fn whole() -> Plan {
        Plan::make(&Wanted {
            selected: BTreeSet::new(),
            types: Vec::new(),
            unsupported: &[],
            profile: Profile::Full,
            max_creates: u32::MAX,
            at_hand: Default::default(),
            results: Default::default(),
        })
    }

    fn names(plan: &Plan) -> Vec<(&'static str, Option<ResourceKind>)> {
        plan.jobs.iter().map(|j| (j.case.id, j.subject)).collect()
    }

    #[test]
    fn the_shares_together_are_the_whole_plan() {
        for of in [1, 2, 3, 7] {
            let shares: Vec<Plan> = (1..=of)
                .map(|index| whole().share(Shard { index, of }))
                .collect();
            let mut all: Vec<_> = shares.iter().flat_map(names).collect();
            let mut expected = names(&whole());
            all.sort();
            expected.sort();
            assert_eq!(all, expected, "{of} shares");
            let mut counted: BTreeMap<ResourceKind, u32> = BTreeMap::new();
            for creates in shares.iter().flat_map(|share| &share.creates) {
                *counted.entry(creates.kind).or_default() += creates.count;
            }
            for Creates { kind, count } in whole().creates {
                assert!(counted[&kind] >= count, "{kind} of {of} shares");
            }
        }
    }

    #[test]
    fn what_a_narrow_plan_leaves_out_is_said() {
        let narrow = [
            whole().reading_only(),
            whole().share(Shard { index: 2, of: 3 }),
        ];
        for plan in narrow {
            for requirement in Catalogue::embedded().provider() {
                for kind in requirement.subjects() {
                    // What a job judges may still be left out for want of a hook.
                    let told = plan
                        .omitted
                        .iter()
                        .filter(|o| o.requirement == requirement.id && o.kind == kind)
                        .map(|o| o.outcome)
                        .collect::<Vec<_>>();
                    let judged = plan
                        .jobs
                        .iter()
                        .any(|job| job.judges(&requirement.id, kind));
                    let right = match told[..] {
                        [] => judged,
                        [Outcome::Unverified] => true,
                        [_] => !judged,
                        _ => false,
                    };
                    assert!(right, "{} {kind:?}: {told:?}", requirement.id);
                }
            }
        }
    }

    #[test]
    fn reading_creates_nothing() {
        let plan = whole().reading_only();
        assert!(!plan.jobs.is_empty());
        assert!(plan.creates.iter().all(|creates| creates.count == 0));
    }
}
