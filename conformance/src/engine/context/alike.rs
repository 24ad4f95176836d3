//! What passes in answer after answer, kept until it is written down together: a journal that had each check of each
//! answer in a line of its own would consist of little else.

use std::collections::BTreeMap;

use kfp_operator_sim::ResourceKind;

use super::Alike;
use crate::base::outcome::{Finding, Lenses};

/// Answers' passes that are kept at most: what a killed process loses.
const KEPT: usize = 1_000;

/// What passes must have in common to be written down together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Like {
    pub(super) requirement: &'static str,
    pub(super) kind: Option<ResourceKind>,
    pub(super) series: Option<&'static str>,
    /// As the level of the requirement decides them.
    pub(super) lens: Lenses,
}

/// Passes of a case that are not written down yet.
#[derive(Default)]
pub(super) struct Passes {
    kept: BTreeMap<Like, Alike>,
    count: usize,
}

impl Passes {
    /// Adds one. Of those alike the first is told.
    pub(super) fn add(&mut self, like: Like, finding: Finding, seq: u64) {
        self.count += 1;
        let first = || Alike {
            finding,
            lens: like.lens,
            seq,
            count: 0,
        };
        self.kept.entry(like).or_insert_with(first).count += 1;
    }

    /// Whether it is time to write them down.
    pub(super) fn is_full(&self) -> bool {
        self.count >= KEPT
    }

    /// All of them, to be written down.
    pub(super) fn take(&mut self) -> BTreeMap<Like, Alike> {
        std::mem::take(self).kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::outcome::Lens;
    use crate::catalogue::ids;

    #[test]
    fn what_is_alike_is_counted_and_the_first_is_told() {
        let like = Like {
            requirement: ids::CREATE_201_STATUS,
            kind: Some(ResourceKind::Run),
            series: None,
            lens: Lenses::default(),
        };
        let series = Some("creates");
        let lens = Lenses {
            spec: Lens::Fail,
            ..Lenses::default()
        };
        let others = [
            Like { series, ..like },
            Like { lens, ..like },
            Like { kind: None, ..like },
        ];
        let mut passes = Passes::default();
        for seq in 1..=3 {
            passes.add(like, Finding::pass(seq.to_string()), seq);
        }
        for other in others {
            passes.add(other, Finding::pass("other"), 9);
        }
        let taken = passes.take();
        assert_eq!(taken.len(), 4);
        let first = &taken[&like];
        assert_eq!(
            (first.count, first.seq, first.finding.actual.as_str()),
            (3, 1, "1")
        );
        assert!(passes.take().is_empty());
    }

    #[test]
    fn never_more_are_kept_than_may_be_lost() {
        let like = Like {
            requirement: ids::CREATE_201_STATUS,
            kind: None,
            series: None,
            lens: Lenses::default(),
        };
        let mut passes = Passes::default();
        for seq in 1..KEPT {
            passes.add(like, Finding::pass("x"), seq as u64);
        }
        assert!(!passes.is_full());
        passes.add(like, Finding::pass("x"), 0);
        assert!(passes.is_full());
        passes.take();
        assert!(!passes.is_full());
    }
}
