//! The operations: how the best provider answers, and the faults in how it decides.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::answer::{Answer, Event, Flaw, Operation};
use super::behaviour::Switches;
use super::check::{self, Defect, Resource, shortened};
use super::events::Reports;
use super::gate;
use super::http::Request;
use super::outage::Traces;
use super::route::{Call, Id, KINDS, Route};
use super::shape::shape;
use super::store::{Store, family};
use super::{Behaviour, Fault, Variant, want};

/// How long concurrent creates wait for each other in order to be mixed up.
const MIXING_WINDOW: Duration = Duration::from_millis(20);

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

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) store: Store,
    pub(super) traces: Traces,
    pub(super) reports: Reports,
    /// Bodies let through without a name.
    nameless: usize,
    /// How often each body was refused.
    turns: HashMap<Vec<u8>, usize>,
    /// Bodies that broke off.
    broken_off: Vec<Vec<u8>>,
    /// Encoded form by id in which it was first asked for.
    spellings: HashMap<String, String>,
    /// First name and number of creates under way, by family.
    under_way: HashMap<String, (String, usize)>,
    /// Ids given to creates that are under way together and how many of them, by family.
    parties: HashMap<String, (Vec<String>, usize)>,
    /// Creates that succeeded.
    created: usize,
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
        // The lock must not last as long as the match does.
        let read = self
            .state()
            .read(switches, Operation::Create, checked, body);
        let mut resource = match read {
            Ok(resource) => resource,
            Err(defect) => return self.state().refuse(switches, &defect, body),
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

    /// The id of the next create of the same family that is under way, or this one's if it is
    /// alone.
    async fn next_of_family(&self, kind: &str, name: &str, id: String) -> String {
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
    async fn looked(&self, kind: &str, id: &Id) -> bool {
        let Some(text) = &id.text else {
            return false;
        };
        let there = self.state().store.get(kind, text).is_some();
        if there {
            tokio::time::sleep(MIXING_WINDOW).await;
        }
        there
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

    /// Waits for other creates of the family and returns the name of the first one.
    async fn first_of_family(&self, kind: &str, name: String) -> String {
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

    async fn update(&self, switches: Switches<'_>, kind: &str, id: &Id, body: &[u8]) -> Answer {
        let checked = self.check(switches, kind, body).await;
        let revives = switches.wrong(Fault::UpdateRevives) && self.looked(kind, id).await;
        let mut state = self.state();
        let Some(text) = &id.text else {
            return state.unreadable(switches, id).with_id(&id.raw);
        };
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
        if state.is_spelled(switches, id, text) && state.store.delete(switches, kind, text) {
            return Answer::object(Event::Deleted, 200);
        }
        let once = state.store.was_deleted(kind, text);
        Answer::object(Event::NotThere { once }, 404)
    }
}

impl State {
    /// What the faults make of a body that was checked.
    fn read(
        &mut self,
        switches: Switches<'_>,
        operation: Operation,
        checked: Result<Resource, Defect>,
        body: &[u8],
    ) -> Result<Resource, Defect> {
        match checked {
            Ok(resource) => want::unwanted(switches, &resource).map(|()| resource),
            Err(defect) if want::overlooked(switches, operation, defect.flaw) => {
                self.nameless += 1;
                Ok(Resource::unreadable(
                    format!("nameless-{}", self.nameless),
                    body,
                ))
            }
            Err(defect) => Err(defect),
        }
    }

    /// Whether a create fits to what exists.
    fn admit(
        &mut self,
        switches: Switches<'_>,
        kind: &str,
        resource: &Resource,
    ) -> Result<(), Defect> {
        if switches.wrong(Fault::NameNeverFreed) && self.store.was_deleted(kind, &resource.name) {
            return Err(Defect::new(Flaw::Unwanted, "the name was used before"));
        }
        let pipeline = resource.text("/pipelineName");
        if kind != "run" || pipeline.is_empty() || switches.odd(Variant::LateRunFailure) {
            return Ok(());
        }
        let taken_apart = switches.wrong(Fault::NumberedPipelineUnknown)
            && pipeline.ends_with(|c: char| c.is_ascii_digit());
        if taken_apart || !self.store.has_name("pipeline", pipeline) {
            let text = format!("there is no pipeline {}", shortened(pipeline));
            return Err(Defect::new(Flaw::UnknownPipeline, text));
        }
        Ok(())
    }

    /// Faults that do not like a valid update.
    fn admit_update(
        &self,
        switches: Switches<'_>,
        kind: &str,
        id: &str,
        resource: &Resource,
    ) -> Result<(), Defect> {
        let Some(stored) = self.store.get(kind, id) else {
            return Ok(());
        };
        let same = stored.bytes == resource.bytes;
        if switches.wrong(Fault::UnchangedRefused) && same {
            return Err(Defect::new(Flaw::WrongTypes, "nothing has changed"));
        }
        if switches.wrong(Fault::NewVersionRefused) && stored.version() != resource.version() {
            return Err(Defect::new(
                Flaw::WrongTypes,
                "the version cannot be changed",
            ));
        }
        Ok(())
    }

    fn replace(
        &mut self,
        switches: Switches<'_>,
        kind: &str,
        id: &str,
        resource: Resource,
    ) -> Answer {
        let moving = switches.odd(Variant::MovingIds) || switches.wrong(Fault::OldIdDeletes);
        match self.store.update(switches, kind, id, resource, moving) {
            Some(updated) => {
                let event = Event::Updated {
                    unchanged: updated.unchanged,
                };
                Answer::object(event, 200).with_id(&updated.id)
            }
            None => Answer::object(Event::NotThere { once: false }, 404).with_id(id),
        }
    }

    fn refuse(&mut self, switches: Switches<'_>, defect: &Defect, body: &[u8]) -> Answer {
        let mut answer = Answer::object(Event::Refused(defect.flaw), defect.status());
        if switches.wrong(Fault::WaveringErrors) && defect.flaw == Flaw::WrongTypes {
            let turn = self.turns.entry(body.to_vec()).or_default();
            answer.status = [422, 400][*turn % 2];
            *turn += 1;
        }
        answer.with_error(&defect.text)
    }

    fn unreadable(&mut self, switches: Switches<'_>, id: &Id) -> Answer {
        let text = format!("id {} is not percent-encoded UTF-8", shortened(&id.raw));
        self.refuse(switches, &Defect::new(Flaw::UnreadableId, text), b"")
    }

    /// Whether an update finds that id.
    fn finds(&mut self, switches: Switches<'_>, kind: &str, id: &Id, text: &str) -> bool {
        let exhausted =
            switches.wrong(Fault::UpdatesExhausted) && self.store.updates(kind, text) >= 4;
        self.store.get(kind, text).is_some() && !exhausted && self.is_spelled(switches, id, text)
    }

    /// Whether the id comes as it came first; without the fault, always.
    fn is_spelled(&mut self, switches: Switches<'_>, id: &Id, text: &str) -> bool {
        if !switches.wrong(Fault::IdOneSpelling) {
            return true;
        }
        let first = self
            .spellings
            .entry(text.to_owned())
            .or_insert_with(|| id.raw.clone());
        *first == id.raw
    }
}
