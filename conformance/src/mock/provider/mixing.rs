//! Faults that only requests show which are under way at the same time.

use std::time::Duration;

use super::Provider;
use crate::mock::route::Id;
use crate::mock::store::family;

/// How long concurrent creates wait for each other in order to be mixed up.
const MIXING_WINDOW: Duration = Duration::from_millis(20);

impl Provider {
    /// The id of the next create of the same family that is under way, or this one's if it is
    /// alone.
    pub(super) async fn next_of_family(&self, kind: &str, name: &str, id: String) -> String {
        let key = format!("{kind}/{}", family(name));
        let at = {
            let mut state = self.state();
            let party = state.parties.entry(key.clone()).or_default();
            party.0.push(id.clone());
            party.1 += 1;
            party.0.len()
        };
        tokio::time::sleep(MIXING_WINDOW).await;
        let mut state = self.state();
        let Some((ids, present)) = state.parties.get_mut(&key) else {
            return id;
        };
        let next = ids[at % ids.len()].clone();
        *present -= 1;
        if *present == 0 {
            state.parties.remove(&key);
        }
        next
    }

    /// Waits between looking and writing, as a careless update would. Returns whether there was
    /// something.
    pub(super) async fn looked(&self, kind: &str, id: &Id) -> bool {
        let Some(text) = &id.text else {
            return false;
        };
        let there = self.state().store.get(kind, text).is_some();
        if there {
            tokio::time::sleep(MIXING_WINDOW).await;
        }
        there
    }

    /// Waits for other creates of the family and returns the name of the first one.
    pub(super) async fn first_of_family(&self, kind: &str, name: String) -> String {
        let key = format!("{kind} {}", family(&name));
        self.state()
            .under_way
            .entry(key.clone())
            .or_insert((name.clone(), 0))
            .1 += 1;
        tokio::time::sleep(MIXING_WINDOW).await;
        let mut state = self.state();
        let Some((first, count)) = state.under_way.get_mut(&key) else {
            return name;
        };
        *count -= 1;
        let (first, last) = (first.clone(), *count == 0);
        if last {
            state.under_way.remove(&key);
        }
        first
    }
}
