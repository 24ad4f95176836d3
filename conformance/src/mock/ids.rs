//! The ids that are issued.

use super::behaviour::Switches;
use super::store::family;
use super::{Fault, Variant};

/// What an id can be made of.
pub(super) struct Seed<'a> {
    pub(super) kind: &'a str,
    pub(super) name: &'a str,
    /// How many ids of the type were issued before.
    pub(super) earlier: usize,
}

impl Seed<'_> {
    /// The best id: harmless characters only, telling what it is, and too long to be another's.
    fn plain(&self) -> String {
        format!("{}-{:012}", self.kind, self.earlier + 1)
    }

    fn first_is(&self, ids: &[&str]) -> String {
        ids.get(self.earlier)
            .map_or_else(|| self.plain(), |id| (*id).to_owned())
    }

    fn padded(&self, length: usize) -> String {
        format!("{:-<length$}", self.plain())
    }
}

type Form = fn(&Seed<'_>) -> String;

const WRONG: &[(Fault, Form)] = &[
    (Fault::IdDollar, |seed| format!("{}-$HOME", seed.plain())),
    (Fault::IdQuote, |seed| format!("{}-\"a\"", seed.plain())),
    (Fault::IdBraces, |seed| {
        format!("{}-{{{{a}}}}", seed.plain())
    }),
    (Fault::IdOption, |seed| {
        seed.first_is(&["-n", "-e", "-ne", "-en"])
    }),
    (Fault::IdDot, |seed| seed.first_is(&["."])),
    (Fault::IdBlanks, |seed| format!(" {} ", seed.plain())),
    (Fault::IdTooLong, |seed| seed.padded(1_100)),
    (Fault::IdOneSpelling, |seed| format!("{}(a)", seed.plain())),
    (Fault::OneId, |seed| {
        format!("{}/{}", seed.kind, family(seed.name))
    }),
    (Fault::IdJoined, |seed| seed.name.replace('/', "-")),
    (Fault::IdBareName, |seed| {
        seed.name
            .rsplit_once('/')
            .map_or(seed.name, |(_, name)| name)
            .to_owned()
    }),
];

const ODD: &[(Variant, Form)] = &[
    (Variant::SlashedIds, |seed| {
        format!("projects/a:b/{}", seed.plain())
    }),
    (Variant::LongIds, |seed| seed.padded(900)),
];

/// A new id.
pub(super) fn issue(switches: Switches<'_>, seed: &Seed<'_>) -> String {
    let wrong = WRONG
        .iter()
        .find(|(fault, _)| switches.wrong(*fault))
        .map(|(_, form)| form);
    let odd = ODD
        .iter()
        .find(|(variant, _)| switches.odd(*variant))
        .map(|(_, form)| form);
    wrong
        .or(odd)
        .map_or_else(|| seed.plain(), |form| form(seed))
}
