//! Which faults prove which check: what the self-test sees to.

use serde::{Deserialize, Serialize};

use crate::catalogue::Catalogue;
use crate::mock::FAULTS;

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

/// How far the checks of this build are proven themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Requirements that some fault turns red.
    pub proven: usize,
    /// Requirements on providers. Those of a container are proven with processes instead.
    pub requirements: usize,
    /// Faults that there are.
    pub faults: usize,
}

impl Stamp {
    /// The stamp of this build.
    pub(crate) fn of_this_build() -> Self {
        let all = || Catalogue::embedded().provider();
        Self {
            proven: all().filter(|r| !faults(&r.id).is_empty()).count(),
            requirements: all().count(),
            faults: FAULTS.len(),
        }
    }
}

impl std::fmt::Display for Stamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            proven,
            requirements,
            faults,
        } = self;
        write!(
            f,
            "{proven} of {requirements} requirements proven by {faults} faults"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_names_the_faults_that_it_finds() {
        let found = faults("create.id.length");
        assert_eq!(found, ["id-over-1024-bytes"]);
        assert_eq!(
            told("create.id.length"),
            "mutants that prove this check: 1 (id-over-1024-bytes)"
        );
        assert_eq!(told("spec.env-array"), "");
    }

    #[test]
    fn the_stamp_leaves_out_only_what_processes_prove() {
        let stamp = Stamp::of_this_build();
        let by_processes = Catalogue::embedded()
            .provider()
            .filter(|r| r.needs.iter().any(|need| need == "container"))
            .count();
        assert_eq!(stamp.proven + by_processes, stamp.requirements, "{stamp}");
        let text = stamp.to_string();
        assert!(text.starts_with(&format!("{} of ", stamp.proven)), "{text}");
    }
}
