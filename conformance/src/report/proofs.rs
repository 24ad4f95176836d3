//! How far the checks of this build are proven themselves. The faults of the self-test are not known here: who knows them
//! hands this in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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

/// The faults that turn requirements red.
#[derive(Debug)]
pub(crate) struct Proofs {
    /// Their names, by requirement.
    pub(crate) faults: BTreeMap<&'static str, Vec<&'static str>>,
    pub(crate) stamp: Stamp,
}

impl Proofs {
    /// Names of the faults that turn a requirement red.
    pub(crate) fn faults(&self, requirement: &str) -> &[&'static str] {
        self.faults.get(requirement).map_or(&[], Vec::as_slice)
    }

    /// For reports of which nobody asks how far they are proven.
    #[cfg(test)]
    pub(crate) fn none() -> &'static Self {
        static NONE: Proofs = Proofs {
            faults: BTreeMap::new(),
            stamp: Stamp {
                proven: 0,
                requirements: 0,
                faults: 0,
            },
        };
        &NONE
    }
}
