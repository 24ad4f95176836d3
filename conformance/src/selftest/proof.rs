//! Which faults prove which check: what the self-test sees to.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::catalogue::Catalogue;
use crate::mock::FAULTS;
use crate::report::{Proofs, Stamp};

/// What proves the checks of this build.
pub(crate) fn proofs() -> &'static Proofs {
    static PROOFS: LazyLock<Proofs> = LazyLock::new(|| {
        let all = || Catalogue::embedded().provider();
        let proven = all().map(|requirement| (requirement.id.as_str(), faults(&requirement.id)));
        let faults: BTreeMap<_, _> = proven.filter(|(_, faults)| !faults.is_empty()).collect();
        Proofs {
            stamp: Stamp {
                proven: faults.len(),
                requirements: all().count(),
                faults: FAULTS.len(),
            },
            faults,
        }
    });
    &PROOFS
}

/// The faults that turn a requirement red.
pub(crate) fn faults(requirement: &str) -> Vec<&'static str> {
    let proves = FAULTS
        .iter()
        .filter(|fault| fault.red.contains(&requirement));
    proves.map(|fault| fault.name).collect()
}

/// The faults as a sentence, or nothing where there is none.
pub(crate) fn told(requirement: &str) -> String {
    let faults = faults(requirement);
    match faults.len() {
        0 => String::new(),
        count => format!(
            "mutants that prove this check: {count} ({})",
            faults.join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::ids;

    #[test]
    fn a_check_names_the_faults_that_it_finds() {
        let found = faults(ids::CREATE_ID_LENGTH);
        assert_eq!(found, ["id-over-1024-bytes"]);
        assert_eq!(
            told(ids::CREATE_ID_LENGTH),
            "mutants that prove this check: 1 (id-over-1024-bytes)"
        );
        assert_eq!(told(ids::SPEC_ENV_ARRAY), "");
    }

    #[test]
    fn the_stamp_leaves_out_only_what_processes_prove() {
        let stamp = proofs().stamp;
        let by_processes = Catalogue::embedded()
            .provider()
            .filter(|r| r.needs.iter().any(|need| need == "container"))
            .count();
        assert_eq!(stamp.proven + by_processes, stamp.requirements, "{stamp}");
        let text = stamp.to_string();
        assert!(text.starts_with(&format!("{} of ", stamp.proven)), "{text}");
    }
}
