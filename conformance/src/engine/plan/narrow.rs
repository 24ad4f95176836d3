//! Plans made smaller: only what reads, or one share of several. What is left out is said.

use kfp_operator_sim::ResourceKind;

use super::{Job, Plan, costs};
use crate::base::outcome::{Outcome, SkipReason};
use crate::base::shard::{ANOTHER_SHARD, Shard};
use crate::catalogue::Catalogue;
use crate::journal::record::{Creates, Omitted};

impl Plan {
    /// Only cases that can neither create nor change nor delete anything, whatever the provider
    /// makes of them.
    pub(crate) fn reading_only(self) -> Self {
        let why = "left out by --read-only";
        self.keep(|_, job| job.case.only_reads, SkipReason::Disabled, why)
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
    let writes = jobs.iter().any(|job| !job.case.only_reads);
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
