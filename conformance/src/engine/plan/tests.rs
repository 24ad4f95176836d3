use super::*;

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
        let plan = Plan::make(&wanted(profile, profile.max_creates()));
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
    let plan = Plan::make(&wanted(Profile::Core, 40));
    for omitted in &plan.omitted {
        let expected = omitted.outcome == Outcome::Unverified
            || omitted.requirement == "lifecycle.random-walk";
        assert!(
            expected,
            "{} {:?}: {}",
            omitted.requirement, omitted.kind, omitted.why
        );
    }
}

#[test]
fn core_affords_everything_when_there_is_all_the_help() {
    let all = Catalogue::embedded().provider();
    let needs = all.flat_map(|requirement| requirement.needs.iter().map(String::as_str));
    let plan = Plan::make(&Wanted {
        at_hand: needs.collect(),
        ..wanted(Profile::Core, Profile::Core.max_creates())
    });
    for omitted in plan.omitted.iter().filter(|o| o.reason == "disabled") {
        assert_eq!(
            omitted.requirement, "lifecycle.random-walk",
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
            selected: ["create.201.status"].into(),
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
        let plan = Plan::make(&wanted);
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
