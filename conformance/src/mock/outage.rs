//! How the mock answers while its backend is down, and what it remembers of it.

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use super::answer::{Answer, Event, Operation};
use super::behaviour::Switches;
use super::check;
use super::provider::{Provider, State};
use super::route::Route;
use super::{Fault, Variant};

/// Traces of outages that faults need.
#[derive(Debug, Default)]
pub(super) struct Traces {
    /// There was an outage.
    pub(super) any: bool,
    /// Type and id of what a failed delete forgot.
    pub(super) forgotten: HashSet<(String, String)>,
    /// Type and name of what exists beside the one that the provider knows.
    pub(super) namesakes: Vec<(String, String)>,
}

const DOWN: &str = "the backend is down";

impl Provider {
    pub(super) fn is_down(&self) -> bool {
        self.down.load(Ordering::Relaxed)
    }

    /// Switches the backend off or on.
    pub(super) fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::Relaxed);
        self.state().traces.any = true;
    }

    /// Forgets what does not survive a restart.
    pub(super) fn restart(&self) {
        let mut state = self.state();
        state.traces = Traces::default();
        if self.behaviour.towards(None).wrong(Fault::EventsForgotten) {
            state.reports.forget();
        }
        if self.behaviour.towards(None).wrong(Fault::ForgetsOnRestart) {
            state.store = Default::default();
        }
    }

    /// The answer to a request that needs the backend while it is down.
    pub(super) fn in_outage(
        &self,
        switches: Switches<'_>,
        route: &Route,
        body: &[u8],
    ) -> Option<Answer> {
        let down = self.is_down();
        let failed = || Answer::object(Event::Staged, 500).with_error(DOWN);
        match route {
            Route::Probe(Operation::Readyz)
                if down && !switches.wrong(Fault::ReadyWithoutBackend) =>
            {
                Some(Answer::bare(Event::Probed, 503))
            }
            Route::Probe(Operation::Livez) if down && switches.wrong(Fault::DeadWithoutBackend) => {
                Some(Answer::bare(Event::Probed, 503))
            }
            Route::Probe(_) => None,
            Route::Create { .. } if !down => {
                let stuck = switches.wrong(Fault::NoRecovery) && self.state().traces.any;
                stuck.then(failed)
            }
            _ if switches.odd(Variant::QueuesInOutage) => None,
            Route::Create { kind } if down => {
                let created = self.state().create_half(switches, kind, body);
                Some(created.map_or_else(failed, |id| failed().with_id(&id)))
            }
            Route::Update { .. } if down && switches.wrong(Fault::OutagePutWithoutId) => {
                Some(failed())
            }
            Route::Update { id, .. } if down => Some(failed().with_id(id.text.as_deref()?)),
            Route::Delete { kind, id } => {
                self.state()
                    .delete_in_outage(switches, down, kind, id.text.as_deref()?)
            }
            _ => None,
        }
    }
}

impl State {
    /// What a failed create leaves behind; the id that is told of it.
    fn create_half(&mut self, switches: Switches<'_>, kind: &str, body: &[u8]) -> Option<String> {
        let resource = check::check(kind, body).ok()?;
        if switches.wrong(Fault::HalfCreatedUnnamed) {
            self.traces.namesakes.push((kind.to_owned(), resource.name));
            return None;
        }
        let named = switches.odd(Variant::HalfCreatedNamed);
        named.then(|| self.store.create(switches, kind, resource).0)
    }

    fn delete_in_outage(
        &mut self,
        switches: Switches<'_>,
        down: bool,
        kind: &str,
        id: &str,
    ) -> Option<Answer> {
        let key = (kind.to_owned(), id.to_owned());
        let failed = Answer::object(Event::Staged, 500).with_id(id);
        if !down {
            let forgotten = self.traces.forgotten.contains(&key);
            return forgotten.then(|| failed.with_error("the delete is under way already"));
        }
        if switches.wrong(Fault::OutageDeleteOk) {
            return Some(Answer::object(Event::Staged, 200));
        }
        if switches.wrong(Fault::FailedDeleteStuck) {
            self.traces.forgotten.insert(key);
        }
        if switches.odd(Variant::FailedDeleteDoneLater) {
            self.store.delete(switches, kind, id);
        }
        Some(failed.with_error(DOWN))
    }
}
