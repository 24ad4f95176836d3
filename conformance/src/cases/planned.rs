//! Plans of all cases there are: profiles keep their promises, and what is left out is said.

use crate::catalogue::ids;
use std::collections::{BTreeMap, BTreeSet};

use kfp_operator_sim::ResourceKind;

use super::all;
use crate::base::outcome::Outcome;
use crate::base::shard::Shard;
use crate::catalogue::Catalogue;
use crate::engine::case::Profile;
use crate::engine::plan::{Plan, Wanted};
use crate::journal::record::Creates;

fn wanted(profile: Profile, max_creates: u32) -> Wanted<'static> {
    Wanted {
        selected: BTreeSet::new(),
        types: Vec::new(),
        results: None,
        unsupported: &[],
        profile,
        max_creates,
        at_hand: BTreeSet::new(),
    }
}

#[test]
fn profiles_keep_their_promise() {
    for profile in [Profile::Smoke, Profile::Core] {
        let plan = Plan::make(&all(), &wanted(profile, profile.max_creates()));
        for Creates { kind, count } in plan.creates {
            assert!(
                count <= profile.max_creates(),
                "{profile:?} {kind}: {count}"
            );
        }
    }
}

#[test]
fn core_leaves_out_only_what_needs_help_or_the_full_profile() {
    let plan = Plan::make(&all(), &wanted(Profile::Core, 40));
    for omitted in &plan.omitted {
        let expected = omitted.outcome == Outcome::Unverified
            || omitted.requirement == ids::LIFECYCLE_RANDOM_WALK;
        assert!(
            expected,
            "{} {:?}: {}",
            omitted.requirement, omitted.kind, omitted.why
        );
    }
}

#[test]
fn core_affords_everything_when_there_is_all_the_help() {
    let requirements = Catalogue::embedded().provider();
    let needs = requirements.flat_map(|requirement| requirement.needs.iter().map(String::as_str));
    let plan = Plan::make(
        &all(),
        &Wanted {
            at_hand: needs.collect(),
            ..wanted(Profile::Core, Profile::Core.max_creates())
        },
    );
    for omitted in plan.omitted.iter().filter(|o| o.reason == "disabled") {
        assert_eq!(
            omitted.requirement,
            ids::LIFECYCLE_RANDOM_WALK,
            "{:?}",
            omitted.kind
        );
    }
}

#[test]
fn every_requirement_is_judged_or_omitted_with_a_reason() {
    let plans = [
        wanted(Profile::Full, u32::MAX),
        wanted(Profile::Smoke, 2),
        Wanted {
            selected: [ids::CREATE_201_STATUS].into(),
            ..wanted(Profile::Core, 40)
        },
        Wanted {
            types: vec![ResourceKind::Run],
            ..wanted(Profile::Core, 1)
        },
        Wanted {
            unsupported: &[ResourceKind::Experiment],
            ..wanted(Profile::Core, 40)
        },
        Wanted {
            at_hand: ["hook:probe", "hook:restart", "replica"].into(),
            types: vec![ResourceKind::Run, ResourceKind::Pipeline],
            ..wanted(Profile::Core, 40)
        },
    ];
    for wanted in plans {
        let plan = Plan::make(&all(), &wanted);
        for requirement in Catalogue::embedded().provider() {
            for kind in requirement.subjects() {
                let omitted = plan
                    .omitted
                    .iter()
                    .filter(|o| o.requirement == requirement.id && o.kind == kind);
                let judged = plan
                    .jobs
                    .iter()
                    .any(|job| job.judges(&requirement.id, kind));
                let count = omitted.count();
                assert!(
                    count == 1 || (count == 0 && judged),
                    "{} {kind:?}: {count}",
                    requirement.id
                );
            }
        }
    }
}

fn whole() -> Plan {
    Plan::make(
        &all(),
        &Wanted {
            selected: BTreeSet::new(),
            types: Vec::new(),
            unsupported: &[],
            profile: Profile::Full,
            max_creates: u32::MAX,
            at_hand: Default::default(),
            results: Default::default(),
        },
    )
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
