//! The cases, by what they are about.
//!
//! Here belongs what is sent to decide a requirement, and what is seen in the answers. Nothing below knows a case.

mod bodies;
mod container;
mod create;
mod crowd;
mod delete;
mod effect;
mod events;
mod generated;
mod health;
mod lifecycle;
mod outage;
mod pace;
#[cfg(test)]
mod planned;
mod refusals;
mod replica;
mod restart;
mod robust;
pub(crate) mod transport;
mod update;
mod upheaval;
mod walk;

use crate::engine::case::Case;

/// All cases, the cheapest and most telling first: when creates are limited, the first ones stay.
pub(crate) fn all() -> Vec<&'static Case> {
    [
        lifecycle::CASES,
        health::CASES,
        refusals::CASES,
        create::CASES,
        update::CASES,
        delete::CASES,
        bodies::CASES,
        transport::CASES,
        robust::CASES,
        pace::CASES,
        replica::CASES,
        events::CASES,
        upheaval::CASES,
        container::CASES,
        generated::CASES,
        walk::CASES,
        crowd::CASES,
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use kfp_operator_sim::ResourceKind;

    use super::*;
    use crate::catalogue::Catalogue;
    use crate::engine::case::Profile;

    #[test]
    fn ids_are_unique_and_refer_to_the_catalogue() {
        let mut seen = BTreeSet::new();
        for case in all() {
            assert!(seen.insert(case.id), "{} appears twice", case.id);
            for requirement in case.requirements() {
                let known = Catalogue::embedded().get(requirement);
                assert!(known.is_some(), "{}: no requirement {requirement}", case.id);
            }
        }
    }

    #[test]
    fn cases_that_only_read_create_nothing() {
        let cases = all();
        let reading: Vec<_> = cases.iter().filter(|case| case.only_reads).collect();
        assert!(!reading.is_empty());
        for case in reading {
            assert_eq!((case.creates, case.extra.len()), (0, 0), "{}", case.id);
        }
    }

    #[test]
    fn every_requirement_has_a_case() {
        let decided: BTreeSet<_> = all().iter().flat_map(|case| case.requirements()).collect();
        for requirement in Catalogue::embedded().provider() {
            let id = requirement.id.as_str();
            assert!(decided.contains(id), "{id}");
        }
    }

    #[test]
    fn smoke_needs_at_most_two_creates_per_type() {
        for kind in ResourceKind::ALL {
            // The pipeline that runs refer to is made once for all cases.
            let mut total = u32::from(kind == ResourceKind::Pipeline);
            for case in all().iter().filter(|case| case.profile == Profile::Smoke) {
                for subject in case.kinds() {
                    total += if subject == Some(kind) {
                        case.creates
                    } else {
                        0
                    };
                    let extra = case.extra.iter().filter(|(of, _)| *of == kind);
                    total += extra.map(|(_, count)| count).sum::<u32>();
                }
            }
            assert!(total <= Profile::Smoke.max_creates(), "{kind}: {total}");
        }
    }
}
