//! The operations: how the best provider answers, and the faults in how it decides.

mod mixing;
mod state;

use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::answer::{Answer, Event, Flaw, Operation};
use super::behaviour::Switches;
use super::check::{self, Defect, Resource, shortened};
use super::gate;
use super::route::{Call, Id, KINDS, Route};
use super::shape::shape;
use super::{Behaviour, Fault, Variant};
use crate::wire::server::Request;

pub(super) use state::State;

/// Every so many creates a rare fault shows.
const RARELY: usize = 20;

/// A provider and everything that it remembers.
#[derive(Debug, Default)]
pub(super) struct Provider {
    pub(super) behaviour: Behaviour,
    /// Whether the backend is down.
    pub(super) down: AtomicBool,
    state: Mutex<State>,
    /// Request bodies that are being read.
    uploads: watch::Sender<usize>,
}

/// Counts as a body being read until it is dropped.
pub(super) struct Upload<'a>(&'a watch::Sender<usize>);

impl Drop for Upload<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

impl Provider {
    pub(super) fn new(behaviour: Behaviour) -> Self {
        Self {
            behaviour,
            ..Self::default()
        }
    }

    /// The switches for a request.
    pub(super) fn towards(&self, request: &Request) -> Switches<'_> {
        self.behaviour
            .towards(Route::of(&request.method, &request.target).kind())
    }

    /// Answers a complete request.
    pub(super) async fn answer(&self, request: &Request) -> Answer {
        let mut route = Route::of(&request.method, &request.target);
        let switches = self.behaviour.towards(route.kind());
        route.misread(switches);
        let call = Call {
            request,
            route: &route,
        };
        let mut answer = match gate::stop(switches, &call) {
            Some(answer) => answer,
            None => self.handle(switches, &call).await,
        };
        answer.operation = route.operation();
        answer.kind = route.kind().unwrap_or_default().to_owned();
        answer.asked = route.id().cloned();
        shape(switches, &mut answer);
        if !answer.wire.delay.is_zero() {
            // Even no time at all would cost the timer's resolution, a millisecond.
            tokio::time::sleep(answer.wire.delay).await;
        }
        answer
    }

    /// A body is being read and not complete yet.
    pub(super) fn upload(&self) -> Upload<'_> {
        self.uploads.send_modify(|count| *count += 1);
        Upload(&self.uploads)
    }

    /// A body broke off after these bytes.
    pub(super) fn aborted(&self, request: &Request, part: &[u8]) {
        if self.towards(request).wrong(Fault::CrashOnAbort) {
            self.state().broken_off.push(part.to_vec());
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn handle(&self, switches: Switches<'_>, call: &Call<'_>) -> Answer {
        let body = &call.request.body;
        if let Some(answer) = self.in_outage(switches, call.route, body) {
            return answer;
        }
        if gate::is_foreign(call) && !switches.wrong(Fault::ForeignAccepted) {
            let answer = Answer::object(Event::Staged, 400);
            let answer = answer.with_error("the content type is not application/json");
            return match call.route.id().and_then(|id| id.text.as_ref()) {
                Some(id) => answer.with_id(id),
                None => answer,
            };
        }
        match call.route {
            Route::Probe(_) => self.probe(switches).await,
            Route::Unknown => Answer::object(Event::NoRoute, 404).with_error("no such path"),
            Route::WrongMethod { allow } => Answer::object(Event::WrongMethod, 405)
                .with_header("Allow", *allow)
                .with_error("no such method on this path"),
            Route::Create { kind } => self.create(switches, kind, body).await,
            Route::Update { kind, id } => self.update(switches, kind, id, body).await,
            Route::Delete { kind, id } => self.delete(switches, kind, id),
        }
    }

    async fn probe(&self, switches: Switches<'_>) -> Answer {
        if switches.wrong(Fault::ProbeBlockedByUpload) {
            // The sender lives as long as the provider, so there is always an end to wait for.
            let _ = self.uploads.subscribe().wait_for(|count| *count == 0).await;
        }
        Answer::bare(Event::Probed, 204)
    }

    async fn create(&self, switches: Switches<'_>, kind: &str, body: &[u8]) -> Answer {
        if self
            .state()
            .broken_off
            .iter()
            .any(|part| body.starts_with(part))
        {
            return Answer::hang_up();
        }
        let checked = self.check(switches, kind, body).await;
        let checked = checked.and_then(|resource| supported(switches, kind).map(|()| resource));
        // The lock must not last as long as the match does.
        let read = self
            .state()
            .read(switches, Operation::Create, checked, body);
        let mut resource = match read {
            Ok(resource) => resource,
            Err(defect) => {
                let mut state = self.state();
                let mut answer = state.refuse(switches, &defect, body);
                if defect.flaw == Flaw::Malformed && switches.wrong(Fault::SometimesSlow) {
                    state.malformed += 1;
                    if state.malformed.is_multiple_of(RARELY) {
                        answer.wire.delay = switches.delay();
                    }
                }
                return answer;
            }
        };
        if switches.wrong(Fault::MixesConcurrent) {
            resource.name = self.first_of_family(kind, resource.name).await;
        }
        let name = resource.name.clone();
        let lost = switches.wrong(Fault::LosesConcurrent)
            && self.first_of_family(kind, name.clone()).await != name;
        let (mut id, again, rare) = {
            let mut state = self.state();
            if let Err(defect) = state.admit(switches, kind, &resource) {
                return state.refuse(switches, &defect, body);
            }
            let (id, again) = state.store.create(switches, kind, resource);
            let State { store, reports, .. } = &mut *state;
            if let (false, Some(resource)) = (again, store.get(kind, &id)) {
                reports.start(&self.behaviour, kind, resource, &id);
            }
            if lost {
                state.store.delete(switches, kind, &id);
            }
            if again && switches.wrong(Fault::DuplicatesOnRepeat) {
                state.traces.namesakes.push((kind.to_owned(), name.clone()));
            }
            state.created += 1;
            (id, again, state.created.is_multiple_of(RARELY))
        };
        if switches.wrong(Fault::SwapsConcurrent) {
            id = self.next_of_family(kind, &name, id).await;
        }
        let mut answer = Answer::object(Event::Created { again }, 201).with_id(&id);
        if rare && switches.wrong(Fault::SometimesNoContentType) {
            answer.media = None;
        }
        answer
    }

    /// Takes a body apart; a large one beside the tasks, because it must not keep others waiting.
    async fn check(
        &self,
        switches: Switches<'_>,
        kind: &str,
        body: &[u8],
    ) -> Result<Resource, Defect> {
        /// From here on a body counts as large.
        const LARGE: usize = 1024 * 1024;
        if !KINDS.contains(&kind) {
            let text = format!("{} is no type of resource", shortened(kind));
            return Err(Defect::new(Flaw::UnknownType, text));
        }
        if body.len() <= LARGE {
            return check::check(kind, body);
        }
        let (owned_kind, owned) = (kind.to_owned(), body.to_vec());
        let checking = tokio::task::spawn_blocking(move || check::check(&owned_kind, &owned));
        let stopped = |_| Err(Defect::new(Flaw::Unwanted, "the provider is stopping"));
        let checked = checking.await.unwrap_or_else(stopped);
        if switches.wrong(Fault::ProbeBlockedByUpload) && checked.is_err() {
            tokio::time::sleep(switches.delay()).await;
        }
        checked
    }

    async fn update(&self, switches: Switches<'_>, kind: &str, id: &Id, body: &[u8]) -> Answer {
        let checked = self.check(switches, kind, body).await;
        let revives = switches.wrong(Fault::UpdateRevives) && self.looked(kind, id).await;
        let mut state = self.state();
        let Some(text) = &id.text else {
            return state.unreadable(switches, id).with_id(&id.raw);
        };
        if let Err(defect) = supported(switches, kind) {
            return state.refuse(switches, &defect, body).with_id(text);
        }
        let there = state.finds(switches, kind, id, text);
        let upserts = revives || (switches.odd(Variant::Upsert) && KINDS.contains(&kind));
        if !there && !upserts {
            let once = state.store.was_deleted(kind, text);
            let error = format!("no {} with id {}", shortened(kind), shortened(text));
            return Answer::object(Event::NotThere { once }, 404)
                .with_id(text)
                .with_error(&error);
        }
        let admitted = state
            .read(switches, Operation::Update, checked, body)
            .and_then(|resource| {
                state
                    .admit_update(switches, kind, text, &resource)
                    .map(|()| resource)
            });
        match admitted {
            Ok(resource) if there => state.replace(switches, kind, text, resource),
            Ok(resource) => {
                state.store.adopt(kind, text, resource);
                Answer::object(Event::Updated { unchanged: false }, 200).with_id(text)
            }
            Err(defect) => {
                let destroys = switches.wrong(Fault::FailedPutDestroys);
                if destroys && defect.flaw == Flaw::WrongResource {
                    state.store.delete(switches, kind, text);
                }
                state.refuse(switches, &defect, body).with_id(text)
            }
        }
    }

    fn delete(&self, switches: Switches<'_>, kind: &str, id: &Id) -> Answer {
        let mut state = self.state();
        let Some(text) = &id.text else {
            return state.unreadable(switches, id);
        };
        if supported(switches, kind).is_err() {
            return Answer::object(Event::Deleted, 200);
        }
        if state.is_spelled(switches, id, text) && state.store.delete(switches, kind, text) {
            return Answer::object(Event::Deleted, 200);
        }
        let once = state.store.was_deleted(kind, text);
        Answer::object(Event::NotThere { once }, 404)
    }
}

/// Whether there is such a type here at all.
fn supported(switches: Switches<'_>, kind: &str) -> Result<(), Defect> {
    if switches.odd(Variant::PipelinesOnly) && KINDS.contains(&kind) && kind != "pipeline" {
        let text = format!("{} is not supported here", shortened(kind));
        return Err(Defect::new(Flaw::Convention, text));
    }
    Ok(())
}
