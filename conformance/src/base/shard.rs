//! A share of a run: several runners divide the cases, and `merge` makes one verdict of their
//! journals.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Why a requirement is left out that another shard checks. `merge` knows it by this text.
pub(crate) const ANOTHER_SHARD: &str = "another shard checks it";

/// Share `index` of `of`, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Which one, from 1 to `of`.
    pub index: u32,
    /// How many there are.
    pub of: u32,
}

/// A text that names no share.
#[derive(Debug, thiserror::Error)]
#[error("no shard (hint: 2/5 is the second of five)")]
pub struct InvalidShard;

impl Shard {
    /// Whether the `at`th case of the plan, from 0, belongs to it. Neighbours go to different
    /// shards, because expensive cases stand together.
    pub(crate) fn has(self, at: usize) -> bool {
        at % self.of as usize == self.index as usize - 1
    }
}

impl FromStr for Shard {
    type Err = InvalidShard;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (index, of) = text.split_once('/').ok_or(InvalidShard)?;
        let number = |text: &str| text.parse::<u32>().map_err(|_| InvalidShard);
        let shard = Self {
            index: number(index)?,
            of: number(of)?,
        };
        let exists = (1..=shard.of).contains(&shard.index);
        exists.then_some(shard).ok_or(InvalidShard)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_counted_from_one() {
        for text in ["", "1", "0/2", "3/2", "1/0", "a/2", "-1/2", "1/2/3"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
        let shard: Shard = "2/5".parse().expect("a shard");
        assert_eq!(shard.to_string(), "2/5");
    }

    #[test]
    fn every_case_belongs_to_exactly_one_shard() {
        for of in 1..=7 {
            for at in 0..50 {
                let owners = (1..=of).filter(|index| Shard { index: *index, of }.has(at));
                assert_eq!(owners.count(), 1, "{at} of {of}");
            }
        }
    }
}
