//! Whether answers about one id can be explained by some order of the requests.
//!
//! This is a check of linearizability for one register. Requests of one round overlap, so the
//! search tries every order of them that respects time: a request whose answer had come before
//! another was sent comes first. Walking through the orders depth first, a pair of (requests placed
//! so far, state) is never looked at twice, which bounds the work by 2^n · states for n requests of
//! one round on one id; a script has at most a handful. Rounds do not overlap, so the states that
//! are possible after one are where the next begins, and none being possible is a contradiction.

use std::collections::BTreeSet;
use std::time::Instant;

/// Where an id may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    Absent,
    /// Issued for the name with this number.
    Held(usize),
}

/// What an answer says has happened to an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// A create of that name was answered with the id.
    Born(usize),
    /// An update for that name was accepted under the same id.
    Kept(usize),
    /// An update was accepted, and another id has taken the place of this one.
    Left,
    /// A deletion was accepted.
    Removed,
    /// Nothing has that id.
    Missed,
    /// Refused with a text and a status that allow for a conflict with another request.
    Declined,
    /// Refused although there is no reason, if the id exists.
    Failed,
    /// No usable answer: it has happened, or not.
    Unknown,
}

/// An effect, and when it can have taken place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Event {
    pub(crate) effect: Effect,
    pub(crate) sent: Instant,
    pub(crate) answered: Instant,
}

/// The states that are possible after the events of a round, in any order that respects time. Empty
/// if no order explains them.
pub(crate) fn explain(from: &BTreeSet<State>, events: &[Event], upserts: bool) -> BTreeSet<State> {
    let mut search = Search {
        events,
        upserts,
        seen: BTreeSet::new(),
        ends: BTreeSet::new(),
    };
    for state in from {
        search.visit(0, *state);
    }
    search.ends
}

struct Search<'a> {
    events: &'a [Event],
    upserts: bool,
    /// Requests placed so far, as bits, and the state after them.
    seen: BTreeSet<(u64, State)>,
    ends: BTreeSet<State>,
}

impl Search<'_> {
    fn visit(&mut self, placed: u64, state: State) {
        if !self.seen.insert((placed, state)) {
            return;
        }
        let is_open = |at: &usize| placed & (1 << at) == 0;
        let open: Vec<usize> = (0..self.events.len()).filter(is_open).collect();
        if open.is_empty() {
            self.ends.insert(state);
        }
        for next in &open {
            let event = self.events[*next];
            let first = open
                .iter()
                .all(|other| self.events[*other].answered >= event.sent);
            if first {
                for after in event.effect.after(state, self.upserts) {
                    self.visit(placed | 1 << next, after);
                }
            }
        }
    }
}

impl Effect {
    /// The states it can lead to; none if it cannot happen in this state.
    fn after(self, state: State, upserts: bool) -> Vec<State> {
        use State::{Absent, Held};
        match (self, state) {
            (Self::Born(name), Absent) => vec![Held(name)],
            (Self::Born(name), Held(holder)) if name == holder => vec![state],
            (Self::Born(_), Held(_)) => Vec::new(),
            (Self::Kept(_), Held(_)) => vec![state],
            (Self::Kept(name), Absent) if upserts => vec![Held(name)],
            (Self::Left, Held(_)) => vec![Absent],
            (Self::Left, Absent) if upserts => vec![Absent],
            (Self::Kept(_) | Self::Left, Absent) => Vec::new(),
            (Self::Removed, _) => vec![Absent],
            (Self::Missed | Self::Failed, Absent) => vec![Absent],
            (Self::Missed | Self::Failed, Held(_)) => Vec::new(),
            (Self::Declined, _) => vec![state],
            (Self::Unknown, Absent) => vec![Absent],
            (Self::Unknown, Held(_)) => vec![state, Absent],
        }
    }
}

#[cfg(test)]
mod tests;
