//! The ids that are issued.

use super::behaviour::Switches;
use super::effect::Effect;

/// What an id can be made of.
pub(super) struct Seed<'a> {
    pub(super) kind: &'a str,
    pub(super) name: &'a str,
    /// How many ids of the type were issued before.
    pub(super) earlier: usize,
}

impl Seed<'_> {
    /// The best id: harmless characters only, telling what it is, and too long to be another's.
    pub(super) fn plain(&self) -> String {
        format!("{}-{:012}", self.kind, self.earlier + 1)
    }

    pub(super) fn first_is(&self, ids: &[&str]) -> String {
        ids.get(self.earlier)
            .map_or_else(|| self.plain(), |id| (*id).to_owned())
    }

    pub(super) fn padded(&self, length: usize) -> String {
        format!("{:-<length$}", self.plain())
    }
}

/// A new id.
pub(super) fn issue(switches: Switches<'_>, seed: &Seed<'_>) -> String {
    let wrong = switches.wrongs().map(|(_, effect)| effect);
    let form = wrong
        .chain(switches.odds())
        .find_map(|effect| match effect {
            Effect::Id(form) => Some(form),
            _ => None,
        });
    form.map_or_else(|| seed.plain(), |form| form(seed))
}
